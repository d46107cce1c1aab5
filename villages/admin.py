"""Programmes, villages and their part in programmes, as the bureau keeps them between two programme files."""

from django.contrib import admin
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.widgets import BooleanWidget, DateWidget

from accounts.admin import PermissionedAdmin, PermissionedInline, ReferenceTableAdmin
from accounts.permissions import Permission
from accounts.resources import ScopedResource
from villages.models import CalendarDay, Enrolment, Programme, Village


class EnrolmentInline(PermissionedInline):
    """Which programme, which kind, which year. Enrolments stay: months and verdicts hang on them."""

    permission = Permission.PROGRAMME_MANAGE
    may_delete = False
    model = Enrolment
    fields = ("programme", "kind", "target_year", "is_demonstration")


class VillageResource(ScopedResource):
    """One village a row; the code is the key."""

    code = Field("code", "村代码")
    name = Field("name", "名称")
    township_name = Field("township_name", "乡镇（街道）")

    class Meta:
        model = Village
        import_id_fields = ("code",)
        instance_loader_class = CachedInstanceLoader  # one query for all rows
        fields = ("code", "name", "township_name")
        skip_unchanged = True
        clean_model_instances = True


@admin.register(Village)
class VillageAdmin(ReferenceTableAdmin):
    """Villages are added and renamed; what has a history is not deleted."""

    permission = Permission.PROGRAMME_MANAGE
    may_delete = False
    resource_classes = (VillageResource,)
    inlines = (EnrolmentInline,)
    list_display = ("name", "township_name", "code")
    search_fields = ("name", "township_name", "code")


@admin.register(Programme)
class ProgrammeAdmin(PermissionedAdmin):
    """The calendar and the names of a programme; what decides about villages comes from its file."""

    permission = Permission.PROGRAMME_MANAGE
    may_add = may_delete = False
    list_display = ("name", "division_code", "first_year", "last_year", "month_due_day", "month_lock_days")
    readonly_fields = ("code", "division_code", "first_year", "last_year", "quota", "source")
    search_fields = ("name", "code")


class CalendarDayResource(ScopedResource):
    """One day a row; the day is the key."""

    day = Field("day", "日期", widget=DateWidget("%Y-%m-%d"))
    is_working = Field("is_working", "上班", widget=BooleanWidget())
    name = Field("name", "名称")

    class Meta:
        model = CalendarDay
        import_id_fields = ("day",)
        fields = ("day", "is_working", "name")
        skip_unchanged = True
        clean_model_instances = True


@admin.register(CalendarDay)
class CalendarDayAdmin(ReferenceTableAdmin):
    """Holidays and worked weekends: a year without any is counted by weekends alone."""

    permission = Permission.PROGRAMME_MANAGE
    resource_classes = (CalendarDayResource,)
    list_display = ("day", "name", "is_working")
    list_filter = ("is_working",)
    date_hierarchy = "day"
