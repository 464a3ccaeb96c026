from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from association.management.commands import worker
from association.pictures import PHOTO_KINDS
from association.renditions import folders, make_renditions, remove_all_left_over
from projects.models import Photo, Project
from tests import factories
from tests.pictures import cut_short, drawing, from_iphone, from_phone, in_disguise, saved
from tests.tasks import note, run_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_place")]


def made(photo):
    """Return the photo as it is when the worker has done its work."""
    run_tasks()
    return Photo.objects.get(pk=photo.pk)


def files(photo):
    """Return the names of all files that lie in the folder of the photo's renditions."""
    image = photo.image
    keys = image.storage.listdir(image.record_folder)[0]
    return {
        f"{image.record_folder}/{key}/{name}"
        for key in keys
        for name in image.storage.listdir(f"{image.record_folder}/{key}")[1]
    }


def test_photo_is_stored_as_it_came():
    upload = from_phone()
    photo = factories.photo(factories.project(), image=upload)
    upload.seek(0)
    with photo.image.open() as stored:
        assert stored.read() == upload.read()


def test_photo_has_the_size_at_which_it_is_seen():
    photo = factories.photo(factories.project(), image=from_phone((64, 48), orientation=6))
    assert (photo.width, photo.height) == (48, 64)
    assert (made(photo).width, made(photo).height) == (48, 64)


def test_renditions_are_made_by_the_worker_in_each_width_and_kind():
    photo = factories.photo(factories.project(), image=from_phone((500, 300)))
    assert (photo.image.made, photo.image.sources) == ({}, [])
    photo = made(photo)
    assert photo.renditions["widths"] == [360, 480, 500]
    assert files(photo) == set(photo.image.rendition_names)
    assert [source.content_type for source in photo.image.sources] == [
        kind.content_type for kind in PHOTO_KINDS
    ]
    folder = f"/failai/{photo.image.record_folder}/{photo.renditions['key']}"
    assert photo.image.sources[0].srcset == (
        f"{folder}/360.avif 360w, {folder}/480.avif 480w, {folder}/500.avif 500w"
    )
    assert photo.image.largest == f"{folder}/500.jpeg"


def test_task_done_twice_does_the_work_once():
    photo = made(factories.photo(factories.project()))
    changed = [photo.image.storage.get_modified_time(name) for name in sorted(files(photo))]
    make_renditions.enqueue("projects.Photo", "image", photo.image.name)
    again = made(photo)
    assert [again.image.storage.get_modified_time(name) for name in sorted(files(again))] == changed


def test_task_that_was_cut_short_leaves_nothing_behind():
    photo = factories.photo(factories.project())
    half = f"{photo.image.record_folder}/{photo.image.key}/30.avif"
    photo.image.storage.save(half, saved(drawing()))
    photo = made(photo)
    assert files(photo) == set(photo.image.rendition_names)


def test_letter_goes_before_the_photos_that_were_there_first():
    factories.photo(factories.project())
    note.enqueue("laiškas")
    run_tasks()
    done = DBTaskResult.objects.order_by("started_at").values_list("task_path", flat=True)
    assert [path.rpartition(".")[2] for path in done] == ["note", "make_renditions"]


@pytest.mark.parametrize(
    ("upload", "suffix"),
    [
        (in_disguise(from_phone().read() + b"<script>", "puslapis.html"), ".jpg"),
        (saved(drawing(), "PNG", "nuotrauka.jpg"), ".png"),
        (from_iphone(), ".heic"),
        (saved(drawing(), "PNG", "be-plėtinio"), ".png"),
    ],
)
def test_photo_is_named_as_what_it_is(upload, suffix):
    photo = factories.photo(factories.project(), image=upload)
    assert photo.image.name.endswith(suffix)
    assert made(photo).image.made


def test_two_photos_of_one_name_are_kept_apart():
    first = factories.photo(factories.project(), image=saved(drawing(), name="a.jpg"))
    second = factories.photo(factories.draft(), image=saved(drawing(), "PNG", name="a.png"))
    assert files(made(first)).isdisjoint(files(made(second)))


def test_photo_that_replaces_another_gets_new_addresses_and_the_old_files_go():
    photo = made(factories.photo(factories.project()))
    old = files(photo)
    photo.image = saved(drawing((80, 60)))
    photo.save()
    assert photo.image.made == {}
    photo = made(photo)
    assert photo.renditions["widths"] == [80]
    assert files(photo) == set(photo.image.rendition_names)
    assert files(photo).isdisjoint(old)


def test_photo_replaced_while_its_renditions_are_made_keeps_those_of_the_new_one():
    photo = factories.photo(factories.project())
    stale = Photo.objects.get(pk=photo.pk)
    photo.image = saved(drawing((80, 60)))
    photo.save()
    stale.image.make_renditions()
    assert made(photo).renditions["widths"] == [80]
    assert files(made(photo)) == set(made(photo).image.rendition_names)


def test_renditions_of_deleted_photos_and_cleared_logos_are_removed():
    kept = made(factories.photo(factories.project()))
    cleared = factories.funder(logo=factories.picture())
    photos = [made(factories.photo(factories.project())) for _ in range(3)]
    cleared.refresh_from_db()
    storage, names = kept.image.storage, cleared.logo.rendition_names
    for photo in photos:
        names += photo.image.rendition_names
    photos[0].delete()
    Photo.objects.filter(pk=photos[1].pk).delete()
    Project.objects.get(pk=photos[2].project_id).delete()
    cleared.logo = ""
    cleared.save()
    assert remove_all_left_over() == 4
    assert [name for name in names if storage.exists(name)] == []
    assert files(kept) == set(kept.image.rendition_names)
    assert remove_all_left_over() == 0


def test_worker_tidies_up_and_goes_on_where_the_disk_is_away(monkeypatch, caplog):
    photo = made(factories.photo(factories.project()))
    storage, folder = photo.image.storage, photo.image.record_folder
    photo.delete()
    with monkeypatch.context() as patch:
        patch.setattr(storage, "listdir", Mock(side_effect=PermissionError("Uždrausta")))
        worker.Command().tidy()
    # In a store that hosts share lies the journal of erasures as well.
    warnings = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert warnings[-1] == "Files of what is no more could not be removed: Uždrausta"
    assert folders(storage, folder)
    worker.Command().tidy()
    assert not folders(storage, folder)


def test_task_of_a_photo_that_is_no_more_does_nothing():
    photo = factories.photo(factories.project())
    folder, storage = photo.image.record_folder, photo.image.storage
    photo.delete()
    run_tasks()
    assert not folders(storage, folder)


def rebuild(capsys, **options):
    """Return what rebuild_pictures says of photos, and of what it could not do."""
    call_command("rebuild_pictures", **options)
    told = capsys.readouterr()
    [line] = [each for each in told.out.splitlines() if each.startswith("projects.Photo.image: ")]
    return line.partition(": ")[2], told.err


def test_rebuild_makes_what_is_lacking_and_says_how_much(capsys, monkeypatch):
    photo = made(factories.photo(factories.project(), image=from_phone((500, 300))))
    nothing = ("0 made, 0 left over and removed", "")
    one = ("1 made, 0 left over and removed", "")
    assert rebuild(capsys) == nothing
    photo.image.storage.delete(photo.image.rendition_names[0])
    assert rebuild(capsys) == one
    assert rebuild(capsys, all=True) == one
    monkeypatch.setattr(photo.image.field, "widths", (100, 200))
    assert rebuild(capsys) == one
    photo.refresh_from_db()
    assert photo.renditions["widths"] == [100, 200]
    assert files(photo) == set(photo.image.rendition_names)


def test_rebuild_makes_renditions_of_photos_from_before_there_were_any(capsys):
    photo = factories.photo(factories.project(), image=from_phone(orientation=6))
    Photo.objects.update(renditions={}, width=64, height=48)
    rebuild(capsys)
    photo.refresh_from_db()
    assert (photo.width, photo.height, photo.renditions["widths"]) == (48, 64, [48])


def test_rebuild_names_what_it_cannot_read_and_goes_on(capsys):
    lost, broken, good = (factories.photo(factories.project()) for _ in range(3))
    lost.image.storage.delete(lost.image.name)
    Photo.objects.filter(pk=broken.pk).update(
        image=broken.image.storage.save("projektu-nuotraukos/a.jpg", cut_short())
    )
    done, complaints = rebuild(capsys)
    assert done.startswith("1 made")
    assert complaints == (
        f"{lost.image.name} is lost or cannot be read: upload it again.\n"
        "projektu-nuotraukos/a.jpg is lost or cannot be read: upload it again.\n"
    )
    assert Photo.objects.get(pk=good.pk).image.made
