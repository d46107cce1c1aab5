"""The columns of the reference tables as workbooks: what the bureau downloads, fills in and uploads again."""

from typing import Any

from import_export import fields, resources, widgets

from accounts.models import User
from indicators.models import ReferenceSeries, ReferenceValue
from indicators.services import references


class ReferenceSeriesResource(resources.ModelResource):
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


class ReferenceValueResource(resources.ModelResource):
    """One published figure a row; series, area and year are the key."""

    series = fields.Field("series", "序列代码", widget=widgets.ForeignKeyWidget(ReferenceSeries, "code"))
    area_code = fields.Field("area_code", "地区代码", widget=AreaCodeWidget())
    year = fields.Field("year", "年份", widget=widgets.IntegerWidget())
    value = fields.Field("value", "数值", widget=widgets.DecimalWidget())
    source = fields.Field("source", "来源")
    is_demonstration = fields.Field("is_demonstration", "演示数据", widget=YesNoWidget())

    class Meta:
        model = ReferenceValue
        import_id_fields = ["series", "area_code", "year"]
        fields = ["series", "area_code", "year", "value", "source", "is_demonstration"]
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.user = user

    def before_save_instance(self, instance: ReferenceValue, row: Any, **kwargs: Any) -> None:
        references.authorize_value(value=instance, actor=self.user)
