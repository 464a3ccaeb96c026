"""Who uses the site during a soak: visitors who read, and people who write.

Whoever writes keeps a list of what the site has told to be saved. `lost()` of each asks the
database and the disk, past the site, what of it is not there.
"""

import hashlib
import json
import os
import re
import time
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from threading import Event, Lock, Thread

from PIL import Image

from tests.documents import PDF
from tests.forms import form_data

from .browsing import NO_SPACE, Browser
from .server import MEDIA

SEARCH = "/paieska/?q=biblioteka+"  # and something that was never looked for


class Busy(Thread):
    """Somebody who does `act()` again and again, and notes the answers."""

    pause = 0  # seconds between two

    def __init__(self):
        super().__init__(daemon=True)
        self.answers, self.is_over, self.lock = [], Event(), Lock()
        self.rests, self.is_resting = Event(), Event()

    def run(self):
        while not self.is_over.is_set():
            if self.rests.is_set():
                self.is_resting.set()
                time.sleep(0.02)
                continue
            self.is_resting.clear()
            self.act()
            self.is_over.wait(self.pause)

    def note(self, answer):
        """Keep what is to be counted of `answer`; return it."""
        with self.lock:
            self.answers.append(answer)
        return answer

    def seen(self, since):
        """Return the answers to what was asked after the moment `since`."""
        with self.lock:
            return [each for each in self.answers if each.began > since]

    def taken_answers(self):
        """Return the answers since the last call."""
        with self.lock:
            taken, self.answers = self.answers, []
        return taken


class Visitor(Busy):
    """Somebody who reads one page after another: a stranger, or a member by their `cookies`.

    Strangers get pages that nginx has held for some seconds, but for what they search for.
    """

    def __init__(self, number, pages, cookies=None):
        super().__init__()
        self.browser, self.pages = Browser(f"127.0.1.{number}", cookies), pages
        self.number, self.turn = number, count(number)

    def act(self):
        turn = next(self.turn)
        page = self.pages[turn % len(self.pages)]
        if page == SEARCH:
            page += f"{self.number}+{turn}"
        answer = self.note(self.browser.get(page))
        if answer.kind == "good":
            answer.text = ""
        else:
            time.sleep(0.1)


class Writer(Busy):
    """Somebody who sends forms. `told` is what the site has said to have saved, in order."""

    pause = 0.2

    def __init__(self, server, browser):
        super().__init__()
        self.server, self.browser, self.numbers = server, browser, count(1)
        self.told, self.clear_refusals = [], []

    def form(self, path, form_id):
        """Return the fields of a form, as a browser has them; None while the site is away."""
        answer = self.note(self.browser.get(path))
        if answer.kind != "good" or answer.status != 200:
            time.sleep(0.2)
            return None
        return form_data(answer.text, form_id)

    def send(self, path, data, files=(), *, leads_to):
        """Send a form; return whether the answer tells that it is saved: it leads_to elsewhere."""
        answer = self.note(self.browser.post(path, data, files))
        where = answer.headers.get("location", "")
        if answer.status == 302 and where == leads_to:
            return True
        if answer.status == 200 and NO_SPACE in answer.text:
            self.clear_refusals.append(answer)
        elif answer.kind == "good":
            answer.status = -answer.status  # neither saved nor clearly refused
            answer.text = f"{where} {errors_in(answer.text)}"
        return False

    def lost(self):
        """Return what was told to be saved and is not; for whoever does nothing at the moment."""
        raise NotImplementedError


def errors_in(text):
    return re.findall(r'(?s)<ul class="errorlist.*?</ul>|<p class="errornote">.*?</p>', text)[:3]


class EditorOfRecord(Writer):
    """Staff who write one record in the admin: each time another marker into one of its fields."""

    def __init__(self, server, browser, *, model, number, field, table):
        super().__init__(server, browser)
        self.list = f"/admin/{model.replace('.', '/')}/"
        self.path = f"{self.list}{number}/change/"
        self.form_id = f"{model.partition('.')[2]}_form"
        self.record, self.field, self.table = number, field, table

    def act(self):
        data = self.form(self.path, self.form_id)
        if data is None:
            return
        number = next(self.numbers)
        data |= {self.field: [f"{self.table}, eilute {number}."], "_save": ["1"]}
        if self.send(self.path, data, leads_to=self.list):
            self.told.append(number)

    def lost(self):
        """The last that was told, or one that was sent after it, stands; each has its state."""
        if not self.told:
            return []
        [[text]] = self.server.rows(
            f"SELECT {self.field} FROM {self.table} WHERE id = %s",  # noqa: S608 - our own names
            self.record,
        )
        stands = int(re.search(r"\d+", text)[0])
        lost = [] if stands >= self.told[-1] else [f"{self.table}: {self.told[-1]}"]
        query = "SELECT serialized_data FROM reversion_version WHERE serialized_data LIKE %s"
        states = "\n".join(state for [state] in self.server.rows(query, "%eilute%"))
        pattern = rf'"{self.field}": "{self.table}, eilute (\d+)\."'
        kept = {int(number) for number in re.findall(pattern, states)}
        return lost + [f"{self.table}, state {each}" for each in self.told if each not in kept]


class Librarian(Writer):
    """A representative who changes the phone number of the library."""

    def __init__(self, server, browser, library):
        super().__init__(server, browser)
        self.library, self.path = library, f"/paskyra/biblioteka/{library}/"

    def act(self):
        data = self.form(self.path, None)
        if data is None:
            return
        number = next(self.numbers)
        data["phone"] = [f"+370 5 2{number:06}"]
        if self.send(self.path, data, leads_to="/paskyra/#biblioteka"):
            self.told.append(number)

    def lost(self):
        if not self.told:
            return []
        query = "SELECT phone FROM association_library WHERE id = %s"
        [[phone]] = self.server.rows(query, self.library)
        stands = int(phone.split()[-1][1:])
        return [] if stands >= self.told[-1] else [f"phone {self.told[-1]}: {phone}"]


class Archivist(Writer):
    """Staff who add documents of the association, each a file of its own bytes."""

    pause = 0.5
    list = "/admin/association/document/"

    def __init__(self, server, browser):
        super().__init__(server, browser)
        self.sums = {}

    def act(self):
        data = self.form(f"{self.list}add/", "document_form")
        if data is None:
            return
        number = next(self.numbers)
        # Small ones stay in memory on their way, large ones go through a file.
        own = os.urandom(1_500_000 if number % 5 == 0 else 50_000)
        content = PDF.replace(b"%%EOF", b"%" + own.hex().encode() + b"\n%%EOF")
        title = f"Dokumentas {number}"
        data |= {"title": [title], "_save": ["1"]}
        file = ("file", f"dokumentas-{number}.pdf", "application/pdf", content)
        self.sums[title] = hashlib.sha256(content).digest()
        if self.send(f"{self.list}add/", data, [file], leads_to=self.list):
            self.told.append(title)

    def lost(self):
        query = "SELECT title, file FROM association_document WHERE title LIKE %s"
        stored = dict(self.server.rows(query, "Dokumentas %"))
        lost = [title for title in self.told if title not in stored]
        return lost + list(damaged(stored, self.sums))


def damaged(stored, sums):
    """Yield each of `stored`, {title: name of the file}, whose file has not the bytes it had."""
    for title, name in stored.items():
        try:
            content = (MEDIA / name).read_bytes()
        except OSError:
            yield f"{title}: no file"
            continue
        if hashlib.sha256(content).digest() != sums[title]:
            yield f"{title}: another file"


class Photographer(Writer):
    """Staff who send photos of a project, one after another as the script of the page does."""

    pause = 2

    def __init__(self, server, browser, project):
        super().__init__(server, browser)
        self.path, self.sums = f"/admin/projects/project/{project}/nuotraukos/", {}
        self.project = project

    def act(self):
        data = self.form(self.path, None)
        if data is None:
            return
        name, content = f"nuotrauka-{next(self.numbers)}.png", picture()
        sent = {"csrfmiddlewaretoken": data["csrfmiddlewaretoken"]}
        self.sums[name] = hashlib.sha256(content).digest()
        file = ("image", name, "image/png", content)
        answer = self.note(self.browser.post(f"{self.path}siusti/", sent, [file]))
        if answer.status != 200:
            return
        told = json.loads(answer.text)
        if "row" in told:
            self.told.append(name)
        elif NO_SPACE in answer.text.encode().decode("unicode_escape"):
            self.clear_refusals.append(answer)
        else:
            answer.status = -200

    def lost(self):
        query = "SELECT image FROM projects_photo WHERE project_id = %s AND image LIKE %s"
        names = [name for [name] in self.server.rows(query, self.project, "%/nuotrauka-%")]
        stored = {name.rpartition("/")[2]: name for name in names}
        lost = [name for name in self.told if name not in stored]
        return lost + list(damaged(stored, self.sums))


def picture():
    """Return a small photo that nobody else has."""
    data = BytesIO()
    Image.frombytes("RGB", (60, 40), os.urandom(60 * 40 * 3)).save(data, "PNG")
    return data.getvalue()


class Asker(Writer):
    """People who ask for a code to log in, each from an address and with an account of their own.

    What they are told is that a letter is on its way.
    """

    pause = 0.8

    def __init__(self, server, mail):
        super().__init__(server, None)
        self.mail = mail

    def act(self):
        number = next(self.numbers)
        self.browser = Browser(f"127.0.2.{number % 250 + 1}")
        path, to = "/prisijungti/kodas/", f"klausia{number % 400}@biblioteka.example"
        data = self.form(path, None)
        if data is None:
            return
        data = {"csrfmiddlewaretoken": data["csrfmiddlewaretoken"], "email": [to]}
        if self.send(path, data, leads_to="/prisijungti/kodas/ivesti/"):
            self.told.append(to)
        self.browser.close()

    def lost(self):
        """Letters that neither came nor wait: each that was told has its own."""
        came = self.mail.received()
        query = "SELECT args_kwargs FROM django_tasks_database_dbtaskresult WHERE status IN %s"
        waiting = [letter for [letter] in self.server.rows(query, ("READY", "RUNNING"))]
        for letter in waiting:
            for to in set(re.findall(r"klausia\d+@biblioteka\.example", json.dumps(letter))):
                came[to] += 1
        lost = []
        for to in set(self.told):
            if came[to] < self.told.count(to):
                lost.append(f"a letter to {to}")
        return lost


class Load:
    """Visitors and writers together."""

    def __init__(self, server, mail, facts, pages, visitors=4):
        def browser(who):
            return Browser("127.0.0.9", {facts["cookie"]: facts[who]})

        member = {facts["cookie"]: facts["librarian"]}
        self.visitors = [
            Visitor(number + 1, pages, member if number % 2 else None) for number in range(visitors)
        ]
        self.asker = Asker(server, mail)
        self.archivist = Archivist(server, browser("editor"))
        photos = facts["project_with_photos"]
        self.photographer = Photographer(server, browser("editor"), photos)
        project = {"model": "projects.project", "table": "projects_project", "field": "summary"}
        page = {"model": "association.page", "table": "association_page", "field": "text"}
        self.writers = [
            EditorOfRecord(server, browser("editor"), number=facts["project"], **project),
            EditorOfRecord(server, browser("editor"), number=facts["page"], **page),
            Librarian(server, browser("librarian"), facts["library"]),
            self.archivist,
            self.photographer,
            self.asker,
        ]

    def start(self):
        for each in [*self.visitors, *self.writers]:
            each.start()

    def stop(self):
        for each in [*self.visitors, *self.writers]:
            each.is_over.set()
        for each in [*self.visitors, *self.writers]:
            each.join()

    @contextmanager
    def resting(self):
        """Let the writers rest as long as the block lasts, and nothing be under way."""
        for each in self.writers:
            each.is_resting.clear()
            each.rests.set()
        for each in self.writers:
            each.is_resting.wait()
        try:
            yield
        finally:
            for each in self.writers:
                each.rests.clear()

    def lost(self):
        """Return what of all that the writers were told is lost."""
        with self.resting():
            return [what for each in self.writers for what in each.lost()]

    @property
    def told(self):
        return sum(len(each.told) for each in self.writers)
