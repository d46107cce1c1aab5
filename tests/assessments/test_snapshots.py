"""What was submitted is frozen: figures, verdicts, standards and files as they were."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from assessments import decisions, sheet
from assessments.models import Snapshot
from assessments.services.evidence import evidence_attach, evidence_choose, evidence_detach
from common.transitions import TransitionError
from indicators.models import Indicator, LedgerLine, Standard, Verdict
from tests.assessments.scene import NOW, Scene
from tests.factories import DataElementFactory, VillageFactory

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def attach(scene: Scene, application, content: bytes = PDF, title: str = "参保花名册"):
    return evidence_attach(
        item=application.items.get(standard=scene.measured),
        upload=SimpleUploadedFile("roster.pdf", content, "application/pdf"),
        title=title,
        actor=scene.clerk,
        now=NOW,
    )


def test_a_snapshot_holds_everything_that_was_handed_in(scene: Scene):
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
    assert [value["element"] for value in snapshot.payload["values"]] == ["health_due", "health_insured"]
    assert snapshot.payload["values"][1]["months"][8:10] == [None, "197.0000"]
    assert snapshot.payload["months"] == [
        {"month": "2025-10-01", "status": "accepted", "version": 3, "is_demonstration": False}
    ]
    assert snapshot.digest == sheet.digest(snapshot.payload)


def test_later_edits_do_not_change_what_reviewers_read(scene: Scene):
    application = scene.reach("municipal_review")
    before = decisions.in_view(application).sheet

    scene.insure(120)
    Standard.objects.filter(pk=scene.measured.pk).update(name="改了名的标准", threshold="99")
    application.items.filter(standard=scene.measured).update(statement="事后改写")

    assert decisions.in_view(application).sheet == before
    assert sheet.read(sheet.collect(application)) != before


def test_what_is_frozen_says_how_each_verdict_came_about(scene: Scene):
    scene.insure(195)

    frozen = scene.reach("submitted").snapshots.get().payload["standards"][0]

    assert frozen["verdict"]["status"] == "near"
    assert frozen["explanation"]["calculation"] == "195 ÷ 200 × 100 = 97.5%"
    assert frozen["explanation"]["target"] == "不低于 98%"
    assert "再有 1 人参保即达标" in frozen["explanation"]["sentence"]
    assert frozen["explanation"]["inputs"] == [
        {"name": "医保参保人数", "unit": "人", "value": "195.0000", "shown": "195 人"},
        {"name": "医保应参保人数", "unit": "人", "value": "200.0000", "shown": "200 人"},
    ]


def test_nothing_stale_is_frozen(scene: Scene):
    application = scene.open()
    LedgerLine.objects.filter(element=scene.insured).update(m10=195)  # not computed yet

    scene.submit(application)

    assert application.snapshots.get().payload["standards"][0]["verdict"]["status"] == "near"


def test_a_formula_that_cannot_be_computed_is_said_and_nothing_is_frozen(scene: Scene):
    application = scene.open()
    Indicator.objects.update(expression="health_insured / nowhere")

    with pytest.raises(TransitionError, match="公式算不出来"), transaction.atomic():
        scene.submit(application)

    application.refresh_from_db()
    assert application.status == "self_check"


def test_a_second_round_is_frozen_anew_and_the_first_one_stays(scene: Scene):
    application = scene.reach("returned")
    scene.insure(199)

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


def test_figures_that_were_frozen_without_their_words_are_still_read(scene: Scene):
    payload = scene.reach("submitted").snapshots.get().payload
    [used, *rest] = payload["standards"][0]["explanation"]["inputs"]
    del used["shown"]
    rest[0].pop("shown")
    rest[0]["value"] = None

    row = sheet.read(payload).rows[0]

    assert row.inputs == [("医保参保人数", "197 人"), ("医保应参保人数", "—")]


def test_what_was_chosen_keeps_the_name_it_was_handed_in_with(scene: Scene):
    planned = DataElementFactory(code="planned", value_type="boolean", aggregation="last")
    Indicator.objects.filter(pk=scene.measured.indicator_id).update(choice=planned, unit="")
    application = scene.open()
    Verdict.objects.filter(standard=scene.measured).update(value=0, threshold=1, gap=1, status="unmet")
    frozen = sheet.collect(application)
    Indicator.objects.update(choice=None)

    row = sheet.read(frozen).rows[0]

    assert (row.actual, row.gap) == ("否", None)
    assert sheet.read(sheet.collect(application)).rows[0].actual == "0"


def test_a_snapshot_is_never_rewritten(scene: Scene):
    snapshot = scene.reach("submitted").snapshots.get()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Snapshot.objects.filter(pk=snapshot.pk).update(digest="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        snapshot.delete()


def test_a_standard_without_a_verdict_reads_as_no_data(scene: Scene):
    application = scene.open()
    Verdict.objects.all().delete()

    rows = sheet.read(sheet.collect(application)).rows

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
