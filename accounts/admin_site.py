"""The back office (Django's admin): our login page, our words, our trail."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator


class BackOfficeConfig(AdminConfig):
    """Put our site in the place of the stock one."""

    default_site = "accounts.admin_site.BackOffice"


class BackOffice(AdminSite):
    """Opens for those whose role keeps the house; what each may touch is decided model by model."""

    site_header = "示范村创建平台 后台管理"
    site_title = "后台管理"
    index_title = "基础资料"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        from accounts.permissions import Permission, allows  # models are not ready when this module is read

        return allows(request.user, Permission.BACK_OFFICE)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the one login page; tell those who are known that this is not theirs."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied("后台管理由管理员和乡村振兴局使用，您的角色不包括这项操作。")
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect("accounts:login")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leave by the one door, which writes the trail."""
        from accounts.views import logout  # models are not ready when this module is read

        return logout(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one page for passwords."""
        return redirect("accounts:password_change")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one page for passwords."""
        return redirect("accounts:password_change")
