"""How long the projects' app keeps what is passing: its rules of retention."""

from django.utils.translation import gettext_lazy as _

from association.retention import Rule, Term, register

from .models import DraftLink


def register_rules():
    register(
        Rule(
            name="Links to drafts that open nothing any more",
            what=_("Links by which drafts of projects are read"),
            term=Term(days=DraftLink.VALID_FOR.days),
            since=_("from when they were made"),
            why=_("The council reads a draft without an account."),
            models=(DraftLink._meta.label,),
            count=lambda: DraftLink.objects.run_out().count(),
            erase=lambda: DraftLink.objects.run_out().delete()[0],
        )
    )
