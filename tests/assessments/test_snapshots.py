"""What was submitted is frozen: figures, verdicts, standards and files as they were."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from assessments import decisions, sheet
from assessments.models import Snapshot
from assessments.services.evidence import evidence_attach, evidence_choose, evidence_detach
from common.transitions import TransitionError
from indicators.models import DataElement, LedgerLine, MonthlyReport, Standard
from tests.assessments.scene import NOW, Scene
from tests.factories import VillageFactory

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attach(scene: Scene, application, content: bytes = PDF, title: str = "参保花名册"):
    return evidence_attach(
        item=application.items.get(standard=scene.measured),
        upload=SimpleUploadedFile("roster.pdf", content, "application/pdf"),
        title=title,
        actor=scene.clerk,
        now=NOW,
    )


@pytest.fixture
def ledger(scene: Scene) -> LedgerLine:
    element = DataElement.objects.create(
        code="health_insured",
        name="参保人数",
        unit="人",
        value_type="integer",
        aggregation="last",
        group="保障",
    )
    MonthlyReport.objects.create(village=scene.village, month=date(2025, 10, 1), status="accepted", version=3)
    return LedgerLine.objects.create(
        year=2025, village=scene.village, element=element, m09=Decimal(1480), m10=Decimal(1520)
    )


def test_a_snapshot_holds_everything_that_was_handed_in(scene: Scene, ledger: LedgerLine):
    application = scene.open()
    evidence = attach(scene, application)

    scene.submit(application)

    snapshot = application.snapshots.get()
    measured, judged = snapshot.payload["standards"]
    assert snapshot.payload["report"] == application.self_check_report
    assert measured["standard"]["code"] == "S12"
    assert measured["verdict"]["status"] == "met"
    assert Decimal(measured["verdict"]["value"]) == Decimal("98.5")
    assert measured["verdict"]["data_month"] == "2025-10-01"
    assert [department["name"] for department in measured["departments"]] == ["医保局"]
    assert measured["evidence"][0]["sha256"] == evidence.sha256
    assert judged["statement"] == "两委健全，三星级党组织。"
    assert snapshot.payload["values"][0]["months"][8:10] == ["1480.0000", "1520.0000"]
    assert snapshot.payload["months"] == [{"month": "2025-10-01", "status": "accepted", "version": 3}]
    assert snapshot.digest == sheet.digest(snapshot.payload)


def test_later_edits_do_not_change_what_reviewers_read(scene: Scene, ledger: LedgerLine):
    application = scene.reach("municipal_review")
    before = decisions.in_view(application).sheet

    scene.verdict.status, scene.verdict.value = "unmet", Decimal(90)
    scene.verdict.save()
    LedgerLine.objects.filter(year=2025, village=scene.village).update(m10=Decimal(1))
    Standard.objects.filter(pk=scene.measured.pk).update(name="改了名的标准", threshold="99")
    application.items.filter(standard=scene.measured).update(statement="事后改写")

    assert decisions.in_view(application).sheet == before
    assert sheet.read(sheet.collect(application)) != before


def test_a_second_round_is_frozen_anew_and_the_first_one_stays(scene: Scene):
    application = scene.reach("returned")
    scene.verdict.value = Decimal("99.5")
    scene.verdict.save()

    scene.mend(application)
    scene.submit(application)

    first, second = application.snapshots.order_by("round")
    assert Decimal(first.payload["standards"][0]["verdict"]["value"]) == Decimal("98.5")
    assert Decimal(second.payload["standards"][0]["verdict"]["value"]) == Decimal("99.5")
    assert first.standards_digest == second.standards_digest


def test_a_changed_standard_shows_in_the_digest_of_the_next_round(scene: Scene):
    application = scene.reach("returned")
    Standard.objects.filter(pk=scene.measured.pk).update(threshold="99")

    scene.mend(application)
    scene.submit(application)

    first, second = application.snapshots.order_by("round")
    assert first.standards_digest != second.standards_digest


def test_a_snapshot_is_never_rewritten(scene: Scene):
    snapshot = scene.reach("submitted").snapshots.get()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(digest="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        snapshot.delete()


def test_a_standard_without_a_verdict_reads_as_no_data(scene: Scene):
    scene.verdict.delete()

    rows = sheet.read(sheet.collect(scene.open())).rows

    assert (rows[0].status, rows[0].value, rows[0].target) == ("no_data", None, "不低于 98%")


# --- evidence ------------------------------------------------------------------------------------


def test_a_file_that_is_filed_serves_another_standard_too(scene: Scene):
    application = scene.open()
    evidence = attach(scene, application)

    evidence_choose(
        item=application.items.get(standard=scene.judged), evidence=evidence, actor=scene.clerk, now=NOW
    )

    assert [item.evidence.get() for item in application.items.all()] == [evidence, evidence]


def test_a_file_of_another_village_is_refused(scene: Scene):
    application = scene.open()
    evidence = attach(scene, application)
    evidence.village = VillageFactory(code="640181101220", name="泾灵北村")
    evidence.save()

    with pytest.raises(TransitionError, match="不是这个村"):
        evidence_choose(
            item=application.items.get(standard=scene.judged), evidence=evidence, actor=scene.clerk, now=NOW
        )


def test_a_file_is_taken_off_and_stays_with_the_village(scene: Scene):
    application = scene.open()
    evidence = attach(scene, application)
    item = application.items.get(standard=scene.measured)

    evidence_detach(item=item, evidence=evidence, actor=scene.clerk, now=NOW)

    assert not item.evidence.exists()
    assert scene.village.evidence.get() == evidence


def test_evidence_is_closed_once_handed_in(scene: Scene):
    application = scene.reach("submitted")

    with pytest.raises(TransitionError, match="不能添加佐证材料"):
        attach(scene, application)

    assert not scene.village.evidence.exists()
