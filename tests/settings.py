"""The site's own settings, with what a test run needs: set before they are read."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ["SITE_URL"] = "http://localhost:8000"
os.environ["DEBUG"] = ""
os.environ["STATIC_ROOT"] = ""
os.environ["X_ACCEL"] = ""
os.environ["EMAIL_HOST"] = ""
os.environ["CACHE_URL"] = ""
# A test may run a command of the site with a store of its own.
os.environ.setdefault("S3_ENDPOINT", "")
os.environ.setdefault("S3_BUCKET", "")
os.environ.setdefault("S3_KEY", "")
os.environ.setdefault("S3_SECRET", "")

from association.settings import *  # noqa: F403

# The real hasher is slow on purpose; tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests that need no database have a cache too.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
