"""Points, sections, grades and vetoes: what a file may say of them, and what is written."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from indicators.models import Grade, ScoreSection, Standard
from programme_files.differences import compare
from programme_files.dumping import dump_programme
from programme_files.problems import ProgrammeFileError
from programme_files.reading import read
from programme_files.services import programme_load
from programme_files.validation import check_programme
from tests.programme_files.samples import SMALL, changed

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
CARD = """
scorecards:
- code: star
  name: 星级测评
  points: 100
  not_applicable: rescale
  grades:
  - {name: 五星, from: 90}
  - {name: 四星, from: 80.5}
  - {name: 不合格}
  items: [A2]
  sections:
  - {code: life, name: 生活, points: 40, weight: 2, items: [A1]}
  - code: more
    name: 其他
    not_applicable: full
    sections:
    - {code: bonus, name: 加分, points: 5, bonus: true, items: [A3]}
"""


def scored(**points: str) -> str:
    """The small sample with points for its standards and a scorecard."""
    text = SMALL + CARD
    given = {"A1": "points: 40", "A2": "points: 60", "A3": "points: 5"} | points
    for code, lines in given.items():
        head, mark, rest = text.partition(f"- code: {code}\n")
        text = head + mark + "".join(f"  {line}\n" for line in lines.split("; ")) + rest
    return text


def problems_of(text: str) -> list[str]:
    with pytest.raises(ProgrammeFileError) as refused:
        check_programme(text)
    return [f"{problem.where}：{problem.message}" for problem in refused.value.problems]


def warnings_of(text: str) -> list[str]:
    return [f"{problem.where}：{problem.message}" for problem in check_programme(text)[1]]


def load(text: str):
    return programme_load(text=text, actor=None, now=NOW)


# --- what is written ------------------------------------------------------------------------------
def test_a_scorecard_becomes_sections_grades_and_points():
    programme = load(
        scored(A1="points: 40; least_points: -2.5; score: min(4, 40); veto: {caps: 四星}")
    ).programme

    sections = {row.code: row for row in programme.score_sections.all()}
    standard = Standard.objects.get(code="A1")
    assert list(sections) == ["star", "life", "more", "bonus"]
    assert [sections["bonus"].parent, sections["more"].parent] == [sections["more"], sections["star"]]
    assert [row.not_applicable for row in sections.values()] == ["rescale", "rescale", "full", "full"]
    assert (sections["life"].weight, sections["bonus"].is_bonus) == (2, True)
    assert [(row.name, row.from_points) for row in _grades(programme)] == [
        ("五星", 90),
        ("四星", Decimal("80.5")),
        ("不合格", None),
    ]
    assert standard.score_section == sections["life"]
    assert (standard.points, standard.least_points, standard.score) == (40, Decimal("-2.5"), "min(4, 40)")
    assert (standard.veto, standard.veto_grade) == ("caps", "四星")


def _grades(programme):
    return sorted(Grade.objects.filter(section__programme=programme), key=lambda row: -(row.from_points or 0))


def test_a_scorecard_comes_back_equal_and_loads_without_a_change():
    text = scored(A1="points: 40; veto: fails", A3="points: 5; veto: {caps: 四星}")
    programme = load(text).programme

    dumped = dump_programme(programme)

    assert read(dumped) == read(text)
    assert not load(dumped).changes


def test_grades_may_change_places():
    load(scored())
    text = (
        scored().replace("五星, from: 90", "四星, from: 90").replace("四星, from: 80.5", "五星, from: 80.5")
    )

    programme = load(text).programme

    assert [row.name for row in _grades(programme)] == ["四星", "五星", "不合格"]


def test_a_scorecard_that_left_the_file_is_removed_and_its_standards_stay():
    load(scored())

    load(SMALL)

    assert ScoreSection.objects.count() == Grade.objects.count() == 0
    assert Standard.objects.get(code="A1").points is None


def test_a_standard_that_moves_to_another_section_goes_along():
    load(scored())

    load(
        scored()
        .replace("items: [A1]", "items: []")
        .replace("items: [A2]", "items: [A2, A1]")
        .replace("  - {code: life, name: 生活, points: 40, weight: 2, items: []}\n", "")
    )

    assert Standard.objects.get(code="A1").score_section.code == "star"
    assert not ScoreSection.objects.filter(code="life").exists()


def test_the_differences_say_sections_and_points_in_words():
    parts = {
        part.title: part for part in compare(read(SMALL), read(scored(A1="points: 40; veto: {caps: 四星}")))
    }

    sections = {each.title: each for each in parts["计分"].differences}
    lines = {line.label: line.new for line in sections["star 星级测评"].lines}
    assert lines["等次"] == "五星（90 分起），四星（80.5 分起），不合格"
    assert lines["不适用项"] == "按其余各项得分率折算"
    assert {line.label: line.new for line in sections["bonus 加分"].lines}["所属部分"] == "其他"
    changed_lines = {line.label: line.new for line in parts["标准与目标"].differences[0].lines}
    assert changed_lines == {"满分": "40", "一票否决": "最高评为“四星”"}


# --- what is refused ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("items: [A1]", "items: [A9]", "计分部分 life 的 items：文件里没有标准“A9”。"),
        ("items: [A1]", "items: [A1, A1]", "计分部分 life 的 items：同一个名称写了两次。"),
        ("items: [A1]", "items: [A1, A2]", "A2 已经列在“星级测评”（star）里，一项标准只能计一次分。"),
        ("items: [A1]", "items: [A1, B1]", "B1 不是按村考核的（scope），不能计分。"),
        (", items: [A1]", "", "计分部分 life：这一部分既没有 items，也没有 sections。"),
        ("weight: 2", "weight: 0", "计分部分 life 的 weight：应大于 0。"),
        ("points: 40, weight", "points: -1, weight", "计分部分 life 的 points：不能是负数。"),
        ("code: life", "code: star", "计分部分 star：与第"),
        ("rescale", "ignore", "计分部分 star 的 not_applicable：可用的值：leave_out、rescale、full。"),
        ("from: 80.5", "from: 95", "计分部分 star 的 grades：等次应从高到低排列"),
        ("{name: 四星, from: 80.5}", "{name: 四星}", "计分部分 star 的 grades：只有最后一个等次不写 from"),
        ("{name: 不合格}", "{name: 不合格, from: 0}", "计分部分 star 的 grades：只有最后一个等次不写 from"),
        ("from: 90", "from: 101", "起始分 101 高于满分 100，评不到。"),
        ("name: 四星", "name: 五星", "计分部分 star 的 grades：同一个等次写了两次。"),
        (
            "points: 5, bonus: true",
            "points: 5, grades: [{name: 好}]",
            "计分部分 bonus 的 grades：等次只写在整张计分表上",
        ),
        ("bonus: true", "bonus: 好", "计分部分 bonus 的 bonus：应为 true 或 false"),
    ],
)
def test_a_wrong_scorecard_is_named_with_its_section_and_key(old, new, sentence):
    text = scored()
    assert text.count(old) >= 1

    found = problems_of(text.replace(old, new, 1) if text.count(old) == 1 else _in_card(text, old, new))

    assert any(sentence in problem for problem in found), found


def _in_card(text: str, old: str, new: str) -> str:
    before, mark, card = text.partition("\nscorecards:\n")
    return before + mark + card.replace(old, new, 1)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("points: -1", "标准 A1 的 points：满分不能是负数"),
        ("points: 3; least_points: 4", "标准 A1 的 least_points：最低分高于满分。"),
        ("least_points: -1", "标准 A1 的 least_points：写了 least_points，还要写 points（满分）。"),
        ("score: 1 + 1", "标准 A1 的 score：写了 score，还要写 points（满分）。"),
        ("points: 40; score: example_du", "标准 A1 的 score：第 1 个字符：没有名为“example_du”"),
        ("points: 40; applies_if: 1 +", "标准 A1 的 applies_if：第"),
        ("points: 40; veto: {caps: 六星}", "标准 A1 的 veto：计分表“星级测评”没有等次“六星”"),
        ("points: 40; veto: always", "标准 A1 的 veto：应为 fails"),
        ("points: 40; veto: {caps: 五星, fails: 1}", "标准 A1 的 veto：应为 fails"),
        ("name: 参保率二", "A1"),
        ("places: 1", "A1"),
    ],
)
def test_wrong_points_of_a_standard_are_named(lines, sentence):
    found = problems_of(scored(A1=lines))

    assert any(sentence in problem for problem in found), found


def test_an_item_without_points_only_vetoes():
    assert "A1 没有写 points，不能计分。" in "".join(problems_of(scored(A1="applies_if: year() > 2024")))
    assert check_programme(scored(A1="veto: fails"))


def test_a_veto_needs_grades():
    text = changed("- code: A1\n", "- code: A1\n  veto: fails\n")

    assert problems_of(text) == ["标准 A1 的 veto：没有写等次（scorecards 的 grades），一票否决不起作用。"]


def test_wider_scopes_are_not_scored():
    text = scored().replace("  - code: B2\n", "  - code: B2\n    points: 3\n    veto: fails\n")

    found = problems_of(text)

    assert "标准 B2 的 points：只有 scope 为 village 的标准才能计分和一票否决。" in found
    assert "标准 B2 的 veto：只有 scope 为 village 的标准才能计分和一票否决。" in found


def test_judged_standards_are_given_points_by_the_reviewer_not_by_a_formula():
    found = problems_of(scored(A3="points: 5; score: '3'"))

    assert found == ["标准 A3 的 score：由评审判定的标准不能写 score。"]


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (
            "points: 40, weight: 2",
            "points: 41, weight: 2",
            "life 的 points：各项最多合计 40 分，到不了 41 分。",
        ),
        ("points: 100", "points: 150", "star 的 points：各项最多合计 145 分，到不了 150 分。"),
    ],
)
def test_full_marks_that_cannot_be_reached_are_a_warning(old, new, warning):
    text = scored().replace(old, new)

    assert warnings_of(text) == [f"计分部分 {warning}"]


def test_a_grade_that_cannot_be_reached_is_a_warning():
    text = scored().replace("  points: 100\n", "").replace("from: 90}", "from: 145.5}")

    assert warnings_of(text) == ["计分部分 star 的 grades：各项最多合计 145 分，评不到“五星”。"]


def test_a_score_cannot_ask_for_the_threshold_of_a_list():
    text = scored(A1="points: 40; score: value() / threshold()").replace(
        'comparator: ">="\n  threshold: "95"\n  stretch: "98.5"\n  near: 1.5\n',
        "comparator: any_of\n  threshold: 95, 98\n",
    )

    [problem] = problems_of(text)
    assert problem == "标准 A1 的 score：comparator 为 any_of 时没有一个目标值，不能用 threshold()。"


def test_points_that_no_section_counts_are_a_warning():
    text = scored().replace("items: [A2]\n", "items: []\n")

    assert warnings_of(text)[0] == (
        "标准 A2 的 points：这项标准有分值，但没有列入任何计分部分（scorecards），不会计入总分。"
    )
