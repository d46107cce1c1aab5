"""The columns of the reference tables as workbooks: what the bureau downloads, fills in and uploads again."""

from typing import Any, cast

from django.db.models import Model, QuerySet
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader

from accounts.resources import ScopedResource
from indicators.models import ReferenceSeries, ReferenceValue
from indicators.services import references


class ReferenceSeriesResource(ScopedResource):
    """One series a row; the code is the key."""

    code = fields.Field("code", "代码")
    name = fields.Field("name", "名称")
    unit = fields.Field("unit", "计量单位")

    class Meta:
        model = ReferenceSeries
        import_id_fields = ["code"]
        fields = ["code", "name", "unit"]
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True


class YesNoWidget(widgets.BooleanWidget):
    """是 or 否; an empty cell is no."""

    TRUE_VALUES = [*widgets.BooleanWidget.TRUE_VALUES, "是"]
    FALSE_VALUES = [*widgets.BooleanWidget.FALSE_VALUES, "否"]

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        return bool(super().clean(value, row, **kwargs))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "是" if value else "否"


class AreaCodeWidget(widgets.CharWidget):
    """A division code, which a workbook may have turned into a number; empty is the nation."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = "" if value is None else str(value).strip()
        return text.removesuffix(".0")


class SeriesWidget(widgets.Widget):
    """The code of a series; all series are read once, not one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, ReferenceSeries] | None = None

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> ReferenceSeries:
        if self.known is None:
            self.known = {series.code: series for series in ReferenceSeries.objects.all()}
        try:
            return self.known[str(value or "").strip()]
        except KeyError as error:
            raise ValueError(f"没有代码为“{value or ''}”的参照序列。") from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.code if value else ""


class ValueLoader(BaseInstanceLoader):
    """Finds the figure that a row is about among all figures, read once."""

    def __init__(self, resource: resources.ModelResource, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        rows = ReferenceValue.objects.select_related("series")
        self.known = {(value.series, value.area_code, value.year): value for value in rows}

    def get_instance(self, row: Any) -> ReferenceValue | None:
        key = tuple(self.resource.fields[name].clean(row) for name in ReferenceValueResource.KEY)
        return self.known.get(key)


class ReferenceValueResource(ScopedResource):
    """One published figure a row; series, area and year are the key."""

    KEY = ("series", "area_code", "year")

    series = fields.Field("series", "序列代码")
    area_code = fields.Field("area_code", "地区代码", widget=AreaCodeWidget())
    year = fields.Field("year", "年份", widget=widgets.IntegerWidget())
    value = fields.Field("value", "数值", widget=widgets.DecimalWidget())
    source = fields.Field("source", "来源")
    is_demonstration = fields.Field("is_demonstration", "演示数据", widget=YesNoWidget())

    class Meta:
        model = ReferenceValue
        import_id_fields = ["series", "area_code", "year"]
        fields = ["series", "area_code", "year", "value", "source", "is_demonstration"]
        instance_loader_class = ValueLoader
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["series"].widget = SeriesWidget()  # of this import only: it remembers what it read

    def get_queryset(self) -> QuerySet[ReferenceValue]:
        return super().get_queryset().select_related("series")

    def before_save_instance(self, instance: Model, row: Any, **kwargs: Any) -> None:
        super().before_save_instance(instance, row, **kwargs)
        references.authorize_value(value=cast(ReferenceValue, instance), actor=kwargs["user"])
