"""What is chosen on the pages of scores, and what is typed about exemptions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from indicators.models import ScoreSection

BY_POINTS = "points"


class ScoresFilter(forms.Form):
    """Which scorecard, which township, in which order; what cannot be read does not narrow the table."""

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        cards: Sequence[ScoreSection],
        townships: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.cards = {card.code: card for card in cards}
        if len(cards) > 1:
            self.fields["card"] = _choice("测评", [(card.code, card.name) for card in cards])
        if len(townships) > 1:
            self.fields["township"] = _choice("乡镇（街道）", [("", "全部"), *townships])
        orders = [("", "按村（社区）代码"), (BY_POINTS, "按得分从高到低")]
        self.fields["order"] = _choice("顺序", orders)
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


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=choices)


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
