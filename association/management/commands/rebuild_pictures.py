from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand

from association.renditions import picture_fields, remove_left_over
from projects import share_images
from projects.models import Project


class Command(BaseCommand):
    help = "Makes pictures anew that visitors get, of photos, logos and covers, where it is needed."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="make all anew")

    def handle(self, **options):
        for field in picture_fields():
            made, unreadable = 0, []
            for record in field.model._base_manager.exclude(**{field.name: ""}).iterator():
                file = getattr(record, field.name)
                if file.has_renditions() and not options["all"]:
                    continue
                try:
                    file.make_renditions()
                    made += 1
                except (ValidationError, OSError):
                    unreadable.append(file.name)
            removed = remove_left_over(field)
            self.stdout.write(f"{field}: {made} made, {removed} left over and removed")
            for name in unreadable:
                self.stderr.write(f"{name} is lost or cannot be read: upload it again.")
        made = share_images.draw_now(Project.objects.order_by(), anew=options["all"])
        removed = share_images.remove_left_over()
        self.stdout.write(f"Covers to share: {made} made, {removed} left over and removed")
