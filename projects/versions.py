"""Which records are kept in all their states, and what else a restored one needs."""

from django.db import transaction

from association import versions
from association.models import (
    CouncilMember,
    Details,
    FormerName,
    Library,
    Membership,
    Page,
    Redirect,
)
from association.models import Document as AssociationDocument

from .indexing import collect_words
from .models import (
    Activity,
    ActivityDay,
    Document,
    Funder,
    FunderAlias,
    Funding,
    Goal,
    Partner,
    Photo,
    Place,
    Project,
    ResultLink,
)
from .share_images import draw_later

PUBLICATION = ["published_at"]


def register():
    """Tell association.versions of each model; called once, when all models are there."""
    parts = [Partner, Goal, Funding, Activity, ActivityDay, Place, Photo, Document, ResultLink]
    follow = ["partners", "goals", "fundings", "activities", "photos", "documents", "links"]
    versions.register(Project, follow=follow, exclude=["share_image"], parts=parts)
    versions.register(Activity, follow=["days", "places"])
    versions.register(Photo, exclude=["renditions"])
    for part in set(parts) - {Activity, Photo}:
        versions.register(part)
    versions.register(Funder, follow=["aliases"], exclude=["logo_renditions"], parts=[FunderAlias])
    versions.register(FunderAlias)
    versions.register(
        Library, follow=["former_names", "memberships"], parts=[FormerName, Membership]
    )
    versions.register(FormerName)
    versions.register(Membership)
    for root in (Page, AssociationDocument, CouncilMember, Details, Redirect):
        versions.register(root, parts=[])


@transaction.atomic
def restore(revision, project_pk):
    """Bring a project back to the state in `revision`; return it. Who sees it does not change.

    One that was deleted comes back as a draft would: as it was, public too. Raise
    association.versions.NotRestored.
    """
    project = versions.restore(revision, Project, project_pk, keeping=PUBLICATION)
    Project.objects.unfinished().renumber()
    projects = Project.objects.filter(pk=project.pk)
    collect_words(projects)
    draw_later(projects)
    return project
