"""The chart of a standard's year, as a plain ECharts option; static/js/charts.js looks its colours up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.engine import Point, Prospect
from indicators.engine.periods import DECEMBER
from indicators.models.catalogue import Names

Figures = Sequence[Decimal | None]


def course(
    points: Sequence[Point], prospect: Prospect | None, unit: str, names: Names | None = None
) -> dict[str, Any]:
    """Lines of the value, its target and last year's value; what is only expected is open and dotted.

    Where `names` stand for the figures (否 and 是, 良), the axis has these steps and no others.
    """
    values = _year((point.month, point.outcome.value) for point in points)
    targets = _year((point.month, point.outcome.threshold) for point in points)
    before = _year((point.month, point.before) for point in points)
    series = [
        _line("实际值", values, unit) | {"lineStyle": {"width": 3}},
        _line("目标值", targets, unit, "--sf-text", "dashed") | {"symbol": "none"},
        _line("上年同月", before, unit, "--sf-chart-5"),
    ]
    if prospect and prospect.points:
        series.insert(1, _expected(points, prospect, unit))
    option = {
        "legend": {"type": "scroll"},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [f"{month}月" for month in range(1, DECEMBER + 1)]},
        "yAxis": {"type": "value", "name": unit, "scale": True},
        "series": [each for each in series if any(value is not None for value in each["data"])],
    }
    return _in_words(option, names) if names else option


def _in_words(option: dict[str, Any], names: Names) -> dict[str, Any]:
    words = {float(figure): name for figure, name in sorted(names.items())}
    for line in option["series"]:
        line["data"] = [words.get(value) for value in line["data"]]
    return option | {"yAxis": {"type": "category", "data": list(words.values())}}


def _expected(points: Sequence[Point], prospect: Prospect, unit: str) -> dict[str, Any]:
    """The months to come, joined to the last known one."""
    last = [(point.month, point.outcome.value) for point in points[-1:]]
    figures = _year([*last, *prospect.points])
    return _line("预测", figures, unit, "--sf-chart-1", "dotted") | {"symbol": "emptyCircle", "symbolSize": 8}


def _year(figures: Any) -> list[float | None]:
    """Twelve points. JSON has no decimals: a chart's point may be a float, a figure on the page never is."""
    found: list[float | None] = [None] * DECEMBER
    for month, value in figures:
        found[_place(month)] = None if value is None else float(value)
    return found


def _place(month: date) -> int:
    return month.month - 1


def _line(name: str, data: list[float | None], unit: str, colour: str = "", dash: str = "") -> dict[str, Any]:
    line = {"name": name, "type": "line", "data": data, "unit": unit, "decimals": 1, "connectNulls": False}
    if colour:
        line |= {"lineStyle": {"color": colour}, "itemStyle": {"color": colour}}
    if dash:
        line["lineStyle"] = {"color": colour, "type": dash, "width": 2}
    return line
