"""The language: what can be written, and what is said about what cannot."""

from decimal import Decimal

import pytest

from indicators.engine import ExpressionError, StandardTexts, check_expressions, evaluate_month, parse

ELEMENTS = {"insured": "人", "due": "人", "households": "户", "done": "", "water": ""}
INDICATORS = {
    "rate": "insured / due * 100",
    "broken": "insured +",
    "first": "second + 1",
    "second": "first",
    "quality": "water",
    "place": "attribute(region)",
    "counted": "count(done)",
    "group": "meets(1, S01)",
    "in_circle": "met(A) + 1",
    "marks": "value()",
}


OPTIONS = {"water": ["优", "良", "差"]}
ATTRIBUTES = {"region": ["一类", "二类"], "party": [], "distance": None}
STANDARDS = {
    "S01": StandardTexts("village", ("rate", "95")),
    "M04-1": StandardTexts("village", ("insured", "1")),
    "A": StandardTexts("village", ("met(B)",)),
    "B": StandardTexts("village", ("in_circle",)),
    "C": StandardTexts("village", ("first", "1")),
    "P": StandardTexts("programme", ("share_met(S01)", "75")),
}


def problems(expression: str, **more) -> list[str]:
    names = {"kinds": ["eco"], "options": OPTIONS, "attributes": ATTRIBUTES, "standards": STANDARDS}
    found = check_expressions(ELEMENTS, INDICATORS, ["income"], expression, **names | more)
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
        ("any_of(3, 1, 3)", True),
        ("any_of(2, 1, 3)", False),
        ("any_of(-3, 1, -3)", True),
        ("any_of(1 / 0, 1)", None),
        ("case(2, 1, 10, 2, 20)", 20),
        ("case(3, 1, 10, 2, 20)", None),
        ("case(3, 1, 10, 2, 20, 30)", 30),
        ("case(1 / 0, 1, 10, 30)", None),
        ("case(1, 1, 1 / 0, 30)", None),
        ("band(95, 95, 10, 80, 5, 0)", 10),
        ("band(94.99, 95, 10, 80, 5, 0)", 5),
        ("band(79, 95, 10, 80, 5, 0)", 0),
        ("band(1 / 0, 95, 10, 0)", None),
        ("band(79, 1 / 0, 10, 0)", None),
        ("at_least(2, 1 = 1, 2 = 2, 1 = 2)", True),
        ("at_least(2, 1 = 1, 1 = 2, 1 = 2)", False),
        ("at_least(2, 1 = 1, 1 / 0 > 1, 1 = 2)", None),
        ("at_least(2, 1 = 2, 1 / 0 > 1, 1 = 2)", False),
        ("at_least(1, 1 = 1, 1 / 0 > 1)", True),
        ("min(at_least(1, 1 = 1), 7)", 1),
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
        ("insured / due * 100％", "第 20 个字符：公式里不写百分号：95% 写作 95，占比请乘以 100。"),
        ("max(insured、due)", "第 12 个字符：几项之间用逗号隔开。"),
        ("done && insured > 1", "第 6 个字符：“并且”请写 and。"),
        ("1 + 参保人数 / due", "第 5 个字符：“参保人数”：公式里的名称和函数要写代码，文字要加引号。"),
        ("如果(done, 1, 0)", "第 1 个字符：“如果”：公式里的名称和函数要写代码，文字要加引号。"),
        ("done AND due > 1", "第 6 个字符：“AND”请用小写 and。"),
        ("due => 1", "第 5 个字符：“=>”请写 >=。"),
        ("due <> 1", "第 5 个字符：“<>”请写 !=。"),
        ("done 且 due > 1", "第 6 个字符：“且”请写 and。"),
        ("1,300", "第 2 个字符：这里不能有逗号：数字不写千位分隔，只有 any_of 的目标值可以有几个。"),
        ("groth(insured)", "第 1 个字符：没有名为“groth”的函数，是不是想写“growth”？"),
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
        ('kind() = "eko"', "第 10 个字符：方案里没有村（社区）类别“eko”，现有的类别：eco。"),
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
        "if(kind() = \u2018eco\u2019， insured， \uff11\uff10)",
        "insured * 1 + households / due",
        "lowest(insured) >= 1 and month_count(insured) = 12",
        "if(year() = 2024, 94, 94.5)",
    ],
)
def test_a_formula_that_can_be_has_no_problem(expression):
    assert problems(expression) == []


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ('attribute(regoin) = "一类"', "第 11 个字符：方案里没有村情属性“regoin”，是不是想写“region”？"),
        (
            'attribute(region) = "三类"',
            "第 21 个字符：村情属性“region”没有“三类”这个值，可用的值：一类、二类。",
        ),
        ("attribute(region) + 1", "第 1 个字符：文字只能用 = 或 != "),
        ("region", "第 1 个字符：“region”是村情属性，应写作 attribute(region)。"),
        ("place * 2", "第 1 个字符：文字只能用 = 或 != "),
        ('water = "中"', "第 9 个字符：数据项“water”没有选项“中”，可用的选项：优、良、差。"),
        ('quality != "中"', "第 12 个字符：数据项“water”没有选项“中”，可用的选项：优、良、差。"),
        ('water > "良"', "第 7 个字符：文字只能用 = 或 != "),
        ('insured = "良"', "第 9 个字符：文字只能用 = 或 != "),
        ('any_of(water, "优", "中")', "第 20 个字符：数据项“water”没有选项“中”"),
        ('any_of(kind(), "eco", 1)', "第 23 个字符：这里应是写在引号里的文字。"),
        ("any_of(insured, due)", "第 17 个字符：这里应是写出来的数。"),
        ("any_of(insured, 1, 1)", "第 20 个字符：同一个值写了两次。"),
        ("any_of(insured)", "第 1 个字符：any_of() 的写法是 any_of(数, 值, 值, …)。"),
        ('case(kind(), "eko", 1)', "第 14 个字符：方案里没有村（社区）类别“eko”，现有的类别：eco。"),
        ("case(year(), due, 1)", "第 14 个字符：这里应是写出来的数。"),
        ('case(due, "优", 1)', "第 11 个字符：文字只能用 = 或 != "),
        ('case(year(), 2024, "优")', "第 20 个字符：文字只能用 = 或 != "),
        ("band(due, 1, 2, 3, 4)", "第 1 个字符：最后还缺其余情况的结果："),
        ("band(due, 80, 1, 95, 2, 0)", "第 18 个字符：起点应从高到低写。"),
        ("at_least(3, done, due > 1)", "第 10 个字符：个数应是 1 到 2 的整数，写出来。"),
        ("at_least(due, done)", "第 10 个字符：个数应是 1 到 1 的整数，写出来。"),
        ("met(S02)", "第 5 个字符：没有编号为“S02”的标准。"),
        ("met(P)", "第 5 个字符：“P”考核的不是村（社区），不能用 met()。"),
        ("met(C)", "第 5 个字符：指标互相引用成了一圈：first → second → first。"),
        ("met(A)", "第 5 个字符：标准互相引用成了一圈：A → B → in_circle → A。"),
        ("meets(3, S01, 'M04-1')", "第 7 个字符：个数应是 1 到 2 的整数，写出来。"),
        ("meets_all(S01, S01)", "第 16 个字符：标准“S01”写了两次。"),
        ("previous(met(S01))", "第 10 个字符：previous() 里面不能用 met()。"),
        ("growth(group)", "第 8 个字符：指标“group”：growth() 里面不能用 meets()。"),
        ("previous(count(done))", "第 10 个字符：previous() 里面不能用 count()。"),
        ("count(share(done))", "第 7 个字符：count() 里面不能再用 share()。"),
        (
            "area_sum(insured, local)",
            "第 19 个字符：级别应是 nation、province、city、county、township 之一。",
        ),
        ("area_count(rate, city)", "第 12 个字符：area_count() 的括号里应是一个数据项的代码。"),
        ("area_sum(insured, city) + households", "第 25 个字符：单位不同（人、户），不能相加。"),
        ("value()", "第 1 个字符：value() 只能写在计分公式里。"),
        ("S01", "第 1 个字符：“S01”是标准，问它达标没有，写作 met(S01)。"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence_with_its_place(expression, sentence):
    assert any(problem.startswith(sentence) for problem in problems(expression)), problems(expression)


@pytest.mark.parametrize(
    ("expression", "scope", "sentence"),
    [
        ("count(done)", "village", "第 1 个字符：count() 数的是村，只能用于乡镇、类别或整个方案的标准。"),
        (
            "1 + counted",
            "village",
            "第 5 个字符：指标“counted”：count() 数的是村，只能用于乡镇、类别或整个方案的标准。",
        ),
        (
            "met(S01)",
            "programme",
            "第 1 个字符：met() 看的是一个村，在乡镇、类别或整个方案的标准里要写在 count() 或 share() 里面。",
        ),
    ],
)
def test_villages_are_counted_in_wider_scopes_and_standards_met_in_villages(expression, scope, sentence):
    assert problems(expression, scope=scope) == [sentence]


@pytest.mark.parametrize(
    ("expression", "more"),
    [
        ('water = "优" or previous(water) != “良” or last(water) = 2', {}),
        ("attribute(region)", {}),
        ('attribute("party") = "任意" and attribute(distance) > 3.5', {}),
        ('place = "一类" and quality = "差"', {}),
        ('case(place, "一类", 4000, "二类", 6000)', {}),
        ("case(year(), 2024, 94, 2025, 94.5, due)", {}),
        ("band(rate, 95, 10, ref(income, city), 5, -1)", {}),
        ("meets_all(S01, 'M04-1') and at_least(1, met(S01), done)", {"scope": "village"}),
        ("share(met(S01) and water = '优', applies(S01)) + count_villages()", {"scope": "programme"}),
        ("share_met('M04-1') - count_known(rate > 1)", {"scope": "kind"}),
        ("area_sum(insured, county) - previous(area_sum(insured, county))", {}),
        ("if(is_met(), value() - threshold(), 0)", {"in_score": True}),
        ('"优", "良"', {"chosen_from": "water"}),
        ('"一类"', {"chosen_from": "place"}),
        ("3, 5", {"chosen_from": "insured"}),
    ],
)
def test_what_can_be_asked_has_no_problem(expression, more):
    assert problems(expression, **more) == []


@pytest.mark.parametrize(
    ("listed", "of", "sentence"),
    [
        ('"优", "中"', "quality", "第 6 个字符：数据项“water”没有选项“中”，可用的选项：优、良、差。"),
        ('"优"', "insured", "第 1 个字符：文字只能用 = 或 != "),
        ("3, due", "insured", "第 4 个字符：这里应是写出来的数。"),
        ("3,", "insured", "第 3 个字符：公式没有写完。"),
        ("", "insured", "第 1 个字符：公式是空的。"),
    ],
)
def test_a_list_of_values_is_checked_against_what_is_measured(listed, of, sentence):
    [problem] = problems(listed, chosen_from=of)

    assert problem.startswith(sentence)


def test_only_the_formula_of_a_score_asks_what_was_found():
    assert problems("marks", in_score=True) == ["第 1 个字符：指标“marks”：value() 只能写在计分公式里。"]
    assert problems("marks") == ["第 1 个字符：指标“marks”：value() 只能写在计分公式里。"]


def test_a_months_rule_says_an_option_by_its_number():
    assert problems("any_of(water, 1, 2)", month_only=True) == []
    [problem] = problems('water = "优"', month_only=True)
    assert problem.startswith("第 7 个字符：文字只能用 = 或 != ")


def test_every_problem_is_named_in_the_order_of_the_text():
    found = problems("insred + foo(due) / ref(incom, moon)")

    assert [sentence.split("：")[0] for sentence in found] == [
        "第 1 个字符",
        "第 10 个字符",
        "第 25 个字符",
        "第 32 个字符",
    ]


def test_an_unknown_function_is_answered_with_the_nearest():
    [sentence] = problems("bands(insured, 90, 1, 0)")

    assert sentence == "第 1 个字符：没有名为“bands”的函数，是不是想写“band”？"


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
