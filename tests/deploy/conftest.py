"""The machine that all tests of deploy/ have in common."""

import atexit
import os

import pytest

from tests.deploy.machine import Database, Machine, wait_for
from tests.deploy.visits import answers


@pytest.fixture(scope="session")
def machine():
    machine = Machine(os.environ["DATABASE_URL"])
    machine.set_up()
    machine.start("svetaine.service")
    machine.start("svetaine-worker.service")
    machine.start_nginx()
    wait_for(lambda: answers("/readyz"))
    yield machine
    machine.stop_all()


@pytest.fixture
def database():
    database = Database(os.environ["DATABASE_URL"])
    yield database
    atexit.register(database.stop)  # the machine, which outlives this test, goes on with it
