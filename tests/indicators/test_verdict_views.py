"""The pages about verdicts: who sees what, what they say, how many queries they take."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from common import clock
from indicators.models import LedgerLine, MonthlyReport, Standard, Verdict
from tests.factories import DepartmentFactory, OrganisationFactory, TownshipFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER, EngineScene


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(db) -> EngineScene:
    """Two villages of 郝家桥镇 and one community; S11 by village, M5 by programme, Q01 judged."""
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    insured = scene.element("pension_insured", name="养老保险参保人数", unit="人", value_type="integer")
    due = scene.element("pension_due", name="应参保人数", unit="人", value_type="integer")
    for code, count in ((SOUTH, 1398), (NORTH, 1450)):
        scene.figures(insured, 2025, {10: count}, code)
        scene.figures(due, 2025, {10: 1500}, code)
        scene.accept(2025, [10], code)
    pension = scene.standard(
        "S11",
        "pension_insured / pension_due * 100",
        name="养老保险参保率",
        clause="养老保险参保率达到95%以上",
    )
    pension.indicator.name, pension.indicator.unit = "养老保险参保率", "%"
    pension.indicator.save()
    pension.departments.add(DepartmentFactory(name="人社局"))
    scene.standard(
        "M5", "pension_insured", name="参保总人数", section="target", scope="programme", threshold="5000"
    )
    scene.standard("S03", indicator=pension.indicator, name="就业率", kinds=scene.kinds("labour"))
    scene.standard("Q01", comparator="judged", threshold="", name="基层党建")
    scene.compute()
    return scene


@pytest.fixture
def standard(scene) -> Standard:
    return Standard.objects.get(code="S11")


@pytest.fixture
def bureau(client, scene):
    client.force_login(UserFactory())
    return client


def _login(client, role: str, organisation):
    client.force_login(UserFactory(roles=[role], organisation=organisation))
    return client


def _why(standard: Standard, scope: str = SOUTH, year: int = 2025) -> str:
    return reverse("indicators:why", args=[standard.pk, scope, year])


def _text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_way_in_leads_to_this_years_matrix(bureau):
    response = bureau.get(reverse("indicators:verdicts"))

    assert response["Location"] == "/indicators/verdicts/lingwu/2025/"


def test_without_a_programme_the_page_says_what_comes_next(client, db):
    client.force_login(UserFactory())

    assert "还没有创建方案" in _text(client.get(reverse("indicators:verdicts")))


def test_the_matrix_shows_every_village_on_every_standard(bureau, standard):
    page = _text(bureau.get("/indicators/verdicts/lingwu/2025/"))

    for words in ("泾灵南村", "镇河塔社区", "创建标准", "全市、乡镇（街道）和类别的目标", "参保总人数"):
        assert words in page
    assert _why(standard) in page
    for mark in ("◐", "●", "○", "–", "✕"):
        assert mark in page


def test_a_village_s_count_leaves_out_what_reviewers_judge(bureau):
    matrix = bureau.get("/indicators/verdicts/lingwu/2025/").context["matrix"]

    rows = matrix.groups[0].rows
    assert {row.village.code: (row.met, row.applicable) for row in rows} == {
        SOUTH: (0, 1),
        NORTH: (1, 1),
        TOWER: (0, 2),
    }


def test_a_department_sees_only_what_it_answers_for(client, standard):
    officer = _login(client, "department", DepartmentFactory(name="人社局"))

    page = _text(officer.get("/indicators/verdicts/lingwu/2025/"))

    assert "S11" in page
    assert "基层党建" not in page
    assert "参保总人数" not in page
    assert officer.get(_why(Standard.objects.get(code="M5"), "640181")).status_code == 404


def test_a_township_sees_its_own_villages_only(client, standard):
    clerk = _login(client, "clerk", TownshipFactory())

    page = _text(clerk.get("/indicators/verdicts/lingwu/2025/"))

    assert "泾灵南村" in page
    assert "镇河塔社区" not in page
    assert _text(clerk.get(_why(standard)))
    assert clerk.get(_why(standard, TOWER)).status_code == 404
    assert clerk.get(_why(Standard.objects.get(code="M5"), "640181")).status_code == 404


def test_another_county_finds_nothing(client, standard):
    stranger = _login(client, "bureau", OrganisationFactory(division_code="620402", name="白银区乡村振兴局"))

    urls = ["/indicators/verdicts/lingwu/2025/", _why(standard), "/indicators/standards/lingwu/"]
    assert {stranger.get(url).status_code for url in urls} == {404}


def test_an_administrator_takes_no_part_in_the_work(client, standard):
    administrator = _login(client, "administrator", OrganisationFactory())

    urls = [
        "/indicators/verdicts/",
        "/indicators/verdicts/lingwu/2025/",
        _why(standard),
        "/indicators/verdicts/lingwu/2025/xlsx/",
    ]
    assert {administrator.get(url).status_code for url in urls} == {403}


@pytest.mark.parametrize("year", [2021, 2026])
def test_years_outside_the_programme_do_not_exist(bureau, standard, year):
    assert bureau.get(f"/indicators/verdicts/lingwu/{year}/").status_code == 404
    assert bureau.get(_why(standard, year=year)).status_code == 404


@pytest.mark.parametrize("scope", ["640181", "640181999999", "640181:eco", "640181%27--"])
def test_places_that_are_not_judged_do_not_exist(bureau, standard, scope):
    assert bureau.get(f"/indicators/why/{standard.pk}/{scope}/2025/").status_code == 404


def test_why_says_the_sentence_the_numbers_and_the_clause(bureau, standard):
    page = _text(bureau.get(_why(standard)))

    for words in (
        "养老保险参保率 93.2%，低于目标 95%，再有 27 人参保即达标",
        "1,398 ÷ 1,500 × 100 = 93.2%",
        "养老保险参保率达到95%以上",
        "人社局",
        "2025年10月",
        "数据截至 2025-10",
    ):
        assert words in page


def test_what_if_shows_the_other_verdict_and_keeps_what_was_typed(bureau, standard):
    page = _text(bureau.get(_why(standard), {"if-pension_insured": "1425"}))

    assert "如果这样，养老保险参保率 95%，正好达到目标 95%，达标。" in page
    assert 'value="1425"' in page
    assert Verdict.objects.get(standard=standard, scope_code=SOUTH).status == "near"
    assert LedgerLine.objects.get(village__code=SOUTH, element__code="pension_insured").m10 == 1398


@pytest.mark.parametrize(
    "typed", ["abc", "1" * 40, "0.00001", "<script>alert(1)</script>", "NaN", "Infinity"]
)
def test_a_what_if_that_is_no_number_is_refused_at_its_field(bureau, standard, typed):
    page = _text(bureau.get(_why(standard), {"if-pension_insured": typed}))

    assert 'id="id_if-pension_insured_error"' in page
    assert "如果这样" not in page
    assert "<script>alert" not in page


def test_a_formula_that_cannot_be_computed_is_said_on_the_page(bureau, standard):
    Standard.objects.update(threshold="95 +")

    page = _text(bureau.get(_why(standard)))

    assert "S11 的目标值：公式没有写完。" in page
    assert "公式有误" in _text(bureau.get("/indicators/standards/lingwu/"))


def test_a_verdict_that_waits_for_its_computation_says_so(scene, bureau, standard):
    scene.figures(scene.element("pension_insured"), 2025, {10: 1499})

    assert "正在重新计算" in _text(bureau.get(_why(standard)))


def test_demonstration_figures_are_marked(bureau, standard):
    MonthlyReport.objects.update(is_demonstration=True)

    for url in ("/indicators/verdicts/lingwu/2025/", _why(standard)):
        assert "演示数据" in _text(bureau.get(url))


def test_the_standards_are_listed_in_words(bureau, standard):
    page = _text(bureau.get("/indicators/standards/lingwu/"))

    for words in ("养老保险参保率", "不低于 95%", "人社局", "2022—2025", "劳务移民社区", "由评审判定"):
        assert words in page


def test_a_standard_says_how_it_is_computed_and_how_it_stands(bureau, standard):
    page = _text(bureau.get(reverse("indicators:standard", args=[standard.pk])))

    for words in (
        "养老保险参保人数 ÷ 应参保人数 × 100",
        "pension_insured / pension_due * 100",
        "泾灵北村",
        "相差不超过目标值的 5%",
    ):
        assert words in page


def test_the_compliance_sheet_holds_matrix_and_details(bureau):
    MonthlyReport.objects.update(is_demonstration=True)

    response = bureau.get("/indicators/verdicts/lingwu/2025/xlsx/")

    book = openpyxl.load_workbook(BytesIO(response.content))
    matrix, details = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert "演示数据" in matrix[1][0]
    assert ("泾灵南村", "生态移民村", "◐ 接近", "– 不适用", "○ 缺数据") in [
        row[:5] for row in _sorted_columns(matrix)
    ]
    row = next(row for row in details if row[0] == "S11" and row[2] == "泾灵南村")
    assert row[3:9] == ("◐ 接近", 93.2, 95, 1.8, "%", "不低于 95%")
    assert row[9:11] == ("2025-10", "人社局")


def _sorted_columns(rows: list[tuple]) -> list[tuple]:
    """Standards have no position here: bring the columns into the order S11, S03, Q01."""
    heads = rows[3]
    order = [0, 1] + [
        next(place for place, head in enumerate(heads) if head and head.startswith(code))
        for code in ("S11", "S03", "Q01")
    ]
    return [tuple(row[place] for place in order) for row in rows]


def test_a_small_office_may_not_export_what_it_does_not_see(client, scene):
    clerk = _login(client, "clerk", TownshipFactory())

    response = clerk.get("/indicators/verdicts/lingwu/2025/xlsx/")

    book = openpyxl.load_workbook(BytesIO(response.content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "泾灵南村" in cells
    assert "镇河塔社区" not in cells
    assert "参保总人数" not in cells


@pytest.mark.parametrize(
    ("url", "budget"),
    [
        ("/indicators/verdicts/lingwu/2025/", 18),
        ("/indicators/standards/lingwu/", 16),
        ("/indicators/verdicts/lingwu/2025/xlsx/", 18),
        ("{standard}", 18),
        ("{why}", 26),
        ("{wider}", 26),
    ],
)
def test_pages_take_the_same_number_of_queries_for_any_number_of_villages(
    scene, bureau, standard, url, budget, django_assert_max_num_queries
):
    for number in range(30):
        scene.village(f"6401812012{number:02}", f"村{number}")
    scene.compute()
    wider = Standard.objects.get(code="M5")
    address = url.format(
        standard=reverse("indicators:standard", args=[standard.pk]),
        why=_why(standard),
        wider=_why(wider, "640181"),
    )

    with django_assert_max_num_queries(budget):
        response = bureau.get(address)

    assert response.status_code == 200


def test_a_programme_of_many_villages_is_paged(scene, bureau):
    for number in range(50):
        scene.village(f"6401812013{number:02}", f"村{number}")
    scene.compute()

    first, second = (_text(bureau.get(f"/indicators/verdicts/lingwu/2025/?page={page}")) for page in (1, 2))

    assert "共 53 条" in first
    assert "村49" not in first
    assert "村49" in second


def test_a_year_without_verdicts_says_what_to_do(bureau):
    assert "这一年还没有结论" in _text(bureau.get("/indicators/verdicts/lingwu/2023/"))
