"""Whose row it is, where names are alike: another township's village, a community, two names in one row."""

import pytest

from tests.indicators.book_scene import HEADS, SOUTH, BookScene


@pytest.fixture
def scene(db):
    return BookScene()


@pytest.mark.parametrize(
    "name",
    ["1.泾灵南村", "（1）泾灵南村", "一、泾灵南村", "★泾灵南村", "灵武市郝家桥镇泾灵南村", "泾灵南村委会"],
)
def test_numbering_and_the_way_there_are_no_part_of_a_name(scene, name):
    workbook = scene.read([["村名", "参保人数"], [name, 1410]])

    assert scene.outcomes(workbook) == {2: "n"}


@pytest.mark.parametrize(
    "name", ["白土岗乡泾灵南村", "泾灵南社区", "泾灵南社区居民委员会", "泾灵南村（含新村）", "泾灵南、北村"]
)
def test_a_name_that_is_only_alike_is_not_taken_for_ours(scene, name):
    workbook = scene.read([["村名", "参保人数"], [name, 1410], ["泾灵北村", 950]])

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert workbook.counts["unknown"] == [name]


def test_another_township_beside_the_name_is_believed(scene):
    rows = [["乡镇", "村名", "参保人数"], ["白土岗乡", "泾灵南村", 1], ["郝家桥镇", "泾灵北村", 950]]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert "乡镇却写着“白土岗乡”" in scene.reasons(workbook)[0]


def test_a_code_of_another_township_beside_the_name_is_believed(scene):
    rows = [
        ["村代码", "村名", "参保人数"],
        ["640181201999", "泾灵南村", 1],
        ["640181101220", "泾灵北村", 950],
    ]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert "别的乡镇" in scene.reasons(workbook)[0]


@pytest.mark.parametrize("code", ["640181101219", "219"])
def test_a_code_of_ours_beside_a_name_that_nobody_knows_is_not_believed(scene, code):
    rows = [["村代码", "村名", "参保人数"], [code, "兴旺村", 1], ["640181101220", "泾灵北村", 950]]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "r", 3: "n"}
    assert workbook.counts["unknown"] == ["兴旺村"]


def test_a_figure_that_ends_like_a_code_makes_no_column_of_codes(scene):
    workbook = scene.read([["村名", "低保人数", "参保人数"], ["泾灵南村", 220, 1410], ["泾灵北村", 219, 950]])

    assert scene.targets(workbook) == ["@name", "", "pension_insured"]
    assert scene.outcomes(workbook) == {2: "n", 3: "n"}


def test_two_tables_side_by_side_are_not_mixed(scene):
    rows = [
        ["村名", "应参保人数", "村名", "参保人数"],
        ["泾灵南村", 1480, "泾灵北村", 950],
        ["泾灵北村", 990, "泾灵南村", 1410],
    ]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "rr", 3: "rr"}
    assert "两个村名" in scene.reasons(workbook)[0]


def test_a_second_column_that_names_the_same_village_does_no_harm(scene):
    workbook = scene.read([["所在村", "村名", "参保人数"], ["泾灵南村委会", "泾灵南村", 1410]])

    assert scene.outcomes(workbook) == {2: "n"}


def test_a_table_under_another_one_is_not_read_by_its_heads(scene):
    rows = [
        ["村名", "应参保人数", "参保人数"],
        SOUTH[:3],
        ["村名", "应参保人数", "参保人数"],
        [],
        ["社区名称", "参保人数", "应参保人数"],
        ["泾灵北村", 950, 990],
    ]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "nn", 6: "rr"}
    assert scene.reasons(workbook) == ["第 5 行起表头变了，是另一张表。请把它放到另一个工作表里，单独导入。"]


def test_heads_of_two_rows_that_come_again_are_the_same_table(scene):
    heads = [["村名", "养老保险", ""], ["", "应参保人数", "参保人数"]]
    rows = [*heads, SOUTH[:3], *heads, ["泾灵北村", 990, 950]]

    workbook = scene.read(rows, merges=["A1:A2", "B1:C1"])

    assert scene.outcomes(workbook) == {3: "nn", 6: "nn"}


def test_a_figure_merged_over_two_villages_is_nobodys(scene):
    rows = [HEADS[:3], ["泾灵南村", 1480, 2360], ["泾灵北村", 990, ""]]

    workbook = scene.read(rows, merges=["C2:C3"])

    assert scene.outcomes(workbook) == {2: "nr", 3: "nr"}
    assert "取消合并" in scene.reasons(workbook)[0]


def test_a_figure_merged_over_two_elements_is_neithers(scene):
    workbook = scene.read([HEADS[:3], ["泾灵南村", 1480, ""], ["泾灵北村", 990, 950]], merges=["B2:C2"])

    assert scene.outcomes(workbook) == {2: "rr", 3: "nn"}


def test_a_village_with_figures_below_it_that_name_none_is_not_believed(scene):
    rows = [["村名", "组", "参保人数"], ["泾灵南村", "一组", 700], ["", "二组", 710], ["泾灵北村", "", 950]]

    workbook = scene.read(rows)

    assert scene.outcomes(workbook) == {2: "r", 3: "r", 4: "n"}
    assert scene.reasons(workbook)[0].startswith("下面第 3 行也有数据")


def test_words_below_a_village_take_nothing_from_it(scene):
    workbook = scene.read([["村名", "参保人数"], ["泾灵南村", 1410], ["", "以上数据来自医保局"]])

    assert scene.outcomes(workbook) == {2: "n", 3: "r"}


def test_a_village_over_two_rows_with_its_figures_is_one(scene):
    rows = [
        ["村名", "包村干部", "参保人数"],
        ["泾灵南村", "甲", 1410],
        ["", "乙", ""],
        ["泾灵北村", "丙", 950],
    ]

    workbook = scene.read(rows, merges=["A2:A3", "C2:C3"])

    assert scene.outcomes(workbook) == {2: "n", 4: "n"}


def test_a_total_far_to_the_right_is_a_total(scene):
    rows = [
        ["", "", "", "", "", "序号", "村名", "参保人数"],
        ["", "", "", "", "", 1, "泾灵南村", 1410],
        ["", "", "", "", "", "合计", "", 1410],
    ]

    workbook = scene.read(rows, merges=["F3:G3"])

    assert scene.outcomes(workbook) == {2: "n"}


def test_a_separator_inside_a_number_does_not_move_a_row_of_text(scene):
    text = "村名,应参保人数,参保人数\r\n泾灵南村,1,480,1410\r\n泾灵北村,990,950\r\n"

    workbook = scene.confirm(scene.upload(text.encode(), "十月.csv"))

    assert scene.outcomes(workbook) == {2: "rr", 3: "nn"}
    assert "格数比表头多" in scene.reasons(workbook)[0]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_in_two_bytes_a_sign_is_read(scene, delimiter):
    text = "村名,应参保人数,参保人数\r\n泾灵南村,1480,1410\r\n".replace(",", delimiter)

    workbook = scene.confirm(scene.upload(text.encode("utf-16"), "十月.csv"))

    assert scene.outcomes(workbook) == {2: "nn"}


def test_signs_of_no_meaning_in_a_text_do_no_harm(scene):
    filler = "".join(f"第{at}行,{'备' * 190}\r\n" for at in range(30))
    text = f'村代码,参保人数\r\n"=""640181101219""",1410\r\n{filler}640181\x00101220,9\x0050\r\n'

    workbook = scene.confirm(scene.upload(text.encode(), "十月.csv"))

    assert {2: "n", 33: "n"}.items() <= scene.outcomes(workbook).items()
