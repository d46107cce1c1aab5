"""Settings shared by every environment; what differs stands in local, test and production."""

import os
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# Read by pypinyin: its dictionary of phrases takes 44 MB in every process, for letters that we search by.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

INSTALLED_APPS = [
    "accounts.admin_site.BackOfficeConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "common",
    "accounts",
    "villages",
    "indicators",
    "projects",
    "programme_files",
    "assessments",
    "dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a view without @login_not_required answers only to people who are logged in.
    "accounts.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PrivatePagesMiddleware",
    "accounts.middleware.PasswordChangeRequiredMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context_processors.frame",
            ],
        },
    },
]

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # so the page can say how long it takes
AXES_LOCKOUT_CALLABLE = "accounts.views.locked"
AXES_CLIENT_IP_CALLABLE = "accounts.client_address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has every login and logout
AXES_VERBOSE = False
# How many reverse proxies of our own stand in front; none means that X-Forwarded-For is not believed.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# --- sessions: server-side, so they can be ended; half an hour without a click ends them ------
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]  # Django's own error sentences in our words
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
# The demonstration has a clock of its own: where it starts, and the real moment (epoch seconds) of that.
CLOCK_START = env.str("CLOCK_START", default="")
CLOCK_ANCHOR = env.float("CLOCK_ANCHOR", default=0.0)
DEMONSTRATION = bool(CLOCK_START)  # whether demonstration data, with its public passwords, may be loaded

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
WORKBOOK_MAX_BYTES = 30 * 1024 * 1024
# A file somewhat too big gets a sentence at its field; a request beyond this is cut off before the disk.
REQUEST_MAX_BYTES = 64 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "common.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- security headers -------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Celery: PostgreSQL is the truth, the queue is only a wake-up -----------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 240  # below the visibility timeout, or a long task would run twice
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "compute-all-programmes-at-night": {
        "task": "indicators.jobs.compute_all_programmes",
        "schedule": crontab(hour=2, minute=10),
    },
    "repair-area-sums-at-night": {
        "task": "indicators.jobs.repair_area_sums",
        "schedule": crontab(hour=1, minute=40),
    },
    "send-digests-in-the-morning": {
        "task": "dashboard.jobs.send_digests",
        "schedule": crontab(hour=8, minute=30),
    },
    "resend-waiting-imports": {
        "task": "indicators.jobs.resend_waiting_imports",
        "schedule": 60.0,
    },
    "clean-imports": {
        "task": "indicators.jobs.clean_imports",
        "schedule": crontab(minute=40),
    },
    "resend-waiting-jobs": {
        "task": "indicators.jobs.resend_waiting_jobs",
        "schedule": 60.0,
    },
}

# Without EMAIL_URL nobody gets e-mail: what there is to say stands on the site all the same.
EMAIL = env.email_url_config(env.str("EMAIL_URL", default="") or "consolemail://")
vars().update(EMAIL)
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="") or EMAIL["EMAIL_HOST_USER"] or "webmaster@localhost"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database(url: str) -> dict[str, Any]:
    """The database behind `url`; what the URL says itself (e.g. ?sslmode=require) is kept."""
    config = env.db_url_config(url)
    # Pages ask small questions: compiling them to machine code would cost more than it saves.
    options = {"options": "-c timezone=UTC -c statement_timeout=120000 -c jit=off"} | config.get(
        "OPTIONS", {}
    )
    return {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True} | config | {"OPTIONS": options}
