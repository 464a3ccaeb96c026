import logging

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from association import retention

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Erases what has been kept for as long as the rules of retention say, which the page on"
        " privacy tells. First it says what is due. To be run each night, while the site is used."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what is due, and end")

    def handle(self, *, dry_run, **options):
        rules, failed = retention.carried_out(), {}
        for rule in rules:
            self.attempt(rule, rule.count, "due", failed)
        if not dry_run:
            for rule in rules:
                self.attempt(rule, self.erase(rule), "done", failed)
        if failed:
            raise CommandError(f"{len(failed)} of {len(rules)} rules failed: {', '.join(failed)}.")

    def erase(self, rule):
        return transaction.atomic(rule.erase) if rule.is_one_transaction else rule.erase

    def attempt(self, rule, verb, told, failed):
        """Say what number `verb` returns; where it fails the other rules go on."""
        try:
            number = verb()
        except Exception as error:
            # What it says may name a person.
            logger.error("Clean-up failed: %s: %s", rule.name, type(error).__name__)
            self.stdout.write(f"{rule.name}: failed, {type(error).__name__}")
            failed[rule.name] = error
        else:
            self.stdout.write(f"{rule.name}: {number} {told}")
