"""Keeps a person with a handed-out password on the password page until it is changed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class PasswordChangeRequiredMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_change(request):
            return redirect("accounts:password_change")
        return self.get_response(request)

    def _must_change(self, request: HttpRequest) -> bool:
        allowed = {reverse("accounts:password_change"), reverse("accounts:logout")}
        return (
            request.user.is_authenticated
            and request.user.must_change_password
            and request.path not in allowed
        )
