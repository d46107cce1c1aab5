"""Months accepted together: each as carefully as one, verdicts asked for once a village, and quickly."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from indicators.models import AreaLine, ComputeJob, MonthlyReport
from indicators.services import months, notes
from indicators.services.batches import month_accept_batch
from indicators.services.months import NoteText
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    UserFactory,
    ValidationRuleFactory,
    VillageFactory,
)
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]

NOVEMBER = date(2025, 11, 1)
REVIEW, ACCEPT = "/indicators/review/", "/indicators/review/accept/"


@pytest.fixture
def scene():
    return set_scene()


def signed(scene, *moments, **more):
    """Months of the scene's village, filled and submitted."""
    for month in moments:
        scene.fill(month=month)
        report = scene.village.reports.get(month=month)
        months.month_submit(report=report, actor=scene.head, now=NOW, **more)
    return list(scene.village.reports.order_by("month"))


def accept(scene, reports, actor=None, seen=None):
    seen = {report.pk: report.version for report in reports} if seen is None else seen
    return month_accept_batch(reports=reports, seen_versions=seen, actor=actor or scene.bureau, now=NOW)


def rows(client, scene, name):
    client.force_login(scene.bureau)
    return client.get(REVIEW).context[name]


def test_months_are_accepted_together_with_a_step_and_a_trail_each(scene):
    reports = signed(scene, SEPTEMBER, OCTOBER)

    result = accept(scene, reports)

    assert (len(result.accepted), result.refused) == (2, {})
    for report in MonthlyReport.objects.all():
        assert (report.status, report.last_step("accept").by) == ("accepted", scene.bureau)
        assert AuditEvent.objects.about(report).filter(detail__step="accept").count() == 1


def test_verdicts_are_asked_for_once_a_village_and_year(scene):
    december = date(2024, 12, 1)

    accept(scene, signed(scene, december, SEPTEMBER, OCTOBER))

    jobs = ComputeJob.objects.values_list("village", "year")
    assert sorted(jobs) == [(scene.village.pk, 2024), (scene.village.pk, 2025)]


def test_what_areas_add_up_to_follows(scene):
    accept(scene, signed(scene, SEPTEMBER, OCTOBER))

    line = AreaLine.objects.get(year=2025, area_code="640181101", element=scene.due)
    assert (line.v09, line.v10) == (1480, 1480)


def test_one_that_changed_stays_behind_and_the_others_go_on(scene):
    september, october = signed(scene, SEPTEMBER, OCTOBER)
    seen = {september.pk: september.version, october.pk: october.version - 1}

    result = accept(scene, [september, october], seen=seen)

    assert result.accepted == [september]
    assert result.refused == {october: "您打开这一页以后，有人改过这个月的数据，请核对后再办理。"}
    assert MonthlyReport.objects.get(pk=october.pk).status == "submitted"


def test_one_whose_version_was_not_seen_stays_behind(scene):
    (october,) = signed(scene, OCTOBER)

    assert accept(scene, [october], seen={}).accepted == []


def test_nobody_accepts_their_own_among_others(scene):
    both = UserFactory(organisation=OrganisationFactory(), roles=["head", "bureau"])
    (september,) = signed(scene, SEPTEMBER)
    scene.fill()
    months.month_submit(report=scene.report, actor=both, now=NOW)

    result = accept(scene, [september, scene.report], actor=both)

    assert result.accepted == [september]
    assert "请由其他人办理" in result.refused[scene.report]


def test_one_that_was_accepted_meanwhile_is_said(scene):
    (october,) = signed(scene, OCTOBER)
    scene.accept()

    result = accept(scene, [october])

    assert "现在的状态是“已受理”" in result.refused[october]


@pytest.mark.parametrize("role", ["head", "department", "leader"])
def test_who_does_not_review_accepts_nothing(scene, role):
    reports = signed(scene, OCTOBER)

    with pytest.raises(PermissionDenied):
        accept(scene, reports, actor=UserFactory(roles=[role]))


def test_a_month_of_another_county_stops_everything(scene):
    reports = signed(scene, OCTOBER)
    elsewhere = OrganisationFactory(name="别县乡村振兴局", division_code="640121")

    with pytest.raises(PermissionDenied):
        accept(scene, reports, actor=UserFactory(organisation=elsewhere, roles=["bureau"]))


def test_sixty_months_take_as_many_queries_each_as_a_few(scene, django_assert_max_num_queries):
    reports = []
    for number in range(60):
        village = EnrolmentFactory(
            village=VillageFactory(code=f"640181101{number + 300}", name=f"村{number}")
        ).village
        report = MonthlyReport.objects.create(village=village, month=OCTOBER, status="submitted")
        report.steps.create(name="submit", from_status="draft", to_status="submitted", by=scene.head, at=NOW)
        reports.append(report)

    with django_assert_max_num_queries(60 * 20 + 20):
        result = accept(scene, reports)

    assert len(result.accepted) == 60


# --- the queue ---------------------------------------------------------------------------------


def test_a_whole_timely_unremarkable_month_can_be_accepted_together(client, scene):
    signed(scene, NOVEMBER)

    (row,) = rows(client, scene, "clean")

    assert (row.report.month, row.reasons) == (NOVEMBER, [])
    assert "可一并受理（1）" in client.get(REVIEW).text


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda scene: scene.save({scene.medical: None}, actor=scene.officer, month=NOVEMBER), "缺数 1 项"),
        (
            lambda scene: ValidationRuleFactory(
                programme=scene.programme, code="new", severity="soft", expression="pension_due <= 10"
            ),
            "提醒 1 处",
        ),
    ],
)
def test_every_reason_to_look_is_said(client, scene, spoil, reason):
    scene.fill(month=NOVEMBER)
    report = scene.village.reports.get()
    notes.note_save(
        village=scene.village,
        month=NOVEMBER,
        element=scene.due,
        text=NoteText("核实过。"),
        seen_version=report.version,
        actor=scene.clerk,
        now=NOW,
    )
    spoil(scene)
    months.month_submit(report=report, actor=scene.head, now=NOW, incomplete_ok=True)

    (row,) = rows(client, scene, "others")

    assert row.reasons == [reason]
    assert rows(client, scene, "clean") == []


def test_the_queue_says_who_owes_the_empty_figures(client, scene):
    scene.save({scene.due: 1480}, month=NOVEMBER)
    months.month_submit(report=scene.village.reports.get(), actor=scene.head, now=NOW, incomplete_ok=True)

    (row,) = rows(client, scene, "others")

    assert row.owed == {"郝家桥镇": 4, "医保局": 1}
    assert "郝家桥镇 4 项、医保局 1 项" in client.get(REVIEW).text


def test_a_late_month_wants_a_look(client, scene):
    signed(scene, OCTOBER)

    (row,) = rows(client, scene, "others")

    assert row.reasons == ["逾期上报"]


def test_a_month_that_came_back_wants_a_look_changed_or_not(client, scene):
    (report,) = signed(scene, NOVEMBER)
    months.month_return(report=report, comment="请核实。", actor=scene.bureau, now=NOW)
    months.month_submit(report=report, actor=scene.head, now=NOW)
    untouched = rows(client, scene, "others")[0].reasons
    months.month_return(report=report, comment="请核实。", actor=scene.bureau, now=NOW)
    scene.save({scene.greening: 46, scene.due: 1490}, month=NOVEMBER)
    months.month_submit(report=report, actor=scene.head, now=NOW)

    touched = rows(client, scene, "others")[0].reasons

    assert (untouched, touched) == (["退回后没有修改"], ["退回后有修改 2 项"])


def test_not_applicable_with_its_reason_is_whole(client, scene):
    scene.fill(month=NOVEMBER)
    scene.save({scene.greening: None}, month=NOVEMBER)
    report = scene.village.reports.get()
    notes.note_save(
        village=scene.village,
        month=NOVEMBER,
        element=scene.greening,
        text=NoteText("搬迁", is_not_applicable=True),
        seen_version=report.version,
        actor=scene.clerk,
        now=NOW,
    )
    months.month_submit(report=report, actor=scene.head, now=NOW)

    (row,) = rows(client, scene, "clean")

    assert (row.filled, row.asked, row.missing) == (6, 6, 0)


def test_one_button_accepts_what_is_ticked(client, scene):
    (report,) = signed(scene, NOVEMBER)
    client.force_login(scene.bureau)

    response = client.post(ACCEPT, {"month": f"{report.pk}.{report.version}"}, follow=True)

    assert "已受理 1 份月报" in response.text
    assert MonthlyReport.objects.get().status == "accepted"


def test_what_stayed_behind_is_said_with_its_reason(client, scene):
    (report,) = signed(scene, NOVEMBER)
    client.force_login(scene.bureau)

    response = client.post(ACCEPT, {"month": f"{report.pk}.99"})

    said = " ".join(map(str, get_messages(response.wsgi_request)))
    assert "泾灵南村 2025年11月没有受理：您打开这一页以后，有人改过" in said


@pytest.mark.parametrize("month", [[], ["x"], ["1"], ["1.x"], [f"{10**12}.1"], ["999999.1"], ["².1"]])
def test_nothing_ticked_and_nonsense_are_no_error(client, scene, month):
    client.force_login(scene.bureau)

    response = client.post(ACCEPT, {"month": month}, follow=True)

    assert "请先勾选要一并受理的月报。" in response.text


def test_a_month_out_of_reach_is_as_if_it_were_not_there(client, scene):
    (report,) = signed(scene, NOVEMBER)
    elsewhere = OrganisationFactory(name="别县乡村振兴局", division_code="640121")
    client.force_login(UserFactory(organisation=elsewhere, roles=["bureau"]))

    client.post(ACCEPT, {"month": f"{report.pk}.{report.version}"})

    assert MonthlyReport.objects.get().status == "submitted"


def test_a_township_cannot_press_the_button(client, scene):
    (report,) = signed(scene, NOVEMBER)
    client.force_login(scene.head)

    assert client.post(ACCEPT, {"month": f"{report.pk}.{report.version}"}).status_code == 403
