"""Which picture a project has for those who share its page, and when it is drawn.

Whoever changes the title, the cover, the photos or the fundings of projects calls draw_later();
`manage.py rebuild_pictures` draws what passed it by. The name of the file tells what it was
drawn from: so its address changes with it, and a picture that is out of date is known by it.
"""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.tasks import task

from association.lithuanian import quoted, shortened, typeset
from association.models import Details
from association.renditions import LATER
from association.tasks import again_if_full

from . import covers
from .models import Project

DRAWING = 1  # a number more for each change in how it is drawn


def draw_later(projects):
    """Ask the worker for the pictures that `projects`, a QuerySet, lack; return how many."""
    lacking = [project.pk for project, _owner in without_picture(projects)]
    for pk in lacking:
        draw.enqueue(pk)
    return len(lacking)


def draw_now(projects, *, anew=False):
    """Draw the pictures that `projects` lack, or all `anew`; return how many."""
    drawn = 0
    for project, owner in without_picture(projects, anew=anew):
        replace(project, name_of(project, owner), picture_of(project, owner))
        drawn += 1
    return drawn


@task(priority=LATER)
def draw(pk):
    """Draw the picture of the project with the number `pk`, if there is one and it needs it.

    Again later, where the disk is full.
    """
    try:
        draw_now(Project.objects.filter(pk=pk))
    except OSError as error:
        return again_if_full(error)


def without_picture(projects, *, anew=False):
    """Yield those of `projects` whose picture is not that of today, with who carries them out."""
    owner = Details.objects.current().name
    for project in projects.with_fundings().prefetch_related("photos").iterator(chunk_size=500):
        picture = project.share_image
        is_there = picture and picture.storage.exists(picture.name)
        if anew or not is_there or picture.name != name_of(project, owner):
            yield project, owner


def remove_left_over():
    """Remove the pictures of projects that are no more; return how many."""
    field = Project._meta.get_field("share_image")
    try:
        stored = field.storage.listdir(field.upload_to)[1]
    except FileNotFoundError:
        return 0
    kept = set(Project.objects.exclude(share_image="").values_list("share_image", flat=True))
    left = [name for name in stored if f"{field.upload_to}/{name}" not in kept]
    for name in left:
        field.storage.delete(f"{field.upload_to}/{name}")
    return len(left)


def replace(project, name, content):
    """Keep `content` (bytes) as the picture of `project`, and the one before it no longer."""
    field = project.share_image.field
    before = project.share_image.name
    # First, so that remove_left_over() knows the file when it comes; and nothing else of the
    # project is written: it may have changed in the meantime.
    Project.objects.filter(pk=project.pk).update(share_image=name)
    field.storage.delete(name)  # that of a task that was cut short
    field.storage.save(name, ContentFile(content))
    if before and before != name:
        field.storage.delete(before)


def name_of(project, owner):
    """Return the name that the picture of `project` has if it is that of today."""
    photo = project.cover_photo
    drawn = photo and (photo.image.name, photo.focus)
    made_of = (*words_of(project, owner), project.cover, drawn, DRAWING)
    digest = sha256(repr(made_of).encode()).hexdigest()[:12]
    return f"{project.share_image.field.upload_to}/{project.pk}-{digest}.jpg"


def words_of(project, owner):
    """Return what is written on the cover: title, first funder's sentence, `owner`."""
    fundings = project.awarded_fundings[:1]
    sentence = fundings[0].sentence if fundings else ""
    title = quoted(shortened(project.title, covers.TITLE_LENGTH))
    return typeset(title), typeset(sentence), owner


def picture_of(project, owner):
    """Return the picture as bytes: with the cover photo, where there is one that can be read."""
    photo = project.cover_photo
    if photo:
        try:
            with photo.image.open() as file:
                return covers.draw_photo(file, project.cover, photo.focus)
        except (ValidationError, OSError):
            pass  # rebuild_pictures tells which photos these are
    return covers.draw_title(*words_of(project, owner), project.cover)
