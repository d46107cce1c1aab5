"""What people type about months: the figures of one, a decision on one, and the filters of the lists.

The figures are not Django form fields: a month is a template loop over plain cells, because drawing hundreds
of fields costs several times as much. What was typed is kept as it was typed, whatever becomes of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from common.uploads import ACCEPT
from indicators.models import DataElement
from indicators.services.notes import LONGEST, NoteText, note_refusal
from indicators.validation import FigureError, parse_figure
from villages.models import Evidence

MINE, THEIRS = "mine", "theirs"


def field_name(element_id: int) -> str:
    """The name and id of the cell of an element."""
    return f"v{element_id}"


def choice_name(element_id: int) -> str:
    """The name of the choice between two people's figures."""
    return f"choice{element_id}"


def remark_name(element_id: int) -> str:
    """The name of the remark beside a cell."""
    return f"remark{element_id}"


def not_applicable_name(element_id: int) -> str:
    """The name of the box that says a figure does not apply."""
    return f"na{element_id}"


def mark_name(element_id: int) -> str:
    """The name of a reviewer's sentence on a cell."""
    return f"mark{element_id}"


@dataclass(frozen=True)
class MonthForm:
    """The figures of one month as typed: `values` are good, `errors` say at which cell what is wrong.

    A cell that was not sent is in neither: it stays as it is. `unsettled` are cells that two people changed
    and between whose figures nobody has chosen yet. `notes` are the remarks that differ from what was shown,
    `note_texts` all that were sent.
    """

    version: int
    texts: Mapping[int, str]
    values: Mapping[int, Decimal | None]
    errors: Mapping[int, str]
    unsettled: frozenset[int] = frozenset()
    wants_submit: bool = False
    notes: Mapping[int, NoteText] = field(default_factory=dict)
    note_texts: Mapping[int, NoteText] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        return not self.errors


def read_month_form(data: QueryDict, elements: Iterable[DataElement]) -> MonthForm:
    """Read a sent month; `elements` are all that the month asks for, whoever types them."""
    elements = list(elements)
    typed = {e.pk: e for e in elements if field_name(e.pk) in data and data.get(choice_name(e.pk)) != THEIRS}
    texts = {pk: data[field_name(pk)] for pk in typed}
    asked = {pk for pk in typed if str(pk) in data.getlist("conflict")}
    unsettled = frozenset(pk for pk in asked if data.get(choice_name(pk)) != MINE)
    values, errors = _parse(texts, typed)
    errors |= dict.fromkeys(unsettled, "请选择用哪一个数。")
    note_texts = {e.pk: read_note(data, e.pk) for e in elements if remark_name(e.pk) in data}
    notes = _changed_notes(note_texts, data.get("notes_seen", ""))
    errors |= _note_errors(notes, texts)
    submit = data.get("then") == "submit"
    return MonthForm(_version(data), texts, values, errors, unsettled, submit, notes, note_texts)


def read_note(data: QueryDict, element_id: int) -> NoteText:
    """The remark beside a cell as it was sent."""
    remark = data.get(remark_name(element_id), "").replace("\r\n", "\n").strip()
    return NoteText(remark, not_applicable_name(element_id) in data)


def read_marks(data: QueryDict, element_ids: Iterable[int]) -> dict[int, str]:
    """A reviewer's sentences by element id, those that say something."""
    texts = {pk: data.get(mark_name(pk), "").replace("\r\n", "\n").strip() for pk in element_ids}
    return {pk: text for pk, text in texts.items() if text}


def notes_seen(notes: Mapping[int, NoteText]) -> str:
    """What a form shows of remarks, sent back with it: who left one alone does not overwrite a newer one."""
    return json.dumps({pk: [text.remark, text.is_not_applicable] for pk, text in notes.items()})


def _changed_notes(texts: Mapping[int, NoteText], seen: str) -> dict[int, NoteText]:
    try:
        known = json.loads(seen or "{}")
        shown = {int(pk): NoteText(str(remark), bool(na)) for pk, (remark, na) in known.items()}
    except (ValueError, TypeError, AttributeError):
        shown = {}
    return {pk: text for pk, text in texts.items() if text != shown.get(pk, NoteText())}


def _note_errors(notes: Mapping[int, NoteText], texts: Mapping[int, str]) -> dict[int, str]:
    both = {pk for pk, note in notes.items() if note.is_not_applicable and texts.get(pk, "").strip()}
    refused = {pk: refusal for pk, note in notes.items() if (refusal := note_refusal(note))}
    return refused | dict.fromkeys(both, "标了“本月不适用”的，不能同时填数。")


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
    """Sending a month back: with a reason, or with what is wrong at some of its figures."""

    comment = forms.CharField(
        label="退回理由",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只退回个别数据时，请在上面的数据旁边逐项写明；这里写总的意见，两处至少写一处。",
    )

    def __init__(self, data: Any = None, *, elements: Iterable[int] = (), **options: Any) -> None:
        super().__init__(data, **options)
        self.marks = read_marks(data, elements) if data else {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.marks and not cleaned.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "请写明退回的理由，或在数据旁边写明要改什么。")
        if any(len(mark) > LONGEST for mark in self.marks.values()):
            self.add_error(None, f"每项退回意见最多 {LONGEST} 字。")
        return cleaned | {"marks": self.marks}


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


class NoteForm(forms.Form):
    """What is said of one figure; the version seen goes with it."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    remark = forms.CharField(
        label="说明",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="数字变化大、和以往不同的，写明原因。",
    )
    is_not_applicable = forms.BooleanField(label="本月不适用（不填数，要写原因）", required=False)

    @property
    def first_error(self) -> str:
        return str(next((errors[0] for errors in self.errors.values()), ""))

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_remark(self) -> str:
        return self.cleaned_data["remark"].replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = NoteText(cleaned.get("remark", ""), cleaned.get("is_not_applicable", False))
        if "remark" in cleaned and (refusal := note_refusal(text)):
            self.add_error("remark", refusal)
        return cleaned

    def show_version(self, version: int) -> None:
        """Let the next save be about the version that is shown now."""
        self.data = {**self.data.dict(), "version": str(version)}


class FileForm(forms.Form):
    """A file for a figure: one that the village has filed already, or a new one with what it shows."""

    evidence = forms.ModelChoiceField(
        label="已存的材料", queryset=Evidence.objects.none(), empty_label="请选择", required=False
    )
    title = forms.CharField(label="新材料说明什么", max_length=200, required=False)
    file = forms.FileField(
        label="文件",
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text="PDF、OFD、照片（jpg、png）、docx 或 xlsx，不超过 20 MB。",
        error_messages={"empty": "文件是空的，请重新选择。"},
    )

    def __init__(self, *args: Any, filed: QuerySet[Evidence], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["evidence"].queryset = filed.for_list()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("evidence") and "evidence" not in self.errors:
            for name in ("title", "file"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(
                        name,
                        "请选一份已存的材料，或上传新的。" if name == "file" else "请写明这份材料说明什么。",
                    )
        return cleaned
