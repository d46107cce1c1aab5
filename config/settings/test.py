"""The suite: real servers, quick password hashing, files in a folder that goes away."""

import tempfile

from config.settings.local import *  # noqa: F403  (settings modules build on each other)
from config.settings.local import INSTALLED_APPS, MIDDLEWARE

SECRET_KEY = "only-for-tests"
DEBUG = False
CLOCK_START = ""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = tempfile.mkdtemp(prefix="shifancun-media-")
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
AXES_ENABLED = False
