"""Nonsense and malice from outside bring nothing down. `python -m tests.attack` sends ten times."""

import pytest

from tests.attack import attack
from tests.attack.world import ask

pytestmark = pytest.mark.deploy


def test_hostile_requests_are_answered_and_keep_nobody_from_the_site(machine):
    report = attack(1_000, 2026, "https://127.0.0.1", ask(machine.manage))
    print(report.row)
    assert not report.failures, str(report)
