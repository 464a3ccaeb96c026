"""Attacks a machine of its own: `python -m tests.attack [number [seed]]`, 10,000 by default."""

import os
import sys

import django

COUNT, SEED = 10_000, 1


def main(count=COUNT, seed=SEED):
    from tests.attack import attack
    from tests.attack.world import ask
    from tests.deploy.machine import Machine, wait_for
    from tests.deploy.visits import answers

    machine = Machine(os.environ["DATABASE_URL"])
    try:
        machine.set_up()
        machine.start("svetaine.service")
        machine.start("svetaine-worker.service")
        machine.start_nginx()
        wait_for(lambda: answers("/readyz"))
        report = attack(int(count), int(seed), "https://127.0.0.1", ask(machine.manage))
    finally:
        machine.stop_all()
    print(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main(*sys.argv[1:]))
