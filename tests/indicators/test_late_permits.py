"""Leave to report a locked month: asked with a reason, granted until a date, over by itself."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent, Notice
from common.transitions import TransitionError
from indicators.models import LatePermit, RequestState
from indicators.services import months
from indicators.services.late_permits import permit_ask, permit_grant, permit_refuse
from indicators.services.refusals import MonthClosed
from tests.factories import UserFactory
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = pytest.mark.django_db

LATER = datetime(2025, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def scene():
    """On the 12th of November October is locked: due on the 20th, and five working days are over."""
    scene = set_scene()
    scene.programme.month_lock_days = 5
    scene.programme.save()
    return scene


def ask(scene, reason="统计员住院，数据晚到。", **more):
    return permit_ask(village=scene.village, month=OCTOBER, reason=reason, actor=scene.clerk, now=NOW, **more)


def grant(scene, until=date(2025, 11, 15), **more):
    return permit_grant(**{"permit": ask(scene), "until": until, "actor": scene.bureau, "now": NOW} | more)


def test_a_locked_month_takes_no_figures(scene):
    with pytest.raises(MonthClosed, match="已过 2025-10-27 的补报期限，已锁定"):
        scene.save({scene.due: 1480})


def test_a_locked_month_is_not_submitted(scene):
    scene.programme.month_lock_days = None
    scene.programme.save()
    scene.fill()
    scene.programme.month_lock_days = 5
    scene.programme.save()

    with pytest.raises(MonthClosed, match="申请补报许可"):
        scene.submit()


def test_a_month_that_was_sent_back_is_not_locked(scene):
    scene.programme.month_lock_days = 30
    scene.programme.save()
    scene.fill()
    scene.submit()
    scene.give_back()
    scene.programme.month_lock_days = 5
    scene.programme.save()

    scene.save({scene.due: 1490})

    assert scene.value(scene.due) == 1490


def test_asking_leaves_a_request_and_a_trail(scene):
    permit = ask(scene)

    assert (permit.state, permit.asked_by, permit.until) == (RequestState.ASKED, scene.clerk, None)
    event = AuditEvent.objects.get(action="补报许可：申请")
    assert (event.actor, event.detail["comment"]) == (scene.clerk, "统计员住院，数据晚到。")


def test_asking_needs_a_reason(scene):
    with pytest.raises(TransitionError, match="请写明为什么没有按时上报"):
        ask(scene, reason="  ")


def test_asking_twice_is_told(scene):
    ask(scene)

    with pytest.raises(TransitionError, match="已经提交"):
        ask(scene)


def test_a_month_that_is_not_locked_needs_no_permit(scene):
    with pytest.raises(TransitionError, match="没有锁定"):
        permit_ask(
            village=scene.village, month=date(2025, 11, 1), reason="早些问", actor=scene.clerk, now=NOW
        )


def test_who_types_nothing_here_asks_for_nothing(scene):
    with pytest.raises(PermissionDenied):
        permit_ask(village=scene.village, month=OCTOBER, reason="晚到", actor=scene.bureau, now=NOW)


def test_a_permit_opens_the_month_until_its_day_and_then_is_over(scene):
    grant(scene)

    scene.save({scene.due: 1480})

    assert scene.value(scene.due) == 1480
    with pytest.raises(MonthClosed):
        scene.save({scene.due: 1481}, now=LATER)


def test_granting_tells_who_asked_and_leaves_a_trail(scene):
    permit = grant(scene, note="本次同意。")

    assert (permit.state, permit.decided_by, permit.until) == (
        RequestState.GRANTED,
        scene.bureau,
        date(2025, 11, 15),
    )
    notice = Notice.objects.get()
    assert (notice.user, notice.url) == (scene.clerk, scene.url)
    assert notice.text == "泾灵南村 2025年10月月报的补报申请已批准，可补报到 2025-11-15。"
    assert AuditEvent.objects.filter(action="补报许可：批准", actor=scene.bureau).count() == 1


@pytest.mark.parametrize(
    ("until", "sentence"), [(date(2025, 11, 11), "不能早于今天"), (date(2026, 1, 1), "最长 31 天")]
)
def test_a_permit_ends_neither_before_today_nor_too_late(scene, until, sentence):
    with pytest.raises(TransitionError, match=sentence):
        grant(scene, until=until)


def test_nobody_grants_what_he_asked_for(scene):
    both = UserFactory(organisation=scene.bureau.organisation, roles=["bureau"])
    permit = ask(scene)
    LatePermit.objects.update(asked_by=both)

    with pytest.raises(TransitionError, match="请由其他人批准"):
        permit_grant(permit=permit, until=date(2025, 11, 15), actor=both, now=NOW)


def test_the_township_grants_nothing(scene):
    with pytest.raises(PermissionDenied):
        grant(scene, actor=scene.head)


def test_a_refusal_says_why_and_the_month_stays_locked(scene):
    permit = ask(scene)

    with pytest.raises(TransitionError, match="请写明不批准的理由"):
        permit_refuse(permit=permit, note="", actor=scene.bureau, now=NOW)
    permit_refuse(permit=permit, note="已多次逾期。", actor=scene.bureau, now=NOW)

    assert LatePermit.objects.get().state == RequestState.REFUSED
    assert "未批准：已多次逾期。" in Notice.objects.get().text
    with pytest.raises(MonthClosed):
        scene.save({scene.due: 1480})


def test_a_request_is_decided_once(scene):
    permit = grant(scene)

    with pytest.raises(TransitionError, match="不用再办"):
        permit_refuse(permit=permit, note="晚了。", actor=scene.bureau, now=NOW)


def test_a_month_that_came_back_and_was_taken_back_is_still_wanted(scene):
    scene.programme.month_lock_days = 30
    scene.programme.save()
    scene.fill()
    scene.submit()
    scene.give_back()
    scene.submit()
    months.month_withdraw(report=scene.report, actor=scene.head, now=NOW)
    scene.programme.month_lock_days = 5
    scene.programme.save()

    scene.save({scene.due: 1490})

    assert scene.value(scene.due) == 1490
