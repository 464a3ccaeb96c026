"""A backup that is restored brings nobody back, on databases that are copied for real."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tests import postgres

EMAIL = "ona@biblioteka.example"
FILL = f"""
from tests import factories
user = factories.user(email={EMAIL!r}, name="Ona Onaitė")
factories.representative(user=user)
"""
COUNT = f"""
from accounts.models import Representative, User
print(User.objects.filter(email={EMAIL!r}).count(), Representative.objects.count())
"""


class Site:
    """A site of its own, whose commands are run as its owner runs them."""

    def __init__(self, url, folder):
        self.environment = os.environ | {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "ERASURES_FILE": str(folder / "erasures.txt"),
            "MEDIA_ROOT": str(folder / "media"),
        }

    def manage(self, *command):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def count(self):
        """Return how many accounts have the address, and how many represent."""
        return self.manage("shell", "--verbosity=0", "--command", COUNT).split()


class Sqlite(Site):
    def __init__(self, folder):
        self.file, self.copy = folder / "db.sqlite3", folder / "backup.sqlite3"
        super().__init__(f"sqlite:///{self.file}", folder)

    def back_up(self):
        shutil.copy(self.file, self.copy)

    def restore(self):
        for beside in ("-wal", "-shm"):
            Path(f"{self.file}{beside}").unlink(missing_ok=True)
        shutil.copy(self.copy, self.file)


class Postgresql(Site):
    def __init__(self, folder, url):
        self.url = url
        self.run("CREATE DATABASE site")
        super().__init__(url.removesuffix("/postgres") + "/site", folder)

    def run(self, *commands):
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            for command in commands:
                connection.cursor().execute(command)

    def back_up(self):
        self.run("CREATE DATABASE backup TEMPLATE site")

    def restore(self):
        self.run("DROP DATABASE site", "CREATE DATABASE site TEMPLATE backup")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def site(request, tmp_path):
    if request.param == "sqlite":
        yield Sqlite(tmp_path)
    else:
        with postgres.cluster() as url:
            yield Postgresql(tmp_path, url)


def test_restored_backup_brings_nobody_back(site):
    site.manage("migrate", "--verbosity=0")
    site.manage("shell", "--verbosity=0", "--command", FILL)
    site.back_up()
    site.manage("erase_person", EMAIL)
    for cure in (["worker", "--once"], ["repeat_erasures"]):
        site.restore()
        assert site.count() == ["1", "1"]
        site.manage(*cure)
        assert site.count() == ["0", "1"]
