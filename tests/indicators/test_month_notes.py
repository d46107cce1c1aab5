"""What is said beside a figure: remarks, "not applicable", files; by whom, when, and seen by whom."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators.models import CellNote, MonthlyReport
from indicators.services import months, notes
from indicators.services.months import BrokenRules, MissingFigures, MonthClosed, StaleNote, Unexplained
from indicators.services.notes import NoteText
from tests.common.test_uploads import PDF
from tests.factories import TownshipFactory, UserFactory, ValidationRuleFactory, VillageFactory
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene
from villages.models import Evidence
from villages.services.evidence import evidence_add

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return set_scene()


def say(scene, element, remark, *, na=False, actor=None, seen=None, month=OCTOBER):
    if seen is None:
        report = MonthlyReport.objects.filter(village=scene.village, month=month).first()
        seen = report.version if report else 0
    return notes.note_save(
        village=scene.village,
        month=month,
        element=element,
        text=NoteText(remark, na),
        seen_version=seen,
        actor=actor or scene.clerk,
        now=NOW,
    )


def note(scene, element):
    return CellNote.objects.get(report=scene.report, element=element)


def where(scene, element):
    return {"village": scene.village, "month": OCTOBER, "element": element, "actor": scene.clerk, "now": NOW}


def test_a_remark_is_kept_with_who_wrote_it_and_moves_the_version(scene):
    say(scene, scene.due, "  新迁入 12 户。 ")

    kept = note(scene, scene.due)
    assert (kept.remark, kept.by, kept.at, kept.version) == ("新迁入 12 户。", scene.clerk, NOW, 1)
    assert scene.report.version == 1
    trail = AuditEvent.objects.about(scene.report).get(action="月报：填写说明")
    assert trail.detail["notes"] == [{"element": "pension_due", "old": "", "new": "新迁入 12 户。"}]


def test_the_same_remark_again_changes_nothing(scene):
    say(scene, scene.due, "新迁入 12 户。")

    say(scene, scene.due, "新迁入 12 户。")

    assert scene.report.version == 1


def test_a_remark_can_be_taken_back_and_the_trail_keeps_it(scene):
    say(scene, scene.due, "新迁入 12 户。")

    say(scene, scene.due, "")

    assert note(scene, scene.due).remark == ""
    assert AuditEvent.objects.about(scene.report).filter(action="月报：填写说明").count() == 2


def test_of_two_who_write_one_remark_the_second_is_told(scene):
    scene.save({scene.due: 1480})
    say(scene, scene.due, "新迁入 12 户。", actor=scene.head)

    with pytest.raises(StaleNote, match="王镇长改过“应参保人数”的说明：新迁入 12 户。") as stale:
        say(scene, scene.due, "户籍核查。", seen=1)

    assert stale.value.version == 2
    assert note(scene, scene.due).remark == "新迁入 12 户。"


def test_two_remarks_on_two_figures_do_not_disturb_each_other(scene):
    scene.save({scene.due: 1480})
    say(scene, scene.due, "新迁入 12 户。", actor=scene.head)

    say(scene, scene.insured, "补缴。", seen=1)

    assert note(scene, scene.insured).remark == "补缴。"


@pytest.mark.parametrize("role", ["bureau", "city", "leader", "auditor", "administrator"])
def test_who_does_not_type_figures_writes_no_remarks(scene, role):
    with pytest.raises(PermissionDenied):
        say(scene, scene.due, "说明", actor=UserFactory(roles=[role]))

    assert not CellNote.objects.exists()


def test_a_clerk_of_another_township_writes_none(scene):
    other = TownshipFactory(name="白土岗乡", division_code="640181201")

    with pytest.raises(PermissionDenied):
        say(scene, scene.due, "说明", actor=UserFactory(organisation=other, roles=["clerk"]))


def test_a_department_explains_its_own_figures_only(scene):
    say(scene, scene.medical, "集中参保月。", actor=scene.officer)

    with pytest.raises(PermissionDenied, match="“应参保人数”由乡镇（街道）填报"):
        say(scene, scene.due, "说明", actor=scene.officer)


def test_the_township_that_signs_may_explain_a_department_s_figure_but_not_declare_that_there_is_none(scene):
    say(scene, scene.medical, "已向医保局核实。")

    with pytest.raises(PermissionDenied, match="“医保参保人数”由医保局填报"):
        say(scene, scene.medical, "没有", na=True)


def test_a_remark_that_is_too_long_is_refused(scene):
    with pytest.raises(ValidationError, match="说明最多 300 字"):
        say(scene, scene.due, "长" * 301)


def test_a_signed_month_takes_no_remark(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(MonthClosed):
        say(scene, scene.due, "说明")


def test_a_month_that_has_not_come_takes_no_remark(scene):
    with pytest.raises(TransitionError, match="还没有到"):
        say(scene, scene.due, "说明", month=date(2025, 12, 1))


# --- not applicable ----------------------------------------------------------------------------


def test_not_applicable_needs_its_reason(scene):
    with pytest.raises(ValidationError, match="请写明本月为什么不适用"):
        say(scene, scene.greening, "  ", na=True)


def test_not_applicable_is_an_answer_and_no_figure(scene):
    scene.fill()
    scene.save({scene.greening: None})
    with pytest.raises(MissingFigures):
        scene.submit()

    say(scene, scene.greening, "村庄整体搬迁，本月无绿地。", na=True)

    assert scene.submit().status == "submitted"
    assert scene.value(scene.greening) is None


def test_a_department_owes_nothing_that_does_not_apply(scene):
    scene.save({scene.due: 1480})
    before = MonthlyReport.objects.figures_due(scene.officer, at=NOW)

    say(scene, scene.medical, "本月系统迁移，不出数。", na=True, actor=scene.officer)

    after = MonthlyReport.objects.figures_due(scene.officer, at=NOW)
    assert {due.month for due in before} - {due.month for due in after} == {OCTOBER}


def test_a_figure_that_stands_is_cleared_before_it_does_not_apply(scene):
    scene.save({scene.greening: "45.5"})

    with pytest.raises(ValidationError, match="已经填了数，不能同时标为不适用"):
        say(scene, scene.greening, "搬迁", na=True)

    assert not CellNote.objects.exists()
    assert scene.report.version == 1


def test_a_figure_typed_later_ends_not_applicable_and_keeps_the_remark(scene):
    say(scene, scene.greening, "搬迁", na=True)

    scene.save({scene.greening: "45.5"})

    kept = note(scene, scene.greening)
    assert (kept.is_not_applicable, kept.remark) == (False, "搬迁")


def test_figures_and_remarks_are_saved_together_or_not_at_all(scene):
    with pytest.raises(ValidationError):
        months.month_save(
            village=scene.village,
            month=OCTOBER,
            values={scene.due.pk: 1480},
            notes={scene.greening.pk: NoteText("", is_not_applicable=True)},
            seen_version=0,
            actor=scene.clerk,
            now=NOW,
        )

    assert not MonthlyReport.objects.exists()


# --- soft rules ask for a remark ---------------------------------------------------------------


@pytest.fixture
def jumped(scene):
    ValidationRuleFactory(
        programme=scene.programme,
        code="jump",
        kind="change",
        severity="soft",
        expression="",
        message="",
        elements=["pension_due"],
        against="month",
        limit=30,
    )
    scene.save({scene.due: 1000}, month=SEPTEMBER)
    scene.fill()
    return scene


def test_a_jump_without_a_remark_stops_the_submission(jumped):
    with pytest.raises(
        Unexplained, match="应参保人数比上月增加 48%（1,000 → 1,480人），请核对；确属实际请写明原因。"
    ):
        jumped.submit()

    assert jumped.report.status == "draft"


def test_a_jump_with_a_remark_is_submitted(jumped):
    say(jumped, jumped.due, "新迁入 120 户。")

    assert jumped.submit().status == "submitted"


def test_what_is_wrong_is_said_before_what_is_unusual(jumped):
    jumped.save({jumped.insured: 1490})

    with pytest.raises(BrokenRules):
        jumped.submit()


def test_a_remark_at_one_cell_of_a_relation_is_enough(scene):
    scene.programme.rules.update(severity="soft")
    scene.fill()
    scene.save({scene.insured: 1520})
    with pytest.raises(Unexplained):
        scene.submit()

    say(scene, scene.due, "外出人员在外地参保后转回。")

    assert scene.submit().status == "submitted"


# --- files -------------------------------------------------------------------------------------


def file_evidence(scene, village=None):
    return evidence_add(
        village=village or scene.village,
        upload=SimpleUploadedFile("花名册.pdf", PDF),
        title="花名册",
        actor=scene.clerk,
        now=NOW,
    )


def test_a_file_of_the_village_is_hung_on_a_figure_and_taken_off_again(scene):
    evidence = file_evidence(scene)

    notes.note_attach(**where(scene, scene.due), evidence=evidence)
    attached = list(note(scene, scene.due).evidence.all())
    notes.note_detach(**where(scene, scene.due), evidence=evidence)

    assert attached == [evidence]
    assert not note(scene, scene.due).evidence.exists()
    assert Evidence.objects.filter(pk=evidence.pk).exists()
    actions = AuditEvent.objects.about(scene.report).values_list("action", flat=True)
    assert {"月报：添加佐证", "月报：移除佐证"} <= set(actions)


def test_a_new_file_is_filed_and_hung_on_the_figure(scene):
    evidence = notes.note_upload(
        **where(scene, scene.due), upload=SimpleUploadedFile("花名册.pdf", PDF), title="十月花名册"
    )

    assert list(note(scene, scene.due).evidence.all()) == [evidence]
    assert evidence.village == scene.village


def test_another_village_s_file_is_refused(scene):
    evidence = file_evidence(scene, VillageFactory(code="640181101220", name="泾灵北村"))

    with pytest.raises(TransitionError, match="不是这个村（社区）的"):
        notes.note_attach(**where(scene, scene.due), evidence=evidence)


def test_a_file_that_is_none_leaves_nothing_behind(scene):
    with pytest.raises(ValidationError):
        notes.note_upload(
            **where(scene, scene.due), upload=SimpleUploadedFile("x.pdf", b"<html>"), title="花名册"
        )

    assert not Evidence.objects.exists()
    assert not CellNote.objects.exists()


def test_a_signed_month_takes_no_file(scene):
    evidence = file_evidence(scene)
    scene.fill()
    scene.submit()

    with pytest.raises(MonthClosed):
        notes.note_attach(**where(scene, scene.due), evidence=evidence)
