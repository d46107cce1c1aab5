"""What would be if: a form over the figures of one explanation. It is only ever read, nothing is written."""

from decimal import Decimal

from django import forms
from django.http import QueryDict

from common.templatetags.display import number
from indicators.engine import Explanation, Input


class WhatIfForm(forms.Form):
    """One field per figure that went into a verdict, named by the figure's key."""

    prefix = "if"

    def __init__(self, explanation: Explanation, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.known = {each.key: each.value for each in explanation.inputs}
        for each in explanation.inputs:
            self.fields[each.key] = _choice(each) if each.names else _number(each)

    @property
    def overrides(self) -> dict[str, Decimal]:
        """What was typed and differs from what is known."""
        typed = self.cleaned_data if self.is_valid() else {}
        return {key: value for key, value in typed.items() if value is not None and value != self.known[key]}


def _number(each: Input) -> forms.Field:
    return forms.DecimalField(
        label=f"{each.name}（{each.unit}）" if each.unit else each.name,
        help_text="缺数据" if each.value is None else f"现在 {number(each.value)}",
        required=False,
        max_digits=18,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _choice(each: Input) -> forms.Field:
    """What is chosen is chosen by its name; the ledger keeps its number."""
    return forms.TypedChoiceField(
        label=each.name,
        help_text="缺数据" if each.value is None else f"现在 {each.shown}",
        required=False,
        choices=[("", "不变"), *each.names.items()],
        coerce=Decimal,
        empty_value=None,
    )
