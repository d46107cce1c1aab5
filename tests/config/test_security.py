"""Headers of real pages, and what production sets about cookies and TLS."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import UserFactory

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a-key-that-is-long-enough-for-a-test-but-guards-nothing-at-all",
    "ALLOWED_HOSTS": "sfc.example.gov.cn",
    "DATABASE_URL": "postgres:///nowhere",
    "REDIS_URL": "redis://localhost",
}
NAMES = [
    "DEBUG",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_HTTPONLY",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_CONTENT_TYPE_NOSNIFF",
    "X_FRAME_OPTIONS",
    "AXES_ENABLED",
    "PASSWORD_HASHERS",
    "PROXY_COUNT",
]


def production(**changes: str) -> dict[str, object]:
    """The settings of production as a fresh process reads them."""
    dump = f"print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}))"
    script = f"import json, django; django.setup(); from django.conf import settings; {dump}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(settings.BASE_DIR),
        env={"PATH": "/usr/bin:/bin"} | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_production_keeps_cookies_to_tls_and_away_from_scripts():
    values = production()

    assert values["DEBUG"] is False
    assert [values[name] for name in NAMES if name.endswith(("_SECURE", "_HTTPONLY"))] == [True] * 4
    assert values["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_production_locks_out_and_hashes_with_argon2():
    values = production(PROXY_COUNT="1")

    assert values["AXES_ENABLED"] is True
    assert values["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    assert values["PROXY_COUNT"] == 1


def test_an_intranet_without_certificates_gives_up_tls_and_nothing_else():
    values, usual = production(INSECURE_HTTP="1"), production()

    given_up = {name for name in NAMES if values[name] != usual[name]}

    assert given_up == {
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["accounts:login", "accounts:password_change", "admin:index", "villages:list"]
)
def test_every_page_carries_the_strict_headers(client, address):
    if address != "accounts:login":
        client.force_login(UserFactory(roles=["bureau"]))

    response = client.get(reverse(address))

    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert response.status_code == 200
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == policy["base-uri"] == "'self'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_pages_of_the_logged_in_stay_out_of_caches(client):
    client.force_login(UserFactory())

    response = client.get(reverse("villages:list"))

    assert "Cookie" in response["Vary"]
    assert response["Cache-Control"] == "private, no-store"
