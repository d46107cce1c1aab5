"""What is chosen on the pages of scores, and what is typed about exemptions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from indicators.models import ScoreSection

BY_POINTS = "points"


class ScoresFilter(forms.Form):
    """Which scorecard, which township, in which order; what cannot be read does not narrow the table."""

    card = forms.ChoiceField(label="测评", required=False)
    township = forms.ChoiceField(label="乡镇（街道）", required=False)
    order = forms.ChoiceField(
        label="顺序", required=False, choices=[("", "按村（社区）代码"), (BY_POINTS, "按得分从高到低")]
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        cards: Sequence[ScoreSection],
        townships: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.cards = {card.code: card for card in cards}
        self.fields["card"].choices = [(card.code, card.name) for card in cards]
        self.fields["township"].choices = [("", "全部"), *townships]
        if len(cards) < 2:
            del self.fields["card"]
        if len(self.fields["township"].choices) <= 2:
            del self.fields["township"]
        self.full_clean()

    @property
    def card_chosen(self) -> ScoreSection:
        """The scorecard asked for, else the first."""
        return self.cards.get(self.cleaned_data.get("card", "")) or next(iter(self.cards.values()))

    @property
    def township_chosen(self) -> str:
        return self.cleaned_data.get("township", "")

    @property
    def by_points(self) -> bool:
        return self.cleaned_data.get("order") == BY_POINTS


class ExemptionForm(forms.Form):
    """Why a village is not asked for something, and who approved it by which document."""

    reason = forms.CharField(
        label="豁免理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="为什么这一年不对这个村（社区）作这项要求。",
        error_messages={"required": "请写明豁免的理由。"},
    )
    approval = forms.CharField(
        label="批准依据",
        max_length=200,
        help_text="批准的单位和文件，例如 市委农村工作领导小组会议纪要 2025 年第 3 号。",
        error_messages={"required": "请写明批准的单位和文件。"},
    )


class RevokeForm(forms.Form):
    """Why an exemption is taken back."""

    note = forms.CharField(
        label="取消理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明取消豁免的理由。"},
    )
