"""Admin pages that ask the permission table, stay inside the user's division and leave the trail."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Field, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from accounts import audit
from accounts.models import AuditEvent, User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.divisions import within

HISTORY_SHOWN = 100


def division_of(row: Model) -> str | None:
    """The division a row lies in; None for rows that belong to no place."""
    return getattr(row, "division_code", None)


def scoped(rows: QuerySet[Any], user: User, field: str = "") -> QuerySet[Any]:
    """Narrow `rows` to what `user` may see: by their own `visible_to`, or by the division in `field`."""
    if hasattr(rows, "visible_to"):
        return rows.visible_to(user)
    return rows.filter(within(user.division_code, field=field)) if field else rows


class PermissionedChecks:
    """The four questions of the admin, answered by the permission table."""

    permission: Permission
    may_add = may_change = may_delete = True

    def _allows(self, request: HttpRequest, obj: Model | None) -> bool:
        place = division_of(obj) if obj is not None else None
        return allows(request.user, self.permission, within=place)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allows(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_add and self._allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and self._allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and self._allows(request, obj)

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet | None:
        """Offer only rows of the user's own scope in choices of other tables."""
        rows = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]  # a mixin of ModelAdmin
        if rows is None:
            rows = db_field.remote_field.model._default_manager.using(db)
        return scoped(rows.all(), request.user)


class PermissionedInline(PermissionedChecks, admin.TabularInline):
    """Rows of another table on a page; the same permission as the page unless it names its own."""

    extra = 0

    def _allows(self, request: HttpRequest, obj: Model | None) -> bool:
        return allows(request.user, self.permission)


class PermissionedAdmin(PermissionedChecks, admin.ModelAdmin):
    """A page of the back office.

    `permission` opens it. Rows are narrowed by the queryset's `visible_to`, else by `division_field`
    (a lookup such as "village__code"). Every write is recorded; Django's own log is not kept beside it.
    """

    division_field = ""
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return scoped(super().get_queryset(request), request.user, self.division_field)

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        authorize(request.user, self.permission, within=division_of(obj))
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            self._record(request, "删除", obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for row in queryset:
                self._record(request, "删除", row)
            super().delete_queryset(request, queryset)

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Say what changed, with old and new values of the page's own fields."""
        message = super().construct_change_message(request, form, formsets, add)
        return [*message, {"values": changed_values(form)}]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the row's part of the trail; Django's own log is not kept."""
        row = self.get_object(request, object_id)
        events = AuditEvent.objects.about(row).for_list()[:HISTORY_SHOWN] if row else []
        return super().history_view(request, object_id, {"events": events} | (extra_context or {}))

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(request, "新增", obj, changes=message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        self._record(request, "修改", obj, changes=message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Recorded by delete_model and delete_queryset, in the same transaction as the deletion."""

    def _record(self, request: HttpRequest, what: str, row: Model, **detail: Any) -> None:
        audit.record(
            actor=request.user,
            action=f"{row._meta.verbose_name}：{what}",
            subject=row,
            now=clock.now(),
            division_code=division_of(row) or "",
            **detail,
        )


def changed_values(form: ModelForm) -> dict[str, list[str]]:
    """Old and new value of every changed field, as words; what a password was is nobody's business."""
    return {
        name: [str(form.initial.get(name, "")), str(form.cleaned_data.get(name, ""))]
        for name in form.changed_data
        if "password" not in name
    }
