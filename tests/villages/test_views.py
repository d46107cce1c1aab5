from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.common.test_uploads import PDF
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
)
from villages.models import Evidence, Visit
from villages.services.evidence import evidence_add
from villages.services.visits import visit_record

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def village():
    return EnrolmentFactory().village


@pytest.fixture
def clerk():
    return UserFactory(roles=["clerk"], organisation=TownshipFactory(), name="王芳")


@pytest.fixture
def as_clerk(client, clerk):
    client.force_login(clerk)
    return client


@pytest.fixture
def evidence(village, clerk):
    upload = SimpleUploadedFile("参保花名册.pdf", PDF)
    return evidence_add(village=village, upload=upload, title="10月参保", actor=clerk, now=NOW)


@pytest.fixture
def as_neighbour(client):
    office = OrganisationFactory(division_code="640182", name="邻县农办")
    client.force_login(UserFactory(organisation=office))
    return client


def test_the_list_shows_the_villages_of_one_s_division(as_clerk, village):
    VillageFactory(code="640181102219", name="泾兴村")

    page = as_clerk.get(reverse("villages:list")).content.decode()

    assert "泾灵南村" in page
    assert "生态移民村" in page
    assert "泾兴村" not in page


def test_the_list_says_what_to_do_when_nothing_matches(as_clerk, village):
    page = as_clerk.get(reverse("villages:list"), {"name": "没有"}).content.decode()

    assert "没有符合条件的村（社区）" in page
    assert "看全部" in page


@pytest.mark.parametrize(
    "query", [{"target_year": "x"}, {"programme": "999"}, {"township": "1"}, {"name": "\x00"}, {"page": "-1"}]
)
def test_a_filter_that_cannot_be_read_does_no_harm(as_clerk, village, query):
    response = as_clerk.get(reverse("villages:list"), query)

    assert response.status_code == 200
    assert "泾灵南村" in response.content.decode()


def test_the_list_needs_as_many_queries_for_fifty_villages_as_for_one(
    as_clerk, village, django_assert_max_num_queries
):
    for number in range(50):
        EnrolmentFactory(village=VillageFactory(code=f"640181101{number:03}", name=f"村{number}"))

    with django_assert_max_num_queries(14):
        response = as_clerk.get(reverse("villages:list"))

    assert response.context["page"].paginator.count == 51


def test_a_village_s_page_says_what_is_known_and_what_is_missing(as_clerk, village):
    page = as_clerk.get(village.get_absolute_url()).content.decode()

    assert village.code in page
    assert "2025 年" in page
    assert "还没有佐证材料" in page
    assert "11月还没有包抓领导到村调研的记录" in page


def test_a_village_s_page_shows_evidence_visits_and_who_did_it(as_clerk, village, evidence, clerk):
    visit_record(
        village=village, visit_date=date(2025, 11, 3), leader="李四", topic="用水", actor=clerk, now=NOW
    )

    page = as_clerk.get(village.get_absolute_url()).content.decode()

    assert "10月参保" in page
    assert "李四" in page
    assert "佐证材料：上传" in page
    assert "还没有包抓领导" not in page


def test_the_month_is_the_local_one(as_clerk, village, monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: datetime(2025, 11, 30, 16, 30, tzinfo=UTC))

    page = as_clerk.get(village.get_absolute_url()).content.decode()

    assert "12月还没有包抓领导到村调研的记录" in page


def test_who_may_not_write_sees_no_buttons_for_it(client, village):
    client.force_login(UserFactory(roles=["leader"]))

    page = client.get(village.get_absolute_url()).content.decode()

    assert "上传佐证材料" not in page
    assert "记一次调研" not in page


def test_names_are_written_as_text(as_clerk):
    village = VillageFactory(name="<script>alert(1)</script>")

    page = as_clerk.get(village.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("name", ["detail", "evidence_list", "evidence_add", "visits", "visit_add"])
def test_the_pages_of_another_county_s_village_do_not_exist(as_neighbour, village, name):
    response = as_neighbour.get(reverse(f"villages:{name}", args=[village.code]))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["evidence_add", "visit_add"])
def test_forms_are_closed_to_readers(client, village, name):
    client.force_login(UserFactory(roles=["leader"]))

    response = client.get(reverse(f"villages:{name}", args=[village.code]))

    assert response.status_code == 403


def test_the_administrator_sees_no_villages(client, village):
    client.force_login(UserFactory(roles=["administrator"]))

    response = client.get(reverse("villages:list"))

    assert response.status_code == 403


def test_a_file_is_handed_out_to_be_saved_and_never_run(as_clerk, evidence):
    response = as_clerk.get(evidence.get_absolute_url())

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%8F%82%E4%BF%9D%E8%8A%B1%E5%90%8D%E5%86%8C.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]


def test_another_county_s_file_does_not_exist(as_neighbour, evidence):
    response = as_neighbour.get(evidence.get_absolute_url())

    assert response.status_code == 404


@pytest.mark.parametrize("pk", [0, 999, 99999999999999999999999])
def test_a_file_that_never_was_does_not_exist(as_clerk, pk):
    response = as_clerk.get(reverse("villages:evidence", args=[pk]))

    assert response.status_code == 404


def test_a_file_lost_from_the_disk_is_a_page_not_an_error(as_clerk, evidence):
    evidence.file.storage.delete(evidence.file.name)

    response = as_clerk.get(evidence.get_absolute_url())

    assert response.status_code == 404


def test_filing_evidence_leads_to_the_list_with_the_file_in_it(as_clerk, village):
    upload = SimpleUploadedFile("花名册.pdf", PDF)

    response = as_clerk.post(
        reverse("villages:evidence_add", args=[village.code]),
        {"title": "花名册", "file": upload},
        follow=True,
    )

    page = response.content.decode()
    assert response.redirect_chain == [(reverse("villages:evidence_list", args=[village.code]), 302)]
    assert "“花名册”已存入泾灵南村的佐证材料。" in page
    assert Evidence.objects.count() == 1


def test_a_bad_file_is_told_at_its_field_and_the_title_is_kept(as_clerk, village):
    upload = SimpleUploadedFile("花名册.pdf", b"<html></html>")

    response = as_clerk.post(
        reverse("villages:evidence_add", args=[village.code]), {"title": "花名册", "file": upload}
    )

    assert response.context["form"].errors == {"file": ["文件内容与扩展名不符，请重新保存后再上传。"]}
    assert 'value="花名册"' in response.content.decode()
    assert not Evidence.objects.exists()


def test_nothing_chosen_is_told(as_clerk, village):
    response = as_clerk.post(reverse("villages:evidence_add", args=[village.code]), {"title": "花名册"})

    assert response.status_code == 200
    assert "file" in response.context["form"].errors


def test_writing_a_visit_down_leads_to_the_list(as_clerk, village):
    values = {"visit_date": "2025-11-11", "leader": "李四", "topic": "用水"}

    response = as_clerk.post(reverse("villages:visit_add", args=[village.code]), values, follow=True)

    assert "已记下李四 2025-11-11 到泾灵南村的调研。" in response.content.decode()
    assert Visit.objects.count() == 1


def test_a_visit_of_tomorrow_is_told_at_its_field(as_clerk, village):
    values = {"visit_date": "2025-11-13", "leader": "李四", "topic": "用水"}

    response = as_clerk.post(reverse("villages:visit_add", args=[village.code]), values)

    assert response.context["form"].errors == {"visit_date": ["调研日期不能晚于今天，请在调研之后再记。"]}
    assert not Visit.objects.exists()


def test_the_second_click_on_a_visit_is_told(as_clerk, village):
    address, values = (
        reverse("villages:visit_add", args=[village.code]),
        {"visit_date": "2025-11-11", "leader": "李四", "topic": "用水"},
    )
    as_clerk.post(address, values)

    response = as_clerk.post(address, values)

    assert response.context["form"].errors == {"visit_date": ["李四 2025-11-11 的调研已经记过了。"]}
    assert Visit.objects.count() == 1


def test_an_upload_beyond_every_bound_is_cut_off(as_clerk, village, settings):
    settings.REQUEST_MAX_BYTES = 1000
    upload = SimpleUploadedFile("花名册.pdf", PDF + bytes(1000))

    response = as_clerk.post(
        reverse("villages:evidence_add", args=[village.code]), {"title": "花名册", "file": upload}
    )

    assert response.status_code == 400
    assert not Evidence.objects.exists()
