"""Pages that look at time: as of another month, how a year went, where it may end."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from common import clock
from indicators.engine.computing.forecasts import forecast
from indicators.models import DataElement, Forecast, MonthlyReport, Standard, Verdict
from indicators.services.judged_years import year_hold
from tests.factories import TownshipFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, TOWER, EngineScene

MATRIX = "/indicators/verdicts/lingwu/2025/"
JUNE = "按 2025年6月 的数据重算，仅供查看。"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(db) -> EngineScene:
    """Two villages with figures of two years: 90 % in June, 95.2 % in October, falling to December."""
    scene = EngineScene()
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(TOWER, "镇河塔社区", kind="labour", township="城区街道办")
    insured = scene.element(
        "pension_insured", name="养老保险参保人数", unit="人", value_type="integer", places=0
    )
    due = scene.element("pension_due", name="应参保人数", unit="人", value_type="integer", places=0)
    for code in (SOUTH, NORTH):
        scene.figures(insured, 2024, {6: 900, 10: 950, 11: 940, 12: 930}, code)
        scene.figures(due, 2024, {6: 1000, 10: 1000, 11: 1000, 12: 1000}, code)
        scene.accept(2024, [6, 10, 11, 12], code)
        scene.figures(insured, 2025, {6: 900, 10: 952}, code)
        scene.figures(due, 2025, {6: 1000, 10: 1000}, code)
        scene.accept(2025, [6, 10], code)
    pension = scene.standard("S11", "pension_insured / pension_due * 100", name="养老保险参保率")
    pension.indicator.name, pension.indicator.unit = "养老保险参保率", "%"
    pension.indicator.save()
    scene.standard(
        "M5", "pension_insured", name="参保总人数", section="target", scope="programme", threshold="1900"
    )
    scene.compute()
    forecast(scene.programme, 2025, now=NOW)
    return scene


@pytest.fixture
def standard(scene) -> Standard:
    return Standard.objects.get(code="S11")


@pytest.fixture
def bureau(client, scene):
    client.force_login(UserFactory())
    return client


def _why(standard: Standard, scope: str = SOUTH, query: str = "", year: int = 2025) -> str:
    return reverse("indicators:why", args=[standard.pk, scope, year]) + query


def _text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def _cell(response, scope: str = SOUTH) -> str:
    [group] = response.context["matrix"].groups
    [row] = [row for row in group.rows if row.village.code == scope]
    return row.cells[0][1].status


def test_the_matrix_shows_what_it_would_have_been(bureau, standard):
    before = list(Verdict.objects.values("pk", "status", "computed_at"))

    response = bureau.get(MATRIX, {"month": "2025-06"})

    page = _text(response)
    assert JUNE in page
    assert f"{_why(standard)}?month=2025-06" in page
    assert (_cell(response), _cell(bureau.get(MATRIX))) == ("unmet", "met")
    assert [each.verdict.value for each in response.context["matrix"].wider] == [1800]
    assert list(Verdict.objects.values("pk", "status", "computed_at")) == before


def test_only_months_accepted_by_now_count(scene, bureau):
    MonthlyReport.objects.filter(month=date(2025, 6, 1)).update(status="returned")

    response = bureau.get(MATRIX, {"month": "2025-06"})

    assert _cell(response) == "no_data"


@pytest.mark.parametrize(
    "month", ["2025-11", "2025-12", "2026-01", "2024-06", "2025-13", "2025-6", "june", ""]
)
def test_the_present_and_what_is_no_month_of_the_year_show_what_is_stored(bureau, standard, month):
    for url in (MATRIX, _why(standard), reverse("indicators:standard", args=[standard.pk])):
        page = _text(bureau.get(url, {"month": month}))

        assert "仅供查看" not in page


def test_an_earlier_year_ends_in_december_and_has_no_forecast(bureau, standard):
    page = _text(bureau.get("/indicators/verdicts/lingwu/2024/", {"month": "2024-06"}))

    assert "按 2024年6月 的数据重算" in page
    assert "2024年12月（全年）" in page
    assert 'name="at_risk"' not in page
    assert "年底预测" not in _text(bureau.get(_why(standard, year=2024)))


def test_a_township_sees_no_more_of_the_past_than_of_the_present(client, scene, standard):
    client.force_login(UserFactory(roles=["clerk"], organisation=TownshipFactory()))

    response = client.get(MATRIX, {"month": "2025-06"})

    assert {row.village.code for row in response.context["matrix"].groups[0].rows} == {SOUTH, NORTH}
    assert response.context["matrix"].wider == []
    assert client.get(_why(standard, TOWER, "?month=2025-06")).status_code == 404


def test_a_judged_year_that_keeps_its_yardstick_is_not_judged_again(scene, bureau, standard):
    year_hold(programme=scene.programme, village=scene.villages[SOUTH], year=2025, now=NOW)
    Standard.objects.filter(pk=standard.pk).update(threshold="80")

    response = bureau.get(MATRIX, {"month": "2025-06"})

    [group] = response.context["matrix"].groups
    assert {row.village.code: row.cells[0][1] and row.cells[0][1].status for row in group.rows} == {
        SOUTH: None,
        NORTH: "met",
        TOWER: "no_data",
    }


def test_where_very_many_villages_add_up_the_matrix_leaves_that_out(bureau, monkeypatch):
    monkeypatch.setattr("indicators.views.verdict_matrix.MOST_AT_ONCE", 2)

    response = bureau.get(MATRIX, {"month": "2025-06"})

    assert response.context["matrix"].wider == []
    assert "不在这里重算以前的月份" in _text(response)


def test_a_formula_that_cannot_be_computed_is_said_in_the_past_too(bureau, standard):
    Standard.objects.filter(pk=standard.pk).update(threshold="95 +")

    for url in (MATRIX, reverse("indicators:standard", args=[standard.pk])):
        assert "公式没有写完" in _text(bureau.get(url, {"month": "2025-06"}))


def test_a_standard_shows_its_places_as_they_were(bureau, standard):
    page = _text(bureau.get(reverse("indicators:standard", args=[standard.pk]), {"month": "2025-06"}))

    assert JUNE in page
    assert "泾灵北村" in page
    assert f"{_why(standard, NORTH)}?month=2025-06" in page
    assert page.count("未达标") >= 2


def test_why_looks_back_and_keeps_the_month_in_what_if(bureau, standard):
    response = bureau.get(_why(standard), {"month": "2025-06", "if-pension_insured": "950"})

    page = _text(response)
    assert JUNE in page
    assert response.context["found"].outcome.value == 90
    assert "如果这样，养老保险参保率 95%，正好达到目标 95%，达标。" in page
    assert '<input type="hidden" name="month" value="2025-06">' in page
    assert "年底预测" not in page


def test_the_course_of_the_year_is_drawn_and_listed(bureau, standard):
    response = bureau.get(_why(standard))

    points = response.context["points"]
    values = [point.outcome.value for point in points]
    assert values == [*[None] * 5, *[90] * 4, *[Decimal("95.2")] * 2]
    assert [point.status for point in points][5:10] == ["unmet"] * 4 + ["met"]
    assert (points[5].before, points[9].before) == (90, 95)
    page = _text(response)
    chart = json.loads(re.search(r'id="course-chart-options"[^>]*>(.*?)</script>', page).group(1))
    lines = {series["name"]: series["data"] for series in chart["series"]}
    assert lines["实际值"][5:11] == [90, 90, 90, 90, 95.2, 95.2]
    assert lines["上年同月"][10] == 94
    assert lines["目标值"][:11] == [95] * 11
    assert lines["预测"] == [*[None] * 10, 95.2, 93.2]
    for month in ("1月", "11月", "12月"):
        assert f">{month}<" in page


def test_a_year_without_a_figure_is_not_drawn(bureau, standard):
    response = bureau.get(_why(standard, TOWER))

    assert response.context["course"] is None
    assert "course-chart" not in _text(response)


def test_the_forecast_says_what_by_which_method_and_which_months(bureau, standard):
    page = _text(bureau.get(_why(standard)))

    for words in (
        "按上年其余月份的走势预测，年底为 93.2%，低于目标 95%。",
        "这是预测，不是结论。",
        "11月 942，12月 932",
        "预计接近",
    ):
        assert words in page


def test_the_page_cuts_a_share_that_must_be_the_whole_as_the_stored_forecast_does(scene, bureau, standard):
    due = DataElement.objects.get(code="pension_due")
    scene.figures(due, 2024, {12: 970})
    scene.figures(due, 2025, {10: 952})
    Standard.objects.filter(pk=standard.pk).update(comparator="=", threshold="100")
    forecast(scene.programme, 2025, now=NOW)

    response = bureau.get(_why(standard))

    stored = Forecast.objects.get(standard=standard, scope_code=SOUTH)
    outcome = response.context["prospect"].outcome
    assert (stored.status, stored.value) == (str(outcome.status), outcome.value) == ("met", 100)  # 932 / 922
    assert "年底为 100%，正好达到目标 100%。" in _text(response)
    assert response.context["prospect"].points[-1][1] == 100


def test_a_wider_scope_says_by_which_methods_its_villages_were_forecast(scene, bureau):
    page = _text(bureau.get(_why(Standard.objects.get(code="M5"), "640181")))

    assert "按各村（社区）的走势预测，年底为 1,864，低于目标 1,900。" in page
    assert "上年其余月份的走势：2 个村（社区）" in page


def test_too_many_villages_are_not_read_month_by_month(bureau, monkeypatch):
    monkeypatch.setattr("indicators.engine.explaining.course.MOST_VILLAGES", 2)

    response = bureau.get(_why(Standard.objects.get(code="M5"), "640181"))

    assert (response.context["points"], response.context["prospect"]) == ([], None)
    assert "考核对象包括的村（社区）太多" in _text(response)


def test_villages_at_risk_are_marked_beside_the_verdicts_and_can_be_picked(scene, bureau, standard):
    response = bureau.get(MATRIX, {"at_risk": "1"})

    page = _text(response)
    rows = response.context["matrix"].groups[0].rows
    assert [row.village.code for row in rows] == [SOUTH, NORTH]
    assert [warning.standard.code for warning in rows[0].warnings] == ["S11"]
    assert f"{_why(standard)}#forecast" in page
    assert _cell(response) == "met"  # the verdict's own sign stays what it is


def test_where_nobody_is_at_risk_the_page_says_so(bureau):
    Forecast.objects.all().delete()

    assert "没有预计年底不达标的村（社区）" in _text(bureau.get(MATRIX, {"at_risk": "1"}))


@pytest.mark.parametrize(
    ("url", "budget"),
    [
        (f"{MATRIX}?month=2025-06", 30),
        (f"{MATRIX}?at_risk=1", 18),
        ("{why}", 26),
        ("{standard}?month=2025-06", 32),
    ],
)
def test_pages_take_the_same_number_of_queries_for_any_number_of_villages(
    scene, bureau, standard, url, budget, django_assert_max_num_queries
):
    for number in range(30):
        scene.village(f"6401812012{number:02}", f"村{number}")
    scene.compute()
    places = {"why": _why(standard), "standard": reverse("indicators:standard", args=[standard.pk])}

    with django_assert_max_num_queries(budget):
        response = bureau.get(url.format(**places))

    assert response.status_code == 200
