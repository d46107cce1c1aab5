"""What a file may look like, and what is said about one that does not."""

import pytest

from programme_files.problems import ProgrammeFileError
from programme_files.reading import Reading, read
from programme_files.yaml_nodes import MAX_BYTES, decode
from tests.programme_files.samples import LINGWU, SMALL, changed, line_of


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProgrammeFileError) as refused:
        read(text)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("text", [LINGWU, SMALL], ids=["lingwu", "small"])
def test_a_good_file_is_read_whole(text):
    document = read(text)

    assert document.programme.years[0] in (2022, 2024)
    assert document.measures[-1].number == len(document.measures)


def test_numbers_become_decimals_never_floats():
    document = read(SMALL)

    assert str(document.programme.near_percent) == "2.5"
    assert str(document.reference_series[0].values[0].value) == "7.25"


def test_a_formula_may_be_a_bare_number():
    document = read(changed('threshold: "20"', "threshold: 20"))

    assert document.measures[0].targets[0].threshold == "20"


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        (
            'division: "640122"\n',
            "division: 640122\n",
            "programme 的 division",
            '应为文字，请加引号："640122"。',
        ),
        ("years: [2024, 2026]\n  quota", "years: [2024]\n  quota", "programme 的 years", "应正好有 2 项。"),
        ("quota: {2024: 1, 2025: 2}", "quota: {2024: 一}", "programme 的 quota", "应为整数，不能是“一”。"),
        (
            "quota: {2024: 1, 2025: 2}",
            "quota: 3",
            "programme 的 quota",
            "应为“年份: 个数”，例如 {2022: 1, 2023: 2}。",
        ),
        (
            "quota: {2024: 1, 2025: 2}",
            "quota: {2024: 1, 2024: 2}",
            "programme 的 quota",
            "同一个年份写了两次。",
        ),
        ("near_percent: 2.5", "near_percent: 两点五", "programme 的 near_percent", "不能是“两点五”"),
        ("near_percent: 2.5", "near_percent: 1_000", "programme 的 near_percent", "不能是“1_000”"),
        ("month_due_day: 25", "month_due_day: [25]", "programme 的 calendar.month_due_day", "应只有一个值"),
        ("  title: 某县示范村\n", "", "programme", "缺少 title。"),
        ("  title: 某县示范村\n", "  title:\n", "programme", "缺少 title。"),
        ("  title: 某县示范村\n", '  title: ""\n', "programme 的 title", "不能为空。"),
        ("  rule: 成熟一个", "  rul: 成熟一个", "programme", "不认识的键“rul”，是不是想写“rule”？可用的有："),
        (
            "max: 5000,",
            "max：5000,",
            "数据项 example_income",
            "“max：5000”不是“键: 值”：冒号用半角，后面空一格。",
        ),
        (
            "years: [2024, 2026]\n  quota",
            "years: 2024\n  quota",
            "programme 的 years",
            "应为列表，例如 [2022, 2025]",
        ),
        (
            'comparator: ">"\n',
            "comparator: >\n",
            "标准 A2 的 comparator",
            "不能为空；以 > 开头的内容要加引号。",
        ),
        ("  title: 某县示范村\n", "  title: 某县示范村\n  title: 又一个\n", "programme", "title 写了两次。"),
        ("name: 甲村,", 'name: "甲\\n村",', "村 640122101201 的 name", "文字里不能有换行"),
        ("name: 甲村,", 'name: "甲村 ",', "村 640122101201 的 name", "文字前后不能有空格。"),
        ("name: 甲村,", "name: yes,", "村 640122101201 的 name", '应为文字，请加引号："yes"。'),
        ("deadline: 2024-09-30", "deadline: 2024-09-31", "标准 B4 的 deadline", "应为日期"),
        ("deadline: 2024-09-30", "deadline: 九月底", "标准 B4 的 deadline", "应为日期"),
        ("code: B2", "code: B1", "标准 B1", "重复。"),
        ("number: 2", "number: 1", "措施 1", "重复。"),
        ("departments: [县农办, 示例镇]", "departments: 县农办", "措施 1 的 departments", "应为列表"),
        (
            'help: "月末数,不含中断缴费的。"',
            "help: 月末数,不含中断缴费的。",
            "数据项 example_insured",
            "要加引号",
        ),
        ("standards:\n- code: A1", "standards:\n- 5\n- code: A1", "standards 第 1 项", "应为“键: 值”。"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(old, new, where, sentence):
    found = problems_of(changed(old, new))

    assert len(found) == 1
    assert f"，{where}：" in found[0]
    assert sentence in found[0]


def test_the_line_is_the_line_of_the_value():
    text = changed("deadline: 2024-09-30", "deadline: 九月底")

    assert problems_of(text)[0].startswith(f"第 {line_of('deadline: 九月底', text=text)} 行，")


def test_a_repeated_row_names_the_line_of_the_first():
    text = changed("code: A2", "code: A1")

    first, second = line_of("- code: A1", text=text), line_of("- code: A1\n  name: 集体", text=text)
    assert problems_of(text) == [f"第 {second} 行，标准 A1：与第 {first} 行的标准 A1 重复。"]


def test_every_problem_is_said_at_once():
    text = changed("month_due_day: 25", "month_due_day: x").replace("name: 甲村,", "nam: 甲村,")

    assert len(problems_of(text)) == 3


def test_a_broken_row_is_not_missed_by_the_rows_that_name_it():
    reading = Reading(changed("unit: 万元, type: decimal", "unit: 万元, type: 1"))

    assert "example_income" in reading.declared["ElementRow"]
    assert reading.document is not None
    assert [row.code for row in reading.document.elements] == [
        "example_due",
        "example_insured",
        "example_road",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "文件是空的。"),
        ("a: b: c", "第 1 行：这里不能再出现“键: 值”。"),
        ("a:\n\tb: 1", "第 2 行：不能用制表符缩进"),
        ("a: [1, 2", "方括号里的列表没有写完"),
        ("a: {b: 1", "花括号里的内容没有写完"),
        ('a: "x', "引号没有闭合"),
        ("a: 1\n---\nb: 2", "只能有一份方案"),
        ("a: &x [1]\nb: *x", "不能使用锚点和引用"),
        ("a: \x01", "控制字符"),
        ("a: " + "[" * 500 + "]" * 500, "层次太多"),
        ("a: @b", "不是正确的 YAML 写法"),
        ("a: 1\nb： 2\nc: 3", "缺少半角冒号"),
        ("a: >=\nb: 2", "以 > 开头的内容要加引号"),
        ("a: %", "以 % 开头的内容要加引号"),
        ('a: "1" * b', "引号后面还有内容"),
        ('a: "1" + b', "引号后面还有内容"),
        ('a: "优", "良"', "引号后面还有内容"),
        ("- 1", "应为“键: 值”。"),
        ("42", "应为“键: 值”。"),
    ],
)
def test_what_is_not_yaml_gets_a_sentence(text, sentence):
    found = problems_of(text)

    assert sentence in "\n".join(found)


def test_a_file_of_another_encoding_is_refused_with_the_line():
    with pytest.raises(ProgrammeFileError, match="第 2 行：文件不是 UTF-8 编码"):
        decode(b"a: 1\nb: \xd6\xd0")


def test_a_huge_file_is_refused_before_it_is_read():
    with pytest.raises(ProgrammeFileError, match="文件超过 2 MB"):
        decode(b" " * (MAX_BYTES + 1))


def test_a_byte_order_mark_does_no_harm():
    assert decode(b"\xef\xbb\xbfformat: 1") == "format: 1"
