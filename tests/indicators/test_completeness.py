"""Completeness and timeliness: counted from the cells, whatever button was pressed."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.completeness import Rate, rate_rows, rates
from indicators.models import CellNote
from tests.factories import UserFactory
from tests.indicators.month_scene import NOW, OCTOBER, set_scene
from villages.models import Village

pytestmark = pytest.mark.django_db

TODAY = date(2025, 11, 12)
IN_TIME, LATE = (datetime(2025, 10, day, 4, 0, tzinfo=UTC) for day in (20, 21))


@pytest.fixture
def scene():
    """Six figures are asked of a village; October was due on the 20th."""
    return set_scene()


def october(today=TODAY) -> Rate:
    villages = list(Village.objects.for_list())
    return rates(villages, year=2025, today=today)[villages[0].pk, 10]


def test_a_cell_counts_once_it_has_a_figure(scene):
    scene.save({scene.due: 1480, scene.insured: 0}, now=IN_TIME)

    rate = october()

    assert (rate.asked, rate.filled, rate.in_time) == (6, 2, 2)
    assert (rate.completeness, rate.timeliness) == (Decimal("33.3"), Decimal("33.3"))


def test_a_figure_that_came_late_is_complete_and_not_in_time(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)
    scene.save({scene.insured: 1410}, now=LATE)

    rate = october()

    assert (rate.filled, rate.in_time) == (2, 1)


def test_a_figure_that_was_corrected_late_came_in_time(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)
    scene.save({scene.due: 1481}, now=LATE)

    assert october().in_time == 1


def test_a_figure_that_was_taken_out_again_does_not_count(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)
    scene.save({scene.due: None}, now=IN_TIME)

    assert (october().filled, october().in_time) == (0, 0)


def test_a_reason_why_there_is_no_figure_counts_too(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)
    CellNote.objects.create(
        report=scene.report,
        element=scene.insured,
        remark="本月没有这项工作。",
        is_not_applicable=True,
        by=scene.clerk,
        at=IN_TIME,
    )

    assert october().filled == 2


def test_submitting_changes_nothing(scene):
    scene.fill()
    before = october()

    scene.submit()

    assert october() == before
    assert before.completeness == 100


def test_a_month_that_is_not_due_yet_is_not_rated(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)

    rate = october(today=date(2025, 10, 20))

    assert (rate.completeness, rate.timeliness) == (Decimal("16.6"), None)


def test_months_that_have_not_come_are_not_there(scene):
    villages = list(Village.objects.for_list())

    found = rates(villages, year=2025, today=TODAY)

    assert max(number for _, number in found) == 11


def test_a_township_adds_its_villages_up(scene):
    scene.save({scene.due: 1480}, now=IN_TIME)
    villages = list(Village.objects.for_list())

    row = rate_rows(villages, rates(villages, year=2025, today=TODAY), by_village=False)[0]

    assert (row.code, row.name) == ("640181101", scene.village.township_name)
    assert row.months[9] == october()
    assert row.months[11] is None
    assert (row.year.asked, row.year.filled) == (60, 1)  # November is not due


def test_who_reads_the_page(client, scene):
    scene.save({scene.due: 1480}, now=NOW)
    for user, status in (
        (scene.clerk, 200),
        (scene.bureau, 200),
        (UserFactory(roles=["administrator"]), 403),
    ):
        client.force_login(user)

        assert client.get(reverse("indicators:completeness")).status_code == status


def test_a_county_is_drilled_into_by_township(client, scene):
    client.force_login(scene.bureau)

    county = client.get(reverse("indicators:completeness"), {"year": OCTOBER.year})
    township = client.get(reverse("indicators:completeness"), {"year": 2025, "township": "640181101"})

    assert not county.context["by_village"]
    assert [row.name for row in county.context["rows"]] == [scene.village.township_name]
    assert [row.name for row in township.context["rows"]] == ["泾灵南村"]
    assert client.get(reverse("indicators:completeness"), {"township": "640181999"}).status_code == 404
