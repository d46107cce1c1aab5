"""Cells that save themselves: each is answered by itself, and nothing stands in the way of the others."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators.models import ValueChange
from indicators.services.cells import FROZEN, NOT_ASKED, cells_save
from indicators.services.refusals import MonthClosed
from tests.factories import DataElementFactory, UserFactory
from tests.indicators.month_scene import NOW, OCTOBER, Scene, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene()


def save(scene, texts, *, actor=None, seen=0, month=OCTOBER):
    return cells_save(
        village=scene.village,
        month=month,
        texts={element.pk: text for element, text in texts.items()},
        seen_version=seen,
        actor=actor or scene.clerk,
        now=NOW,
    )


def test_a_figure_is_written_with_its_history_and_one_event(scene):
    events = AuditEvent.objects.count()

    saved = save(
        scene, {scene.due: "1,480", scene.insured: "１４１０", scene.greening: "45.5%", scene.plan: "是"}
    )

    assert saved.kept[scene.due.pk] == 1480
    assert saved.version == scene.report.version == 1
    assert (scene.value(scene.insured), scene.value(scene.greening)) == (1410, Decimal("45.5"))
    assert ValueChange.objects.filter(report=scene.report, version=1).count() == 4
    assert AuditEvent.objects.count() == events + 2  # the month was begun, and four cells filled in


def test_a_bad_cell_does_not_hold_up_the_others(scene):
    saved = save(scene, {scene.due: "约一千", scene.insured: "1410", scene.greening: "120"})

    assert set(saved.kept) == {scene.insured.pk}
    assert saved.invalid[scene.due.pk].startswith("“约一千”不是数字")
    assert saved.invalid[scene.greening.pk].startswith("不能大于 100%")
    assert scene.value(scene.insured) == 1410


def test_what_a_department_provides_is_refused_to_the_township_with_its_name(scene):
    saved = save(scene, {scene.medical: "1500", scene.due: "1480"})

    assert saved.refused == {scene.medical.pk: f"由{scene.department}填报，不能由您填写。"}
    assert scene.value(scene.medical) is None
    assert scene.value(scene.due) == 1480


def test_what_the_township_types_is_refused_to_a_department(scene):
    saved = save(scene, {scene.medical: "1500", scene.due: "1480"}, actor=scene.officer)

    assert set(saved.kept) == {scene.medical.pk}
    assert saved.refused == {scene.due.pk: "由乡镇（街道）填报，不能由您填写。"}


def test_an_element_that_the_village_is_not_asked_for_is_refused(scene):
    scene.ask_only(scene.stars)
    elsewhere = DataElementFactory(code="elsewhere")

    saved = save(scene, {scene.stars: "3", elsewhere: "1"})

    assert saved.refused == {scene.stars.pk: NOT_ASKED, elsewhere.pk: NOT_ASKED}


def test_both_changed_one_cell_and_neither_figure_is_lost(scene):
    scene.save({scene.insured: 1400})
    scene.save({scene.insured: 1415}, actor=scene.head)

    saved = save(scene, {scene.insured: "1420", scene.due: "1480"}, seen=1)

    assert saved.conflicts[scene.insured.pk].new == 1415
    assert saved.conflicts[scene.insured.pk].by == scene.head
    assert set(saved.kept) == {scene.due.pk}
    assert (scene.value(scene.insured), scene.value(scene.due)) == (1415, 1480)


def test_what_only_somebody_else_changed_comes_with_the_answer(scene):
    scene.save({scene.insured: 1400})
    scene.save({scene.insured: 1415}, actor=scene.head)

    saved = save(scene, {scene.due: "1480"}, seen=1)

    assert saved.taken[scene.insured.pk].new == 1415
    assert saved.version == scene.report.version == 3


def test_the_same_cells_sent_twice_are_written_once(scene):
    save(scene, {scene.due: "1480"})

    saved = save(scene, {scene.due: "1480"})

    assert saved.conflicts == {}
    assert saved.taken[scene.due.pk].new == 1480
    assert ValueChange.objects.filter(report=scene.report).count() == 1


def test_an_empty_cell_of_a_month_nobody_began_begins_none(scene):
    saved = save(scene, {scene.due: "", scene.insured: " "})

    assert saved.version == 0
    assert saved.kept == {scene.due.pk: None, scene.insured.pk: None}
    assert not scene.village.reports.exists()


def test_a_month_that_was_handed_in_takes_nothing(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(MonthClosed, match="本月已于 11-12 上报"):
        save(scene, {scene.due: "1490"}, seen=scene.report.version)

    assert scene.value(scene.due) == 1480


def test_of_a_returned_month_only_the_marked_cells_open_again(scene):
    scene.fill()
    scene.submit()
    scene.give_back(marks={scene.insured.pk: "与医保人数对不上。"})

    saved = save(scene, {scene.insured: "1411", scene.due: "1490"}, seen=scene.report.version)

    assert set(saved.kept) == {scene.insured.pk}
    assert saved.refused == {scene.due.pk: FROZEN}
    assert (scene.value(scene.insured), scene.value(scene.due)) == (1411, 1480)


def test_a_month_that_has_not_come_is_refused(scene):
    with pytest.raises(TransitionError, match="12月还没有到"):
        save(scene, {scene.due: "1480"}, month=OCTOBER.replace(month=12))


def test_who_types_no_figures_writes_none(scene):
    with pytest.raises(PermissionDenied):
        save(scene, {scene.due: "1480"}, actor=scene.bureau)


def test_nobody_writes_outside_of_their_division(scene):
    neighbour = UserFactory(
        roles=["clerk"], organisation__division_code="640181999", organisation__kind="township"
    )

    with pytest.raises(PermissionDenied):
        save(scene, {scene.due: "1480"}, actor=neighbour)

    assert scene.value(scene.due) is None
