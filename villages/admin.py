"""Programmes, villages and their part in programmes, as the bureau keeps them between two programme files."""

from django.contrib import admin
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader

from accounts.admin import PermissionedAdmin, PermissionedInline, ReferenceTableAdmin
from accounts.permissions import Permission
from accounts.resources import ScopedResource
from villages.models import Enrolment, Programme, Village


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
    list_display = ("name", "division_code", "first_year", "last_year", "month_due_day")
    readonly_fields = ("code", "division_code", "first_year", "last_year", "quota", "source")
    search_fields = ("name", "code")
