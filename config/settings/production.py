"""Production: every secret and address comes from the environment, and none has a default."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403  (settings modules build on each other)
from config.settings.base import database, env


def required(name: str) -> str:
    if value := env.str(name, default=""):
        return value
    raise ImproperlyConfigured(f"没有设置环境变量 {name}，网站不能启动。各项配置的说明见 .env.example。")


DEBUG = False
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = env.parse_value(required("ALLOWED_HOSTS"), list)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DATABASES = {"default": database(required("DATABASE_URL"))}
REDIS_URL = required("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "common.static_storage.HashedStaticFiles"},
}

# A reverse proxy ends TLS and says so in this header; INSECURE_HTTP=1 is for an intranet that has none.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
INSECURE_HTTP = env.bool("INSECURE_HTTP", default=False)
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}

# W021: whether the whole domain goes into the browsers' preload list is for its owner to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
