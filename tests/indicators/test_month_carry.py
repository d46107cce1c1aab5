"""沿用上月: empty stocks take over last month's figures; nothing typed is ever overwritten."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from indicators.models import MonthlyReport, ValueChange
from indicators.services import notes
from indicators.services.carrying import month_carry, months_carry
from indicators.services.months import MonthClosed, NoteText
from tests.factories import EnrolmentFactory, UserFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture
def scene():
    return set_scene()


def carry(scene, actor=None, month=OCTOBER):
    return month_carry(village=scene.village, month=month, actor=actor or scene.clerk, now=NOW)


def test_empty_stocks_take_over_last_month_and_the_history_says_so(scene):
    scene.fill(month=SEPTEMBER)

    carry(scene)

    assert (scene.value(scene.due), scene.value(scene.greening)) == (1480, 45.5)
    change = ValueChange.objects.get(report=scene.report, element=scene.due)
    assert (change.old, change.new, change.by, change.way) == (None, 1480, scene.clerk, "carried")
    assert AuditEvent.objects.about(scene.report).filter(action="月报：沿用上月").count() == 1
    assert scene.report.version == 1


def test_what_is_typed_stays(scene):
    scene.fill(month=SEPTEMBER)
    scene.save({scene.due: 1500})

    carry(scene)

    assert scene.value(scene.due) == 1500
    assert scene.value(scene.insured) == 1410


def test_zero_is_typed_too(scene):
    scene.fill(month=SEPTEMBER)
    scene.save({scene.due: 0, scene.insured: 0})

    carry(scene)

    assert scene.value(scene.due) == 0


def test_what_flows_or_adds_up_is_not_taken_over(scene):
    scene.fill(month=SEPTEMBER)
    scene.due.aggregation = "sum"
    scene.due.save()
    scene.insured.is_cumulative = True
    scene.insured.save()

    carry(scene)

    assert (scene.value(scene.due), scene.value(scene.insured)) == (None, None)
    assert scene.value(scene.stars) == 3


def test_each_takes_over_only_the_figures_that_are_theirs(scene):
    scene.fill(month=SEPTEMBER)

    carry(scene)
    assert scene.value(scene.medical) is None
    carry(scene, scene.officer)

    assert scene.value(scene.medical) == 1500


def test_what_does_not_apply_stays_empty(scene):
    scene.fill(month=SEPTEMBER)
    notes.note_save(
        village=scene.village,
        month=OCTOBER,
        element=scene.greening,
        text=NoteText("搬迁", is_not_applicable=True),
        seen_version=0,
        actor=scene.clerk,
        now=NOW,
    )

    carry(scene)

    assert scene.value(scene.greening) is None


def test_what_the_element_does_not_take_any_more_stays_empty(scene):
    scene.fill(month=SEPTEMBER)
    scene.greening.maximum = 40
    scene.greening.save()

    carry(scene)

    assert scene.value(scene.greening) is None


def test_january_takes_over_december(scene):
    scene.save({scene.due: 1400}, month=date(2024, 12, 1))

    carry(scene, month=date(2025, 1, 1))

    assert scene.value(scene.due, date(2025, 1, 1)) == 1400


def test_without_anything_to_take_over_no_month_is_begun(scene):
    assert carry(scene) == []

    assert not MonthlyReport.objects.exists()


def test_a_second_click_changes_nothing(scene):
    scene.fill(month=SEPTEMBER)
    carry(scene)

    assert carry(scene) == []
    assert scene.report.version == 1


def test_a_figure_taken_over_can_be_changed_and_is_not_marked_any_more(scene):
    scene.fill(month=SEPTEMBER)
    carry(scene)
    before = ValueChange.objects.carried(scene.report)

    scene.save({scene.due: 1490})

    assert scene.due.pk in before
    assert scene.due.pk not in ValueChange.objects.carried(scene.report)


def test_a_signed_month_takes_nothing_over(scene):
    scene.fill(month=SEPTEMBER)
    scene.save({scene.due: 1480})
    scene.submit(incomplete_ok=True)

    with pytest.raises(MonthClosed):
        carry(scene)


def test_only_marked_figures_of_a_returned_month_are_taken_over(scene):
    scene.fill(month=SEPTEMBER)
    scene.save({scene.due: 1480})
    scene.submit(incomplete_ok=True)
    scene.give_back(marks={scene.insured.pk: "请补填。"})

    carry(scene)

    assert (scene.value(scene.insured), scene.value(scene.greening)) == (1410, None)


@pytest.mark.parametrize("role", ["bureau", "leader"])
def test_who_types_nothing_takes_nothing_over(scene, role):
    with pytest.raises(PermissionDenied):
        carry(scene, UserFactory(roles=[role]))


# --- a whole township --------------------------------------------------------------------------


def test_a_township_s_villages_are_carried_together_and_a_signed_one_is_left_alone(scene):
    scene.fill(month=SEPTEMBER)
    scene.save({scene.due: 1})
    scene.submit(incomplete_ok=True)
    other = EnrolmentFactory(village=VillageFactory(code="640181101220", name="泾灵北村")).village
    signed, scene.village = scene.village, other
    scene.fill(month=SEPTEMBER)

    carried = months_carry(villages=[signed, other], month=OCTOBER, actor=scene.clerk, now=NOW)

    assert (carried.figures, carried.villages, list(carried.refused)) == (5, 1, [signed])
    assert scene.value(scene.due) == 1480


def test_one_click_carries_the_township_and_says_what_it_did(client, scene):
    scene.fill(month=SEPTEMBER)
    client.force_login(scene.clerk)

    response = client.post("/indicators/months/carry/640181101/2025/10/", {"next": "/indicators/months/"})

    assert response["Location"] == "/indicators/months/"
    assert "1 个村（社区）沿用了上月 5 项" in str(*get_messages(response.wsgi_request))
    assert scene.value(scene.due) == 1480


@pytest.mark.parametrize("page", ["", "https://elsewhere.example/", "//elsewhere.example/"])
def test_nobody_is_led_elsewhere_afterwards(client, scene, page):
    client.force_login(scene.clerk)

    response = client.post("/indicators/months/carry/640181101/2025/10/", {"next": page})

    assert response["Location"] == "/indicators/months/"


@pytest.mark.parametrize(
    ("path", "status"), [("640181101/2025/13/", 404), ("640181201/2025/10/", 404), ("640181101/0000/1/", 404)]
)
def test_no_such_township_or_month_is_not_found(client, scene, path, status):
    client.force_login(scene.clerk)

    assert client.post(f"/indicators/months/carry/{path}").status_code == status


def test_the_page_offers_it_and_the_button_does_it(client, scene):
    scene.fill(month=SEPTEMBER)
    client.force_login(scene.clerk)

    shown = client.get(scene.url)
    done = client.post(f"{scene.url}carry/", follow=True)

    assert "沿用上月 5 项" in shown.text
    assert "已沿用上月 5 项" in done.text
    assert "沿用上月 5 项" not in done.text.replace("已沿用上月 5 项", "")
    assert scene.value(scene.due) == 1480


def test_nothing_to_take_over_is_not_offered(client, scene):
    client.force_login(scene.clerk)

    assert "沿用上月" not in client.get(scene.url).text


def test_a_bureau_cannot_take_over_for_a_village(client, scene):
    scene.fill(month=SEPTEMBER)
    client.force_login(scene.bureau)

    assert client.post(f"{scene.url}carry/").status_code == 403
