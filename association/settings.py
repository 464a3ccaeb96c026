"""All settings, in one file, read from the environment and from .env (see .env.example).

They fail closed: without DEBUG=1 the site does not start until SECRET_KEY and
SITE_URL say what they must.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")


def required(name, what_to_set):
    """Return the environment variable `name`; raise ImproperlyConfigured where it is empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {what_to_set}")
    return value


def need_package(name, variable):
    """Raise ImproperlyConfigured where what `variable` asks for is not installed."""
    if find_spec(name) is None:
        raise ImproperlyConfigured(
            f"{variable} asks for packages that are not there:"
            " pip install --require-hashes -r requirements-hosts.lock"
        )


DEBUG = os.environ.get("DEBUG") == "1"

if DEBUG:
    SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-debugging")
    SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")
else:
    SECRET_KEY = required(
        "SECRET_KEY", "Set it to 50 random characters or more, and keep it secret."
    )
    SITE_URL = required("SITE_URL", "Set it to the address of the site: https://biblioteka.example")

_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL is not an address: {SITE_URL!r}. Begin with https://")
_local_names = ["localhost", "127.0.0.1", "[::1]"]
# Names under which the association was found before; their addresses lead to today's.
OLD_HOSTS = os.environ.get("OLD_HOSTS", "").split()
ALLOWED_HOSTS = _local_names if _site.hostname in _local_names else [_site.hostname, *OLD_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]

# An S3-compatible store of uploaded files, which several hosts share; nothing where there is none.
_s3_names = ["S3_ENDPOINT", "S3_BUCKET", "S3_KEY", "S3_SECRET"]
if any(os.environ.get(name) for name in _s3_names):
    for _name in _s3_names:
        required(_name, f"Set all of {', '.join(_s3_names)}, or none.")
    need_package("storages", "S3_ENDPOINT")
    _store = urlsplit(os.environ["S3_ENDPOINT"])
    if not _store.hostname or (_store.scheme != "https" and _store.hostname not in _local_names):
        raise ImproperlyConfigured("S3_ENDPOINT is not an address. Begin with https://")
    S3 = {
        "endpoint_url": os.environ["S3_ENDPOINT"].rstrip("/"),
        "bucket_name": os.environ["S3_BUCKET"],
        "access_key": os.environ["S3_KEY"],
        "secret_key": os.environ["S3_SECRET"],
        "region_name": os.environ.get("S3_REGION") or "us-east-1",
    }
else:
    S3 = {}

if _site.scheme == "https" and not DEBUG:
    # What a public site cannot do without: better no site than one that loses letters or sessions.
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured(
            "SECRET_KEY is weak. Set it to 50 random characters or more, such as"
            ' python -c "import secrets; print(secrets.token_urlsafe(50))" prints.'
        )
    required("STATIC_ROOT", "Set it to the folder that nginx serves at /static/.")
    if not S3:
        required("MEDIA_ROOT", "Set it to a folder for uploaded files, outside of the code.")
        required("ERASURES_FILE", "Set it to a file outside of MEDIA_ROOT and of the database.")
    required("EMAIL_HOST", "Set it to the server that takes letters, codes to log in among them.")

# Cookies, redirects and HSTS follow the address: https is strict, http is for localhost.
_https = _site.scheme == "https"
if _https:
    # Browsers take these names from this very host alone, by https: a neighbour cannot plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # unless the person asks to stay logged in
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
# Other services of the association's domain may not have https: it is asked, not assumed.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = os.environ.get("HSTS_SUBDOMAINS") == "1"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Only nginx, which sets this header itself, may say that a request came by https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Each kind is named, and what is not named is refused. The admin's pages have the same policy but
# for its last two lines: see association/policies.py.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "upgrade-insecure-requests": _https,
    "require-trusted-types-for": ["'script'"],
    "trusted-types": [CSP.NONE],
}
if S3:  # to which association.files leads for a picture; browsers ask no more than the host of it
    SECURE_CSP["img-src"].append(f"{S3['endpoint_url']}/{S3['bucket_name']}/")

INSTALLED_APPS = [
    "projects.apps.StaffAdminConfig",  # django.contrib.admin, behind a second factor
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",  # so that templates/ can replace the templates of form fields
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks_db",
    "reversion",
    "association",
    "accounts",
    "projects",
]

MIDDLEWARE = [
    "association.logs.number_requests",
    "association.page_cache.KeepPages",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "association.policies.keep_to_this_site",
    "association.middleware.keep_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.second_factor.asked_of_staff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.sessions.end_those_of_former_members",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.limits.tell_when_to_retry",
    "allauth.account.middleware.AccountMiddleware",
    "association.middleware.redirect_moved",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "association.template_loading.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "association.context_processors.details",
                "association.context_processors.addresses",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "association.urls"
WSGI_APPLICATION = "association.wsgi.application"

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers do not wait for the writer, and a writer waits for its turn.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
# Attempts are counted in it: all processes share it, and nothing is thrown out before its time.
CACHES = {
    "default": {
        "BACKEND": "association.cache.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if os.environ.get("CACHE_URL"):
    # A Redis or Valkey that several hosts share, and the table for as long as it is away.
    _address = os.environ["CACHE_URL"].replace("valkey", "redis", 1)
    if urlsplit(_address).scheme not in {"redis", "rediss"} or not urlsplit(_address).hostname:
        raise ImproperlyConfigured("CACHE_URL is no address of Redis. Begin with rediss://")
    need_package("redis", "CACHE_URL")
    CACHES["default"] |= {
        "BACKEND": "association.cache.SharedCache",
        "LOCATION": _address,
        "TABLE": CACHES["default"]["LOCATION"],
    }
# Bytes of pages for strangers that each process keeps; in development a template may change.
KEPT_PAGES = 0 if DEBUG else int(os.environ.get("KEPT_PAGES") or 8 * 2**20)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Always Lithuanian, whatever the browser asks for: no LocaleMiddleware, one language.
LANGUAGE_CODE = "lt"
LANGUAGES = [("lt", "Lietuvių")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
FORMAT_MODULE_PATH = ["association.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Vilnius"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None
# Uploaded files go through association.files, which asks who may see them.
MEDIA_URL = "/failai/"
MEDIA_ROOT = os.environ.get("MEDIA_ROOT") or BASE_DIR / "media"
# Whose data have been erased, so that a backup that is restored does not bring them back: it is
# kept outside of what is backed up.
ERASURES_FILE = os.environ.get("ERASURES_FILE") or BASE_DIR / "erasures.txt"
# The recipient of age for whom backups are encrypted; and where they are kept, for staff to be
# told when the last was made.
BACKUP_KEY = os.environ.get("BACKUP_KEY", "")
BACKUPS = os.environ.get("BACKUPS", "")
# Where nginx keeps MEDIA_ROOT for itself: it sends the files that association.files lets out.
X_ACCEL = os.environ.get("X_ACCEL", "")
if X_ACCEL and not (X_ACCEL.startswith("/") and X_ACCEL.endswith("/")):
    raise ImproperlyConfigured(f"X_ACCEL is not a folder: {X_ACCEL!r}. Set it to /protected/")
_static_backend = "ManifestStaticFilesStorage" if STATIC_ROOT else "StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "association.storage.WholeFiles"},
    "staticfiles": {"BACKEND": f"django.contrib.staticfiles.storage.{_static_backend}"},
}
if S3:
    STORAGES["default"] = {"BACKEND": "association.bucket.Bucket", "OPTIONS": S3}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a project with all that belongs to it is one form

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.passwords.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.OwnPasswordValidator"},
]
# The first makes them all; one of another is made anew when its owner logs in.
PASSWORD_HASHERS = [
    "accounts.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "projects:list"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
CODE_TIMEOUT = 10 * 60  # seconds; of each code that comes by e-mail: the pages name it
# Codes, never links: the mail scanners of institutions use links up.
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_TIMEOUT
# The address of an account counts as confirmed, since staff know it (see User.keep_address);
# what its owner changes it to does not.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_TIMEOUT
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds; a login counts too, see AccountAdapter
ACCOUNT_SESSION_REMEMBER = None  # the person is asked
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of each change that matters to an account's safety
# Attempts are counted by the visitor's address, which the last proxies in front tell.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES") or (1 if _https else 0))
# A library's computers may share one address, hence the greater numbers for it. An account has
# the others: a code stands three guesses, so that a million of them take decades.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,60/h/ip,5/15m/key",
    "request_login_code": "10/m/ip,60/h/ip,5/15m/key,20/d/key",
    "reset_password": "10/m/ip,60/h/ip,5/15m/key,20/d/key",
    # By library: codes to its address, each of which stands three guesses.
    "library_code": "10/m/ip,60/h/ip,5/15m/key,20/d/key",
    "library_code_guess": "10/m/ip,60/h/ip,15/15m/key,60/d/key",
}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_TIMEOUT
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
    "add_email": "accounts.forms.AddEmailForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds: clocks differ, and people type slowly
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "authenticate_webauthn": "accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "reauthenticate_webauthn": "accounts.forms.ReauthenticatePasskeyForm",
    "login_webauthn": "accounts.forms.LoginPasskeyForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
}
CSRF_FAILURE_VIEW = "association.errors.csrf_failure"

# What need not be done before the answer waits in the database for `manage.py worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Letters wait among the tasks; the worker sends them, in development to its console.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("EMAIL_FROM") or f"svetaine@{_site.hostname}"
MAILERS = {
    "default": {"BACKEND": "association.letters.QueueBackend"},
    "server": {"BACKEND": "django.core.mail.backends.console.EmailBackend"},
}
if os.environ.get("EMAIL_HOST"):
    _port = int(os.environ.get("EMAIL_PORT") or 587)
    MAILERS["server"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": os.environ["EMAIL_HOST"],
            "port": _port,
            "username": os.environ.get("EMAIL_USER", ""),
            "password": os.environ.get("EMAIL_PASSWORD", ""),
            "use_ssl": _port == 465,  # the port at which a conversation begins with TLS
            "use_tls": _port != 465 and os.environ.get("EMAIL_TLS", "1") == "1",
            "timeout": 10,  # seconds
        },
    }

# Who is told of errors, by e-mail: once an hour of each kind.
ERROR_RECIPIENTS = os.environ.get("ERROR_EMAILS", "").split()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "association.logs.LineFormatter"}},
    "handlers": {
        "nowhere": {"class": "logging.NullHandler"},
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "letters": {"class": "association.logs.ErrorLetters", "formatter": "line"},
    },
    "root": {"handlers": ["console", "letters"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console", "letters"], "level": "INFO", "propagate": False},
        # What strangers try on is no error of ours: no letter tells of it, and of robots with
        # other host names nothing does.
        "django.security": {"handlers": ["console"], "propagate": False},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
