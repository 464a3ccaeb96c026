"""What a browser would send for a form on a page, read from the page itself."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id = form_id
        self.inside = form_id is None
        self.data = {}
        self.name = None  # of the select or textarea that is open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = self.form_id is None or given.get("id") == self.form_id
        if not self.inside:
            return
        name = given.get("name")
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind in {"checkbox", "radio"}:
                if "checked" in given:
                    self.data.setdefault(name, []).append(given.get("value", "on"))
            elif kind not in {"submit", "file", "button"}:
                self.data.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self.name = name
            self.data[name] = [""]
        elif tag == "select":
            self.name = name
        elif tag == "option" and "selected" in given:
            self.data.setdefault(self.name, []).append(given.get("value", ""))

    def handle_endtag(self, tag):
        if tag in {"select", "textarea"}:
            self.name = None
        if tag == "form" and self.form_id is not None:
            self.inside = False

    def handle_data(self, data):
        if self.inside and self.name in self.data and self.lasttag == "textarea":
            self.data[self.name][0] += data


def form_data(page, form_id=None):
    """Return {name: [values]} of the form `form_id` in the HTML `page`, as if sent unchanged."""
    reader = _Fields(form_id)
    reader.feed(page)
    return {name: [value.lstrip("\n") for value in values] for name, values in reader.data.items()}
