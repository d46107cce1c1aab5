"""The row of figures on top of the leaders' dashboard: each with what it means and where it leads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from common.templatetags.display import percent, wan
from dashboard.queries import YearOfPlan
from indicators.models import VerdictStatus
from villages.models import Programme


@dataclass(frozen=True)
class Tile:
    """One figure with its unit, a note beneath, a way down, and a tone (good, attention, bad)."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    url: str = ""
    tone: str = ""


def creation(years: list[YearOfPlan], year: int, in_review: int) -> list[Tile]:
    """Titles against the plan of all years, and what this year means to add."""
    awarded, planned = sum(y.awarded for y in years), sum(y.planned for y in years)
    this_year = next((y for y in years if y.year == year), None)
    url = reverse("assessments:list")
    return [
        Tile("已授牌", f"{awarded}/{planned}", "个", "已授牌数/方案计划总数", url),
        Tile(
            f"{year} 年计划创建",
            str(this_year.planned if this_year else 0),
            "个",
            f"评审中 {in_review}，已授牌 {this_year.awarded if this_year else 0}",
            f"{url}?year={year}",
        ),
    ]


def verdicts(programme: Programme, year: int, counts: Counter[str]) -> Tile:
    """How many verdicts on the measured creation standards are met, and what keeps the others open."""
    applicable = counts.total() - counts[VerdictStatus.NOT_APPLICABLE]
    open_ones = (VerdictStatus.NEAR, VerdictStatus.UNMET, VerdictStatus.NO_DATA)
    note = "、".join(f"{status.label} {counts[status]}" for status in open_ones)
    url = reverse("indicators:matrix", args=[programme.code, year])
    return Tile("达标项", f"{counts[VerdictStatus.MET]}/{applicable}", "项", note, url, "good")


def overdue(by_township: Mapping[str, int]) -> Tile:
    """Months that should have been submitted, with the townships that owe them."""
    total = sum(by_township.values())
    note = "、".join(f"{name} {count}" for name, count in by_township.items()) or "各乡镇均按时上报"
    return Tile("月报逾期", str(total), "份", note, reverse("indicators:months"), "bad" if total else "good")


def money(sums: Mapping[str, Decimal]) -> Tile:
    """How much of the projects' budget was paid."""
    share = sums["paid"] * 100 / sums["budget"] if sums["budget"] else None
    note = f"预算 {wan(sums['budget'])} 万元，已下达 {wan(sums['allocated'])}，已支付 {wan(sums['paid'])}"
    return Tile("资金已支付", percent(share), "", note, reverse("projects:list"))
