"""What a server installs is what requirements.txt says, each file known by its sum."""

import re

import pytest
from django.conf import settings

PINNED = re.compile(r"(?m)^([\w.-]+)==([\w.]+)")


def pins(name):
    text = (settings.BASE_DIR / name).read_text(encoding="utf-8")
    return {package.lower().replace("_", "-"): version for package, version in PINNED.findall(text)}


LOCKED = {
    "requirements.lock": ["requirements.txt"],
    "requirements-hosts.lock": ["requirements.txt", "requirements-hosts.txt"],
}


@pytest.mark.parametrize("lock", LOCKED)
def test_lock_is_of_these_requirements(lock):
    wanted = {}
    for name in LOCKED[lock]:
        wanted |= pins(name)
    assert pins(lock) == wanted, "Run make lock"


@pytest.mark.parametrize("lock", LOCKED)
def test_each_locked_package_has_its_sums(lock):
    text = (settings.BASE_DIR / lock).read_text(encoding="utf-8")
    for entry in re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry.split()[0]
    assert "://" not in text
