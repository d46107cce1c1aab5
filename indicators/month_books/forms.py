"""What people send about workbooks: the file, how its columns are read, what the preview shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from common.divisions import Level
from common.months import month_before
from indicators.month_books import comparing, units
from indicators.month_books.cells import EMPTY
from indicators.month_books.content import ACCEPT
from indicators.month_books.mapping import ROLES, BookMapping, ColumnPlan, month_from, month_text
from indicators.month_books.preview import SHOWN_FIRST
from indicators.month_books.titles import plain
from indicators.month_books.villages import are_initials
from villages.models import Village

MONTHS_BACK = 24


def month_choices(today: date) -> list[tuple[str, str]]:
    """This month and those before it, newest first."""
    months, month = [], today.replace(day=1)
    for _ in range(MONTHS_BACK):
        months.append((month_text(month), f"{month.year}年{month.month}月"))
        month = month_before(month)
    return months


class MonthField(forms.ChoiceField):
    """A month from a list, as its first day."""

    def clean(self, value: Any) -> date:
        return month_from(super().clean(value))


class UploadForm(forms.Form):
    """A workbook, and the month whose figures it holds where it does not say so itself."""

    file = forms.FileField(
        label="表格",
        allow_empty_file=True,
        help_text="Excel 表格（.xlsx）或 CSV。表头、合计行、空行不用删。",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"required": "请选择要导入的表格。"},
    )
    month = MonthField(label="月份", help_text="表里写明月份的，以表里的为准。")

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["month"].choices = month_choices(today)
        self.fields["month"].initial = month_text(today)


class PreviewFilter(forms.Form):
    """Which figures the preview shows."""

    CHOICES = (
        ("", "不能导入、新增和更改的"),
        (comparing.REFUSED, "不能导入的"),
        (comparing.NEW, "新增的"),
        (comparing.CHANGED, "更改的"),
        (comparing.UNCHANGED, "未变的"),
        (EMPTY, "按空处理的"),
        (comparing.KEPT, "保留他人改的数"),
    )
    outcome = forms.ChoiceField(label="处理", choices=CHOICES, required=False)
    village = forms.CharField(label="村（社区）", required=False, max_length=40)

    def signs(self) -> str:
        """The outcomes that are shown."""
        return (self.is_valid() and self.cleaned_data["outcome"]) or SHOWN_FIRST

    def words(self) -> str:
        return self.cleaned_data["village"].strip() if self.is_valid() else ""


_ROW = forms.NumberInput(attrs={"class": "form-control"})


class MappingShape(forms.Form):
    """Which sheet is read, and which rows are its heads (as the sheet counts them, from 1)."""

    sheet = forms.ChoiceField(
        label="工作表", required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    first = forms.IntegerField(label="表头从第几行", min_value=1, max_value=60, required=False, widget=_ROW)
    last = forms.IntegerField(label="到第几行", min_value=1, max_value=60, required=False, widget=_ROW)

    def __init__(self, data: Mapping[str, Any] | None, *, sheets: Collection[str], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["sheet"].choices = [(name, name) for name in sheets]

    def rows(self) -> tuple[int, int] | None:
        """The rows of heads from 0; None where none, or no sensible ones, were given."""
        if not self.is_valid():
            return None
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return (first - 1, last - 1) if first and last and first <= last else None

    def chosen_sheet(self) -> str:
        return self.cleaned_data["sheet"] if self.is_valid() else ""


@dataclass(frozen=True)
class MappingForm:
    """A mapping as it was sent; `errors` are sentences."""

    mapping: BookMapping
    month: date
    errors: list[str]


def read_mapping(
    data: QueryDict,
    proposed: BookMapping,
    *,
    month: date,
    elements: Collection[str],
    villages: Mapping[str, Village],
) -> MappingForm:
    """Read what was chosen for every column; a column that was not sent stays as proposed."""
    columns = tuple(_column(plan, data, elements) for plan in proposed.columns)
    decided, errors = _decided(data, villages)
    try:
        month = month_from(data.get("month", ""))
    except ValueError:
        errors.append("请选择月份。")
    return MappingForm(replace(proposed, columns=columns).with_villages(decided), month, errors)


def _column(plan: ColumnPlan, data: QueryDict, elements: Collection[str]) -> ColumnPlan:
    if plan.is_personal:
        return plan
    target = data.get(f"target{plan.column}", plan.target)
    factor = data.get(f"factor{plan.column}", plan.factor)
    known = target == "" or target in ROLES or target in elements
    return replace(
        plan,
        target=target if known else "",
        factor=factor if factor in units.VALUES else units.PLAIN.value,
        is_sure=True,
    )


def _decided(data: QueryDict, villages: Mapping[str, Village]) -> tuple[dict[str, str], list[str]]:
    """Names that were assigned to villages: by code, by name, or by the initials of its pinyin."""
    decided, errors = {}, []
    for name, wanted in zip(data.getlist("name"), data.getlist("village"), strict=False):
        if not wanted.strip():
            continue
        try:
            decided[plain(name)] = find_village(wanted, villages).code
        except ValidationError as error:
            errors += error.messages
    return decided, errors


def find_village(wanted: str, villages: Mapping[str, Village]) -> Village:
    """The village that is meant by a code, a name, or initials such as jlnc; ValidationError if none is."""
    words = plain(wanted)
    code = words[-Level.VILLAGE :]
    if code in villages:
        return villages[code]
    named = [one for one in villages.values() if plain(one.name) == words]
    found = named or [one for one in villages.values() if are_initials(words, one.name)]
    if len(found) != 1:
        many = f"有 {len(found)} 个村都是" if found else "没有找到村（社区）"
        raise ValidationError(f"{many}“{wanted.strip()[:20]}”，请从列表里选一个。")
    return found[0]
