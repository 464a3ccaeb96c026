"""What a server installs is what requirements.txt says, each file known by its sum."""

import re

from django.conf import settings

PINNED = re.compile(r"(?m)^([\w.-]+)==([\w.]+)")


def pins(name):
    text = (settings.BASE_DIR / name).read_text(encoding="utf-8")
    return {package.lower().replace("_", "-"): version for package, version in PINNED.findall(text)}


def test_lock_is_of_these_requirements():
    assert pins("requirements.lock") == pins("requirements.txt"), "Run make lock"


def test_each_locked_package_has_its_sums():
    text = (settings.BASE_DIR / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry.split()[0]
    assert "://" not in text
