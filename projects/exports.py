"""Open data: the files, and the page that explains them.

The files are the same for everybody, staff too: what one downloads and hands on holds no
draft.
"""

import csv
import json
from itertools import batched, chain

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from association.models import Details
from association.policies import for_all_sites
from association.spreadsheets import BYTE_ORDER_MARK, cell

from . import grants
from .models import Funding, FundingState, Project
from .structured_data import data_node

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CHUNK = 500  # records in memory at a time


class OpenData(TemplateView):
    """What the files hold, field by field, and under which licence."""

    template_name = "projects/open_data.html"
    extra_context = {"fields": grants.FIELDS, "licence": LICENCE}

    def get_context_data(self, **kwargs):
        return super().get_context_data(structured_data=[data_node(LICENCE)], **kwargs)


@for_all_sites
@require_safe
def projects_csv(request):
    """All public projects for a spreadsheet."""
    response = StreamingHttpResponse(csv_lines(publisher()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="projektai.csv"'
    return response


@for_all_sites
@require_safe
def projects_json(request):
    """All public projects as a package of 360Giving."""
    return StreamingHttpResponse(json_parts(publisher()), content_type="application/json")


def publisher():
    return grants.Publisher(Details.objects.current(), settings.SITE_URL)


def awarded():
    """Yield (project, funding) for each awarded funding of a public project."""
    fundings = (
        Funding.objects.filter(state=FundingState.AWARDED, project__in=public_projects())
        .select_related("funder", "project")
        .prefetch_related("project__activities__places")
        .order_by("pk")
    )
    for funding in fundings.iterator(chunk_size=CHUNK):
        yield funding.project, funding


def without_award():
    """Yield (project, None) for each public project for which nothing has been awarded."""
    fundings = Funding.objects.filter(state=FundingState.AWARDED, project=OuterRef("pk"))
    projects = (
        public_projects()
        .exclude(Exists(fundings))
        .prefetch_related("activities__places")
        .order_by("pk")
    )
    for project in projects.iterator(chunk_size=CHUNK):
        yield project, None


def public_projects():
    return Project.objects.visible_to(AnonymousUser())


class Echo:
    """A file for csv.writer that hands each line back."""

    def write(self, line):
        return line


def csv_lines(publisher):
    """Yield the text of the file, some lines at a time.

    Spreadsheets of a Lithuanian computer take the semicolon for the border of cells and the
    comma for the beginning of decimals.
    """
    writer = csv.writer(Echo(), delimiter=";")
    yield BYTE_ORDER_MARK + writer.writerow(field.path for field in grants.FIELDS)
    for pairs in batched(chain(awarded(), without_award()), CHUNK, strict=False):
        yield "".join(writer.writerow(map(cell, grants.values(*pair, publisher))) for pair in pairs)


def json_parts(publisher):
    """Yield the text of the package, some records at a time.

    Projects without a grant stand beside the grants, since the standard wants a funder in
    each of those. That list is a field of ours, which the standard lets a publisher add:
    https://standard.threesixtygiving.org/en/latest/extensions/.
    """
    yield as_json(package(publisher)).removesuffix("}") + ',"grants":['
    yield from json_items(awarded(), publisher)
    yield '],"projectsWithoutGrants":['
    yield from json_items(without_award(), publisher)
    yield "]}"


def json_items(pairs, publisher):
    separator = ""
    for chunk in batched(pairs, CHUNK, strict=False):
        items = (as_json(grants.record(*pair, publisher)) for pair in chunk)
        yield separator + ",".join(items)
        separator = ","


def package(publisher):
    """Return what the package says of itself."""
    return {
        "version": grants.VERSION,
        "publisher": {
            "identifier": publisher.organization_id,
            "name": publisher.name,
            "website": publisher.site,
        },
        "license": LICENCE,
        "accessURL": publisher.site + reverse("projects:open_data"),
        "downloadURL": publisher.site + reverse("projects:json"),
    }


def as_json(value):
    """Return compact JSON. Sums have at most 14 digits, which a float keeps exactly."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
