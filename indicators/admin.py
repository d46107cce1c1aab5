"""The back office's pages for published figures, kept by the bureau, and for data elements, to look up."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from import_export.results import Result

from accounts.admin import PermissionedAdmin, ReferenceTableAdmin
from accounts.permissions import Permission
from common import clock
from indicators.models import DataElement, ReferenceSeries, ReferenceValue
from indicators.resources import ReferenceSeriesResource, ReferenceValueResource
from indicators.services import references


@admin.register(ReferenceSeries)
class ReferenceSeriesAdmin(ReferenceTableAdmin):
    permission = Permission.PROGRAMME_MANAGE
    resource_classes = [ReferenceSeriesResource]
    list_display = ["code", "name", "unit"]
    search_fields = ["code", "name"]


@admin.register(ReferenceValue)
class ReferenceValueAdmin(ReferenceTableAdmin):
    """Figures with their sources; a change has the verdicts of its year computed again."""

    permission = Permission.PROGRAMME_MANAGE
    resource_classes = [ReferenceValueResource]
    list_display = ["series", "year", "area_code", "value", "source", "is_demonstration"]
    list_filter = ["series", "year", "is_demonstration"]
    search_fields = ["series__name", "series__code", "area_code", "source"]
    list_select_related = ["series"]

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        references.authorize_value(value=obj, actor=request.user)
        super().save_model(request, obj, form, change)
        years = {form.initial.get("year") or obj.year, obj.year} if change else {obj.year}
        references.references_changed(years=years, actor=request.user, now=clock.now())

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, ReferenceValue.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            years = set(queryset.order_by().values_list("year", flat=True))
            super().delete_queryset(request, queryset)
            references.references_changed(years=years, actor=request.user, now=clock.now())

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Result:
        with transaction.atomic():
            result = super().process_dataset(dataset, form, request, **kwargs)
            years = {int(row["年份"]) for row in dataset.dict} if not result.has_errors() else set()
            references.references_changed(years=years, actor=request.user, now=clock.now())
        return result


@admin.register(DataElement)
class DataElementAdmin(PermissionedAdmin):
    """Looked up only: data elements come from the programme file."""

    permission = Permission.PROGRAMME_MANAGE
    may_add = may_change = may_delete = False
    list_display = ["code", "name", "unit", "value_type", "aggregation", "group"]
    list_filter = ["group", "value_type"]
    search_fields = ["code", "name"]
