"""The pages of a programme."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import Organisation
from indicators.models import Standard
from programme_files.reading import read
from programme_files.services import programme_load
from tests.factories import OrganisationFactory, UserFactory
from tests.programme_files.samples import LINGWU, SMALL, WORKED

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
DETAIL = reverse("programme_files:detail", kwargs={"code": "lingwu"})


@pytest.fixture
def programme():
    return programme_load(text=LINGWU, actor=None, now=NOW).programme


@pytest.fixture
def bureau(programme):
    return UserFactory(organisation=Organisation.objects.get(name="乡村振兴局"))


def page(client, user, url):
    client.force_login(user)
    return client.get(url)


def test_the_page_says_what_the_programme_says(client, bureau):
    text = page(client, bureau, DETAIL).content.decode()

    assert "银川市移民致富提升示范村(社区)" in text
    assert "条件成熟一个申报创建一个" in text
    assert "每月 20 日前上报" in text
    assert "11月1日至11月30日" in text
    assert "6. 着力促进移民劳动力转移就业" in text
    assert "第 1 版" in text
    assert "2025-11-12 09:00 用命令载入" in text


def test_a_department_reads_all_targets_and_opens_its_own(client, programme):
    officer = UserFactory(organisation=Organisation.objects.get(name="医保局"), roles=["department"])
    own, other = Standard.objects.get(code="M02-1"), Standard.objects.get(code="M11-2")

    text = page(client, officer, DETAIL).content.decode()

    assert reverse("indicators:standard", kwargs={"pk": own.pk}) in text
    assert other.name in text
    assert reverse("indicators:standard", kwargs={"pk": other.pk}) not in text


def test_another_county_does_not_find_it(client, programme):
    stranger = UserFactory(organisation=OrganisationFactory(division_code="640122"))

    assert page(client, stranger, DETAIL).status_code == 404


def test_the_list_has_the_programmes_of_ones_area(client, bureau):
    programme_load(text=SMALL, actor=None, now=NOW)

    text = page(client, bureau, reverse("programme_files:list")).content.decode()

    assert DETAIL in text
    assert "某县示范村" not in text


def test_the_file_comes_as_it_would_be_dumped(client, bureau):
    response = page(client, bureau, reverse("programme_files:file", kwargs={"code": "lingwu"}))

    assert response["Content-Disposition"] == 'attachment; filename="lingwu.yaml"'
    assert read(response.content.decode()) == read(LINGWU)


def test_a_programme_that_no_file_can_hold_says_why(client, bureau):
    Standard.objects.get(code="M02-1").measures.clear()
    client.force_login(bureau)

    response = client.get(reverse("programme_files:file", kwargs={"code": "lingwu"}), follow=True)

    assert "没有归入任何措施" in response.content.decode()


def test_the_page_asks_the_database_a_bounded_number_of_times(client, bureau, django_assert_max_num_queries):
    client.force_login(bureau)

    with django_assert_max_num_queries(20):
        client.get(DETAIL)


def _text(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_the_page_shows_scorecards_attributes_and_choices(client):
    programme_load(text=WORKED, actor=None, now=NOW)
    user = UserFactory(organisation=Organisation.objects.get(name="县农办"))

    text = _text(page(client, user, reverse("programme_files:detail", kwargs={"code": "qingshan"})))

    assert "星级测评（满分 100 分）" in text
    assert "五星 90 分起，四星 80 分起，三星 60 分起，不入星" in text
    assert "治理（40 分；权重 0.5）" in text
    assert "加分（5 分；加分，不计入满分）" in text
    assert "V10 村容村貌 10 由评审" in text
    assert "最高评为“三星”" in text
    assert "V12 重大安全事故 — 一票否决" in text
    assert "区域类别 川区、山区" in text
    assert "选优、良、差之一" in text
    assert "每月 20 日前上报，遇休息日顺延" in text
    assert "填报时的校验（2 条）" in text


def test_a_veto_that_stands_in_no_part_is_said_for_every_scorecard(client):
    programme_load(text=WORKED.replace("  items: [V12]\n", ""), actor=None, now=NOW)
    user = UserFactory(organisation=Organisation.objects.get(name="县农办"))

    text = _text(page(client, user, reverse("programme_files:detail", kwargs={"code": "qingshan"})))

    assert "另有一票否决：V12 重大安全事故。" in text
