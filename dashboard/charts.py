"""ECharts options as plain dictionaries; colours name our tokens, which static/js/charts.js looks up."""

from decimal import Decimal
from typing import Any

from dashboard.queries import ReferenceComparison, YearOfPlan
from projects.models import FundSource

MONEY_WORDS = {"budget": "预算", "allocated": "已下达", "paid": "已支付"}


def plan_and_awards(years: list[YearOfPlan]) -> dict[str, Any]:
    """Bars of villages planned and awarded, year by year."""
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [f"{y.year}年" for y in years]},
        "yAxis": {"type": "value", "minInterval": 1, "name": "个"},
        "series": [
            _bar("计划创建", [y.planned for y in years], unit="个"),
            _bar("已授牌", [y.awarded for y in years], unit="个"),
        ],
    }


def reference_comparison(comparison: ReferenceComparison) -> dict[str, Any]:
    """A line per village, and the published figure as a dashed line."""
    indicator = comparison.standard.indicator
    unit = indicator.unit if indicator else ""
    lines = [_line(name, values, unit) for name, values in comparison.villages.items()]
    reference = _line("参照值", comparison.reference, unit) | {
        "lineStyle": {"type": "dashed", "width": 3, "color": "--sf-text"},
        "itemStyle": {"color": "--sf-text"},
        "symbol": "diamond",
    }
    return {
        "legend": {"type": "scroll"},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [f"{year}年" for year in comparison.years]},
        "yAxis": {"type": "value", "name": unit, "scale": True},
        "series": [*lines, reference],
    }


def money_by_source(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Bars of budget, allocated and paid by source, in 万元; `rows` come from `named_sources`."""
    return {
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [row["name"] for row in rows], "axisLabel": {"interval": 0}},
        "yAxis": {"type": "value", "name": "万元"},
        "series": [
            _bar(word, [_number(row[key]) for row in rows], unit="万元", decimals=2)
            for key, word in MONEY_WORDS.items()
        ],
    }


def named_sources(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of money by source with the source's name, from the highest level down."""
    ordered = sorted(rows, key=lambda row: FundSource.values.index(row["source"]))
    return [row | {"name": FundSource(row["source"]).label} for row in ordered]


def _bar(name: str, data: list[Any], **extra: Any) -> dict[str, Any]:
    return {"name": name, "type": "bar", "data": data, "barMaxWidth": 28, **extra}


def _line(name: str, values: list[Decimal | None], unit: str) -> dict[str, Any]:
    data = [_number(value) for value in values]
    return {"name": name, "type": "line", "data": data, "unit": unit, "decimals": 1, "connectNulls": False}


def _number(value: Decimal | None) -> float | None:
    """JSON has no decimals; a chart's point may be a float, a figure on the page never is."""
    return None if value is None else float(value)
