"""The rest of a year, worked out by hand: one element's months, last year's beside them."""

from decimal import Decimal

import pytest

from indicators.engine.formula import Fold
from indicators.engine.interpreting.projecting import Habit, Method, project


def habit(fold: str = "sum", **more) -> Habit:
    plain = {"places": 0, "minimum": None, "maximum": None, "is_amount": True, "is_cumulative": False}
    return Habit(Fold(fold), **plain | more)


def months(*figures: object) -> tuple[Decimal | None, ...]:
    """Twelve months, January first; what is not said is missing."""
    known = [None if figure is None else Decimal(str(figure)) for figure in figures]
    return (*known, *[None] * (12 - len(known)))


def rest(habit: Habit, now, before=()) -> list[str]:
    found = project(habit, months(*now), months(*before))
    return [str(value) for value in found.months[found.last :]]


LAST_YEAR = range(1, 13)


def test_a_flow_keeps_last_years_course_at_this_years_pace():
    found = project(habit(), months(*[10] * 9), months(*LAST_YEAR))

    assert found.method is Method.SCALED
    assert found.projected == [(10, 20), (11, 22), (12, 24)]  # 90 against 45 by September: twice as much


def test_what_grows_steadily_is_expected_to_have_grown_by_as_much():
    before = [1000, 1200, 900, 1100, 1000, 1300, 800, 1000, 1500, 900, 1000, 1300]
    now = [figure * Decimal("1.113") for figure in before[:9]]

    found = project(habit(places=2), months(*now), months(*before))

    assert found.projected == [(10, Decimal("1001.7")), (11, 1113), (12, Decimal("1446.9"))]
    assert sum(found.months) == sum(before) * Decimal("1.113")


def test_the_pace_is_held_against_the_same_months_alone():
    found = project(habit(), months(None, 30, None, 30), months(500, 10, 500, 10, *[10] * 8))

    assert {value for _, value in found.projected} == {Decimal(30)}  # not against 1020


def test_an_average_keeps_last_years_course_as_well():
    assert rest(habit("average", places=1), [None] * 9 + [88], [None] * 9 + [80, 90, 70]) == ["99.0", "77.0"]


def test_a_flow_needs_every_remaining_and_every_same_month_of_last_year_and_no_other():
    now = months(None, *[10] * 8)
    enough = project(habit(), now, months(None, *LAST_YEAR[1:]))
    without_a_remaining = project(habit(), now, months(*LAST_YEAR[:10], None, 12))
    without_a_same = project(habit(), now, months(1, 2, None, *LAST_YEAR[3:]))

    assert enough.method is Method.SCALED
    assert (without_a_remaining.method, without_a_same.method) == (Method.PACE, Method.PACE)
    assert without_a_remaining.projected == without_a_same.projected == [(10, 10), (11, 10), (12, 10)]


def test_where_last_year_had_lost_by_then_this_years_gain_has_no_pace_to_compare():
    found = project(habit(), months(*[10] * 9), months(*[-1] * 9, 100, 200, 300))

    assert found.method is Method.PACE
    assert found.projected == [(10, 10), (11, 10), (12, 10)]  # not minus a thousand


def test_where_last_year_had_come_to_nothing_by_then_there_is_no_pace_to_compare():
    found = project(habit(), months(*[10] * 9), months(*[0] * 9, 100, 200, 300))

    assert (found.method, found.projected) == (Method.PACE, [(10, 10), (11, 10), (12, 10)])


def test_what_has_come_to_nothing_this_year_stays_at_nothing():
    assert rest(habit(), [0] * 9, LAST_YEAR) == ["0", "0", "0"]


def test_scaled_months_add_up_to_what_is_left_of_the_year():
    assert rest(habit(), [1, 0, 0, 0], [2, 0, 0, 0] + [1] * 8) == ["1", "0", "1", "0", "1", "0", "1", "0"]


def test_a_scaled_month_stays_within_what_the_element_allows():
    assert rest(habit(maximum=Decimal(21)), [10] * 9, LAST_YEAR) == ["20", "21", "21"]


def test_what_is_cumulative_keeps_last_years_course_at_this_years_pace():
    found = project(
        habit("last", is_cumulative=True),
        months(*[None] * 8, 8904),
        months(*[None] * 8, 8000, 9000, 9500, 12000),
    )

    assert found.method is Method.SCALED
    assert found.projected == [(10, 10017), (11, 10574), (12, 13356)]  # 11.3 % above last year


@pytest.mark.parametrize("then", [0, -5, None])
def test_what_is_cumulative_goes_on_its_line_where_last_year_had_nothing_by_then(then):
    before = [None] * 8 + [then, 200, 300, 400]

    assert rest(habit("last", is_cumulative=True), [None] * 8 + [90], before) == ["100", "110", "120"]


def test_a_level_moves_as_it_did_last_year():
    before = [None] * 9 + [1000, 1010, 1030]

    assert rest(habit("last"), [None] * 9 + [1200], before) == ["1210", "1230"]


def test_a_level_needs_last_years_very_month_too():
    before = [None] * 10 + [1010, 1030]

    found = project(habit("last"), months(*[None] * 9, 1200), months(*before))

    assert (found.method, found.projected) == (Method.PACE, [(11, 1200), (12, 1200)])


def test_a_level_without_last_year_goes_on_from_its_first_to_its_last_month():
    assert rest(habit("last"), [None, 100, None, 999, None, 180]) == [
        "200",
        "220",
        "240",
        "260",
        "280",
        "300",
    ]


def test_what_is_counted_from_january_on_began_at_nothing():
    assert rest(habit("last", is_cumulative=True), [None] * 8 + [90]) == ["100", "110", "120"]


def test_an_average_goes_on_at_its_average():
    assert rest(habit("average", places=1), [None] * 7 + [90, None, 95.5]) == ["92.8", "92.7"]


def test_rounded_months_add_up_to_what_is_left_of_the_year():
    months_left = rest(habit(), [1, 0, 0, 1])

    assert months_left == ["1", "0", "1", "0", "1", "0", "1", "0"]


@pytest.mark.parametrize(
    ("more", "now", "expected"),
    [
        ({"places": 2}, [80, 40] + [None] * 8 + [0], ["0"]),
        ({"minimum": Decimal(20), "places": 2}, [80, 40] + [None] * 8 + [21], ["20"]),
        ({"maximum": Decimal(100), "places": 1}, [None] * 9 + [90, 98], ["100"]),
        ({}, [None] * 9 + [-3, -5], ["-5"]),
        ({}, [None] * 9 + [8, 3], ["0"]),
    ],
)
def test_a_projected_month_stays_within_what_the_element_allows(more, now, expected):
    assert rest(habit("last", **more), now) == expected


def test_an_answer_stays_as_it_was():
    found = project(habit("last", is_amount=False), months(0, 1), months(*LAST_YEAR))

    assert found.method is Method.KEPT
    assert {value for _, value in found.projected} == {Decimal(1)}


@pytest.mark.parametrize("now", [[], [1] * 12, [None] * 11 + [5]])
def test_without_a_figure_or_after_december_nothing_is_projected(now):
    assert project(habit(), months(*now), months(*LAST_YEAR)) is None


def test_months_that_were_left_out_stay_left_out():
    found = project(habit(), months(1, None, 3), months(*LAST_YEAR))

    assert found.months[:4] == (1, None, 3, 4)  # 4 against 4 in the same months
