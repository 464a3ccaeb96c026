"""What befalls a server, each while it is used: functions of a Soak.

One that returns a sentence has something to tell in the table; one that raises AssertionError
has found what does not hold.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

import psycopg2
from django.db.migrations.loader import MigrationLoader

from tests.deploy.machine import make_full, make_room, wait_for

from .server import (
    APPLICATION,
    DATABASE,
    MEDIA,
    NGINX,
    NGINX_FILES,
    POSTGRESQL,
    WORKER,
)

TRIES = 6  # one more than systemd bears in ten seconds, unless it is told otherwise
QUICK = 2.0  # seconds in which a code is asked for, whatever the mail server does
LETTERS_COME = 150  # seconds: after the last try came a pause as long as all before
HOLES = 4 * 2**20  # bytes that are left on a disk which is about to be full


def nothing(soak):
    soak.go_on()


def load_alone(soak):
    """Until memory has all that is kept in it; and then so long that one sees whether it grows."""
    soak.go_on(2)
    soak.memory = soak.server.memory_of_each()
    soak.go_on(5)


def one_process(soak):
    os.kill(soak.server.units[APPLICATION].children[0], 9)
    soak.go_on()


def all_processes(soak):
    for number in soak.server.units[APPLICATION].children:
        os.kill(number, 9)
    soak.go_on()


def application(soak):
    soak.server.units[APPLICATION].kill()
    soak.go_on()


def application_again_and_again(soak):
    unit = soak.server.units[APPLICATION]
    for _ in range(TRIES):
        process = unit.process
        unit.kill()
        wait_for(lambda before=process: unit.process is not before)
    soak.is_mended()
    soak.go_on()


def nginx(soak):
    soak.server.units[NGINX].kill()
    soak.go_on()


def nginx_reload(soak):
    for _ in range(3):
        soak.server.reload_nginx()
        soak.go_on(1 / 3)


def database(soak):
    """All its processes at once."""
    soak.server.units[POSTGRESQL].kill()
    for number in soak.server.units[POSTGRESQL].children:
        with suppress(ProcessLookupError):
            os.kill(number, 9)
    soak.go_on()


def database_process(soak):
    """One that serves the site: PostgreSQL ends all others, and recovers."""
    os.kill(soak.server.units[POSTGRESQL].children[-1], 9)
    soak.go_on()


def worker_with_a_letter(soak):
    copies = soak.mail.copies()
    soak.mail.taking.clear()
    soak.mail.be("slow")
    assert soak.mail.taking.wait(30), "no letter came"
    soak.server.units[WORKER].kill()
    soak.mail.be("well")
    soak.go_on()
    again = soak.mail.copies() - copies
    assert again <= 1, f"{again} letters came twice"
    return f"{again} letter came twice"


def mail_server(soak):
    """It hangs, says „later“, is away; and is well again."""
    copies, slowest = soak.mail.copies(), {}
    for mood in ("hanging", "refusing", "away"):
        soak.mail.be(mood)
        began = time.monotonic()
        soak.go_on()
        answers = [each for each in soak.load.asker.seen(began) if each.status == 302]
        assert answers, f"nobody got a code while the mail server was {mood}"
        slowest[mood] = max(each.ended - each.began for each in answers)
    soak.mail.be("well")
    began = time.monotonic()
    wait_for(lambda: not waiting_letters(soak), LETTERS_COME)
    told = ", ".join(f"{mood} {seconds:.1f} s" for mood, seconds in slowest.items())
    assert max(slowest.values()) < QUICK, f"a request for a code took {told}"
    assert soak.mail.copies() == copies, "a letter came twice"
    return f"code asked for: {told}; letters came after {time.monotonic() - began:.0f} s"


def waiting_letters(soak):
    """How many letters wait that were tried already, which those of this moment were not."""
    query = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'READY'"
    query += " AND task_path LIKE %s AND enqueued_at < now() - interval '10 seconds'"
    return soak.server.rows(query, "association.letters%")[0][0]


def disk_of_files(soak):
    load, before = soak.load, files_without_record(soak)
    make_full(MEDIA)
    soak.go_on()
    make_room(MEDIA)
    soak.is_mended()
    soak.go_on()
    for each in (load.archivist, load.photographer):
        assert each.clear_refusals, f"{type(each).__name__}: no upload was clearly refused"
    left = files_without_record(soak) - before
    assert not left, f"left on the disk: {sorted(left)[:3]}"
    return f"{sum(len(each.clear_refusals) for each in load.writers)} uploads clearly refused"


def files_without_record(soak):
    """Return the names of uploads on the disk that no record has; the writers rest meanwhile."""
    with soak.load.resting():
        known = {name for [name] in soak.server.rows("SELECT file FROM association_document")}
        known |= {name for [name] in soak.server.rows("SELECT image FROM projects_photo")}
        folders = [MEDIA / "asociacijos-dokumentai", MEDIA / "projektu-nuotraukos"]
        found = {path for each in folders if each.exists() for path in each.iterdir()}
        return {str(path.relative_to(MEDIA)) for path in found} - known


def disk_of_database(soak):
    """It is full: first for tables, then for the journal, without which PostgreSQL ends itself."""
    make_full(DATABASE / "data", HOLES)
    until = time.monotonic() + soak.seconds
    refusals = 0
    while time.monotonic() < until:
        try:
            soak.server.rows("SELECT pg_logical_emit_message(false, '', repeat('x', 1000000))")
        except psycopg2.Error:
            refusals += 1
            time.sleep(0.5)
    assert refusals, "the disk was never full"
    make_room(DATABASE / "data")
    soak.is_mended()
    soak.go_on()


def disk_of_nginx(soak):
    """What it holds for a moment: large forms, and pages for strangers."""
    make_full(NGINX_FILES)
    soak.go_on()
    make_room(NGINX_FILES)
    soak.is_mended()
    soak.go_on()


def deployment(soak):
    """The commands of „Upgrade“ in deploy/README.md, from the link on."""
    server = soak.server
    server.release(2, another_release)
    server.switch(2)
    server.manage("migrate", "--verbosity=0")
    server.manage("collectstatic", "--noinput", "--verbosity=0")
    for name in (APPLICATION, WORKER):
        server.units[name].restart()
    server.reload_nginx()
    soak.go_on()
    assert MARK in soak.page(), "the new release is not seen"


def roll_back(soak):
    server = soak.server
    server.switch(1)
    for name in (APPLICATION, WORKER):
        server.units[name].restart()
    soak.go_on()
    assert MARK not in soak.page(), "the new release is seen still"


MARK = "<!-- release 2 -->"
FIELD = '    shelf = models.CharField(max_length=20, blank=True, default="", db_default="")\n'
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "{last}")]
    operations = [
        migrations.AddField(
            "project",
            "shelf",
            models.CharField(max_length=20, blank=True, default="", db_default=""),
        )
    ]
"""


def another_release(folder):
    """Make of this code, in `folder`, one with a column, a style and a line of HTML more."""
    [last] = MigrationLoader(None).graph.leaf_nodes("projects")
    migration = MIGRATION.format(last=last[1])
    (folder / "projects/migrations/9999_shelf.py").write_text(migration)
    insert(folder / "projects/models/projects.py", "    folded_title = DerivedField(", FIELD)
    insert(folder / "templates/base.html", "</body>", MARK)
    insert(folder / "static/css/site.css", "@", "/* release 2 */\n")


def insert(path, before, text):
    """Put `text` into the file at `path`, before the first `before`."""
    whole = Path(path).read_text()
    assert before in whole, f"{path} has no {before!r}"
    Path(path).write_text(whole.replace(before, text + before, 1))
