"""As little as Django can do: bytes of files, behind the middleware that startproject writes.

Settings, addresses and application in one file. What lies in the folder BODIES is at its name.
"""

import os
from functools import cache
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "a1b2c3d4e5" * 6
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.bench.floor"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
BODIES = {each.name: each.read_bytes() for each in Path(os.environ["BODIES"]).iterdir()}


def page(request, name):
    return HttpResponse(BODIES[name])


urlpatterns = [path("<str:name>", page)]


def application(environ, start_response):
    """Begin at the first request: what is above is the settings, too."""
    return _application()(environ, start_response)


_application = cache(get_wsgi_application)
