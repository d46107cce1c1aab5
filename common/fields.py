"""Form fields that several rooms share: amounts of money, days and months as people write them."""

from typing import Any

from django import forms


class AmountField(forms.DecimalField):
    """An amount in 万元, to the 元; separators pasted from a workbook are let through."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=4, **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", "").replace("，", "").replace(" ", "")
        return super().to_python(value)


class DayField(forms.DateField):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    widget = forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2025-10"})
    input_formats = ("%Y-%m", "%Y年%m月")
    default_error_messages = {"invalid": "请按 2025-10 这样的写法填月份。"}
