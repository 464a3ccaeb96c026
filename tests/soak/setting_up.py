"""From an empty machine to a site that is used."""

import json
import re
from contextlib import contextmanager

from tests.deploy.machine import wait_for

from .browsing import Browser
from .load import SEARCH, Load
from .mail import MailServer
from .server import MAIL_PORT, Server

PAGES = ["/", "/projektai/igyvendinti/", "/bibliotekos/", "/asociacija/", "/kalendorius/"]
PAGES += [SEARCH, "/finansuotojai/", "/duomenys/", "/naujienos.atom"]
ENTER = "from tests.soak.people import enter; enter()"


@contextmanager
def server_and_load():
    """Yield a Server, its MailServer, and the Load on it, as long as the block lasts."""
    server, mail = Server(), MailServer(MAIL_PORT)
    try:
        server.manage("migrate", "--verbosity=0")
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.manage("load_demo", "--verbosity=0")
        facts = json.loads(server.manage("shell", "--verbosity=0", "--command", ENTER))
        mail.be("well")
        server.start_all()
        wait_for(lambda: Browser().get("/").status == 200)
        pages = [*PAGES, *project_pages()]
        for page in pages:
            answer = Browser().get(page)
            assert answer.status == 200, answer
        load = Load(server, mail, facts, pages)
        load.start()
        try:
            yield server, mail, load
        finally:
            load.stop()
    finally:
        server.stop_all()


def project_pages():
    """Return the addresses of some projects."""
    found = re.findall(r'href="(/projektai/\d+-[^"]+)"', Browser().get("/").text)
    return list(dict.fromkeys(found))[:4]
