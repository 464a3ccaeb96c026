"""Pages of the admin that are ours."""

from django.template.response import TemplateResponse


class OwnPages:
    """Pages below the list of a model, whose templates extend accounts/admin/base.html."""

    def own_page(self, request, template, title, **context):
        """Return the page that `template` makes of `context` under `title`."""
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return TemplateResponse(request, template, context)
