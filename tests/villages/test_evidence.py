from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from tests.common.test_uploads import PDF
from tests.factories import OrganisationFactory, TownshipFactory, UserFactory, VillageFactory
from villages.models import Evidence
from villages.services.evidence import evidence_add

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)


def clerk(**fields):
    return UserFactory(roles=["clerk"], organisation=TownshipFactory(), **fields)


def pdf(name="花名册.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_clerk_files_a_scan_under_a_village_of_the_township():
    village, actor = VillageFactory(), clerk()

    evidence = evidence_add(
        village=village, upload=pdf("../花名册.pdf"), title=" 参保花名册 ", actor=actor, now=NOW
    )

    kept = Evidence.objects.get()
    assert kept == evidence
    assert kept.title == "参保花名册"
    assert kept.original_name == "花名册.pdf"
    assert kept.content_type == "application/pdf"
    assert kept.size == len(PDF)
    assert (kept.uploaded_by, kept.uploaded_at) == (actor, NOW)
    with kept.file.open() as file:
        assert file.read() == PDF
    assert kept.file.name.startswith("evidence/")
    assert "花名册" not in kept.file.name


def test_filing_leaves_a_trail():
    village, actor = VillageFactory(), clerk()

    evidence = evidence_add(village=village, upload=pdf(), title="花名册", actor=actor, now=NOW)

    event = AuditEvent.objects.about(evidence).get()
    assert (event.actor, event.at, event.action) == (actor, NOW, "佐证材料：上传")
    assert event.division_code == village.code
    assert event.detail["sha256"] == evidence.sha256


@pytest.mark.parametrize("role", ["city", "leader", "auditor", "administrator"])
def test_other_roles_file_nothing(role):
    village, actor = VillageFactory(), UserFactory(roles=[role])

    with pytest.raises(PermissionDenied):
        evidence_add(village=village, upload=pdf(), title="花名册", actor=actor, now=NOW)

    assert not Evidence.objects.exists()


def test_nobody_files_under_another_township_s_village():
    village = VillageFactory(code="640181102219")

    with pytest.raises(PermissionDenied):
        evidence_add(village=village, upload=pdf(), title="花名册", actor=clerk(), now=NOW)

    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("upload", "title"), [(pdf("花名册.exe"), "花名册"), (pdf(), "  "), (pdf(), "长" * 201)]
)
def test_a_bad_file_or_title_is_refused_and_nothing_is_kept(upload, title):
    village, actor = VillageFactory(), clerk()

    with pytest.raises(ValidationError):
        evidence_add(village=village, upload=upload, title=title, actor=actor, now=NOW)

    assert not Evidence.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_file_above_the_bound_of_the_settings_is_refused(settings):
    settings.EVIDENCE_MAX_BYTES = len(PDF) - 1

    with pytest.raises(ValidationError, match="文件不能超过"):
        evidence_add(village=VillageFactory(), upload=pdf(), title="花名册", actor=clerk(), now=NOW)

    assert not Evidence.objects.exists()


def test_the_second_click_is_refused_with_a_sentence():
    village, actor = VillageFactory(), clerk()
    evidence_add(village=village, upload=pdf(), title="花名册", actor=actor, now=NOW)

    with pytest.raises(ValidationError, match="已经以“花名册”为名上传过"):
        evidence_add(village=village, upload=pdf("改了名.pdf"), title="花名册", actor=actor, now=NOW)

    assert Evidence.objects.count() == 1


def test_the_same_file_may_prove_something_else():
    village, actor = VillageFactory(), clerk()
    evidence_add(village=village, upload=pdf(), title="花名册", actor=actor, now=NOW)

    evidence_add(village=village, upload=pdf(), title="缴费凭证", actor=actor, now=NOW)

    assert Evidence.objects.count() == 2


def test_the_database_itself_keeps_a_file_once():
    village, actor = VillageFactory(), clerk()
    evidence = evidence_add(village=village, upload=pdf(), title="花名册", actor=actor, now=NOW)
    evidence.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        evidence.save()

    assert Evidence.objects.count() == 1


def test_the_bureau_sees_every_file_of_the_county_and_the_next_county_none():
    evidence = evidence_add(village=VillageFactory(), upload=pdf(), title="花名册", actor=clerk(), now=NOW)
    bureau = UserFactory()
    neighbour = UserFactory(organisation=OrganisationFactory(division_code="640182", name="邻县农办"))

    seen = Evidence.objects.visible_to(bureau)
    unseen = Evidence.objects.visible_to(neighbour)

    assert list(seen) == [evidence]
    assert list(unseen) == []
