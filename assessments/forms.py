"""What people type in the yearly workflow."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User
from assessments.models import Application, Opinion, Recheck, SelfCheckItem
from assessments.services.opinions import OpinionDraft
from assessments.services.reviews import Demand
from assessments.sheet import SheetRow
from assessments.workflow import ApplicationStatus, SupervisionStatus
from common.fields import AmountField, DayField
from common.templatetags.display import number
from common.transitions import Transition
from common.uploads import ACCEPT
from indicators.models import Standard
from villages.models import Evidence, Programme, Village

LONGEST_TEXT = 20_000
LONGEST_NOTE = 2_000
LARGEST = 2**31 - 1


def words(label: str, *, rows: int = 3, required: bool = True, **options: Any) -> forms.CharField:
    """A field for some sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_NOTE, required=required, widget=area, **options)


class ApplicationFilterForm(forms.Form):
    """Year, status, township; a field that cannot be read does not narrow the list."""

    year = forms.TypedChoiceField(label="年度", coerce=int, empty_value=None, required=False)
    status = forms.ChoiceField(
        label="状态", choices=[("", "全部"), *ApplicationStatus.choices], required=False
    )
    township = forms.ChoiceField(label="乡镇（街道）", required=False)

    def __init__(self, data: Any = None, *, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        programmes = Programme.objects.visible_to(user)
        years = sorted({year for programme in programmes for year in programme.years}, reverse=True)
        self.fields["year"].choices = [("", "全部"), *((year, f"{year} 年") for year in years)]
        townships = Village.objects.visible_to(user).townships()
        self.fields["township"].choices = [("", "全部"), *townships]

    def conditions(self) -> dict[str, Any]:
        """What `ApplicationQuerySet.matching` takes."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StepForm(forms.Form):
    """What a transition asks for besides the press of its button."""

    comment = words("说明", required=False)
    deadline = DayField(label="期限")

    def __init__(
        self, data: Any = None, *, transition: Transition, reason_needed: bool = False, **options: Any
    ) -> None:
        super().__init__(data, prefix=transition.name, **options)
        needed = transition.comment_required or reason_needed
        self.fields["comment"].required = needed
        self.fields["comment"].label = transition.comment_word if needed else "说明"
        if not transition.deadline_required:
            del self.fields["deadline"]


class SelfCheckForm(forms.Form):
    """The report and what is said about each standard, with the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)
    report = forms.CharField(
        label="自查报告",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="创建工作做了什么、对照标准查到什么、还有哪些差距。提交验收申请时一并冻结。",
    )

    def __init__(
        self, data: Any = None, *, application: Application, items: Iterable[SelfCheckItem], **options: Any
    ) -> None:
        self.items = list(items)
        initial = {"version": application.version, "report": application.self_check_report}
        super().__init__(data, initial=initial, **options)
        for item in self.items:
            self.fields[self.name_of(item)] = words(
                f"{item.standard.code} 自查说明", rows=2, required=False, initial=item.statement
            )

    @staticmethod
    def name_of(item: SelfCheckItem) -> str:
        return f"statement_{item.standard_id}"

    def statements(self) -> dict[int, str]:
        """What is said about each standard, by its id."""
        return {item.standard_id: self.cleaned_data[self.name_of(item)] for item in self.items}

    def show_version(self, version: int) -> None:
        """Let the next save be about the version that is shown now."""
        self.data = {**self.data.dict(), "version": str(version)}


class EvidenceUploadForm(forms.ModelForm):
    """A file and what it shows; the service looks into the file."""

    class Meta:
        model = Evidence
        fields = ("title", "file")
        labels = {"title": "这份材料说明什么", "file": "文件"}
        help_texts = {"file": "PDF、OFD、照片（jpg、png）、docx 或 xlsx，不超过 20 MB。"}
        widgets = {"file": forms.FileInput(attrs={"accept": ACCEPT})}
        error_messages = {"file": {"empty": "文件是空的，请重新选择。"}}


class EvidenceChoiceForm(forms.Form):
    """A document that the village has filed already."""

    evidence = forms.ModelChoiceField(
        label="已存的材料", queryset=Evidence.objects.none(), empty_label="请选择"
    )

    def __init__(self, data: Any = None, *, item: SelfCheckItem, **options: Any) -> None:
        super().__init__(data, **options)
        filed = Evidence.objects.filter(village=item.application.village)
        self.fields["evidence"].queryset = filed.exclude(pk__in=item.evidence.values("pk")).for_list()


class OpinionForm(forms.Form):
    """One line of a department's page; untouched it says nothing new."""

    outcome = forms.ChoiceField(label="意见", choices=Opinion.Outcome.choices, widget=forms.RadioSelect)
    note = words("说明", rows=2, required=False, help_text="需整改、不同意的，请写明理由。")
    is_on_site = forms.BooleanField(label="已实地查看", required=False)

    def __init__(self, data: Any = None, *, row: SheetRow, known: Opinion | None, **options: Any) -> None:
        self.row = row
        said = {name: getattr(known, name) for name in ("outcome", "note", "is_on_site")} if known else {}
        # Lines that nobody touched are let through: a department may say some today and the rest tomorrow.
        untouched = {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(data, prefix=f"standard-{row.id}", initial=said, **untouched, **options)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome and outcome != Opinion.Outcome.PASS and not cleaned.get("note", "").strip():
            raise ValidationError({"note": f"意见为“{Opinion.Outcome(outcome).label}”，请写明理由。"})
        return cleaned

    def draft(self) -> OpinionDraft | None:
        """The line as the service takes it; None where nothing was touched."""
        if not self.has_changed():
            return None
        said = self.cleaned_data
        return OpinionDraft(self.row.id, said["outcome"], said["note"], said["is_on_site"])


class JudgementForm(forms.Form):
    """A reviewer's decision on one judged standard, with points where the standard has some."""

    is_met = forms.TypedChoiceField(
        label="判定",
        choices=[("1", "达标"), ("0", "不达标")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(
        label="评分",
        max_digits=9,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label="判定依据",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="看了什么，依据哪些材料。",
    )

    def __init__(self, data: Any = None, *, row: SheetRow, **options: Any) -> None:
        self.row = row
        super().__init__(data, prefix=f"standard-{row.id}", **options)
        if row.points is None:
            del self.fields["points"]
        else:
            least, most = number(row.least_points), number(row.points)
            self.fields["points"].help_text = f"{least} 到 {most} 分，可以有小数。"


class ReturnForm(forms.Form):
    """Why, by when, and what to put right: a line per standard, and one for the rest."""

    comment = words("退回的理由")
    deadline = DayField(label="整改期限")
    general = words("整改事项", rows=3, required=False, help_text="一行写一件。针对某一项标准的，写在下面。")

    def __init__(
        self, data: Any = None, *, rows: Iterable[SheetRow], suggestions: dict[int, str], **options: Any
    ) -> None:
        self.rows = list(rows)
        super().__init__(data, **options)
        for row in self.rows:
            self.fields[f"standard_{row.id}"] = words(
                f"{row.code} {row.name}", rows=2, required=False, initial=suggestions.get(row.id, "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.demands():
            raise ValidationError("请至少写一项整改事项。")
        if any(len(demand.text) > 500 for demand in self.demands()):
            raise ValidationError("每项整改事项不超过 500 字。")
        return cleaned

    def demands(self) -> list[Demand]:
        """The items as the service takes them."""
        said = self.cleaned_data
        by_standard = [(said.get(f"standard_{row.id}", "").strip(), row.id) for row in self.rows]
        general = [(line.strip(), None) for line in said.get("general", "").splitlines()]
        return [Demand(text, standard) for text, standard in [*by_standard, *general] if text]


class AwardForm(forms.Form):
    """The day of the title and its funds."""

    award_date = DayField(label="授牌日期")
    funds = AmountField(label="以奖代补资金", min_value=0)
    comment = words("复审意见", required=False)


class PaymentForm(forms.Form):
    """A payment of award funds; the token makes the same form count once."""

    amount = AmountField(label="金额", help_text="登记错了的，用负数冲回，并写明原因。")
    paid_date = DayField(label="兑现日期")
    note = forms.CharField(label="说明", max_length=200, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class RecheckForm(forms.Form):
    """Whether the title is still deserved in a year."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    outcome = forms.ChoiceField(label="结论", choices=Recheck.Outcome.choices, widget=forms.RadioSelect)
    note = words("复核情况")

    def __init__(self, data: Any = None, *, years: Iterable[int], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["year"].choices = [(year, f"{year} 年") for year in years]


class OrderFilterForm(forms.Form):
    status = forms.ChoiceField(
        label="状态", choices=[("", "全部"), *SupervisionStatus.choices], required=False
    )

    def conditions(self) -> dict[str, Any]:
        """What the list is narrowed by."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class OrderForm(forms.Form):
    """What a leader asks of an office about a village, by a day."""

    village = forms.ModelChoiceField(
        label="村（社区）", queryset=Village.objects.none(), empty_label="请选择"
    )
    organisation = forms.ModelChoiceField(
        label="承办单位", queryset=Organisation.objects.none(), empty_label="请选择"
    )
    standard = forms.ModelChoiceField(
        label="标准", queryset=Standard.objects.none(), required=False, empty_label="不针对某一项标准"
    )
    text = words("批示内容", rows=4)
    deadline = DayField(label="办理期限")

    def __init__(self, data: Any = None, *, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["village"].queryset = (
            Village.objects.visible_to(user).filter(enrolments__isnull=False).distinct()
        )
        self.fields["organisation"].queryset = Organisation.objects.within(user.division_code).order_by(
            "kind", "name"
        )
        self.fields["standard"].queryset = (
            Standard.objects.visible_to(user).for_villages().creation_standards()
        )
