"""Development and demonstration: embedded PostgreSQL and Valkey where no address is given."""

from config import local_servers
from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import DEMONSTRATION, database, env

DEBUG = env.bool("DEBUG", default=False)
DEMONSTRATION = DEMONSTRATION or DEBUG
SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-and-demonstration-on-this-machine")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

DATABASES = {"default": database(env.str("DATABASE_URL", default="") or local_servers.postgres_url())}
REDIS_URL = env.str("REDIS_URL", default="") or local_servers.redis_url()
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None  # type: ignore[assignment]  # nothing is collected: files are served from where they stand
WHITENOISE_USE_FINDERS = True
