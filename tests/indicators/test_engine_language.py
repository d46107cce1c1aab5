"""The language: what can be written, and what is said about what cannot."""

from decimal import Decimal

import pytest

from indicators.engine import ExpressionError, check_expressions, evaluate_month, parse

ELEMENTS = {"insured": "人", "due": "人", "households": "户", "done": ""}
INDICATORS = {"rate": "insured / due * 100", "broken": "insured +", "first": "second + 1", "second": "first"}


def problems(expression: str, **more) -> list[str]:
    found = check_expressions(ELEMENTS, INDICATORS, ["income"], expression, kinds=["eco"], **more)
    return [str(problem) for problem in found]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("8 / 4 / 2", 1),
        ("-2 * 3", -6),
        ("2 - -3", 5),
        ("1 / 3", Decimal("0.333333333333")),
        ("2 / 3", Decimal("0.666666666667")),
        ("-2 / 3", Decimal("-0.666666666667")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("round(2.5, 0)", 3),
        ("round(-2.5, 0)", -3),
        ("round(2.345, 2)", Decimal("2.35")),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 2)", 3),
        ("abs(-3)", 3),
        ("if(1 < 2, 10, 20)", 10),
        ("if(1 > 2, 10, 20)", 20),
        ("(1 < 2) + (3 < 2) + (5 = 5.0)", 2),
        ("1 = 1 and not 2 = 3", True),
        ("1 = 2 or 2 = 2 and 1 = 1", True),
        ("not 1 = 2", True),
        ("1 != 1", False),
        ("（1 ＋ 2） × 3 ÷ 9 ≥ 1", True),
        ("1 / 0", None),
        ("1 / 0 > 1 and 1 = 2", False),
        ("1 / 0 > 1 or 1 = 1", True),
        ("if(1 / 0 > 1, 1, 2)", None),
        ("min(1, 1 / 0)", None),
    ],
)
def test_what_a_formula_gives(expression, value):
    assert evaluate_month(expression, {}) == value


def test_a_months_rule_reads_that_months_figures():
    rule = "insured <= due and insured >= 0"

    assert evaluate_month(rule, {"insured": Decimal(1480), "due": Decimal(1500)}) is True
    assert evaluate_month(rule, {"insured": Decimal(1520), "due": Decimal(1480)}) is False
    assert evaluate_month(rule, {"insured": None, "due": Decimal(1480)}) is None
    assert evaluate_month(rule, {"insured": Decimal(-1)}) is False
    assert evaluate_month("done", {"done": Decimal(1)}) == 1


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "第 1 个字符：公式是空的。"),
        ("insured /", "第 10 个字符：公式没有写完。"),
        ("(insured", "第 9 个字符：缺少右括号。"),
        ("insured)", "第 8 个字符：多了一个右括号。"),
        ("insured due", "第 9 个字符：“due”的前面缺少运算符。"),
        ("* 2", "第 1 个字符：“*”的前面缺少一个数或数据项。"),
        ("1 < 2 < 3", "第 7 个字符：比较不能连写，请用 and 连接两个比较。"),
        ("insured == due", "第 9 个字符：等于请写一个等号 =。"),
        ("95%", "第 3 个字符：公式里不写百分号：95% 写作 95，占比请乘以 100。"),
        ('kind() = "eco', "第 10 个字符：引号没有成对。"),
        ("insured # 2", "第 9 个字符：公式里不能用“#”。"),
        ("1234567890123456789", "第 1 个字符：数字最多 18 位整数、12 位小数。"),
        ("insred / due", "第 1 个字符：没有名为“insred”的数据项或指标，是不是想写“insured”？"),
        ("income", "第 1 个字符：“income”是参照序列，应写作 ref(income, 级别)。"),
        ("year", "第 1 个字符：函数 year 后面缺少括号，写法是 year()。"),
        ("max(insured)", "第 1 个字符：max() 的写法是 max(甲, 乙, …)。"),
        ("total(rate)", "第 7 个字符：total() 的括号里应是一个数据项的代码。"),
        ("total(insuredd)", "第 7 个字符：total() 的括号里应是一个数据项的代码，是不是想写“insured”？"),
        ("ref(incom, nation)", "第 5 个字符：没有参照序列“incom”，是不是想写“income”？"),
        (
            "ref(income, moon)",
            "第 13 个字符：级别应是 nation、province、city、county、township、local 之一。",
        ),
        ("round(due, 1.5)", "第 12 个字符：小数位数应是 0 到 12 的整数。"),
        ("first", "第 1 个字符：指标互相引用成了一圈：first → second → first。"),
        ("1 + growth(second)", "第 12 个字符：指标互相引用成了一圈：second → first → second。"),
        ("insured + households", "第 9 个字符：单位不同（人、户），不能相加。"),
        ("previous(insured) - households", "第 19 个字符：单位不同（人、户），不能相减。"),
        ("insured > households", "第 9 个字符：单位不同（人、户），不能比较。"),
        ('kind() + "eco"', "第 1 个字符：文字只能用 = 或 != 和 kind()、attribute() 或选项类数据项比较。"),
        ('kind() = "eko"', "第 10 个字符：方案里没有村（社区）类别“eko”。"),
        ('kind() > "eco"', "第 8 个字符：文字只能用 = 或 != 和 kind()、attribute() 或选项类数据项比较。"),
    ],
)
def test_a_formula_that_cannot_be_gets_a_sentence_with_its_place(expression, sentence):
    assert sentence in problems(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "rate",
        "growth(rate) > ref(income, city) * 1.5",
        'if(kind() = "eco" or kind() != “eco”, insured, 2 * households)',
        "insured * 1 + households / due",
        "lowest(insured) >= 1 and month_count(insured) = 12",
        "if(year() = 2024, 94, 94.5)",
    ],
)
def test_a_formula_that_can_be_has_no_problem(expression):
    assert problems(expression) == []


def test_every_problem_is_named_in_the_order_of_the_text():
    found = problems("insred + foo(due) / ref(incom, moon)")

    assert [sentence.split("：")[0] for sentence in found] == [
        "第 1 个字符",
        "第 10 个字符",
        "第 25 个字符",
        "第 32 个字符",
    ]


def test_an_unknown_function_lists_the_known_ones():
    [sentence] = problems("sum(insured)")

    assert sentence.startswith("第 1 个字符：没有名为“sum”的函数。可用的函数：if、min、max")


@pytest.mark.parametrize(
    "expression", ["previous(insured)", "total(due)", "ref(income, city)", "year()", 'kind() = "eco"']
)
def test_a_rule_for_one_month_sees_nothing_but_that_month(expression):
    [sentence] = problems(expression, month_only=True)

    assert "校验规则只看当月填报的数" in sentence
    with pytest.raises(ExpressionError, match="校验规则"):
        evaluate_month(expression, {})


@pytest.mark.parametrize("expression", ["(" * 60 + "1" + ")" * 60, "-" * 60 + "1", "1" + " + 1" * 1000])
def test_a_monstrous_formula_is_refused_not_computed(expression):
    with pytest.raises(ExpressionError, match=r"太长|太深"):
        parse(expression)


def test_positions_count_from_one_in_the_text_as_it_was_typed():
    with pytest.raises(ExpressionError) as raised:
        parse("参保 / due")

    assert raised.value.position == 1
