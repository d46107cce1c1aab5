"""A figure that is chosen, not counted, is written by its name; an amount as an amount."""

from decimal import Decimal

import pytest

from indicators import charts
from indicators.engine import Period, explain, open_case, trend
from indicators.exports import ledger_sheet
from indicators.models import Indicator, Standard
from indicators.templatetags.standards import figure_of, gap_of
from indicators.what_if import WhatIfForm
from tests.factories import ProgrammeElementFactory
from tests.indicators.engine_scene import SOUTH, EngineScene

pytestmark = pytest.mark.django_db
Comparator = Standard.Comparator
OCTOBER = Period(2025, 10)


@pytest.fixture
def scene() -> EngineScene:
    return EngineScene()


def chosen(scene: EngineScene, kind: str, aggregation: str = "last"):
    options = ["优", "良"] if kind == "choice" else []
    return scene.element("planned", aggregation, value_type=kind, options=options)


@pytest.mark.parametrize(
    ("kind", "aggregation", "expression", "is_noted"),
    [
        ("boolean", "last", "planned", True),
        ("choice", "last", "planned", True),
        ("boolean", "sum", "planned", False),
        ("boolean", "last", "planned * 2", False),
        ("integer", "last", "planned", False),
    ],
)
def test_an_indicator_knows_whose_choice_it_repeats(scene, kind, aggregation, expression, is_noted):
    element = chosen(scene, kind, aggregation)
    indicator = scene.indicator("plan", expression)

    Indicator.objects.note_choices()

    indicator.refresh_from_db()
    assert indicator.choice == (element if is_noted else None)


def test_what_repeats_no_choice_any_more_forgets_it(scene):
    indicator = scene.indicator("plan", "planned + 1", choice=chosen(scene, "boolean"))

    Indicator.objects.note_choices()

    indicator.refresh_from_db()
    assert indicator.choice is None


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("boolean", "1", "是"), ("boolean", "0", "否"), ("choice", "2", "良"), ("choice", "7", "7")],
)
def test_a_chosen_figure_is_written_by_its_name(scene, kind, value, words):
    indicator = scene.indicator("plan", "planned", choice=chosen(scene, kind))
    standard = scene.standard(indicator=indicator)

    written = figure_of(Decimal(f"{value}.000000"), standard)

    assert written == words
    assert gap_of(Decimal(1), standard) == "—"


def test_a_condition_holds_or_not(scene):
    standard = scene.standard(expression="1 > 0", comparator=Comparator.HOLDS, threshold="")

    written = [figure_of(value, standard) for value in (Decimal(1), Decimal(0), None)]

    assert written == ["是", "否", "—"]


def test_an_amount_stays_an_amount(scene):
    standard = scene.standard(expression="1")

    written = figure_of(Decimal("1.500000"), standard), gap_of(Decimal("0.5"), standard)

    assert written == ("1.5", "0.5")


def test_what_villages_add_up_to_has_no_name(scene):
    indicator = scene.indicator("plan", "planned", choice=chosen(scene, "boolean"))
    standard = scene.standard(indicator=indicator, scope="programme")

    written = figure_of(Decimal(1), standard), gap_of(Decimal(1), standard)

    assert written == ("1", "1")


@pytest.mark.parametrize(("kind", "figure", "words"), [("boolean", 1, "是"), ("choice", 2, "良")])
def test_an_explanation_and_its_trial_name_what_was_chosen(scene, kind, figure, words):
    village, element = scene.village(), chosen(scene, kind)
    scene.figures(element, 2025, {10: figure})
    scene.accept(2025, [10])
    standard = scene.standard(expression="planned", threshold="1")

    found = explain(standard, village, 2025, as_of=OCTOBER)

    [used] = found.inputs
    assert (used.shown, used.months[0].shown) == (words, words)
    assert words in dict(WhatIfForm(found).fields["planned"].choices).values()


def test_the_ledger_of_a_month_names_what_was_chosen(scene):
    village, element = scene.village(), chosen(scene, "choice")
    ProgrammeElementFactory(programme=scene.programme, element=element)
    scene.figures(element, 2025, {10: 2})

    sheet = ledger_sheet([village], OCTOBER.first_day, place="灵武市")

    [row] = [row for row in sheet.rows if isinstance(row, list) and row[0] == element.name]
    assert row[2].value == "良"


def test_the_chart_of_a_choice_has_its_names_as_steps(scene):
    element = chosen(scene, "choice")
    indicator = scene.indicator("plan", "planned", choice=element)
    standard = scene.standard(indicator=indicator, comparator="<=", threshold="1")
    village = scene.village(SOUTH)
    scene.figures(element, 2025, {8: 2, 9: 1})
    scene.accept(2025)

    case = open_case(standard, village, 2025, as_of=OCTOBER)
    chart = charts.course(trend(case), None, "", standard.names)

    assert chart["yAxis"] == {"type": "category", "data": ["优", "良"]}
    assert [line["data"][7:9] for line in chart["series"]] == [["良", "优"], ["优", "优"]]
