"""The municipal review: opinions, judgements, four eyes, and the decision with everything in view."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Role
from assessments import decisions
from assessments.models import Opinion
from assessments.services.awards import application_award, city_review_start
from assessments.services.opinions import OpinionDraft, judgement_decide, opinions_give
from assessments.services.reviews import (
    Demand,
    application_fail,
    application_lapse,
    application_return,
    deadline_extend,
    municipal_pass,
    review_start,
)
from assessments.services.submissions import application_submit
from common.transitions import TransitionError
from indicators.models import Judgement
from tests.assessments.scene import DEADLINE, NOW, TODAY, Scene
from tests.factories import DepartmentFactory, TownshipFactory, UserFactory


def everybody(scene: Scene, organisation=None):
    """One person with every business role, seated where all of it is in reach."""
    roles = [Role.HEAD, Role.DEPARTMENT, Role.BUREAU, Role.CITY]
    return UserFactory(name="多面手", roles=roles, organisation=organisation or scene.bureau_office)


def submitted_by(scene: Scene, person):
    application = scene.open()
    keep, scene.head = scene.head, person
    scene.submit(application)
    scene.head = keep
    return application


# --- opinions ------------------------------------------------------------------------------------


def test_a_department_speaks_on_its_own_standard(scene: Scene):
    application = scene.reach("municipal_review")

    scene.say(application, "needs_work", "台账差 12 人")

    opinion = application.opinions.get()
    assert (opinion.organisation, opinion.standard, opinion.round) == (scene.insurance, scene.measured, 1)
    assert (opinion.outcome, opinion.note, opinion.by) == ("needs_work", "台账差 12 人", scene.department)


def test_an_opinion_may_change_until_the_decision_and_the_trail_keeps_the_old_one(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application, "fail", "台账没有")

    scene.say(application, "pass")

    events = AuditEvent.objects.about(application).filter(action__startswith="成员单位意见").order_by("pk")
    assert application.opinions.get().outcome == "pass"
    assert [event.action for event in events] == ["成员单位意见：S12 不同意", "成员单位意见：S12 同意"]
    assert events[1].detail["before"] == {"outcome": "fail", "note": "台账没有", "is_on_site": False}


def test_saying_the_same_again_leaves_no_trace(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application)
    before = AuditEvent.objects.count()

    scene.say(application)

    assert AuditEvent.objects.count() == before


def test_the_standards_of_others_are_not_a_departments_business(scene: Scene):
    application = scene.reach("municipal_review")

    with pytest.raises(PermissionDenied, match="本单位负责的标准"):
        opinions_give(
            application=application,
            drafts=[OpinionDraft(scene.judged.pk, "pass")],
            actor=scene.department,
            now=NOW,
        )


@pytest.mark.parametrize("outcome", ["needs_work", "fail"])
def test_an_objection_needs_its_reason(scene: Scene, outcome: str):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match=r"S12：意见为.+，请写明理由"):
        scene.say(application, outcome, "  ")
    with pytest.raises(IntegrityError, match="opinion_reason_given"), transaction.atomic():
        Opinion.objects.create(
            application=application,
            round=1,
            organisation=scene.insurance,
            standard=scene.measured,
            outcome=outcome,
            by=scene.department,
            at=NOW,
        )


def test_a_forged_outcome_is_refused(scene: Scene):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match="请选择意见"):
        scene.say(application, "perfect")


@pytest.mark.parametrize("status", ["self_check", "submitted", "municipal_passed", "returned", "awarded"])
def test_opinions_are_given_during_the_municipal_review_only(scene: Scene, status: str):
    application = scene.reach(status)

    with pytest.raises(TransitionError, match="不能填写成员单位意见"):
        scene.say(application)


@pytest.mark.parametrize("role", ["clerk", "head", "bureau", "city", "leader", "administrator", "auditor"])
def test_only_departments_give_opinions(scene: Scene, role: str):
    scene.department = scene.person(role)
    application = scene.reach("municipal_review")

    with pytest.raises(PermissionDenied):
        scene.say(application)


def test_a_township_with_a_departments_role_does_not_speak_on_itself(scene: Scene):
    scene.measured.departments.add(scene.township)
    scene.department = UserFactory(roles=[Role.DEPARTMENT], organisation=scene.township)
    application = scene.reach("municipal_review")

    with pytest.raises(PermissionDenied, match="成员单位"):
        scene.say(application)


def test_a_department_that_handed_the_application_in_gives_no_opinion_on_it(scene: Scene):
    person = everybody(scene, scene.insurance)
    application = submitted_by(scene, person)
    scene.start(application)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        opinions_give(
            application=application, drafts=[OpinionDraft(scene.measured.pk, "pass")], actor=person, now=NOW
        )


def test_a_new_round_asks_anew(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application, "needs_work", "台账差 12 人")
    scene.send_back(application)
    scene.mend(application)
    scene.submit(application)
    scene.start(application)

    view = decisions.in_view(type(application).objects.get(pk=application.pk))

    assert view.opinions == ()
    assert view.silent == {"医保局": ["S12"], "组织部": ["Q01"]}
    assert "2 项标准还缺成员单位意见，见上方“成员单位意见”" in view.cautions
    assert application.opinions.get().round == 1


# --- judgements ----------------------------------------------------------------------------------


def test_the_bureau_judges_what_cannot_be_measured(scene: Scene):
    application = scene.reach("municipal_review")

    scene.judge(application, is_met=False)
    scene.judge(application, is_met=True)

    judgement = Judgement.objects.get()
    event = AuditEvent.objects.about(judgement).latest("pk")
    assert (judgement.standard, judgement.village, judgement.year) == (scene.judged, scene.village, 2025)
    assert (judgement.is_met, judgement.by) == (True, scene.bureau)
    assert event.detail["before"]["is_met"] is False


def test_what_is_measured_is_not_judged(scene: Scene):
    application = scene.reach("municipal_review")
    scene.judged = scene.measured

    with pytest.raises(ValidationError, match="由数据计算"):
        scene.judge(application)


@pytest.mark.parametrize("status", ["submitted", "municipal_passed", "awarded"])
def test_judging_belongs_to_the_municipal_review(scene: Scene, status: str):
    application = scene.reach(status)

    with pytest.raises(TransitionError, match="不能作评审判定"):
        scene.judge(application)


def test_a_judgement_needs_its_grounds(scene: Scene):
    application = scene.reach("municipal_review")

    with pytest.raises(ValidationError, match="请写明判定依据"):
        judgement_decide(
            application=application, standard=scene.judged, is_met=True, note=" ", actor=scene.bureau, now=NOW
        )


def test_a_pass_waits_for_every_judgement(scene: Scene):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match=r"“基层党建.+还没有作评审判定"), transaction.atomic():
        scene.municipal_pass(application)

    application.refresh_from_db()
    assert application.status == "municipal_review"


# --- the decision --------------------------------------------------------------------------------


def test_the_decision_freezes_what_was_said_and_what_was_not(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application, "needs_work", "台账差 12 人")
    scene.judge(application)

    scene.municipal_pass(application, "差的 12 人已补录")

    detail = application.steps.get(name="pass").detail
    assert detail["missing_opinions"] == [["组织部", ["Q01"]]]
    assert detail["opinions"][0]["note"] == "台账差 12 人"
    assert detail["judgements"][0]["is_met"] is True
    assert detail["exceptions"] == ["医保局对 S12：需整改"]


def test_a_township_among_the_responsible_is_not_asked_for_an_opinion(scene: Scene):
    scene.measured.departments.add(scene.township, scene.bureau_office)
    application = scene.reach("municipal_review")

    assert decisions.in_view(application).silent == {"医保局": ["S12"], "组织部": ["Q01"]}


@pytest.mark.parametrize("against", ["verdict", "judgement", "opinion"])
def test_a_pass_in_spite_of_something_needs_a_reason(scene: Scene, against: str):
    if against == "verdict":
        scene.insure(195)
    application = scene.reach("municipal_review")
    scene.judge(application, is_met=against != "judgement")
    if against == "opinion":
        scene.say(application, "fail", "台账没有")

    with pytest.raises(TransitionError, match="仍要通过的，请写明理由"), transaction.atomic():
        scene.municipal_pass(application)
    scene.municipal_pass(application, "年底前补齐")

    application.refresh_from_db()
    assert application.status == "municipal_passed"


def test_a_decision_after_the_tenth_of_december_is_taken_and_marked_late(scene: Scene):
    application = scene.reach("municipal_review")
    scene.judge(application)

    municipal_pass(application=application, actor=scene.bureau, now=NOW.replace(month=12, day=11))

    assert application.steps.get(name="pass").is_late


@pytest.mark.parametrize("comment", ["", "  "])
def test_failing_needs_a_reason(scene: Scene, comment: str):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match="请写明评估验收不予通过的理由"):
        application_fail(application=application, actor=scene.bureau, now=NOW, comment=comment)


# --- four eyes -----------------------------------------------------------------------------------


def test_who_handed_it_in_does_not_review_it_whatever_roles_they_hold(scene: Scene):
    person = everybody(scene)
    application = submitted_by(scene, person)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        review_start(application=application, actor=person, now=NOW)
    scene.start(application)
    with pytest.raises(TransitionError, match="请由其他人办理"):
        municipal_pass(application=application, actor=person, now=NOW)
    with pytest.raises(TransitionError, match="请由其他人办理"):
        judgement_decide(
            application=application, standard=scene.judged, is_met=True, note="好", actor=person, now=NOW
        )


def test_who_passed_it_municipally_does_not_award_it(scene: Scene):
    person = everybody(scene)
    application = scene.reach("municipal_review")
    scene.judge(application)
    municipal_pass(application=application, actor=person, now=NOW)

    with pytest.raises(TransitionError, match="请由其他人办理"):
        city_review_start(application=application, actor=person, now=NOW)
    scene.start_city(application)
    with pytest.raises(TransitionError, match="请由其他人办理"):
        application_award(application=application, award_date=TODAY, funds=50, actor=person, now=NOW)


def test_who_handed_in_an_earlier_round_may_review_this_one(scene: Scene):
    person = everybody(scene)
    application = submitted_by(scene, person)
    scene.start(application)
    scene.send_back(application)
    scene.mend(application)
    scene.submit(application)

    review_start(application=application, actor=person, now=NOW)

    application.refresh_from_db()
    assert application.status == "municipal_review"


# --- sending back --------------------------------------------------------------------------------


def send_back(scene: Scene, application, **given):
    return application_return(
        application=application,
        actor=scene.bureau,
        now=NOW,
        **{"demands": [Demand("补台账")], "deadline": DEADLINE, "comment": "不全", **given},
    )


def test_a_return_names_items_reason_and_deadline(scene: Scene):
    application = scene.reach("municipal_review")

    send_back(scene, application, demands=[Demand("补齐参保台账", scene.measured.pk), Demand("补会议记录")])

    application.refresh_from_db()
    items = application.rectifications.order_by("pk")
    assert (application.status, application.deadline) == ("returned", DEADLINE)
    assert [(item.standard, item.text, item.deadline) for item in items] == [
        (scene.measured, "补齐参保台账", DEADLINE),
        (None, "补会议记录", DEADLINE),
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"demands": []}, "请至少写一项整改事项"),
        ({"comment": " "}, "请写明退回整改的理由"),
        ({"deadline": None}, "请写明退回整改的期限"),
        ({"deadline": date(2025, 11, 11)}, "期限不能早于今天"),
        ({"demands": [Demand("补台账", 999_999)]}, "不是这个村"),
    ],
)
def test_a_return_that_lacks_something_changes_nothing(scene: Scene, given, sentence: str):
    application = scene.reach("municipal_review")

    with pytest.raises(TransitionError, match=sentence), transaction.atomic():
        send_back(scene, application, **given)

    application.refresh_from_db()
    assert application.status == "municipal_review"
    assert not application.rectifications.exists()


def test_the_city_sends_back_through_the_same_door(scene: Scene):
    application = scene.reach("city_review")
    scene.bureau = scene.city

    send_back(scene, application)

    assert application.steps.latest("pk").name == "city_return"


def test_the_bureau_does_not_send_back_what_lies_with_the_city(scene: Scene):
    application = scene.reach("city_review")

    with pytest.raises(PermissionDenied):
        send_back(scene, application)


def test_a_stale_page_of_the_bureau_cannot_act_for_the_city(scene: Scene):
    stale = scene.reach("municipal_review")
    scene.judge(stale)
    scene.municipal_pass(stale)
    scene.start_city(stale)

    with pytest.raises(PermissionDenied), transaction.atomic():
        application_fail(application=stale, actor=scene.bureau, now=NOW, comment="差距大")


# --- when the time for mending runs out ----------------------------------------------------------


def test_before_the_deadline_nothing_lapses(scene: Scene):
    application = scene.reach("returned")

    with pytest.raises(TransitionError, match="2025-12-01 起才能"):
        application_lapse(application=application, actor=scene.bureau, now=NOW, comment="逾期")


def test_after_the_deadline_the_bureau_ends_it_or_gives_more_time(scene: Scene):
    application = scene.reach("returned")
    december = NOW.replace(month=12, day=2)
    scene.mend(application)
    with pytest.raises(TransitionError, match="已过 2025-11-30 的期限"):
        submit_at(scene, application, december)

    deadline_extend(
        application=application, deadline=date(2025, 12, 5), comment="雪灾", actor=scene.bureau, now=december
    )
    submit_at(scene, application, december)

    application.refresh_from_db()
    assert (application.status, application.round) == ("submitted", 2)


def test_what_lapsed_has_failed(scene: Scene):
    application = scene.reach("returned")

    application_lapse(
        application=application, actor=scene.bureau, now=NOW.replace(month=12, day=1), comment="逾期未整改"
    )

    application.refresh_from_db()
    assert (application.status, application.deadline) == ("failed", None)


def submit_at(scene: Scene, application, moment):
    with transaction.atomic():
        application_submit(application=application, actor=scene.head, now=moment)


def test_another_countys_bureau_reaches_nothing(scene: Scene):
    application = scene.reach("submitted")
    office = DepartmentFactory(name="永宁县农办", kind="county_office", division_code="640121")

    with pytest.raises(PermissionDenied):
        review_start(
            application=application, actor=UserFactory(roles=["bureau"], organisation=office), now=NOW
        )


def test_a_neighbouring_township_withdraws_nothing(scene: Scene):
    application = scene.reach("submitted")
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")
    scene.head = UserFactory(roles=["head"], organisation=neighbour)

    with pytest.raises(PermissionDenied):
        scene.withdraw(application)
