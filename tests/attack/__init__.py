"""Hostile requests to a site that runs: `sh scripts/own_machine.sh … python -m tests.attack`.

The same number and seed give the same requests, in the same order.
"""

from tests.attack.sending import attack

__all__ = ["attack"]
