"""What may be typed into a cell, and what is said where it may not."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.templatetags.display import number
from indicators.models import DataElement
from indicators.validation import FigureError, bounds, parse_figure

COUNT = DataElement(name="参保人数", unit="人", value_type="integer")
MONEY = DataElement(name="产值", unit="万元", value_type="decimal", places=2)
RATE = DataElement(
    name="绿化覆盖率", unit="%", value_type="decimal", places=1, minimum=Decimal(0), maximum=Decimal(100)
)
YES_NO = DataElement(name="规划已完成", value_type="boolean")
STARS = DataElement(name="党组织星级", unit="星", value_type="level")


@pytest.mark.parametrize(
    ("element", "text", "value"),
    [
        (COUNT, "1520", "1520"),
        (COUNT, " 1520 ", "1520"),
        (COUNT, "1,520", "1520"),
        (COUNT, "1，520", "1520"),
        (COUNT, "1 520", "1520"),
        (COUNT, "1\u2009520", "1520"),
        (COUNT, "１５２０", "1520"),
        (COUNT, "1520人", "1520"),
        (COUNT, "1520 人", "1520"),
        (COUNT, "1520.0", "1520"),
        (COUNT, "+7", "7"),
        (COUNT, "0", "0"),
        (COUNT, "-0", "0"),
        (MONEY, "12.50", "12.5"),
        (MONEY, "12。5", "12.5"),
        (MONEY, ".5", "0.5"),
        (MONEY, "-3.25", "-3.25"),
        (MONEY, "\u22123.25", "-3.25"),
        (MONEY, "1,234,567.89万元", "1234567.89"),
        (RATE, "16%", "16"),
        (RATE, "16 ％", "16"),
        (RATE, "100", "100"),
        (YES_NO, "1", "1"),
        (YES_NO, "是", "1"),
        (YES_NO, "否", "0"),
        (STARS, "3", "3"),
        (STARS, "3星", "3"),
    ],
)
def test_a_figure_is_read_however_a_clerk_writes_it(element, text, value):
    assert parse_figure(text, element) == Decimal(value)


@pytest.mark.parametrize("text", ["", "   ", "\u3000"])
def test_an_empty_cell_is_empty_and_never_zero(text):
    assert parse_figure(text, COUNT) is None


@pytest.mark.parametrize(
    ("element", "text", "sentence"),
    [
        (COUNT, "12a", "“12a”不是数字，请只填数字（单位：人）。"),
        (COUNT, "一千", "“一千”不是数字，请只填数字（单位：人）。"),
        (COUNT, "1,52", "“1,52”不是数字，请只填数字（单位：人）。"),
        (COUNT, "1 5 2 0", "“1 5 2 0”不是数字，请只填数字（单位：人）。"),
        (COUNT, "1e3", "“1e3”不是数字，请只填数字（单位：人）。"),
        (COUNT, "5²", "“5²”不是数字，请只填数字（单位：人）。"),
        (COUNT, "٣", "“٣”不是数字，请只填数字（单位：人）。"),
        (COUNT, "NaN", "“NaN”不是数字，请只填数字（单位：人）。"),
        (COUNT, "Infinity", "“Infinity”不是数字，请只填数字（单位：人）。"),
        (COUNT, "=1+1", "“=1+1”不是数字，请只填数字（单位：人）。"),
        (COUNT, "3\x00", "“3\x00”不是数字，请只填数字（单位：人）。"),
        (COUNT, "x" * 5000, f"“{'x' * 20}…”不是数字，请只填数字（单位：人）。"),
        (COUNT, "9" * 5000, f"“{'9' * 20}…”不是数字，请只填数字（单位：人）。"),
        (COUNT, "3万", "“3万”不是数字，请只填数字（单位：人）。"),
        (YES_NO, "x", "“x”不是数字，请只填数字。"),
        (COUNT, "-1", "不能是负数。"),
        (COUNT, "3.5", "应填整数，不能带小数。"),
        (COUNT, "16%", "这一项按“人”填报，不填百分数。"),
        (COUNT, "123456789012345", "数字太大，请核对数字和计量单位。"),
        (MONEY, "1.234", "最多保留 2 位小数。"),
        (RATE, "120%", "不能大于 100%，填的是 120%。"),
        (RATE, "-1", "不能是负数。"),
        (YES_NO, "2", "请选“是”或“否”。"),
        (STARS, "6", "不能大于 5星，填的是 6星。"),
        (STARS, "0", "不能小于 1星。"),
        (STARS, "2.5", "应填整数，不能带小数。"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_a_sentence(element, text, sentence):
    with pytest.raises(FigureError) as refusal:
        parse_figure(text, element)

    assert str(refusal.value) == sentence


def test_an_element_s_own_bounds_come_before_those_of_its_type():
    level = DataElement(value_type="level", minimum=Decimal(0))

    assert bounds(level) == (0, 5)
    assert bounds(COUNT) == (0, None)
    assert bounds(MONEY) == (None, None)


@given(st.text(max_size=60), st.sampled_from([COUNT, MONEY, RATE, YES_NO, STARS]))
def test_whatever_is_typed_is_either_refused_or_a_figure_in_bounds(text, element):
    low, high = bounds(element)

    with suppress(FigureError):
        value = parse_figure(text, element)
        assert value is None or low is None or value >= low
        assert value is None or high is None or value <= high


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_a_figure_as_it_is_shown_can_be_typed_again(value):
    assert parse_figure(number(value), MONEY) == value
