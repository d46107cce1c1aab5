"""Every page asks for a login, a handed-out password is changed before anything else, nothing is cached."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import middleware as auth_middleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect


class LoginRequiredMiddleware(auth_middleware.LoginRequiredMiddleware):
    """Deny by default; the login leads back to a page, never to an address that only takes forms."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        response = redirect_to_login(_way_back(request), reverse("accounts:login"))
        if request.headers.get("HX-Request"):  # a fragment would swallow the login page
            return HttpResponseClientRedirect(response.url)
        return response


class PasswordChangeRequiredMiddleware:
    """Keep a person with a handed-out password on the password page until it is changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_change(request):
            return redirect("accounts:password_change")
        return self.get_response(request)

    def _must_change(self, request: HttpRequest) -> bool:
        allowed = {reverse("accounts:password_change"), reverse("accounts:logout"), reverse("healthz")}
        return (
            request.user.is_authenticated
            and request.user.must_change_password
            and request.path not in allowed
        )


class PrivatePagesMiddleware:
    """Keep pages of the logged-in out of caches: on a shared computer Back shows nothing after the logout."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


def _way_back(request: HttpRequest) -> str:
    """The address asked for; where a form or a fragment was asked for, the page it stood on."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return resolve_url(settings.LOGIN_REDIRECT_URL)
