"""What the display filters print."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms

from common.templatetags import display, fields


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("1234567.50"), None, "1,234,567.5"),
        (Decimal("1480.00"), None, "1,480"),
        (1000, None, "1,000"),
        (100, None, "100"),
        (0, None, "0"),
        (Decimal("-1234.5"), 2, "-1,234.50"),
        (Decimal("-0.000"), None, "0"),
        (Decimal("-0.004"), 2, "0.00"),
        (Decimal("2.345"), 2, "2.35"),
        (Decimal("2.675"), 2, "2.68"),
        (None, None, "—"),
        (None, 2, "—"),
        ("", 2, "—"),
    ],
)
def test_numbers_carry_separators_and_a_missing_one_is_never_a_zero(value, places, text):
    assert display.number(value, places) == text


def test_a_filter_argument_from_a_template_may_be_text():
    assert display.number(Decimal("5"), "2") == "5.00"


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("95.25"), "95.3%"), (Decimal("95.24"), "95.2%"), (100, "100.0%"), (0, "0.0%"), (None, "—")],
)
def test_percentages_have_one_decimal_rounded_half_up(value, text):
    assert display.percent(value) == text


def test_a_percentage_takes_the_decimals_its_standard_compares_to():
    assert display.percent(Decimal("94.96"), 2) == "94.96%"


@pytest.mark.parametrize(
    ("yuan", "text"), [(30_920_000, "3,092.00"), (50, "0.01"), (0, "0.00"), (None, "—"), ("", "—")]
)
def test_yuan_are_written_in_wan_with_two_decimals(yuan, text):
    assert display.yuan_as_wan(yuan) == text


def test_wan_have_two_decimals():
    assert display.wan(Decimal("3092")) == "3,092.00"


def test_months_are_written_as_the_office_writes_them():
    november = date(2025, 11, 1)

    written = [display.month(november), display.month_short(november), display.month_code(november)]

    assert written == ["2025年11月", "11月", "2025-11"]


def test_a_moment_is_shown_in_local_time():
    late_evening_in_utc = datetime(2025, 11, 11, 17, 3, tzinfo=UTC)

    assert display.moment(late_evening_in_utc) == "2025-11-12 01:03"
    assert display.day(late_evening_in_utc) == "2025-11-12"


def test_a_plain_date_is_shown_as_it_is():
    assert display.day(date(2025, 11, 2)) == "2025-11-02"


@pytest.mark.parametrize(
    "write", [display.month, display.month_short, display.month_code, display.day, display.moment]
)
def test_a_missing_date_is_a_dash(write):
    assert write(None) == "—"


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2025, 11, 20), "还有 8 天", "calm"),
        (date(2025, 11, 15), "还有 3 天", "soon"),
        (date(2025, 11, 12), "今天到期", "soon"),
        (date(2025, 11, 10), "逾期 2 天", "overdue"),
        (None, "", "calm"),
    ],
)
def test_a_deadline_says_how_it_stands(due, words, tone):
    today = date(2025, 11, 12)

    assert display.due_in(due, today) == words
    assert display.due_tone(due, today) == tone


def test_a_deadline_counts_local_days_when_given_moments():
    now = datetime(2025, 11, 11, 23, 0, tzinfo=UTC)  # already the 12th in Ningxia

    assert display.due_in(date(2025, 11, 12), now) == "今天到期"


def test_a_wait_is_rounded_up_to_the_minute():
    assert display.minutes(timedelta(minutes=14, seconds=1)) == 15
    assert display.minutes(timedelta(minutes=15)) == 15


def test_the_five_verdicts_can_be_told_apart_without_colour():
    verdicts = ["met", "near", "unmet", "no_data", "not_applicable"]

    marks = [display.verdict_mark(verdict) for verdict in verdicts]
    words = [display.verdict_word(verdict) for verdict in verdicts]

    assert marks == ["●", "◐", "✕", "○", "\N{EN DASH}"]
    assert words == ["达标", "接近", "未达标", "缺数据", "不适用"]


def test_an_unknown_verdict_is_an_error_and_not_a_blank():
    with pytest.raises(KeyError):
        display.verdict_word("fine")


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 4, 25), (0, 4, 0), (1, 0, None), (None, 4, None), (1, None, None)],
)
def test_a_share_of_nothing_is_missing(part, whole, share):
    assert display.share_of(part, whole) == share


class SampleForm(forms.Form):
    name = forms.CharField(label="名称", help_text="村的全称")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])
    agreed = forms.BooleanField(label="同意")
    marks = forms.MultipleChoiceField(
        label="事项", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple
    )
    own = forms.CharField(label="数量", widget=forms.TextInput(attrs={"class": "cell-input"}))


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("name", 'class="form-control"'),
        ("kind", 'class="form-select"'),
        ("agreed", 'class="form-check-input"'),
        ("own", 'class="cell-input form-control"'),
    ],
)
def test_a_control_gets_the_class_of_its_kind(field, expected):
    assert expected in fields.control(SampleForm()[field])


def test_a_wrong_control_points_to_its_help_and_its_error():
    form = SampleForm({"name": ""})

    html = fields.control(form["name"])

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_several_boxes_are_a_group_and_one_is_not():
    form = SampleForm()

    assert fields.is_choice_group(form["marks"])
    assert not fields.is_choice_group(form["agreed"])
    assert fields.is_checkbox(form["agreed"])
    assert not fields.is_checkbox(form["marks"])
