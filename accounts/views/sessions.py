"""Logging in and out, the lockout, changing one's password."""

from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from accounts.forms import LoginForm, PasswordChangeForm
from accounts.services import sessions, users
from common import clock


class LoginView(auth_views.LoginView):
    """The stock view decides where `next` may lead: never to another site."""

    template_name = "accounts/login.html"
    form_class = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:
        sessions.session_open(request=self.request, user=form.get_user(), now=clock.now())
        return redirect(self.get_success_url())

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        if form.has_error("__all__", "invalid_login") and not _was_locked_before(self.request):
            sessions.session_refuse(
                request=self.request, username=form.cleaned_data["username"], now=clock.now()
            )
        return super().form_invalid(form)


login = LoginView.as_view()


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and come back to the login page."""
    sessions.session_close(request=request, now=clock.now())
    return redirect("accounts:login")


def locked(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """Say how long the lockout still lasts; axes calls this instead of showing the answer of the login."""
    context = {
        "username": credentials["username"],
        "failure_limit": get_failure_limit(request, credentials),
        "cooloff_timedelta": _lock_left(request, credentials),
    }
    return render(request, "accounts/locked.html", context, status=429)


class PasswordChangeView(auth_views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("accounts:password_change_done")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = self.request.user
        users.password_change(
            user=user, password=form.cleaned_data["new_password1"], actor=user, now=clock.now()
        )
        update_session_auth_hash(self.request, user)  # this session goes on, all others end
        return redirect(self.get_success_url())


password_change = PasswordChangeView.as_view()
password_change_done = auth_views.PasswordChangeDoneView.as_view(
    template_name="accounts/password_change_done.html"
)


def _was_locked_before(request: HttpRequest) -> bool:
    """Tell a try during the lockout from the one that caused it: only the latter was counted."""
    return getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None


def _lock_left(request: HttpRequest, credentials: dict[str, Any]) -> timedelta:
    tries = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    last = max(attempt.attempt_time for found in tries for attempt in found)
    return max(last + get_cool_off(request) - request.axes_attempt_time, timedelta(minutes=1))
