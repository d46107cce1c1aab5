"""What is typed about requests to the bureau: why somebody asks, and what is answered."""

from datetime import date, timedelta
from typing import Any

from django import forms

USUAL_PERMIT = 3  # days


class ReasonForm(forms.Form):
    """Asking the bureau for something: why."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。"},
    )


class DecisionForm(forms.Form):
    """Answering a request; saying no needs a word."""

    GRANT, REFUSE = "grant", "refuse"

    answer = forms.ChoiceField(
        label="答复",
        choices=[(GRANT, "同意"), (REFUSE, "不同意")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意还是不同意。"},
    )
    note = forms.CharField(
        label="意见",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不同意时必须写明理由，申请人会看到。",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("answer") == self.REFUSE and not given.get("note", "").strip():
            self.add_error("note", "请写明不同意的理由。")
        return given


class PermitDecisionForm(DecisionForm):
    """Answering a request for leave: until when."""

    until = forms.DateField(
        label="补报到哪一天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="到这一天结束前可以补报，过后自动失效。",
    )
    field_order = ("answer", "until", "note")

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(days=USUAL_PERMIT)})

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("answer") == self.GRANT and not given.get("until") and "until" not in self.errors:
            self.add_error("until", "请写明可以补报到哪一天。")
        return given
