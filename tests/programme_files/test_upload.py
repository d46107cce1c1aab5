"""Loading a programme file in the browser: checked, compared, confirmed."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent, Organisation
from common import clock
from indicators.engine import compute
from indicators.models import ComputeJob, LedgerLine, MonthlyReport, Standard, Verdict
from indicators.services.judged_years import year_hold
from programme_files.models import ProgrammeVersion
from programme_files.services import programme_load
from tests.factories import OrganisationFactory, UserFactory
from tests.programme_files.samples import SMALL, changed, line_of
from villages.models import Programme, Village

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
UPLOAD, CONFIRM = reverse("programme_files:upload"), reverse("programme_files:confirm")
STRICTER = changed('threshold: "95"', 'threshold: "96"')


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def programme() -> Programme:
    return programme_load(text=SMALL, actor=None, now=NOW).programme


@pytest.fixture
def bureau(programme, client):
    office = Organisation.objects.get(name="县农办")
    user = UserFactory(organisation=office, name="王五")
    client.force_login(user)
    return user


def _text_of(page) -> str:
    return unescape(page.content.decode())


def _seal(page) -> str:
    return re.search(r'name="seal" value="(\w+)"', page.content.decode())[1]


def _preview(client, text: str):
    return client.post(UPLOAD, {"text": text})


def _confirm(client, text: str, seal: str):
    return client.post(CONFIRM, {"text": text, "seal": seal})


# --- the way through ------------------------------------------------------------------------------
def test_a_changed_file_is_shown_with_its_difference_and_not_loaded(client, bureau):
    page = _preview(client, STRICTER)

    text = _text_of(page)
    assert "A1 参保率" in text
    assert re.search(r'data-label="现行">95</td><td data-label="文件">96<', text)
    assert ProgrammeVersion.objects.count() == 1
    assert Standard.objects.get(code="A1").threshold == "95"
    assert AuditEvent.objects.filter(actor=bureau).count() == 0


def test_what_was_shown_is_loaded_when_confirmed(
    client, bureau, programme, django_capture_on_commit_callbacks
):
    ComputeJob.objects.all().delete()
    seal = _seal(_preview(client, STRICTER))

    with django_capture_on_commit_callbacks():
        answer = _confirm(client, STRICTER, seal)

    version = ProgrammeVersion.objects.latest_of(programme)
    event = AuditEvent.objects.get(actor=bureau)
    assert answer.url == reverse("programme_files:detail", args=[programme.code])
    assert Standard.objects.get(code="A1").threshold == "96"
    assert (version.number, version.text, version.loaded_by) == (2, STRICTER, bureau)
    assert (event.action, event.detail["version"], event.detail["sha256"]) == (
        "载入方案文件", 2, version.sha256
    )  # fmt: skip
    assert set(ComputeJob.objects.values_list("year", flat=True)) == {2024, 2025}


def test_a_chosen_file_goes_before_the_pasted_text(client, bureau):
    file = SimpleUploadedFile("方案.yaml", STRICTER.replace("\n", "\r\n").encode("utf-8-sig"))

    page = client.post(UPLOAD, {"file": file, "text": SMALL})

    assert "96" in _text_of(page)
    assert _confirm(client, STRICTER, _seal(page)).status_code == 302


def test_the_preview_says_how_many_verdicts_move(client, bureau, programme):
    village = Village.objects.get(code="640122101201")
    for code, count in (("example_insured", 955), ("example_due", 1000)):
        element = programme.elements.get(element__code=code).element
        LedgerLine.objects.create(year=2025, village=village, element=element, m10=count)
    MonthlyReport.objects.create(village=village, month=datetime(2025, 10, 1).date(), status="accepted")
    compute(programme, 2025, now=NOW)

    page = _preview(client, STRICTER)

    assert "2025年：1 条由“达标”变为“接近”" in _text_of(page)
    assert Verdict.objects.get(standard__code="A1", village=village, year=2025).status == "met"


def test_what_may_be_loaded_but_is_hardly_meant_is_shown_above_the_differences(client, bureau):
    scored = changed("- code: A1\n", "- code: A1\n  points: 10\n")

    text = _text_of(_preview(client, scored))

    assert "可以载入，但请核对（1 处）" in text
    assert f"第 {line_of('points: 10', text=scored)} 行，标准 A1 的 points：这项标准有分值" in text
    assert "确认载入" in text


def test_the_same_file_needs_no_loading(client, bureau):
    page = _preview(client, SMALL)

    assert "完全相同" in _text_of(page)
    assert "确认载入" not in _text_of(page)


def test_a_comment_alone_is_kept_as_a_version(client, bureau):
    text = f"# 2025 年核对过\n{SMALL}"

    page = _preview(client, text)
    _confirm(client, text, _seal(page))

    assert "内容没有变化" in _text_of(page)
    assert ProgrammeVersion.objects.count() == 2


def test_a_new_programme_is_shown_as_added(client, bureau):
    text = changed("  code: example\n", "  code: other\n")

    page = _preview(client, text)
    _confirm(client, text, _seal(page))

    assert "这是新的方案" in _text_of(page)
    assert Programme.objects.filter(code="other").exists()


def test_the_form_may_start_from_the_file_in_force(client, bureau, programme):
    page = client.get(UPLOAD, {"code": programme.code})

    assert "code: A1" in _text_of(page)


def test_the_way_back_keeps_the_text(client, bureau):
    page = client.post(UPLOAD, {"text": STRICTER, "edit": "1"})

    assert 'threshold: "96"' in _text_of(page)
    assert "检查并比较" in _text_of(page)


# --- refusals -------------------------------------------------------------------------------------
def test_every_problem_is_named_with_its_line_and_the_text_stays(client, bureau):
    text = changed("indicator: example_rate\n", "indicator: nothing\n").replace("places: 1", "places: 9")

    page = _text_of(_preview(client, text))

    assert (
        f"第 {line_of('indicator: nothing', text=text)} 行，标准 A1 的 indicator：文件里没有指标“nothing”。"
        in page
    )
    assert "小数位数应在 0 到 6 之间。" in page
    assert "places: 9" in page
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (SimpleUploadedFile("a.yaml", "programme: 灵武".encode("gbk")), "文件不是 UTF-8 编码"),
        (SimpleUploadedFile("a.yaml", b""), "文件是空的"),
        (SimpleUploadedFile("a.xlsx", SMALL.encode()), "扩展名为 .yaml"),
        (SimpleUploadedFile("a.yaml", b"#" * (1024 * 1024 + 1)), "不能超过 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(client, bureau, file, sentence):
    file.seek(0)

    page = client.post(UPLOAD, {"file": file, "text": "# 已经写好的内容"})

    assert sentence in _text_of(page)
    assert "# 已经写好的内容" in _text_of(page)
    assert ProgrammeVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请选择方案文件"),
        ("只是一句话", "应为“键: 值”"),
        ("a: [1, 2", "没有写完"),
        ("a: &x 1\nb: *x", "不能使用锚点"),
        ("#" * (1024 * 1024 + 1), "不能超过 1 MB"),
    ],
)
def test_a_text_that_is_no_programme_is_refused(client, bureau, text, sentence):
    page = _preview(client, text)

    assert page.status_code == 200
    assert sentence in _text_of(page)


def test_a_programme_of_another_division_is_refused(client, programme):
    stranger = UserFactory(organisation=OrganisationFactory(division_code="640181"))
    client.force_login(stranger)

    page = _preview(client, STRICTER)

    assert page.status_code == 403
    assert "不在您的管辖范围（640181）内" in _text_of(page)
    assert 'threshold: "96"' in _text_of(page)
    assert _confirm(client, STRICTER, "0" * 64).status_code == 403


def test_an_office_above_the_county_is_not_made_from_below(client, bureau):
    text = SMALL.replace(
        "organisations:\n", 'organisations:\n- {name: 区农办, kind: prefecture_office, division: "6401"}\n'
    )

    page = _preview(client, text)

    assert "单位 区农办：在您的管辖范围（640122）之外" in _text_of(page)
    assert not Organisation.objects.filter(name="区农办").exists()


def test_somebody_else_was_faster(client, bureau, programme):
    seal = _seal(_preview(client, STRICTER))
    other = UserFactory(organisation=bureau.organisation, name="赵六")
    programme_load(text=changed('threshold: "95"', 'threshold: "94"'), actor=other, now=NOW)

    page = _confirm(client, STRICTER, seal)

    assert "第 2 版，由赵六载入" in _text_of(page)
    assert re.search(r'data-label="现行">94</td><td data-label="文件">96<', _text_of(page))
    assert Standard.objects.get(code="A1").threshold == "94"
    assert _confirm(client, STRICTER, _seal(page)).status_code == 302


def test_another_text_than_the_one_shown_is_not_loaded(client, bureau):
    seal = _seal(_preview(client, STRICTER))

    page = _confirm(client, changed('threshold: "95"', 'threshold: "1"'), seal)

    assert "还没有载入" in _text_of(page)
    assert Standard.objects.get(code="A1").threshold == "95"


def test_a_confirmation_without_its_text_shows_the_form(client, bureau):
    page = client.post(CONFIRM, {"text": "", "seal": ""}, follow=True)

    assert "没有收到完整的文件内容" in _text_of(page)


def test_a_problem_that_came_up_meanwhile_is_told(client, bureau, programme):
    text = SMALL.replace("- code: A3\n", "- code: A4\n")
    seal = _seal(_preview(client, text))
    village = Village.objects.get(code="640122101201")
    year_hold(programme=programme, village=village, year=2024, now=NOW)

    page = _confirm(client, text, seal)

    assert "不能删除" in _text_of(page)
    assert "code: A4" in _text_of(page)
    assert Standard.objects.filter(code="A3").exists()


# --- who ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["leader", "auditor", "city", "administrator"])
def test_only_the_bureau_loads(client, programme, role):
    client.force_login(UserFactory(organisation=Organisation.objects.get(name="县农办"), roles=[role]))

    assert client.get(UPLOAD).status_code == 403
    assert _preview(client, STRICTER).status_code == 403
    assert _confirm(client, STRICTER, "0" * 64).status_code == 403


def test_nobody_loads_without_logging_in(client, programme):
    assert "login" in client.get(UPLOAD).url
    assert "login" in _confirm(client, STRICTER, "0" * 64).url


def test_the_file_of_another_county_is_not_found_to_start_from(client, programme):
    client.force_login(UserFactory(organisation=OrganisationFactory(division_code="640181")))

    assert client.get(UPLOAD, {"code": programme.code}).status_code == 404


# --- versions -------------------------------------------------------------------------------------
def test_every_version_is_given_back_as_it_was(client, bureau, programme):
    programme_load(text=STRICTER, actor=bureau, now=NOW)

    first, second, third = (
        client.get(reverse("programme_files:version", args=[programme.code, number])) for number in (1, 2, 3)
    )

    assert first.content.decode() == SMALL
    assert second.content.decode() == STRICTER
    assert first["Content-Disposition"] == f'attachment; filename="{programme.code}-1.yaml"'
    assert third.status_code == 404


def test_the_page_lists_versions_with_who_and_what(client, bureau, programme):
    version = programme_load(text=STRICTER, actor=bureau, now=NOW).version

    text = _text_of(client.get(reverse("programme_files:detail", args=[programme.code])))

    assert "由王五载入" in text
    assert version.sha256[:12] in text
    assert reverse("programme_files:version", args=[programme.code, 1]) in text
    assert f"{UPLOAD}?code={programme.code}" in text


def test_a_reader_finds_no_way_to_load(client, programme):
    client.force_login(UserFactory(organisation=Organisation.objects.get(name="县农办"), roles=["leader"]))

    assert UPLOAD not in _text_of(client.get(reverse("programme_files:detail", args=[programme.code])))
