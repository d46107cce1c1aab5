"""Figures that are probably something else: of another unit than their row's, telephones, old factors."""

import pytest

from indicators.month_books.cells import ColumnReader
from indicators.month_books.mapping import ColumnPlan, from_json
from tests.factories import DataElementFactory, ProgrammeElementFactory
from tests.indicators.book_scene import BookScene


@pytest.fixture
def scene(db):
    scene = BookScene()
    element = DataElementFactory(
        code="income", name="村集体经济收入", unit="万元", value_type="decimal", places=2
    )
    ProgrammeElementFactory(programme=scene.months.programme, element=element)
    return scene


@pytest.mark.parametrize("title", ["单位", "计量单位"])
def test_a_row_in_another_unit_than_its_column_is_refused(scene, title):
    rows = [["泾灵南村", 48000, "元"], ["泾灵北村", 4.8, "万元"]]

    workbook = scene.read([["村名", "村集体经济收入", title], *rows])

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert scene.reasons(workbook)[0].startswith("这一行的单位写着“元”")


def test_a_unit_of_another_kind_speaks_of_other_columns(scene):
    rows = [["村名", "参保人数", "村集体经济收入", "单位"], ["泾灵南村", 1410, 4.8, "人"]]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "nn"}


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("13995001234", "手机号"), ("139 9500 1234", "手机号"), ("64018119800101101X", "身份证号")],
)
def test_a_number_of_a_person_is_no_figure(scene, cell, kind):
    workbook = scene.read([["村名", "参保人数"], ["泾灵南村", cell]])

    assert scene.outcomes(workbook) == {2: "r"}
    assert scene.reasons(workbook) == [f"像是{kind}，没有写入。请核对这一列是不是对应错了。"]


def test_a_telephone_written_as_a_number_is_no_figure(scene):
    workbook = scene.read([["村名", "参保人数"], ["泾灵南村", 13995001234]])

    assert scene.outcomes(workbook) == {2: "r"}


def test_an_amount_of_money_may_be_as_long_as_a_telephone():
    element = DataElementFactory.build(unit="元", value_type="decimal", places=2)

    reading = ColumnReader(element, ColumnPlan(0, "x", "x")).read("13995001234")

    assert (reading.mark, reading.value) == ("v", 13995001234)


def test_a_remembered_factor_of_shares_is_not_used_for_per_cents(scene):
    heads = ["村名", "绿化覆盖率（%）"]
    scene.read([heads, ["泾灵南村", 0.16], ["泾灵北村", 0.205]])

    [again] = from_json(scene.send([heads, ["泾灵南村", 16], ["泾灵北村", 20.5]]).mapping).figures
    [small] = from_json(scene.send([heads, ["泾灵南村", 0.16], ["泾灵北村", 0.21]]).mapping).figures

    assert (again.factor, again.is_sure) == ("1", False)
    assert (small.factor, small.is_sure) == ("100", True)
