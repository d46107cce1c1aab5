"""The pages of scores: who sees what, what they say, how many queries they take."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from common import clock
from indicators.models import ScoreSection, Standard
from indicators.services.judged_years import year_hold
from tests.factories import DepartmentFactory, OrganisationFactory, TownshipFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER
from tests.indicators.score_scene import YEAR, ScoreScene

GRADES = {"五星": 90, "四星": 80, "不合格": None}


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(db) -> ScoreScene:
    """泾灵南村 has 82.5 points, 泾灵北村 has 95 and a veto, 镇河塔社区 lacks a judgement."""
    scene = ScoreScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    card = scene.card(grades=GRADES, points=100)
    work, order = (
        scene.section("work", card, name="生产发展", points=60),
        scene.section("order", card, name="乡风文明"),
    )
    scene.income = scene.item("B1", work, 60, name="集体经济收入")
    scene.judged = scene.item("B2", order, 40, name="村规民约")
    scene.veto = scene.item("V1", card, name="重大安全事故", veto="fails")
    for village, income, judged, veto in (
        (SOUTH, 60, "22.5", "met"),
        (NORTH, 55, 40, "unmet"),
        (TOWER, 30, None, "met"),
    ):
        scene.found(scene.income, income, "met", village)
        scene.found(scene.judged, judged, "met" if judged else "no_data", village)
        scene.found(scene.veto, None, veto, village)
    scene.score_all()
    return scene


@pytest.fixture
def bureau(client, scene):
    client.force_login(UserFactory())
    return client


def _page(client, name: str = "scores", *more, **query) -> str:
    response = client.get(reverse(f"indicators:{name}", args=["lingwu", YEAR, *more]), query)
    assert response.status_code == 200
    return response.content.decode()


def _order(page: str) -> list[str]:
    return sorted(("泾灵南村", "泾灵北村", "镇河塔社区"), key=page.index)


def test_the_table_shows_every_village_in_the_order_of_the_codes(bureau):
    page = _page(bureau)

    assert _order(page) == ["镇河塔社区", "泾灵南村", "泾灵北村"]
    for words in ("82.5", "四星", "不合格", "否决：V1", "缺数据 1 项，暂不定", "生产发展", "乡风文明"):
        assert words in page


def test_the_table_may_be_sorted_by_points(bureau):
    page = _page(bureau, order="points")

    assert _order(page) == ["泾灵北村", "泾灵南村", "镇河塔社区"]


def test_the_table_may_be_narrowed_to_a_township(bureau):
    page = _page(bureau, township="640181001")

    assert "镇河塔社区" in page
    assert "泾灵南村" not in page


def test_a_township_sees_its_own_villages_only(client, scene):
    client.force_login(UserFactory(roles=["clerk"], organisation=TownshipFactory()))

    page = _page(client)

    assert "泾灵南村" in page
    assert "镇河塔社区" not in page
    assert client.get(reverse("indicators:scorecard", args=["lingwu", YEAR, TOWER])).status_code == 404


def test_a_department_sees_no_totals(client, scene):
    client.force_login(UserFactory(roles=["department"], organisation=DepartmentFactory()))

    for name, more in (("scores", []), ("scores_xlsx", []), ("scorecard", [SOUTH])):
        assert client.get(reverse(f"indicators:{name}", args=["lingwu", YEAR, *more])).status_code == 403
    assert reverse("indicators:scores", args=["lingwu", YEAR]) not in _page(client, "matrix")


def test_another_county_finds_nothing(client, scene):
    client.force_login(UserFactory(organisation=OrganisationFactory(name="永宁县", division_code="640121")))

    assert client.get(reverse("indicators:scores", args=["lingwu", YEAR])).status_code == 404
    assert client.get(reverse("indicators:scorecard", args=["lingwu", YEAR, SOUTH])).status_code == 404


def test_a_year_outside_the_programme_is_not_found(bureau):
    assert bureau.get(reverse("indicators:scores", args=["lingwu", 2030])).status_code == 404


def test_a_programme_without_a_scorecard_says_so_and_is_not_linked_to(bureau, scene):
    Standard.objects.update(score_section=None)
    ScoreSection.objects.all().delete()

    assert "没有测评计分" in _page(bureau)
    assert "没有测评计分" in _page(bureau, "scorecard", SOUTH)
    assert bureau.get(reverse("indicators:scores_xlsx", args=["lingwu", YEAR])).status_code == 404
    assert reverse("indicators:scores", args=["lingwu", YEAR]) not in _page(bureau, "matrix")


def test_a_year_without_scores_says_what_comes_next(bureau):
    page = bureau.get(reverse("indicators:scores", args=["lingwu", 2022])).content.decode()

    assert "这一年还没有得分" in page


def test_the_matrix_leads_to_the_scores(bureau):
    assert reverse("indicators:scores", args=["lingwu", YEAR]) in _page(bureau, "matrix")


def test_a_village_s_card_says_how_every_point_came_about(bureau, scene):
    page = _page(bureau, "scorecard", SOUTH)

    assert "得 82.5 分（满分 100 分），等次为“四星”。再得 7.5 分为“五星”。" in page
    assert "由评审在 0—60 分之间评分" in page
    assert reverse("indicators:why", args=[scene.income.pk, SOUTH, YEAR]) in page


def test_a_card_names_what_is_missing_instead_of_a_grade(bureau):
    page = _page(bureau, "scorecard", TOWER)

    assert "已知各项得 30 分（满分 100 分），还有 1 项缺数据，暂不定等次。" in page
    assert page.count("还有 1 项缺数据") == 2  # and beside the part that lacks it, whose 0 is no result


def test_a_card_says_that_a_veto_settled_the_grade(bureau, scene):
    scene.found(scene.veto, None, "unmet", TOWER)
    scene.score_all()

    page = _page(bureau, "scorecard", TOWER)

    assert "还有 1 项缺数据，等次已定为“不合格”。否决项 V1 未达标。" in page


def test_a_card_says_what_vetoed_it(bureau):
    page = _page(bureau, "scorecard", NORTH)

    assert "等次为“不合格”。否决项 V1 未达标。" in page
    assert "再得" not in page


def test_a_cap_that_does_not_bind_leaves_the_way_up(bureau, scene):
    scene.veto.veto, scene.veto.veto_grade = "caps", "四星"
    scene.veto.save()
    scene.found(scene.income, "30", village=NORTH)
    scene.score_all()

    page = _page(bureau, "scorecard", NORTH)

    assert "否决项 V1 未达标。再得" in page
    assert "为“四星”。" in page


def test_a_card_says_what_was_cut_off_and_what_was_left_out(bureau, scene):
    work = scene.income.score_section
    work.points = 50
    work.save()
    scene.found(scene.judged, None, "not_applicable")

    page = _page(bureau, "scorecard", SOUTH)

    assert "各项合计 60 分，最多计 50 分" in page
    assert "不适用，不计入满分" in page
    assert "得 50 分（满分 50 分）" in page


def test_a_judged_year_shows_what_it_was_judged_by(bureau, scene):
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=YEAR, now=NOW)
    scene.income.score_section.parent.grades.filter(name="四星").update(from_points=85)

    page = _page(bureau, "scorecard", SOUTH)

    assert "不随方案变化" in page
    assert "评定时得 82.5 分（满分 100 分），等次为“四星”。" in page
    assert "生产发展" in page


def test_the_verdict_shows_its_points_and_leads_to_the_card(bureau, scene):
    page = bureau.get(reverse("indicators:why", args=[scene.income.pk, SOUTH, YEAR])).content.decode()

    assert "由评审在 0—60 分之间评分" in page
    assert reverse("indicators:scorecard", args=["lingwu", YEAR, SOUTH]) in page


def test_the_village_s_page_shows_its_total(bureau, scene):
    page = bureau.get(reverse("dashboard:dossier", args=[SOUTH])).content.decode()

    assert "82.5 分" in page
    assert "四星" in page
    assert reverse("indicators:scorecard", args=["lingwu", YEAR, SOUTH]) in page


def test_the_workbook_holds_the_same_table(bureau):
    response = bureau.get(reverse("indicators:scores_xlsx", args=["lingwu", YEAR]), {"order": "points"})

    sheet = openpyxl.load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["泾灵北村", "郝家桥镇", 95, 100, "不合格", 0, "V1", 55, 40] in rows
    assert ["镇河塔社区", "城区街道办", 30, 100, None, 1, None, 30, 0] in rows


def test_the_table_takes_as_many_queries_for_many_villages_as_for_few(
    bureau, scene, django_assert_max_num_queries
):
    for number in range(20):
        village = scene.village(f"6401811013{number:02}", f"村{number}").code
        scene.found(scene.income, 10, "met", village)
    scene.score_all()

    with django_assert_max_num_queries(20):
        page = _page(bureau)

    assert "村19" in page


def test_a_card_takes_a_fixed_number_of_queries(bureau, scene, django_assert_max_num_queries):
    for number in range(20):
        scene.item(f"C{number}", scene.income.score_section, 1)

    with django_assert_max_num_queries(25):
        _page(bureau, "scorecard", SOUTH)
