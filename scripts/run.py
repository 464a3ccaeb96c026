"""Set the site up on this computer and serve it: `python -m scripts.run 8000`.

Every step does nothing where it is done already, so that nobody's work is overwritten.
"""

import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from dotenv import dotenv_values

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"


def require_free_port(port):
    """Exit with one line where `port`, a text, cannot be served at 127.0.0.1."""
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        sys.exit(f"PORT is a number from 1 to 65535, not {port!r}.")
    with socket.socket() as probe:
        # As the server does: connections that are closing do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            reason = "is taken" if error.errno == errno.EADDRINUSE else "may not be used"
            other = 8001 if int(port) == 65535 else int(port) + 1
            sys.exit(f"Port {port} {reason}. Choose another: PORT={other} make run")


def give_secret_key(path):
    """Add a random SECRET_KEY to the file `path`; make it, readable by its owner only."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(descriptor, "a", encoding="utf-8") as file:
        file.write(f"{'' if is_new else '\n'}SECRET_KEY={secrets.token_urlsafe(50)}\n")


def set_environment(port, path=ENV_FILE):
    """Set what settings.py reads, unless the environment or the file `path` says otherwise."""
    if not (os.environ.get("SECRET_KEY") or dotenv_values(path).get("SECRET_KEY")):
        give_secret_key(path)
    site_url = os.environ.get("SITE_URL") or dotenv_values(path).get("SITE_URL")
    os.environ["SITE_URL"] = site_url or f"http://localhost:{port}"
    # runserver serves the files of static/ themselves, not a collected copy.
    os.environ["STATIC_ROOT"] = ""
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "association.settings")


def prepare():
    """Bring the database up to date, with sample content and an editor where there are none."""
    # Imported only now: a taken port and Ctrl+C are answered at once.
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import OperationalError, connections

    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not answer (DATABASE_URL): {error}")
    call_command("load_demo")
    call_command("create_editor")
    connections.close_all()


def serve(port):
    """Run Django's server and the worker until one of them ends; return the exit status.

    Both restart when a file is changed.
    """
    site = f"http://localhost:{port}/"
    print(f"The site is at {site}, its admin at {site}admin/. Ctrl+C stops it.", flush=True)
    # --insecure: static files without DEBUG, so that error pages are those of visitors.
    commands = [["runserver", f"127.0.0.1:{port}", "--insecure"], ["worker", "--reload"]]
    processes = [
        subprocess.Popen([sys.executable, "manage.py", *command])  # noqa: S603 - ours
        for command in commands
    ]
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.1)
        return max(process.poll() or 0 for process in processes)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def stop(*_):
    """End this process in good order, what it has started included: for signals."""
    sys.exit(0)


def main(port):
    """Set the site up and serve it at `port`, a text."""
    # Ctrl+C ends the steps without a traceback; the database undoes the one it is in.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    require_free_port(port)
    set_environment(port)
    prepare()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    sys.exit(serve(port))


if __name__ == "__main__":
    main(sys.argv[1])
