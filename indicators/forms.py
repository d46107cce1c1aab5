"""What people type about months: the figures of one, a decision on one, and the filters of the lists.

The figures are not Django form fields: a month is a template loop over plain cells, because drawing hundreds
of fields costs several times as much. What was typed is kept as it was typed, whatever becomes of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from indicators.models import DataElement
from indicators.validation import FigureError, parse_figure

MINE, THEIRS = "mine", "theirs"


def field_name(element_id: int) -> str:
    """The name and id of the cell of an element."""
    return f"v{element_id}"


def choice_name(element_id: int) -> str:
    """The name of the choice between two people's figures."""
    return f"choice{element_id}"


@dataclass(frozen=True)
class MonthForm:
    """The figures of one month as typed: `values` are good, `errors` say at which cell what is wrong.

    A cell that was not sent is in neither: it stays as it is. `unsettled` are cells that two people changed
    and between whose figures nobody has chosen yet.
    """

    version: int
    texts: Mapping[int, str]
    values: Mapping[int, Decimal | None]
    errors: Mapping[int, str]
    unsettled: frozenset[int] = frozenset()
    wants_submit: bool = False

    @property
    def is_valid(self) -> bool:
        return not self.errors


def read_month_form(data: QueryDict, elements: Iterable[DataElement]) -> MonthForm:
    """Read a sent month; `elements` are all that the month asks for, whoever types them."""
    typed = {e.pk: e for e in elements if field_name(e.pk) in data and data.get(choice_name(e.pk)) != THEIRS}
    texts = {pk: data[field_name(pk)] for pk in typed}
    asked = {pk for pk in typed if str(pk) in data.getlist("conflict")}
    unsettled = frozenset(pk for pk in asked if data.get(choice_name(pk)) != MINE)
    values, errors = _parse(texts, typed)
    errors |= dict.fromkeys(unsettled, "请选择用哪一个数。")
    return MonthForm(_version(data), texts, values, errors, unsettled, data.get("then") == "submit")


def _parse(
    texts: Mapping[int, str], elements: Mapping[int, DataElement]
) -> tuple[dict[int, Decimal | None], dict[int, str]]:
    values: dict[int, Decimal | None] = {}
    errors: dict[int, str] = {}
    for pk, text in texts.items():
        try:
            values[pk] = parse_figure(text, elements[pk])
        except FigureError as error:
            errors[pk] = str(error)
    return values, errors


def _version(data: QueryDict) -> int:
    """The version that was seen; what is no number is the first, with which everything is compared."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class StepForm(forms.Form):
    """A step of a month: the version seen, and the word to go without some figures."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    incomplete = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ReturnForm(StepForm):
    """Sending a month back: with the reason, always."""

    comment = forms.CharField(
        label="退回理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明哪些数据要改、为什么；填报人会看到。",
        error_messages={"required": "请写明退回的理由。"},
    )


class ChoosingForm(forms.Form):
    """A filter whose page shows something whatever is asked for."""

    def chosen(self, name: str, otherwise: Any) -> Any:
        """What was chosen, or `otherwise` where nothing was, or nothing that exists."""
        return (self.is_valid() and self.cleaned_data.get(name)) or otherwise


class MonthsFilter(ChoosingForm):
    """Which year and which township the lists of months show."""

    year = forms.TypedChoiceField(label="年份", coerce=int, required=False)
    township = forms.ChoiceField(label="乡镇（街道）", required=False)

    def __init__(
        self, data: Mapping[str, str], *, years: Iterable[int], townships: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(year, f"{year}年") for year in years]
        self.fields["township"].choices = [("", "全部"), *townships]
        if len(self.fields["township"].choices) <= 2:
            del self.fields["township"]


class AreaFilter(ChoosingForm):
    """Which year, month and group of elements the sums of an area show."""

    year = forms.TypedChoiceField(label="年份", coerce=int, required=False)
    month = forms.TypedChoiceField(
        label="截至", coerce=int, required=False, choices=[(month, f"{month}月") for month in range(1, 13)]
    )
    group = forms.ChoiceField(label="数据分组", required=False)
    area = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], *, years: Iterable[int], groups: Iterable[str]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(year, f"{year}年") for year in years]
        self.fields["group"].choices = [(group, group) for group in groups]
