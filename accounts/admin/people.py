"""Organisations and users: what an administrator keeps, inside the own division."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin.permissioned import PermissionedAdmin
from accounts.forms import UserChangeForm, UserCreateForm
from accounts.models import Organisation, User
from accounts.permissions import Permission
from accounts.services import users
from common import clock

admin.site.unregister(Group)  # Django's groups grant nothing here


@admin.register(Organisation)
class OrganisationAdmin(PermissionedAdmin):
    permission = Permission.ACCOUNTS_MANAGE
    division_field = "division_code"
    list_display = ("name", "kind", "division_code")
    list_filter = ("kind",)
    search_fields = ("name", "division_code")


@admin.register(User)
class UserAdmin(PermissionedAdmin):
    """Accounts are opened and changed by services; an account is never deleted, only switched off."""

    permission = Permission.ACCOUNTS_MANAGE
    division_field = "organisation__division_code"
    may_delete = False
    form = UserChangeForm
    list_display = ("username", "name", "organisation", "role_labels", "is_active", "last_login")
    list_filter = ("is_active", "organisation__kind")
    search_fields = ("username", "name", "organisation__name")

    @admin.display(description="角色")
    def role_labels(self, user: User) -> str:
        return user.role_labels

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kind = {"form": UserChangeForm if obj else UserCreateForm}
        form = super().get_form(request, obj, change, **kwargs | kind)
        form.actor = request.user
        return form

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("organisation")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Hand over to the services, which check once more and write the trail."""
        now, password = clock.now(), form.cleaned_data["temporary_password"]
        if not change:
            users.user_create(user=obj, password=password, actor=request.user, now=now)
            return
        fields = {name: form.cleaned_data[name] for name in users.WRITABLE}
        users.user_change(user=obj, actor=request.user, now=now, **fields)
        if password:
            users.password_reset(user=obj, password=password, actor=request.user, now=now)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Recorded by the service."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Recorded by the services."""
