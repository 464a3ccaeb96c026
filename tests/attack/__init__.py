"""Hostile requests to a site that runs: as a stranger, a member and an editor.

    sh scripts/own_machine.sh .venv/bin/python -m tests.postgres -- .venv/bin/python -m tests.attack

sends 10,000 of them to a machine of its own, and prints what came of it. The same number and seed
give the same requests, in the same order.
"""

from tests.attack.sending import Report, attack

__all__ = ["Report", "attack"]
