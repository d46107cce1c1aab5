"""A whole programme written from the guide alone: time, place, groups and gaps, worked out by hand.

The county is invented. The files in border/ hold its programme, the figures of six villages in two years and
what every standard must say as of June and as of December 2025.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.engine import Period, compute, explain, open_case
from indicators.engine.explaining.lever import Change, needed_change
from indicators.engine.periods import DECEMBER
from indicators.engine.reading.catalogue import Catalogue
from indicators.engine.reading.rules import make_rules
from indicators.engine.sql.area_sums import repair_county
from indicators.models import Exemption, Judgement, LedgerLine, MonthlyReport, Verdict
from programme_files.services import programme_load
from programme_files.validation import check_programme
from tests.factories import UserFactory
from tests.indicators.engine_scene import as_row, as_stored, interpret
from villages.models import Programme, Village

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "border"
TEXT = (FOLDER / "programme.yaml").read_text()
COUNTY, YEAR = "533199", 2025
NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
AT_LAST = Period(YEAR, DECEMBER)
VILLAGES = {
    "A": "533199101201",
    "B": "533199101202",
    "C": "533199101203",
    "D": "533199201201",
    "E": "533199201202",
    "F": "533199201203",
}
LETTERS = {code: letter for letter, code in VILLAGES.items()}
NOT_ACCEPTED = (VILLAGES["D"], date(2025, 6, 1))
STATUSES = {"m": "met", "r": "near", "u": "unmet", "n": "no_data", "x": "not_applicable"}
WORD = re.compile(r"([A-F*]) (\S+)")

Said = tuple[str, Decimal | None, Decimal | None, Decimal | None]  # status, value, threshold, gap


def _lines(name: str) -> Iterator[str]:
    lines = (FOLDER / name).read_text().splitlines()
    return (line for line in lines if line and not line.startswith("#"))


def _said(text: str) -> Said:
    """What a word of verdicts.txt says: value|threshold|status|gap."""
    parts = text.split("|")
    place = next(place for place, part in enumerate(parts) if part in STATUSES)
    value, threshold = (_figure(part) for part in [*parts[:place], "", ""][:2])
    return STATUSES[parts[place]], value, threshold, _figure("".join(parts[place + 1 :]))


def _figure(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def by_hand(month: int) -> Mapping[tuple[str, str], Said]:
    """What was worked out, by standard and village."""
    found = {}
    for line in _lines("verdicts.txt"):
        head, _, rest = line.partition(":")
        code, as_of = head.split()
        if int(as_of) == month:
            found |= {(code, place): _said(text) for place, text in WORD.findall(rest)}
    return found


@pytest.fixture
def border() -> Programme:
    """The programme with its figures; nothing is computed yet."""
    programme = programme_load(text=TEXT, actor=None, now=NOW).programme
    villages = {village.code: village for village in Village.objects.filter(code__startswith=COUNTY)}
    ids = dict(programme.elements.values_list("element__code", "element"))
    for line in _lines("figures.txt"):
        code, letter, year, *cells = line.split()
        months = {f"m{int(month):02}": value for month, value in (cell.split("=") for cell in cells)}
        village = villages[VILLAGES[letter]]
        LedgerLine.objects.create(village=village, element_id=ids[code], year=year, **months)
    _accept(villages)
    _decide(programme, villages)
    for year in (2024, 2025):
        repair_county(COUNTY, year)
    return programme


def _accept(villages: Mapping[str, Village]) -> None:
    months = [date(year, month, 1) for year in (2024, 2025) for month in range(1, 13)]
    MonthlyReport.objects.bulk_create(
        MonthlyReport(
            village=village, month=month, status="submitted" if (code, month) == NOT_ACCEPTED else "accepted"
        )
        for code, village in villages.items()
        for month in months
    )


def _decide(programme: Programme, villages: Mapping[str, Village]) -> None:
    """A reviewer judges two villages; one is exempted from a share of its township."""
    by = {"year": YEAR, "by": UserFactory(), "at": NOW}
    judged, share = (programme.standards.get(code=code) for code in ("V30", "V4"))
    for letter, is_met in {"A": True, "B": False}.items():
        Judgement.objects.create(standard=judged, village=villages[VILLAGES[letter]], is_met=is_met, **by)
    Exemption.objects.create(standard=share, village=villages[VILLAGES["E"]], reason="整村搬迁", **by)


def _found(programme: Programme) -> Mapping[tuple[str, str], Verdict]:
    verdicts = Verdict.objects.filter(standard__programme=programme, year=YEAR).select_related("standard")
    return {(each.standard.code, LETTERS.get(each.scope_code, "*")): each for each in verdicts}


def test_the_file_loads_without_a_warning():
    assert check_programme(TEXT)[1] == []


@pytest.mark.parametrize("month", [6, 12])
def test_the_verdicts_are_those_worked_out_by_hand(border, month):
    compute(border, YEAR, now=NOW, until=Period(YEAR, month))

    found = {key: _compared(verdict) for key, verdict in _found(border).items()}
    assert found == by_hand(month)


def _compared(verdict: Verdict) -> Said:
    is_yes_no = verdict.standard.comparator == "holds"  # whose threshold is always 1
    return verdict.status, verdict.value, None if is_yes_no else verdict.threshold, verdict.gap


@pytest.mark.parametrize("month", [6, 12])
def test_both_readers_find_the_same(border, month):
    until = Period(YEAR, month)
    compute(border, YEAR, now=NOW, until=until)
    catalogue = Catalogue.load(border)
    rules = {rule.code: rule for rule in make_rules(catalogue, border.standards.all())}

    for verdict in _found(border).values():
        outcome = interpret(catalogue, rules[verdict.standard.code], verdict.scope_code, until)
        assert as_stored(*outcome) == as_row(verdict), verdict.standard.code


def test_every_verdict_is_said_and_what_is_said_to_help_helps_once_it_is_typed(border):
    """再有 4.54 万元即达标: with these typed into a month, the standard is met."""
    compute(border, YEAR, now=NOW)
    promised = [(verdict, change) for verdict in _found(border).values() if (change := _promised(verdict))]

    helped = {
        (verdict.standard.code, verdict.scope_code): _typed(verdict, change)
        for verdict, change in promised
        if verdict.village_id
    }

    assert set(helped.values()) == {"met"}, helped
    assert {"V1", "V3", "V4", "V5", "V6", "V8", "V19", "V21", "V41"} <= {code for code, _ in helped}


def _promised(verdict: Verdict) -> Change | None:
    case = open_case(verdict.standard, verdict.scope_code, YEAR, as_of=AT_LAST)
    sentence = case.explain().sentence
    assert sentence.endswith("。"), verdict.standard.code
    if "即达标" not in sentence:
        return None
    return needed_change(case.rule, case.outcome, case.situation, case.catalogue)


def _typed(verdict: Verdict, change: Change) -> str:
    """The verdict with the change in the last month that counts; everything is put back."""
    key = {"village__code": verdict.scope_code, "element__code": change.element.code, "year": YEAR}
    line = LedgerLine.objects.filter(**key).first() or _line(verdict, change)
    column = _last_column(line, verdict.scope_code)
    before = getattr(line, column)
    _write(line, column, (before or 0) + change.after - change.before)
    status = explain(verdict.standard, verdict.scope_code, YEAR, as_of=AT_LAST).outcome.status
    _write(line, column, before)
    return status


def _last_column(line: LedgerLine, village: str) -> str:
    counted = [
        month
        for month, value in enumerate(line.months, 1)
        if value is not None and (village, date(YEAR, month, 1)) != NOT_ACCEPTED
    ]
    return f"m{max(counted, default=DECEMBER):02}"


def _line(verdict: Verdict, change: Change) -> LedgerLine:
    village = Village.objects.get(code=verdict.scope_code)
    return LedgerLine.objects.create(village=village, element_id=change.element.id, year=YEAR)


def _write(line: LedgerLine, column: str, value: Decimal | None) -> None:
    setattr(line, column, value)
    line.save()
    repair_county(COUNTY, YEAR)
