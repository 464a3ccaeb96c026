"""What an editor does on a server, through nginx and over TLS.

tests.deploy.debian runs it there, with the packages of the release alone: `go()` in the shell of
the site's manage.py. It reads the database to know of what it waits, and writes there only what
it begins from.
"""

import json
import re
import socket
import ssl
import threading
import time
from http.cookiejar import CookieJar
from io import BytesIO
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

import openpyxl
from django.core.files.base import ContentFile

from accounts.models import User
from association.models import Library
from tests import factories, logins, pictures
from tests.forms import form_data

SITE = "https://biblioteka.example"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
MAIL_PORT = 2525
PATIENCE = 30  # seconds
LIBRARIES = "/admin/association/library/"


def wait_for(found):
    """Return what `found()` returns once it is true; fail when it is not within PATIENCE."""
    until = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < until, "It did not come to pass."
        time.sleep(0.5)
    return result


class Browser:
    """Gets pages and sends their forms, as one without JavaScript does."""

    def __init__(self):
        context = ssl.create_default_context(cafile=CERTIFICATES)
        self.opener = build_opener(HTTPSHandler(context=context), HTTPCookieProcessor(CookieJar()))
        self.address = SITE

    def ask(self, path, data=None, **headers):
        """Return the body of the answer, after all that it leads on to."""
        address = urljoin(self.address, path)
        request = Request(address, data, {"Referer": address} | headers)  # noqa: S310 - https, above
        with self.opener.open(request, timeout=PATIENCE) as response:
            self.address, self.headers = response.url, response.headers
            return response.read()

    def page(self, path=""):
        return self.ask(path).decode()

    def send(self, path="", files=(), form=None, to="", **values):
        """Fill in the form `form` of the page at `path`, and send it, `to` another address."""
        filled = form_data(self.page(path), form) | {name: [v] for name, v in values.items()}
        boundary = "riba-7f3a9c"
        parts = [f'{name}"\r\n\r\n{value}'.encode() for name in filled for value in filled[name]]
        parts += [
            f'{name}"; filename="{file.name}"\r\n\r\n'.encode() + file.read()
            for name, file in files
        ]
        start = f'--{boundary}\r\nContent-Disposition: form-data; name="'.encode()
        body = b"".join(start + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
        return self.ask(to, body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"})


class MailServer(threading.Thread):
    """Takes letters from the worker, and keeps what they say."""

    def __init__(self):
        super().__init__(daemon=True)
        self.letters = []
        self.socket = socket.create_server(("127.0.0.1", MAIL_PORT))
        self.start()

    def run(self):
        while True:
            connection, _address = self.socket.accept()
            with connection, connection.makefile("rwb") as stream:
                self.talk(stream)

    def talk(self, stream):
        def say(words):
            stream.write(words + b"\r\n")
            stream.flush()

        say(b"220 here")
        for line in stream:
            if line.upper().startswith(b"DATA"):
                say(b"354 go on")
                self.letters.append(b"".join(iter(stream.readline, b".\r\n")))
            say(b"221 bye" if line.upper().startswith(b"QUIT") else b"250 well")


def log_in(browser, email, password):
    """By the password and the authenticator app."""
    logins.set_up_app(User.objects.get(email=email))
    page = browser.send("/prisijungti/", login=email, password=password)
    assert "antras-zingsnis" in browser.address, page.decode()
    browser.send(code=logins.app_code())
    assert browser.page("/admin/").count("<h1") == 1
    assert browser.address.endswith("/admin/"), browser.address


def send_photos(browser, project):
    """Of a telephone and of a camera, in words; return what a visitor gets of them."""
    path = f"/admin/projects/project/{project.pk}/nuotraukos/"
    files = [("image", pictures.from_iphone()), ("image", pictures.from_phone((1600, 1200)))]
    browser.send(path, files, form="photos_form")
    photos = list(project.photos.all())
    assert len(photos) == 2, browser.page(path)
    words = {f"photo-{photo.pk}-alt": "Žalia kalva" for photo in photos}
    browser.send(path, form="photos_form", **words)
    address = project.get_absolute_url()
    visitor = Browser()
    found = wait_for(lambda: set(re.findall(r'/failai/[^" ]+', visitor.page(address))))
    for file in sorted(found):
        start = visitor.ask(file, Range="bytes=0-9")
        assert len(start) == 10, "nginx sends parts"
        assert "sandbox" in visitor.headers["Content-Security-Policy"]
        assert visitor.headers["X-Accel-Redirect"] is None
    return found


def import_table(browser):
    """Bring a library in by a workbook, and take it out again."""
    book, file = openpyxl.Workbook(), BytesIO()
    book.active.append(["Pavadinimas", "Savivaldybė", "Apskritis"])
    book.active.append(["Zarasų biblioteka", "Zarasai", "Utenos apskritis"])
    book.save(file)
    browser.send(f"{LIBRARIES}importuoti/", [("file", ContentFile(file.getvalue(), "b.xlsx"))])
    wait_for(lambda: 'name="_import"' in browser.page())
    browser.send(_import="1")
    wait_for(lambda: Library.objects.filter(name="Zarasų biblioteka").exists())
    assert browser.send(f"{LIBRARIES}eksportuoti/", kind="xlsx").startswith(b"PK")


def ask_for_a_code(email, mail):
    Browser().send("/prisijungti/kodas/", email=email)
    wait_for(lambda: any(email.encode() in letter for letter in mail.letters))


def go(email, password):
    mail, browser = MailServer(), Browser()
    log_in(browser, email, password)
    project = factories.project(title="Knygų mugė")
    files = send_photos(browser, project)
    import_table(browser)
    ask_for_a_code(email, mail)
    print(json.dumps({"project": project.get_absolute_url(), "files": sorted(files)}))
