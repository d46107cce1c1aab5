"""What may be missed at the end of the year, on the home page and on the leaders' dashboard."""

from datetime import date

import pytest
from django.urls import reverse

from common import clock
from indicators.engine.computing.forecasts import forecast
from indicators.models import Forecast, Standard, Verdict
from tests.factories import DepartmentFactory, TownshipFactory, UserFactory
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, XING, EngineScene

SENTENCE = "按今年以来的平均进度预测，年底为 93.5%，低于目标 95%。"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(db) -> EngineScene:
    """Three villages of two townships that lose a little every month, and a target of the whole city."""
    scene = EngineScene()
    people = {"value_type": "integer", "places": 0}
    insured, due = (scene.element(code, **people) for code in ("pension_insured", "pension_due"))
    scene.village(SOUTH, "泾灵南村")
    scene.village(NORTH, "泾灵北村")
    scene.village(XING, "泾兴村", township="白土岗乡")
    for code in (SOUTH, NORTH, XING):
        scene.figures(insured, 2025, {1: 1034, 10: 953}, code)
        scene.figures(due, 2025, {1: 1000, 10: 1000}, code)
        scene.accept(2025, [1, 10], code)
    pension = scene.standard("S11", "pension_insured / pension_due * 100", name="养老保险参保率")
    pension.indicator.unit = "%"
    pension.indicator.save()
    pension.departments.add(DepartmentFactory(name="人社局"))
    scene.standard("M5", "pension_insured", name="参保总人数", scope="programme", threshold="2850")
    _compute(scene)
    return scene


def _compute(scene) -> None:
    scene.compute()
    forecast(scene.programme, 2025, now=NOW)


def _home(client, role: str, organisation=None):
    more = {"organisation": organisation} if organisation else {}
    client.force_login(UserFactory(roles=[role], **more))
    return client.get(reverse("dashboard:home"))


def _places(response) -> list[str]:
    return [row.place for row in response.context["warnings"].rows]


def test_home_names_what_may_be_missed_and_how_that_was_found(client, scene):
    response = _home(client, "bureau")

    page = response.content.decode()
    standard = Standard.objects.get(code="S11")
    assert "预计年底不达标" in page
    assert page.count(SENTENCE) == 3
    assert f"{reverse('indicators:why', args=[standard.pk, SOUTH, 2025])}#forecast" in page
    assert "这是预测，不是结论" in page
    assert "verdict-near" not in page.split("warnings-head")[2]  # not under the sign of a verdict
    assert response.context["warnings"].count == 4


@pytest.mark.parametrize("role", ["clerk", "head"])
def test_a_township_is_warned_of_its_own_villages(client, scene, role):
    response = _home(client, role, TownshipFactory())

    assert _places(response) == ["泾灵南村", "泾灵北村"]


def test_a_department_is_warned_of_what_it_answers_for(client, scene):
    response = _home(client, "department", DepartmentFactory(name="人社局"))

    assert {row.forecast.standard.code for row in response.context["warnings"].rows} == {"S11"}


def test_what_is_unmet_already_is_no_early_warning(client, scene):
    Verdict.objects.filter(scope_code=SOUTH).update(status="unmet")

    assert "泾灵南村" not in _places(_home(client, "bureau"))


def test_leaders_see_the_same_in_the_running_year_alone(client, scene):
    client.force_login(UserFactory(roles=["leader"]))

    now, before = client.get("/overview/"), client.get("/overview/?year=2024")

    assert SENTENCE in now.content.decode()
    assert "预计年底不达标" not in before.content.decode()


def test_more_than_a_card_holds_is_counted_and_listed_elsewhere(client, scene, monkeypatch):
    monkeypatch.setattr("dashboard.warnings.MOST_ROWS", 2)

    page = _home(client, "bureau").content.decode()

    assert "另有 2 项" in page
    assert "?at_risk=1" in page


def test_when_nothing_may_be_missed_the_card_says_so(client, scene):
    Forecast.objects.all().delete()

    assert "没有预计年底不达标的标准" in _home(client, "bureau").content.decode()


def test_a_programme_that_has_ended_warns_of_nothing(client, scene):
    scene.programme.last_year = 2024
    scene.programme.save()

    assert "预计年底不达标" not in _home(client, "bureau").content.decode()


def test_a_formula_spoilt_meanwhile_does_not_spoil_the_page(client, scene):
    Standard.objects.filter(code="S11").update(threshold="95 +")

    assert _home(client, "bureau").status_code == 200


@pytest.mark.parametrize(
    ("comparator", "more", "said"),
    [
        ("<=", {"threshold": "910"}, "年底为 935，高于目标 910。"),
        (">", {"threshold": "935"}, "年底为 935，正好等于目标 935。"),
        ("between", {"threshold": "940", "upper": "990"}, "年底为 935，不在目标范围之内。"),
        ("done_by", {"threshold": "940", "deadline": date(2025, 12, 31)}, "不能在 2025-12-31 前完成。"),
    ],
)
def test_the_sentence_fits_the_comparison(client, scene, comparator, more, said):
    Standard.objects.all().delete()
    scene.standard("T", "pension_insured", comparator=comparator, near_margin=50, **more)
    _compute(scene)

    found = _home(client, "bureau").context["warnings"].rows

    assert {row.sentence.partition("预测，")[2] for row in found} == {said}


def test_the_card_costs_the_same_whatever_the_number_of_villages(
    client, scene, django_assert_max_num_queries
):
    for number in range(20):
        code = f"6401812013{number:02}"
        scene.village(code, f"村{number}", township="白土岗乡")
        scene.figures(scene.element("pension_insured"), 2025, {1: 1034, 10: 953}, code)
        scene.figures(scene.element("pension_due"), 2025, {1: 1000, 10: 1000}, code)
        scene.accept(2025, [1, 10], code)
    _compute(scene)
    _home(client, "bureau")

    with django_assert_max_num_queries(46):
        response = client.get(reverse("dashboard:home"))

    assert response.context["warnings"].count == 23
