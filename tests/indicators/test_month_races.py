"""Two people at once, on real connections: nobody overwrites unseen, nothing changes once it was signed."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import F

from common.transitions import TransitionError
from indicators.models import LedgerLine, MonthlyReport, ValueChange
from indicators.services import months
from indicators.services.months import StaleVersion
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


@pytest.fixture
def scene():
    return set_scene()


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Run the actions on connections of their own, started together; an error is an outcome."""
    start = threading.Barrier(len(actions))
    outcomes: list[object] = [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        start.wait(10)
        try:
            outcomes[place] = action()
        except TransitionError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_of_two_who_save_the_same_version_one_is_told(scene):
    scene.save({scene.due: 1000})

    for round_ in range(ROUNDS):
        seen = scene.report.version
        outcomes = at_once(
            lambda seen=seen, value=2000 + round_: scene.save({scene.due: value}, seen=seen),
            lambda seen=seen, value=3000 + round_: scene.save(
                {scene.due: value}, seen=seen, actor=scene.head
            ),
        )

        stale = [outcome for outcome in outcomes if isinstance(outcome, StaleVersion)]
        saved = [outcome for outcome in outcomes if isinstance(outcome, months.Saved)]
        assert (len(stale), len(saved)) == (1, 1)
        assert scene.value(scene.due) == saved[0].changes[0].new == stale[0].changes[-1].new
        assert scene.report.version == seen + 1


def test_of_two_who_begin_a_month_one_is_told(scene):
    outcomes = at_once(
        lambda: scene.save({scene.due: 1480}, seen=0),
        lambda: scene.save({scene.due: 1490}, seen=0, actor=scene.head),
    )

    assert sorted(isinstance(outcome, StaleVersion) for outcome in outcomes) == [False, True]
    assert MonthlyReport.objects.count() == 1
    assert ValueChange.objects.count() == 1


def test_read_compare_write_lets_both_overwrite_each_other(scene):
    """The broken variant, to show that the test above can fail: compare in Python, then write."""
    scene.save({scene.due: 1000})
    seen = scene.report.version
    both_looked = threading.Barrier(2)

    def save_carelessly(value: int) -> str:
        report = MonthlyReport.objects.get(pk=scene.report.pk)
        if report.version != seen:
            return "told"
        both_looked.wait(10)
        with transaction.atomic():
            MonthlyReport.objects.filter(pk=report.pk).update(version=F("version") + 1)
            LedgerLine.objects.write_month(scene.village, OCTOBER, {scene.due.pk: value})
        return "saved"

    outcomes = at_once(lambda: save_carelessly(2000), lambda: save_carelessly(3000))

    assert outcomes == ["saved", "saved"]


def test_a_figure_never_changes_after_its_month_was_submitted(scene):
    scene.fill()

    for value in range(ROUNDS):
        seen = scene.report.version
        at_once(
            lambda seen=seen, value=value: scene.save({scene.greening: 50 + value}, seen=seen),
            lambda: months.month_submit(report=scene.report, actor=scene.head, now=NOW),
        )

        assert scene.report.status == "submitted"
        signed = ValueChange.objects.filter(report=scene.report).latest("version").version
        assert scene.report.version == signed
        months.month_withdraw(report=scene.report, actor=scene.head, now=NOW)


def test_saving_against_accepting_changes_nothing_that_was_accepted(scene):
    scene.fill()
    scene.submit()
    seen, before = scene.report.version, scene.value(scene.greening)

    outcomes = at_once(
        lambda: scene.save({scene.greening: 99}, seen=seen),
        lambda: months.month_accept(report=scene.report, actor=scene.bureau, now=NOW),
    )

    assert isinstance(outcomes[0], months.MonthClosed)
    assert scene.report.status == "accepted"
    assert scene.value(scene.greening) == before


def test_writing_without_the_header_changes_what_was_accepted(scene):
    """The broken variant: look at the status, then write the figure."""
    scene.fill()
    scene.submit()
    months.month_return(report=scene.report, comment="请核实。", actor=scene.bureau, now=NOW)
    looked, accepted = threading.Event(), threading.Event()

    def write_carelessly() -> None:
        report = MonthlyReport.objects.get(pk=scene.report.pk)
        looked.set()
        accepted.wait(10)
        if report.is_editable:
            LedgerLine.objects.write_month(scene.village, OCTOBER, {scene.greening.pk: 99})

    def submit_and_accept() -> None:
        looked.wait(10)
        scene.submit()
        scene.accept()
        accepted.set()

    at_once(write_carelessly, submit_and_accept)

    assert scene.report.status == "accepted"
    assert scene.value(scene.greening) == 99


def test_of_two_submits_at_once_one_is_told_that_it_is_done(scene):
    scene.fill()

    outcomes = at_once(scene.submit, scene.submit)

    told = [outcome for outcome in outcomes if isinstance(outcome, TransitionError)]
    assert len(told) == 1
    assert "不用再报" in str(told[0])
    assert scene.report.steps.count() == 1


def test_of_accepting_and_returning_at_once_one_holds(scene):
    scene.fill()
    scene.submit()

    outcomes = at_once(scene.accept, scene.give_back)

    assert sum(isinstance(outcome, TransitionError) for outcome in outcomes) == 1
    assert scene.report.steps.filter(name__in=["accept", "return"]).count() == 1
