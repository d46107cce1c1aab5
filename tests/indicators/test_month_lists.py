"""The lists of months: a township's year, and the bureau's queue."""

from datetime import UTC, date, datetime

import pytest

from indicators.models import MonthlyReport
from indicators.services import months
from tests.factories import EnrolmentFactory, TownshipFactory, UserFactory, VillageFactory
from tests.indicators.month_scene import NOW, SEPTEMBER, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]

LIST, REVIEW = "/indicators/months/", "/indicators/review/"


@pytest.fixture
def scene():
    return set_scene()


@pytest.fixture
def other_village(scene):
    return EnrolmentFactory(
        village=VillageFactory(code="640181201212", name="泾兴村", township_name="白土岗乡")
    ).village


def marks(response, village):
    rows = response.context["calendar"].rows
    return next(row.marks for row in rows if row.village == village)


def test_each_month_shows_its_state_how_much_is_filled_and_whether_it_is_late(client, scene):
    scene.fill(month=SEPTEMBER)
    september = scene.village.reports.get(month=SEPTEMBER)
    months.month_submit(report=september, actor=scene.head, now=NOW)
    scene.save({scene.due: 1480})
    client.force_login(scene.clerk)

    response = client.get(LIST)

    august, september, october, november, december = marks(response, scene.village)[7:12]
    assert (august.label, august.is_overdue) == ("逾期", True)
    assert (september.label, september.filled, september.asked) == ("已上报", 6, 6)
    assert (october.label, october.filled, october.is_overdue) == ("逾期", 1, True)
    assert (november.label, november.due_date, november.is_overdue) == ("未填", date(2025, 11, 20), False)
    assert december is None
    assert "逾期 23 天" in response.text


def test_the_day_of_the_deadline_is_still_in_time(client, scene, monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: datetime(2025, 11, 20, 15, 59, tzinfo=UTC))
    client.force_login(scene.clerk)

    assert marks(client.get(LIST), scene.village)[10].is_overdue is False


def test_the_year_before_the_programme_can_be_filled_and_is_never_late(client, scene):
    client.force_login(scene.clerk)

    response = client.get(LIST, {"year": "2021"})

    first = marks(response, scene.village)[0]
    assert (first.label, first.due_date, first.is_overdue) == ("未填", None, False)


def test_a_township_sees_its_own_villages_and_is_offered_no_other(client, scene, other_village):
    client.force_login(scene.clerk)

    response = client.get(LIST)

    assert [row.village for row in response.context["calendar"].rows] == [scene.village]
    assert "township" not in response.context["form"].fields


def test_the_bureau_sees_all_and_can_choose_a_township(client, scene, other_village):
    client.force_login(scene.bureau)

    everything, chosen = client.get(LIST), client.get(LIST, {"township": "640181201"})

    assert len(everything.context["calendar"].rows) == 2
    assert [row.village for row in chosen.context["calendar"].rows] == [other_village]


@pytest.mark.parametrize("query", [{"year": "1066"}, {"year": "x"}, {"township": "\x00"}, {"page": "999"}])
def test_a_filter_that_cannot_be_is_no_error(client, scene, query):
    client.force_login(scene.bureau)

    assert client.get(LIST, query).status_code == 200


def test_a_department_sees_how_its_own_figures_stand(client, scene):
    scene.save({scene.due: 1480})
    scene.save({scene.medical: 1500}, month=SEPTEMBER, actor=scene.officer)
    client.force_login(scene.officer)

    response = client.get(LIST)

    september, october, november = marks(response, scene.village)[8:11]
    assert (september.label, september.filled, september.asked) == ("已填", 1, 1)
    assert (october.label, october.filled, october.asked) == ("逾期", 0, 1)
    assert november.label == "未填"


def test_a_department_sees_where_a_month_closed_without_its_figures(client, scene):
    scene.save({scene.due: 1480})
    scene.submit(incomplete_ok=True)
    client.force_login(scene.officer)

    assert marks(client.get(LIST), scene.village)[9].label == "缺数"


def test_the_clerk_is_led_to_the_month_that_is_due_longest(client, scene):
    client.force_login(scene.clerk)

    response = client.get(LIST)

    assert response.context["next_due"].month == date(2022, 1, 1)
    assert "填写泾灵南村" in response.text


def test_an_office_without_villages_is_told_what_that_means(client, scene):
    stranger = UserFactory(
        organisation=TownshipFactory(name="白土岗乡", division_code="640181201"), roles=["clerk"]
    )
    client.force_login(stranger)

    assert "没有要填月报的村（社区）" in client.get(LIST).text


@pytest.mark.parametrize(
    ("role", "months_code", "review_code"),
    [
        ("bureau", 200, 200),
        ("city", 200, 403),
        ("leader", 200, 403),
        ("auditor", 200, 403),
        ("administrator", 403, 403),
    ],
)
def test_who_may_open_the_lists(client, scene, role, months_code, review_code):
    client.force_login(UserFactory(roles=[role]))

    assert client.get(LIST).status_code == months_code
    assert client.get(REVIEW).status_code == review_code


def test_the_queue_has_the_longest_due_first_with_what_to_know_of_each(client, scene):
    scene.fill(month=SEPTEMBER)
    scene.fill()
    scene.save({scene.due: 1490, scene.stars: None})
    for month in (date(2025, 10, 1), SEPTEMBER):
        report = scene.village.reports.get(month=month)
        months.month_submit(report=report, actor=scene.head, now=NOW, incomplete_ok=True)
    client.force_login(scene.bureau)

    september, october = client.get(REVIEW).context["rows"]

    assert (september.report.month, september.due_date) == (SEPTEMBER, date(2025, 9, 20))
    assert (september.filled, september.changed, september.is_late) == (6, 6, True)
    assert (october.filled, october.missing, october.changed) == (5, 1, 2)
    assert (october.submitted_by, october.submitted_at) == ("王镇长", NOW)


def test_the_queue_holds_only_what_was_submitted(client, scene):
    scene.fill()
    client.force_login(scene.bureau)

    assert "没有等待审核的月报" in client.get(REVIEW).text


def test_a_bureau_of_another_county_sees_none_of_it(client, scene):
    scene.fill()
    scene.submit()
    elsewhere = TownshipFactory(name="别县乡村振兴局", kind="county_office", division_code="640121")
    client.force_login(UserFactory(organisation=elsewhere, roles=["bureau"]))

    assert client.get(REVIEW).context["rows"] == []


def more_villages(count):
    return [
        EnrolmentFactory(village=VillageFactory(code=f"640181101{number:03}", name=f"村{number}")).village
        for number in range(300, 300 + count)
    ]


def test_the_list_asks_the_same_number_of_questions_whatever_the_number_of_villages(
    client, scene, django_assert_max_num_queries
):
    more_villages(30)
    client.force_login(scene.clerk)

    with django_assert_max_num_queries(17):
        client.get(LIST)


def test_the_queue_asks_the_same_number_of_questions_whatever_its_length(
    client, scene, django_assert_max_num_queries
):
    for village in more_villages(20):
        report = MonthlyReport.objects.create(village=village, month=SEPTEMBER, status="submitted")
        report.steps.create(name="submit", from_status="draft", to_status="submitted", by=scene.head, at=NOW)
    client.force_login(scene.bureau)

    with django_assert_max_num_queries(19):
        response = client.get(REVIEW)
    assert len(response.context["rows"]) == 20


def test_what_a_village_s_kind_is_not_asked_for_counts_nowhere(client, scene):
    scene.fill()
    scene.submit()
    scene.ask_only(scene.due, scene.insured)
    client.force_login(scene.bureau)

    october = marks(client.get(LIST), scene.village)[9]
    (row,) = client.get(REVIEW).context["rows"]

    assert (october.filled, october.asked) == (4, 4)
    assert (row.filled, row.asked, row.missing) == (4, 4, 0)


def test_a_department_sees_no_marks_where_it_is_asked_for_nothing(client, scene):
    kind = scene.ask_only(scene.medical)
    community = EnrolmentFactory(village=VillageFactory(code="640181001002", name="西湖社区"), kind=kind)
    client.force_login(scene.officer)

    response = client.get(LIST)

    assert set(marks(response, scene.village)) == {None}
    assert marks(response, community.village)[9].asked == 1
