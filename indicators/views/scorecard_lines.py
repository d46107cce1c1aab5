"""A village's scorecard as a page prints it: sections and items one below the other, each in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.templatetags.display import number
from indicators.engine import ItemTally, Result, Tally, points_in_words
from indicators.engine.decimals import rounded
from indicators.engine.interpreting.tallying import POINT_PLACES
from indicators.engine.reading.catalogue import Catalogue
from indicators.models import Score, ScoreSection, Standard
from villages.models import Programme

LEFT_OUT = {
    ScoreSection.Missing.LEAVE_OUT: "不适用，不计入满分",
    ScoreSection.Missing.RESCALE: "不适用，按其余各项折算",
    ScoreSection.Missing.FULL: "不适用，按满分计",
}


@dataclass(frozen=True)
class Line:
    """A section, or an item where there is a standard; `note` says how the points came about."""

    depth: int
    name: str
    points: Decimal | None
    full_points: Decimal | None
    note: str = ""
    standard: Standard | None = None
    status: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class CardLines:
    """A scorecard: what it comes to in a sentence, then its lines."""

    name: str
    sentence: str
    points: Decimal
    full_points: Decimal
    grade: str
    missing: int
    vetoed_by: str
    lines: Sequence[Line]
    note: str = ""


def lines_of(programme: Programme, results: Sequence[Result]) -> list[CardLines]:
    """The scorecards as they stand now, in a fixed number of queries."""
    ids = [each.item.standard_id for result in results for part in result.tally.walk() for each in part.items]
    listed = Standard.objects.filter(pk__in=ids).select_related("indicator")
    writer = _Writer({standard.pk: standard for standard in listed}, Catalogue.load(programme))
    return [
        CardLines(
            name=result.card.root.name,
            sentence=_sentence(result),
            points=result.tally.points,
            full_points=result.tally.full_points,
            grade=result.grade,
            missing=result.tally.missing,
            vetoed_by=result.vetoed_by,
            lines=list(writer.section(result.tally, 0)),
            note=_section_note(result.tally),
        )
        for result in results
    ]


@dataclass(frozen=True)
class _Writer:
    standards: Mapping[int, Standard]
    catalogue: Catalogue

    def section(self, tally: Tally, depth: int) -> Iterator[Line]:
        if depth:
            missing = f"还有 {tally.missing} 项缺数据" if tally.missing else ""
            note = "；".join(filter(None, (_section_note(tally), missing)))
            yield Line(depth, tally.section.name, tally.points, tally.full_points, note)
        for each in tally.items:
            yield self.item(each, tally, depth + 1)
        for part in tally.parts:
            yield from self.section(part, depth + 1)

    def item(self, each: ItemTally, tally: Tally, depth: int) -> Line:
        standard = self.standards[each.item.standard_id]
        how = points_in_words(standard, self.catalogue)
        counted = each.item.points is not None and (each.applies or each.full_points > 0)
        known = counted and not (each.applies and each.mark.score is None)
        return Line(
            depth=depth,
            name=standard.name,
            points=each.points if known else None,
            full_points=each.full_points if counted else None,
            note=_item_note(each, how, LEFT_OUT[ScoreSection.Missing(tally.section.rule)]),
            standard=standard,
            status=each.mark.status,
            is_missing=each.is_missing,
        )


def _item_note(each: ItemTally, how: str, left_out: str) -> str:
    if not each.applies:
        return left_out if each.item.points is not None else "不适用"
    if each.is_broken:
        veto = f"等次最高为“{each.item.veto_grade}”" if each.item.veto_grade else "一票否决"
        return f"{how}；{veto}"
    return how


def _section_note(tally: Tally) -> str:
    """What happened to a section's sum, in words; empty where it simply adds up."""
    said = []
    if tally.section.is_bonus:
        said.append("加分，不计入满分")
    if tally.section.weight != 1:
        said.append(f"按权重 {number(tally.section.weight)} 计入上一级")
    if tally.is_scaled:
        said.append(f"适用各项得 {number(tally.gathered)} 分，折算为 {_points(tally.scaled)} 分")
    if tally.is_capped:
        said.append(f"各项合计 {_points(tally.scaled)} 分，最多计 {number(tally.section.most)} 分")
    if not tally.asked:
        said.append("各项均不适用")
    return "；".join(said)


def _points(points: Decimal) -> str:
    return number(rounded(points, POINT_PLACES))


def _sentence(result: Result) -> str:
    """The whole in one sentence: points, grade or what is missing, how far to the next grade."""
    tally = result.tally
    points = f"得 {number(tally.points)} 分（满分 {number(tally.full_points)} 分）"
    veto = f"否决项 {result.vetoed_by} 未达标。" if result.vetoed_by else ""
    if tally.missing:
        settled = f"等次已定为“{result.grade}”" if result.grade else "暂不定等次"
        return f"已知各项{points}，还有 {tally.missing} 项缺数据，{settled}。{veto}"
    if not result.grade:
        return f"{points}。{veto}"
    nearer = ""
    if result.to_next_grade is not None and result.next_grade:
        nearer = f"再得 {number(result.to_next_grade)} 分为“{result.next_grade.name}”。"
    return f"{points}，等次为“{result.grade}”。{veto}{nearer}"


def kept_lines_of(scores: Iterable[Score]) -> list[CardLines]:
    """The scorecards of a year that stays as it was judged: what was kept of each section."""
    rows = list(scores)
    return [_kept(root, rows) for root in rows if root.section.parent_id is None]


def _kept(root: Score, rows: Sequence[Score]) -> CardLines:
    grade = f"，等次为“{root.grade}”" if root.grade else ""
    return CardLines(
        name=root.section.name,
        sentence=f"评定时得 {number(root.points)} 分（满分 {number(root.full_points)} 分）{grade}。",
        points=root.points,
        full_points=root.full_points,
        grade=root.grade,
        missing=root.missing,
        vetoed_by=root.vetoed_by,
        lines=list(_kept_below(root, rows, 1)),
    )


def _kept_below(parent: Score, rows: Sequence[Score], depth: int) -> Iterator[Line]:
    for row in rows:
        if row.section.parent_id == parent.section_id:
            yield Line(depth, row.section.name, row.points, row.full_points)
            yield from _kept_below(row, rows, depth + 1)
