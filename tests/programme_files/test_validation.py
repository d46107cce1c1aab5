"""What is said about a file whose form is right and whose content is not."""

import pytest

from accounts.models import Organisation
from indicators.models import DataElement, ReferenceSeries
from programme_files.problems import ProgrammeFileError
from programme_files.validation import parse_programme
from tests.factories import ProgrammeFactory, VillageFactory
from tests.programme_files.samples import LINGWU, SMALL, changed, line_of
from villages.models import Enrolment, VillageKind

pytestmark = pytest.mark.django_db


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProgrammeFileError) as refused:
        parse_programme(text)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("text", [LINGWU, SMALL], ids=["lingwu", "small"])
def test_a_good_file_has_no_problem(text):
    assert parse_programme(text).format == 1


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("format: 1\n", "format: 2\n", "format", "应为 1"),
        ("code: example\n", "code: 示例\n", "programme 的 code", "。"),
        (
            "years: [2024, 2026]\n  quota",
            "years: [2026, 2024]\n  quota",
            "programme 的 years",
            "起始年晚于结束年。",
        ),
        ("years: [2024, 2026]\n  quota", "years: [1024, 2026]\n  quota", "programme 的 years", "年份应在"),
        ("{2024: 1, 2025: 2}", "{2024: 1, 2029: 2}", "programme 的 quota", "2029 年不在方案的年份之内。"),
        ("{2024: 1, 2025: 2}", "{2024: 1, 2025: -2}", "programme 的 quota", "不能是负数"),
        ("near_percent: 2.5", "near_percent: 120", "programme 的 near_percent", "应在 0 到 100 之间。"),
        ("month_due_day: 25", "month_due_day: 31", "programme 的 calendar.month_due_day", "28"),
        ('"10-01", "10-31"', '"10-01", "10-32"', "programme 的 calendar.self_check", "11-30"),
        ('"11-30"\n', '"09-30"\n', "programme 的 calendar", "依次排列"),
        ("kind: county_office", "kind: bureau", "单位 县农办 的 kind", "可用的值：prefecture_office、"),
        ('division: "640122101"', 'division: "6401221"', "单位 示例镇 的 division", "行政区划代码应为"),
        ('division: "640122101"', 'division: "640122"', "单位 示例镇 的 division", "应为 9 位"),
        (
            'kind: department, division: "640122"}\n- {name: 县水',
            'kind: department, division: "650122"}\n- {name: 县水',
            "单位 县人社局 的 division",
            "既不在方案的地区 640122 之内，也不是它的上级。",
        ),
        (
            "name: 甲村, kind: farm",
            "name: 甲村, kind: eco",
            "村 640122101201 的 kind",
            "文件里没有类别“eco”。",
        ),
        (
            "name: 甲村, kind: farm, township: 示例镇",
            "name: 甲村, kind: farm, township: 某镇",
            "村 640122101201 的 township",
            "文件里没有单位“某镇”。",
        ),
        (
            '{code: "640122101202"',
            '{code: "640122102202"',
            "村 640122102202 的 township",
            "不属于示例镇（640122101）",
        ),
        ('{code: "640122101202"', '{code: "64012210"', "村 64012210 的 code", "12 位数字"),
        ("target_year: 2024", "target_year: 2030", "村 640122101201 的 target_year", "不在方案的年份之内。"),
        (
            "unit: 万元, type: decimal",
            "unit: 万元, type: money",
            "数据项 example_income 的 type",
            "integer、decimal",
        ),
        (
            "aggregation: sum, group: 经济",
            "aggregation: max, group: 经济",
            "数据项 example_income 的 aggregation",
            "可用的值：sum、last、average。",
        ),
        ("places: 2}", "places: 9}", "数据项 example_income 的 places", "0 到 4"),
        ("min: 0, max: 5000", "min: 6000, max: 5000", "数据项 example_income 的 min", "最小值大于最大值。"),
        (
            "group: 保障, provider: 县人社局, min: 0}",
            "group: 保障, provider: 县医保局, min: 0}",
            "数据项 example_due 的 provider",
            "文件里没有单位“县医保局”",
        ),
        (
            "group: 建设, kinds: [farm]}",
            "group: 建设, kinds: [farm, eco]}",
            "数据项 example_road 的 kinds",
            "文件里没有类别“eco”。",
        ),
        (
            "group: 建设, kinds: [farm]}",
            "group: 建设, kinds: [farm, farm]}",
            "数据项 example_road 的 kinds",
            "写了两次",
        ),
        (
            "expression: example_insured <= example_due",
            "expression: example_insured + example_due",
            "校验规则 example_insured_within_due 的 expression",
            "应是一个关系",
        ),
        (
            "expression: example_insured <= example_due",
            "expression: growth(example_insured) <= 1",
            "校验规则 example_insured_within_due 的 expression",
            "校验规则只看当月填报的数",
        ),
        (
            "({example_insured})",
            "({insured})",
            "校验规则 example_insured_within_due 的 message",
            "“insured”不是数据项",
        ),
        (
            "({example_insured})",
            "({example_insured)",
            "校验规则 example_insured_within_due 的 message",
            "没有成对",
        ),
        (
            "- code: example_growth",
            "- code: example-growth",
            "参照序列 example-growth 的 code",
            "代码应以字母开头",
        ),
        (
            '{area: "640122"',
            '{area: "640123"',
            "参照序列 example_growth 的 values 第 2 项.area",
            "既不在方案的地区",
        ),
        ('{area: "640122"', '{area: ""', "参照序列 example_growth 的 values", "地区 全国 2024 年写了两次。"),
        (
            "year: 2024, value: 8",
            "year: 20240, value: 8",
            "参照序列 example_growth 的 values 第 2 项.year",
            "年份应在",
        ),
        ("code: example_rate,", "code: example_due,", "指标 example_due 的 code", "与一个数据项的代码相同"),
        (
            "example_insured / example_due",
            "example_insured / example_du",
            "指标 example_rate 的 expression",
            "第 19 个字符",
        ),
        (
            "example_insured / example_due * 100",
            "example_insured + example_income",
            "指标 example_rate 的 expression",
            "单位不同",
        ),
        (
            "expression: growth(example_income)",
            "expression: example_income_growth + 1",
            "指标 example_income_growth 的 expression",
            "互相引用",
        ),
        ("indicator: example_rate", "indicator: rate", "标准 A1 的 indicator", "文件里没有指标“rate”。"),
        (
            'comparator: ">="\n  threshold: "95"',
            'comparator: "=>"\n  threshold: "95"',
            "标准 A1 的 comparator",
            "可用的值：>=、>、=、<=、<、between、about、done_by、any_of、holds、judged。",
        ),
        ('threshold: "95"', 'threshold: "95%"', "标准 A1 的 threshold", "公式里不写百分号"),
        ('  threshold: "95"\n', "", "标准 A1", "comparator 为 >= 时缺少 threshold。"),
        ('stretch: "98.5"', 'upper: "98.5"', "标准 A1 的 upper", "comparator 为 >= 时不能写 upper。"),
        ("near: 1.5", "near: -1", "标准 A1 的 near", "不能是负数。"),
        ("places: 1\n", "places: 7\n", "标准 A1 的 places", "0 到 6"),
        ("ref(example_growth, local)", "ref(example_growth, street)", "标准 A2 的 threshold", "级别应是"),
        (
            "years: [2023, 2026]",
            "years: [2023, 2027]",
            "标准 A2 的 years",
            "结束年应在方案的 2024 到 2026 年之内。",
        ),
        ("\n  kinds: [farm]", "\n  kinds: [farm, farm]", "标准 A2 的 kinds", "写了两次"),
        (
            "comparator: judged\n",
            'comparator: judged\n  threshold: "1"\n',
            "标准 A3 的 threshold",
            "由评审判定的标准不能写",
        ),
        (
            "  years: [2024, 2026]\n  departments: []\n",
            "  years: [2024, 2026]\n",
            "标准 A3",
            "缺少 departments",
        ),
        ('    tolerance: "2"\n', "", "标准 B1", "comparator 为 about 时缺少 tolerance。"),
        ('    upper: "30"\n', "", "标准 B2", "comparator 为 between 时缺少 upper。"),
        ('    upper: "30"\n', "    upper: 5\n", "标准 B2 的 upper", "上限 5 小于目标值 10，"),
        ('    tolerance: "2"\n', "    tolerance: -2\n", "标准 B1 的 tolerance", "允许偏差不能是负数。"),
        ('area: "640122101"', 'area: "640122"', "标准 B2 的 area", "9 位乡镇代码"),
        ("    kinds: [town]\n", "", "标准 B3", "应正好写一个类别"),
        ("    deadline: 2024-09-30\n", "", "标准 B4", "comparator 为 done_by 时缺少 deadline。"),
        (
            'villages: ["640122101201"]',
            'villages: ["640122101209"]',
            "标准 B4 的 villages",
            "文件里没有村“640122101209”。",
        ),
        (
            "departments: [县水利局]\n",
            "departments: [县财政局]\n",
            "标准 B4 的 departments",
            "文件里没有单位“县财政局”。",
        ),
        (
            "departments: [县水利局, 示例镇]",
            "departments: [水利局, 示例镇]",
            "措施 2 的 departments",
            "文件里没有单位“水利局”，是不是想写“县水利局”？",
        ),
        (
            "departments: [县水利局, 示例镇]",
            "departments: [县水利局，示例镇]",
            "措施 2 的 departments",
            "文件里没有单位“县水利局，示例镇”；列表里的各项用半角逗号隔开。",
        ),
        (
            "indicator: example_rate",
            "indicator: example_due",
            "标准 A1 的 indicator",
            "“example_due”是数据项，请在 indicators 里给它写一个指标（expression: example_due）。",
        ),
    ],
)
def test_a_wrong_content_is_named_with_row_and_key(old, new, where, sentence):
    text = changed(old, new)

    found = [problem for problem in problems_of(text) if f"，{where}：" in problem]

    assert len(found) == 1
    assert sentence in found[0]


def test_the_line_is_that_of_the_key():
    text = changed("ref(example_growth, local)", "ref(example_growth, street)")

    assert problems_of(text)[0].startswith(
        f"第 {line_of('  threshold: max', text=text)} 行，标准 A2 的 threshold："
    )


def test_problems_of_form_and_content_are_said_together():
    text = changed("month_due_day: 25", "month_due_day: 31").replace(
        "unit: 万元, type: decimal", "unit: 万元, type: 1"
    )

    assert len(problems_of(text)) == 2


def test_a_standard_may_begin_before_its_programme():
    standard = next(row for row in parse_programme(LINGWU).standards if row.code == "S06")

    assert standard.years == (2021, 2025)


@pytest.fixture
def other_programme():
    return ProgrammeFactory(code="other", division_code="640122")


def test_an_element_of_another_programme_must_be_written_alike(other_programme):
    element = DataElement.objects.create(
        code="example_due",
        name="应参保人数",
        unit="户",
        value_type="integer",
        aggregation="last",
        group="保障",
        minimum=0,
    )
    other_programme.elements.create(element=element)

    found = problems_of(SMALL)

    assert len(found) == 1
    assert "数据项 example_due 的 unit：与另一个方案不一致：那里是“户”。" in found[0]


def test_an_element_nobody_else_asks_for_may_be_redefined():
    DataElement.objects.create(
        code="example_due", name="旧名", value_type="integer", aggregation="sum", group="旧组"
    )

    assert parse_programme(SMALL).elements[0].name == "应参保人数"


def test_a_village_of_another_programme_keeps_its_name(other_programme):
    village = VillageFactory(code="640122101201", name="老甲村", township_name="示例镇")
    kind = VillageKind.objects.create(programme=other_programme, code="k", name="类")
    Enrolment.objects.create(programme=other_programme, village=village, kind=kind)

    found = problems_of(SMALL)

    assert len(found) == 1
    assert "村 640122101201 的 name：与另一个方案不一致" in found[0]


def test_a_series_that_another_programme_compares_with_keeps_its_unit(other_programme):
    ReferenceSeries.objects.create(code="example_growth", name="村集体经济收入增速", unit="元")
    other_programme.indicators.create(code="i", name="i", expression="ref(example_growth, local)")

    found = problems_of(SMALL)

    assert len(found) == 1
    assert "参照序列 example_growth 的 unit：与另一个方案不一致" in found[0]


def test_an_office_that_answers_for_another_programme_keeps_its_kind(other_programme):
    office = Organisation.objects.create(name="县农办", kind="department", division_code="640122")
    other_programme.measures.create(number=1, section="一", name="措施").departments.add(office)

    found = problems_of(SMALL)

    assert len(found) == 1
    assert "单位 县农办 的 kind：这个单位已用于另一个方案" in found[0]


def test_a_programme_does_not_move_to_another_county():
    ProgrammeFactory(code="example", division_code="640181")

    assert "别的地区的方案请用别的代码。" in problems_of(SMALL)[0]
