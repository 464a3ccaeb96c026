"""Load and faults, on a server as deploy/ makes it: `make soak`.

Prints one line for each phase, and ends with an error where one does not hold. What a client was
told to be saved is there after each; a visitor sees a page of the site, or for ten seconds at
most a clear one that says it will be back. In the end the server is attacked. `SECONDS=3 make soak`
hurries, while working on it; `PHASES=mail,disk` picks some by words of their names.
"""

import os
import statistics
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

import django

LONGEST_ABSENCE = 10  # seconds
SECONDS = float(os.environ.get("SECONDS") or 12)  # that a phase goes on after what befell
FIRST = 20  # seconds until all caches are filled
LARGEST = 600  # MiB, of all processes together
HOSTILE = 10_000  # requests of the attack that comes last, when nothing else is left to lose


@dataclass
class Phase:
    """What `befalls` the server: a function of a Soak.

    Where it `is_hidden`, nobody notices; where `nobody_answers`, connections are refused, too.
    `nginx_refuses` is what it says to a form for which itself has no space.
    """

    name: str
    befalls: callable
    is_hidden: bool = False
    nobody_answers: bool = False
    nginx_refuses: str = ""

    def tells(self, answer):
        """Whether `answer` is as bad as it may be here, though not elsewhere."""
        if answer.status:
            return answer.status == 500 and self.nginx_refuses and self.nginx_refuses in answer.text
        return self.nobody_answers


def phases():
    """Another phase is a line here."""
    from . import faults

    return [
        Phase("nothing", faults.nothing, is_hidden=True),
        Phase("a process of the application killed", faults.one_process),
        Phase("all its processes killed", faults.all_processes),
        Phase("the application killed", faults.application),
        Phase("the application killed 6 times", faults.application_again_and_again),
        Phase("the worker killed with a letter", faults.worker_with_a_letter, is_hidden=True),
        Phase("a process of the database killed", faults.database_process),
        Phase("the database killed", faults.database),
        Phase("nginx reloaded 3 times", faults.nginx_reload, is_hidden=True),
        Phase("nginx killed", faults.nginx, nobody_answers=True),
        Phase("disk of files full", faults.disk_of_files),
        Phase("disk of the database full", faults.disk_of_database),
        Phase("disk of nginx full", faults.disk_of_nginx, nginx_refuses="galėjo būti neišsaugoti"),
        Phase("mail server hangs, refuses, is away", faults.mail_server, is_hidden=True),
        Phase("deployment", faults.deployment, is_hidden=True),
        Phase("roll back", faults.roll_back, is_hidden=True),
    ]


class Soak:
    """A server under load, and what has been seen of it."""

    def __init__(self, server, mail, load):
        self.server, self.mail, self.load = server, mail, load
        self.seconds, self.mended, self.is_sound = SECONDS, 0, True
        self.memory = []

    def go_on(self, part=1):
        time.sleep(self.seconds * part)

    def is_mended(self):
        """From now on it should come back."""
        self.mended = time.monotonic()

    def page(self):
        from .browsing import Browser

        return Browser().get("/").text

    def go_through(self, phase):
        """Let `phase` befall the server; print its line."""
        for each in [*self.load.visitors, *self.load.writers]:
            each.taken_answers()
        told = self.load.told
        self.mended = time.monotonic()
        try:
            note, wrong = phase.befalls(self), []
        except AssertionError as error:
            note, wrong = "", [str(error)]
        wrong += self.wait_until_well()
        visits = [each for visitor in self.load.visitors for each in visitor.taken_answers()]
        sent = [each for writer in self.load.writers for each in writer.taken_answers()]
        answers = visits + sent
        refused = [each for each in answers if phase.tells(each)]
        bad = [each for each in answers if each.kind == "bad" and each not in refused]
        away = [each for each in answers if each.kind == "away"] + refused
        slowest = max((each.ended - each.began for each in visits), default=0)
        back = max(absence(visits, answers, self.mended), slowest)
        wrong += [str(each) for each in bad[:3]]
        if back > LONGEST_ABSENCE:
            wrong.append(f"back after {back:.1f} s")
        if phase.is_hidden:
            wrong += [str(each) for each in away[:3]]
        lost = self.load.lost()
        wrong += [f"lost: {each}" for each in lost[:3]]
        cells = [len(answers), len(away), len(bad), f"{back:.1f}", self.load.told - told, len(lost)]
        speed = statistics.median(each.ended - each.began for each in visits) if visits else 0
        print_line(phase.name, *cells, f"{speed * 1000:.0f}", note or "")
        for each in wrong:
            print(f"    {each}", flush=True)
        self.is_sound = self.is_sound and not wrong

    def wait_until_well(self):
        """Wait until the database and pages are there again; return what is wrong with that."""
        from .browsing import Browser

        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.server.is_database_there() and Browser().get("/").status == 200:
                return []
            time.sleep(0.2)
        return ["it does not come back"]


def absence(visits, answers, since):
    """Return for how many seconds from `since` on something was amiss, or nobody was answered."""
    amiss = [each.ended for each in answers if each.kind != "good" and each.ended > since]
    first = min(
        (each.ended for each in visits if each.kind == "good" and each.began > since),
        default=float("inf"),
    )
    return max([first, *amiss]) - since


def print_line(name, *cells):
    widths = (8, 6, 5, 7, 7, 6, 8)
    shown = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False)]
    print(f"{name:<38}" + "".join(shown) + f"  {cells[-1]}".rstrip(), flush=True)


def report_memory(server, before):
    print("\nMemory of each process, MiB (growth while load was all there was)")
    now = server.memory_of_each()
    for program, number, size in now:
        known = [mib for name, pid, mib in before if pid == number]
        growth = f"{size - known[0]:+.0f}" if known else "new"
        print(f"  {program:<20}{size:7.0f}  {growth}")
    total = sum(size for _program, _number, size in now)
    print(f"  {'together':<20}{total:7.0f}")
    return total < LARGEST


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    django.setup()
    from tests.attack import attack
    from tests.attack.world import ask

    from . import faults, setting_up

    with setting_up.server_and_load() as (server, mail, load):
        soak = Soak(server, mail, load)
        time.sleep(min(FIRST, SECONDS * 2))
        print_line(
            "what befalls", "answers", "503", "bad", "back s", "told", "lost", "median ms", ""
        )
        words = [each for each in os.environ.get("PHASES", "").split(",") if each]
        for phase in phases():
            if not words or any(word in phase.name for word in words):
                soak.go_through(phase)
        soak.go_through(Phase("load alone", faults.load_alone, is_hidden=True))
        is_small = report_memory(server, soak.memory)
        load.stop()
        report = attack(
            int(HOSTILE * min(SECONDS / 12, 1)), 1, "https://127.0.0.1", ask(server.manage)
        )
        print(f"\n{report}\n\nWhat the programs said: {server.log.name}")
    return 0 if soak.is_sound and is_small and not report.failures else 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
