"""The page of a project's photos: many are sent at once, then each is told in words.

A script sends one file at a time and puts its row into the list; without one all of them come
with the form. Either way a file that is refused says why, and the others are taken.
"""

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from association import versions
from association.admin import ORDERING
from association.models import LAST
from association.pictures import ACCEPTED, MAX_BYTES, too_large
from association.storage import is_full, will_pass

from ..forms import PhotoForm, PhotoUploadForm
from ..indexing import collect_words
from ..models import Photo, Project
from ..share_images import draw_later


@dataclass
class Changes:
    """What was done to the photos of a project, as a formset tells it to the history."""

    model = Photo
    new_objects: list = field(default_factory=list)
    changed_objects: list = field(default_factory=list)
    deleted_objects: list = field(default_factory=list)

    @property
    def forms(self):
        return [PhotoForm()]

    def __bool__(self):
        return bool(self.new_objects or self.changed_objects or self.deleted_objects)


class PhotosPage:
    """What the admin of projects has for their photos: a page, and an address for each file."""

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/nuotraukos/", view(self.photos_view), name="projects_project_photos"),
            path(
                "<int:pk>/nuotraukos/siusti/",
                view(require_POST(self.send_photo_view)),
                name="projects_project_send_photo",
            ),
        ]
        return [*own, *super().get_urls()]

    def project_to_change(self, request, pk):
        """Return the project with the number `pk`; raise Http404, or PermissionDenied."""
        project = self.get_object(request, str(pk))
        if project is None:
            raise Http404
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        return project

    def photos_view(self, request, pk):
        """Show the photos of a project; keep what is told of them, and take new ones."""
        project = self.project_to_change(request, pk)
        if request.method != "POST":
            return self.photos_page(request, project, [])
        files = request.FILES.getlist("image")
        if files:
            versions.keep_first(project)
        sent, refusals = take(project, files)
        changes = Changes(new_objects=sent)
        with transaction.atomic():
            wait_for_others(project)
            bound, gone = bound_forms(project, request.POST)
            is_valid = all(may_be_kept(form) for form in bound)
            if is_valid:
                keep(project, bound, changes)
            if sent:
                project.photos.renumber()
            self.note(request, project, changes)
        self.tell(request, changes, refusals, gone)
        if is_valid:
            return redirect("admin:projects_project_photos", pk)
        return self.photos_page(request, project, bound)

    def send_photo_view(self, request, pk):
        """Take one photo; answer with its row, or with why it is refused, as JSON."""
        project = self.project_to_change(request, pk)
        files = request.FILES.getlist("image")[:1]
        with transaction.atomic():
            wait_for_others(project)
            if files:
                versions.keep_first(project)
            sent, refusals = take(project, files, request.POST.get("position"))
            self.note(request, project, Changes(new_objects=sent))
        if not sent:
            told = [sentence for _name, sentences in refusals for sentence in sentences]
            return JsonResponse({"errors": told or [gettext("No file has come. Send it again.")]})
        row = {"form": form_of(sent[0])}
        photos = list(project.photos.all())
        return JsonResponse(
            {
                "row": render_to_string("projects/admin/photo.html", row, request),
                "number": len(photos),
                "state": state_of(project, photos),
            }
        )

    def photos_page(self, request, project, bound):
        """Return the page; the `bound` forms that were refused stand in it as they were typed."""
        refused = {form.instance.pk: form for form in bound}
        photos = list(project.photos.all())
        rows = [refused.get(photo.pk) or form_of(photo) for photo in photos]
        context = {
            "subtitle": str(project),
            "media": forms.Media(js=ORDERING),
            "project": project,
            "rows": rows,
            "errors": [each for form in bound if not form.is_deleted for each in errors_of(form)],
            "state": state_of(project, photos),
            "accepted": ACCEPTED,
            "limits": Photo._meta.get_field("image").help_text,
            "words": {"words": words_of_script(), "limit": MAX_BYTES},
        }
        return self.own_page(request, "projects/admin/photos.html", _("Photos"), **context)

    def note(self, request, project, changes):
        """Tell the history of `project` what was done."""
        if changes:
            told = self.construct_change_message(request, forms.Form(), [changes])
            self.log_change(request, project, told)

    def tell(self, request, changes, refusals, gone):
        """Say on the page what became of what was sent."""
        number = len(changes.new_objects)
        if number:
            told = ngettext("%(number)s photo was added.", "%(number)s photos were added.", number)
            self.message_user(request, told % {"number": number}, messages.SUCCESS)
        if changes.changed_objects or changes.deleted_objects:
            self.message_user(request, gettext("What you changed is saved."), messages.SUCCESS)
        for name, sentences in refusals:
            self.message_user(request, f"{name}: {' '.join(sentences)}", messages.ERROR)
        if gone:
            told = ngettext(
                "%(number)s photo is no longer there: somebody else has deleted it.",
                "%(number)s photos are no longer there: somebody else has deleted them.",
                gone,
            )
            self.message_user(request, told % {"number": gone}, messages.WARNING)


def wait_for_others(project):
    """Let nobody else write `project` until the end of the transaction; Http404 if it is gone."""
    if not versions.lock(Project, [project.pk]):
        raise Http404


def take(project, files, position=None):
    """Keep those of `files` that are photos; return them, and (name, sentences) of the others.

    Each is kept at once: a later one that fails takes none of them along. They come last, unless
    a `position`, as it was posted, is given.
    """
    sent, refusals = [], []
    if position and project.photos.filter(position=LAST).exists():
        project.photos.renumber()  # a number means a place only among numbers
    for file in files:
        form = PhotoUploadForm(
            {"position": position}, {"image": file}, instance=Photo(project=project)
        )
        if form.is_valid():
            try:
                with transaction.atomic():
                    wait_for_others(project)
                    sent.append(form.save())
            except OSError as error:
                if not will_pass(error):
                    raise
                refusals.append((file.name, [no_space() if is_full(error) else no_store()]))
        else:
            refusals.append((file.name, [str(each) for each in sum(form.errors.values(), [])]))
    return sent, refusals


def no_space():
    return gettext(
        "There is no space left on the server’s disk: the photo is not saved. Tell the owner of the"
        " server, and send it again once there is."
    )


def no_store():
    return gettext(
        "The store of uploaded files does not answer just now: the photo is not saved. Send it"
        " again in a few minutes."
    )


def form_of(photo, data=None):
    return PhotoForm(data, instance=photo, prefix=f"photo-{photo.pk}", label_suffix="")


def bound_forms(project, data):
    """Return the forms of the photos that `data`, what was posted, names; and how many are gone.

    Within a transaction: the photos stay as they are read until its end.
    """
    named = dict.fromkeys(data.getlist("photo"))
    photos = {str(photo.pk): photo for photo in project.photos.select_for_update()}
    bound = [form_of(photos[pk], data) for pk in named if pk in photos]
    return bound, len(named) - len(bound)


def may_be_kept(form):
    """Whether nothing is wrong with `form`, as far as it matters: what stays was valid before."""
    return form.is_deleted or not form.has_changed() or form.is_valid()


def keep(project, bound, changes):
    """Do what the valid forms `bound` say to the photos of `project`; note it in `changes`."""
    moves = {}
    if any(form.is_deleted or form.has_changed() for form in bound):
        versions.keep_first(project)
    for form in bound:
        photo = form.instance
        if form.is_deleted:
            changes.deleted_objects.append(photo)
        elif form.has_changed():
            if form.describes:
                photo.added_at = timezone.now()  # for visitors it is new only now
            # Nothing else is written: the worker may just be making its renditions.
            photo.save(update_fields=[*form.changed_data, "added_at"])
            changes.changed_objects.append((photo, form.changed_data))
            moves |= form.moves
    if not (changes.changed_objects or changes.deleted_objects):
        return
    Photo.objects.filter(pk__in=[photo.pk for photo in changes.deleted_objects]).delete()
    project.photos.renumber(moves)
    projects = Project.objects.filter(pk=project.pk)
    projects.update(changed_at=timezone.now())
    collect_words(projects)
    draw_later(projects)


def state_of(project, photos):
    """Return in a sentence or two which of the `photos` of `project` visitors see."""
    if not photos:
        return gettext("There are no photos yet.")
    number = sum(photo.is_described for photo in photos)
    if project.is_published:
        seen = ngettext("Visitors see %(number)s photo.", "Visitors see %(number)s photos.", number)
    else:
        seen = ngettext(
            "Once the project is published, visitors will see %(number)s photo.",
            "Once the project is published, visitors will see %(number)s photos.",
            number,
        )
    told = [seen % {"number": number}]
    if lacking := len(photos) - number:
        hidden = ngettext(
            "%(number)s has no alternative text yet: visitors do not see it.",
            "%(number)s have no alternative text yet: visitors do not see them.",
            lacking,
        )
        told.append(hidden % {"number": lacking})
    return " ".join(told)


def errors_of(form):
    """Yield (id of the field, sentence) for each error of `form`."""
    name_of_photo = form.instance.file_name
    for name, sentences in form.errors.items():
        of_all = name == "__all__"
        bound = form["alt" if of_all else name]
        where = name_of_photo if of_all else f"{name_of_photo}, {bound.label}"
        for sentence in sentences:
            yield bound.id_for_label, f"{where}: {sentence}"


def words_of_script():
    """Return what static/js/photos.js says, which has no words of its own."""
    return {
        "waits": gettext("Waits"),
        "sent": gettext("Sent, being looked at"),
        "summary": gettext("Sent: {done} of {all}."),
        "refused": gettext("Refused: {refused}."),
        "network": gettext("The photo could not be sent. Check the connection and try again."),
        "login": gettext("You are no longer logged in. Log in in another tab, then try again."),
        "size": too_large().message,
    }
