from django.utils.functional import SimpleLazyObject

from .models import Details


def details(request):
    """The association's details, for the header and the footer of each page."""
    return {"details": SimpleLazyObject(Details.objects.current)}
