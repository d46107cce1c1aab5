"""Kinds of validation rules, choices and cumulative figures in a file."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.models import DataElement, ValidationRule
from programme_files.dumping import dump_programme
from programme_files.problems import ProgrammeFileError
from programme_files.reading import read
from programme_files.services import programme_load
from programme_files.validation import parse_programme
from tests.programme_files.samples import changed

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
CHANGE = "{code: jump, kind: change, severity: soft, elements: [example_income], against: month, limit: 30}"
OUTLIER = "{code: odd, kind: outlier, severity: hard, elements: [example_income, example_due], limit: 3.5}"
WATER = (
    "{code: example_water, name: 水质, type: choice, options: [优, 良, 差], aggregation: last, group: 建设}"
)


def with_rule(rule: str) -> str:
    return changed("\nreference_series:", f"- {rule}\n\nreference_series:")


def with_element(element: str) -> str:
    return changed("\nrules:", f"- {element}\n\nrules:")


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProgrammeFileError) as refused:
        parse_programme(text)
    return [f"{problem.where}：{problem.message}" for problem in refused.value.problems]


def test_limits_of_change_and_outliers_are_written_and_come_back():
    text = with_rule(f"{CHANGE}\n- {OUTLIER}")

    programme = programme_load(text=text, actor=None, now=NOW).programme

    change, outlier = ValidationRule.objects.filter(code__in=["jump", "odd"]).order_by("code")
    assert (change.kind, change.severity, change.against, change.limit) == ("change", "soft", "month", 30)
    assert (change.elements, change.expression, change.message) == (["example_income"], "", "")
    assert (outlier.kind, outlier.against, outlier.limit) == ("outlier", "", Decimal("3.5"))
    assert read(dump_programme(programme)) == read(text)


def test_a_relation_may_be_soft():
    text = changed(
        "- {code: example_insured_within_due,", "- {code: example_insured_within_due, severity: soft,"
    )

    programme_load(text=text, actor=None, now=NOW)

    assert ValidationRule.objects.get().severity == "soft"


@pytest.mark.parametrize(
    ("rule", "old", "new", "sentence"),
    [
        (CHANGE, ", limit: 30", "", "校验规则 jump：kind 为 change 时缺少 limit。"),
        (CHANGE, " elements: [example_income],", "", "校验规则 jump：kind 为 change 时缺少 elements。"),
        (CHANGE, ", against: month", "", "校验规则 jump：kind 为 change 时缺少 against。"),
        (CHANGE, "against: month", "against: week", "校验规则 jump 的 against：可用的值：month、year。"),
        (CHANGE, "limit: 30", "limit: 0", "校验规则 jump 的 limit：应大于 0。"),
        (CHANGE, "limit: 30", "limit: 30, expression: 1 < 2", "jump 的 expression：kind 为 change 时不能写"),
        (CHANGE, "severity: soft", "severity: mild", "校验规则 jump 的 severity：可用的值：hard、soft。"),
        (CHANGE, "[example_income]", "[example_inc]", "jump 的 elements：文件里没有数据项“example_inc”"),
        (CHANGE, "[example_income]", "[example_road]", "“example_road”不是数量，谈不上变动幅度和离群。"),
        (OUTLIER, ", limit: 3.5", "", "校验规则 odd：kind 为 outlier 时缺少 limit。"),
        (OUTLIER, ", limit: 3.5", ", limit: 3.5, against: year", "odd 的 against：kind 为 outlier 时不能写"),
        (OUTLIER, "kind: outlier", "kind: strange", "odd 的 kind：可用的值：relation、change、outlier。"),
        ("{code: r, message: 无}", "", "", "校验规则 r：kind 为 relation 时缺少 expression。"),
        ("{code: r, expression: example_due >= 0}", "", "", "校验规则 r：kind 为 relation 时缺少 message。"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_named_with_its_key(rule, old, new, sentence):
    found = problems_of(with_rule(rule.replace(old, new, 1)))

    assert any(sentence in problem for problem in found), found


def test_a_choice_keeps_its_options_in_order():
    text = with_element(WATER)

    programme = programme_load(text=text, actor=None, now=NOW).programme

    assert DataElement.objects.get(code="example_water").options == ["优", "良", "差"]
    assert read(dump_programme(programme)) == read(text)


def test_a_cumulative_figure_is_known_as_one():
    income = "aggregation: sum, group: 经济"

    programme_load(
        text=changed(income, "aggregation: last, cumulative: true, group: 经济"), actor=None, now=NOW
    )

    assert DataElement.objects.get(code="example_income").is_cumulative


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" options: [优, 良, 差],", "", "数据项 example_water：type 为 choice 时要写 options"),
        ("[优, 良, 差]", "[优]", "数据项 example_water 的 options：type 为 choice 时要写 options"),
        ("[优, 良, 差]", "[优, 优]", "数据项 example_water 的 options：选项不能为空，也不能重复。"),
        ("type: choice", "type: integer", "options：只有 type 为 choice 时才写 options。"),
        ("aggregation: last", "aggregation: sum", "数据项 example_water 的 aggregation：选项不能相加"),
        ("group: 建设", "group: 建设, max: 3", "数据项 example_water 的 max：type 为 choice 时不能写 max。"),
        ("group: 建设", "group: 建设, cumulative: true", "example_water 的 cumulative：年内累计数应是"),
        ("code: example_water", "code: example-water", "数据项 example-water 的 code：代码应以字母开头"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_named_with_its_key(old, new, sentence):
    found = problems_of(with_element(WATER.replace(old, new, 1)))

    assert any(sentence in problem for problem in found), found


def test_the_calendar_says_whether_a_due_day_moves_and_when_a_month_is_locked():
    text = changed(
        "month_due_day: 25\n", "month_due_day: 25\n    month_due_moves: true\n    month_lock_days: 3\n"
    )

    programme = programme_load(text=text, actor=None, now=NOW).programme

    assert (programme.month_due_moves, programme.month_lock_days) == (True, 3)
    assert read(dump_programme(programme)) == read(text)
    assert "应在 0 到 60 个工作日之间" in "".join(problems_of(text.replace("days: 3", "days: 99")))
