"""As of when a page looks at a year (截至): a choice in the address; what is unknown means the present."""

from collections.abc import Mapping
from typing import Any

from django import forms

from indicators.engine import Period
from indicators.engine.periods import DECEMBER

AT_RISK = "1"


class AsOfForm(forms.Form):
    """The months of a year up to `latest`, the newest first."""

    def __init__(self, data: Mapping[str, Any], *, latest: Period) -> None:
        self.latest = latest
        self.months = {_code(each): each for each in (Period(latest.year, m) for m in _down(latest.month))}
        known = {"month": data["month"]} if data.get("month") in self.months else {}
        super().__init__(known | self._more(data))
        choices = [(code, self._label(each)) for code, each in self.months.items()]
        self.fields["month"] = forms.ChoiceField(label="截至", required=False, choices=choices)
        self.order_fields(["month"])

    def _more(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def _label(self, month: Period) -> str:
        return f"{month.year}年{month.month}月" + ("" if month != self.latest else self._present)

    @property
    def _present(self) -> str:
        return "（全年）" if self.latest.month == DECEMBER else "（现在）"

    @property
    def chosen(self) -> Period:
        """The month asked for, else the latest."""
        return self.months.get(self.data.get("month", ""), self.latest)

    @property
    def looks_back(self) -> bool:
        """Whether another month than that of the stored verdicts was asked for."""
        return self.chosen != self.latest

    @property
    def query(self) -> str:
        """The choice, for the address of a page that is to look at the same month."""
        return f"?month={_code(self.chosen)}" if self.looks_back else ""

    @property
    def notice(self) -> str:
        """What a page says that looks back."""
        if not self.looks_back:
            return ""
        year, month = self.chosen.year, self.chosen.month
        recomputed = f"按 {year}年{month}月 的数据重算，仅供查看。"
        return f"{recomputed}只计到这个月为止、现在已受理的月报，不改变已记录的结论。"


class MatrixForm(AsOfForm):
    """The same for the matrix, and in a running year whether only villages at risk are listed."""

    at_risk = forms.ChoiceField(
        label="村（社区）",
        required=False,
        choices=[("", "全部"), (AT_RISK, "预计年底有标准不达标的")],
    )

    def __init__(self, data: Mapping[str, Any], *, latest: Period, is_running: bool) -> None:
        super().__init__(data, latest=latest)
        if not is_running:
            del self.fields["at_risk"]

    def _more(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"at_risk": data.get("at_risk")} if data.get("at_risk") == AT_RISK else {}

    @property
    def only_at_risk(self) -> bool:
        return "at_risk" in self.fields and self.data.get("at_risk") == AT_RISK


def _code(month: Period) -> str:
    return f"{month.first_day:%Y-%m}"


def _down(month: int) -> range:
    return range(month, 0, -1)
