"""The suite: real servers, quick password hashing, files in a folder that goes away."""

import os

from config.local_servers import places
from config.settings.local import *  # noqa: F403  (settings modules build on each other)
from config.settings.local import DATABASES, INSTALLED_APPS, MIDDLEWARE, REDIS_URL

SECRET_KEY = "only-for-tests"
DEBUG = False
CLOCK_START = ""
DEMONSTRATION = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# What a test wrote need not survive a power cut.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"

# Every parallel worker of the suite has its own queue and folder, none of them a running demonstration's.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
MEDIA_ROOT = places.var() / "test-media" / WORKER
REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{int(WORKER.removeprefix('gw')) + 1}"
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
ZEAL_ALLOWLIST = [
    {"model": "indicators.ComputeJob", "field": "get()"},  # each job is asked for by itself, a few at a time
    {"model": "indicators.MonthlyReport", "field": "get()"},  # months are saved one by one
]
AXES_ENABLED = False
# Files are looked for when they are asked for: each test client would list all of them first.
WHITENOISE_AUTOREFRESH = True
