"""What people type about projects: the project itself, money, progress, a step."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from accounts.models import Organisation, User
from common.fields import AmountField, DayField, MonthField
from common.months import month_after
from projects.models import FundMovement, FundSource, Measure, Project, ProjectFund
from projects.services import Booking, ProjectData
from projects.workflow import CANCEL, PROJECT
from villages.models import Enrolment, Village

BUDGET = "budget_"


class ProjectForm(forms.Form):
    code = forms.CharField(label="项目编号", max_length=40)
    name = forms.CharField(label="项目名称", max_length=120)
    content = forms.CharField(
        label="建设内容",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="建什么、建多少。",
    )
    measure = forms.ModelChoiceField(label="工作措施", queryset=Measure.objects.none(), empty_label="请选择")
    department = forms.ModelChoiceField(
        label="责任单位", queryset=Organisation.objects.none(), empty_label="请选择"
    )
    villages = forms.ModelMultipleChoiceField(
        label="实施村（社区）",
        queryset=Village.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="一个都不选，表示项目不落在某个村。",
    )
    year = forms.IntegerField(label="年度", widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    planned_start_date = DayField(label="计划开工")
    planned_end_date = DayField(label="计划完工")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, user: User, project: Project | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        measures = Measure.objects.visible_to(user)
        self.fields["measure"].queryset = (
            measures.filter(programme=project.programme) if project else measures
        )
        self.fields["department"].queryset = Organisation.objects.within(user.division_code)
        self.fields["villages"].queryset = Village.objects.visible_to(user).filter(
            pk__in=Enrolment.objects.values("village")
        )
        for source in FundSource:
            self.fields[f"{BUDGET}{source}"] = AmountField(label=source.label, min_value=0, required=False)

    @property
    def basic_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("code", "name", "content", "measure", "department", "villages")]

    @property
    def plan_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("year", "planned_start_date", "planned_end_date")]

    @property
    def budget_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(BUDGET)]

    def show_version(self, version: int) -> None:
        """Let what was typed stand over the project as it is now, whose `version` the page then has seen."""
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed["version"] = str(version)
        self.data = typed

    def project_data(self) -> ProjectData:
        """What was typed, as the service takes it."""
        typed = dict(self.cleaned_data)
        typed.pop("version")
        budgets = {source: typed.pop(f"{BUDGET}{source}") for source in FundSource.values}
        given = {source: budget for source, budget in budgets.items() if budget is not None}
        return ProjectData(**typed | {"villages": list(typed["villages"]), "budgets": given})


class MovementForm(forms.Form):
    kind = forms.ChoiceField(
        label="类别",
        choices=[(kind, kind.label) for kind in (FundMovement.Kind.ALLOCATION, FundMovement.Kind.PAYMENT)],
        widget=forms.RadioSelect,
    )
    fund = forms.ModelChoiceField(label="资金来源", queryset=ProjectFund.objects.none(), empty_label="请选择")
    amount = AmountField(label="金额")
    movement_date = DayField(label="日期")
    document_number = forms.CharField(label="文号或凭证号", max_length=80, required=False)
    note = forms.CharField(label="说明", max_length=300, required=False)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fund"].queryset = project.funds.for_detail()
        self.fields["token"].initial = uuid4

    def booking(self) -> Booking:
        """What was typed, as the service takes it."""
        names = ("amount", "movement_date", "document_number", "note", "token")
        return Booking(**{name: self.cleaned_data[name] for name in names})


class ReverseForm(forms.Form):
    movement_date = DayField(label="冲回日期")
    note = forms.CharField(label="冲回原因", max_length=300)
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ProgressForm(forms.Form):
    month = MonthField(label="月份")
    percent = forms.DecimalField(
        label="形象进度",
        max_digits=4,
        decimal_places=1,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="到这个月底，全部工程完成了百分之几。",
    )
    note = forms.CharField(
        label="进展说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class StepForm(forms.Form):
    step = forms.ChoiceField(
        choices=[(transition.name, transition.label) for transition in PROJECT.transitions],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "没有这一步，请用页面上的按钮办理。"},
    )
    comment = forms.CharField(
        label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        step = PROJECT[typed["step"]] if "step" in typed else None
        if step and step.comment_required and not typed.get("comment"):
            self.add_error("comment", f"请写明{step.label}的理由。")
        return typed


class CancelForm(StepForm):
    """The one step that cannot be undone has its own form: asked once more, and never without a reason."""

    comment = forms.CharField(
        label="取消理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明取消项目的理由。"},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="id_cancel_%s", initial={"step": CANCEL})


def next_month(last: date | None, today: date) -> date:
    """The month to report on next: the one after `last`, never a future one."""
    this = today.replace(day=1)
    if last is None or last >= this:
        return this
    return month_after(last)
