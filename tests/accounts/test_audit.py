from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.audit import record
from accounts.audit_words import in_words
from accounts.models import AuditEvent, User
from tests.factories import OrganisationFactory, TownshipFactory, UserFactory, VillageFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def auditor():
    return UserFactory(roles=["auditor"])


@pytest.fixture
def as_auditor(client, auditor):
    client.force_login(auditor)
    return client


def happened(action="月报：上报", *, now=NOW, actor=None, division_code="640181101219", **detail):
    village = VillageFactory(code=division_code.ljust(12, "0"))
    return record(actor=actor, action=action, subject=village, now=now, division_code=division_code, **detail)


def test_an_event_says_who_did_what_to_which_row_when_and_where():
    actor, village = UserFactory(), VillageFactory()

    record(actor=actor, action="月报：受理", subject=village, now=NOW, comment="数字属实")

    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.at) == (actor, "月报：受理", NOW)
    assert (event.subject_type, event.subject_id, event.subject_label) == (
        "villages.village",
        str(village.pk),
        "泾灵南村",
    )
    assert event.division_code == village.code
    assert event.detail == {"comment": "数字属实"}


def test_an_event_about_a_whole_table_names_the_table():
    event = record(actor=None, action="用户：导入", subject=User, now=NOW)

    assert (event.subject_type, event.subject_id, event.subject_label) == ("accounts.user", "", "用户")


def test_names_that_are_too_long_are_cut_not_refused():
    village = VillageFactory(name="长" * 60)

    event = record(actor=None, action="操" * 80, subject=village, now=NOW)

    assert len(event.action) == 60


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditevent SET action = 'x'", "DELETE FROM accounts_auditevent"]
)
def test_the_database_refuses_to_change_or_delete_the_trail(statement):
    happened()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)

    assert AuditEvent.objects.get().action == "月报：上报"


def test_the_orm_cannot_either():
    event = happened()

    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.all().delete()

    assert AuditEvent.objects.count() == 1


def test_a_person_with_a_trail_cannot_be_deleted():
    actor = UserFactory()
    happened(actor=actor)

    with pytest.raises(IntegrityError), transaction.atomic():
        actor.delete()

    assert User.objects.filter(pk=actor.pk).exists()


@pytest.mark.parametrize(
    ("division", "seen"),
    [
        ("640181", {"村", "镇", "县", "无"}),
        ("640181101", {"村", "镇", "无"}),
        ("640182", {"无"}),
        ("64", {"村", "镇", "县", "无"}),
    ],
)
def test_an_auditor_sees_the_events_of_the_own_division_and_those_of_no_place(division, seen):
    for action, code in [("村", "640181101219"), ("镇", "640181101"), ("县", "640181")]:
        happened(action, division_code=code)
    record(actor=None, action="无", subject=User, now=NOW)
    office = OrganisationFactory(division_code=division, name="某单位", kind="department")

    events = AuditEvent.objects.visible_to(UserFactory(roles=["auditor"], organisation=office))

    assert {event.action for event in events} == seen


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, {"月报：上报", "月报：受理"}),
        ({"person": "王芳"}, {"月报：受理"}),
        ({"person": "wangf"}, {"月报：受理"}),
        ({"action": "上报"}, {"月报：上报"}),
        ({"subject": "泾灵"}, {"月报：上报", "月报：受理"}),
        ({"subject": "泾兴"}, set()),
        ({"since": date(2025, 11, 13)}, {"月报：受理"}),
        ({"until": date(2025, 11, 12)}, {"月报：上报"}),
        ({"since": date(2025, 11, 12), "until": date(2025, 11, 13)}, {"月报：上报", "月报：受理"}),
    ],
)
def test_the_trail_is_narrowed_by_each_condition(conditions, expected):
    happened()
    last_moment_of_the_13th_here = datetime(2025, 11, 13, 15, 59, 59, tzinfo=UTC)
    happened(
        "月报：受理", actor=UserFactory(name="王芳", username="wangfang"), now=last_moment_of_the_13th_here
    )

    found = AuditEvent.objects.matching(**conditions)

    assert {event.action for event in found} == expected


def test_the_page_shows_the_trail_newest_first(as_auditor):
    happened("第一件", actor=UserFactory(name="王芳"), roles=["clerk"], is_active=True)
    happened("第二件", now=NOW + timedelta(minutes=1))

    page = as_auditor.get(reverse("accounts:audit")).content.decode()

    assert page.index("第二件") < page.index("第一件")
    assert "王芳" in page
    assert "角色" in page
    assert "2025-11-12 09:00" in page


def test_at_first_the_page_shows_thirty_days(as_auditor):
    happened("很久以前", now=NOW - timedelta(days=31))
    happened("不久以前", now=NOW - timedelta(days=29))

    first = as_auditor.get(reverse("accounts:audit")).content.decode()
    asked = as_auditor.get(reverse("accounts:audit"), {"since": "2025-01-01"}).content.decode()

    assert "不久以前" in first
    assert "很久以前" not in first
    assert "很久以前" in asked


@pytest.mark.parametrize("role", ["clerk", "head", "department", "bureau", "city", "leader", "administrator"])
@pytest.mark.parametrize("name", ["audit", "audit_export"])
def test_only_auditors_read_it(client, role, name):
    client.force_login(UserFactory(roles=[role]))

    response = client.get(reverse(f"accounts:{name}"))

    assert response.status_code == 403


@pytest.mark.parametrize(
    "query", [{"since": "gestern"}, {"person": "\x00"}, {"page": "x"}, {"action": "a" * 999}]
)
def test_a_filter_that_cannot_be_read_is_told_and_does_no_harm(as_auditor, query):
    happened()

    response = as_auditor.get(reverse("accounts:audit"), query)

    assert response.status_code == 200
    assert "月报：上报" in response.content.decode()


def test_a_full_page_needs_no_more_queries_than_a_short_one(as_auditor, django_assert_max_num_queries):
    for number in range(60):
        happened(actor=UserFactory(organisation=TownshipFactory()), number=number)

    with django_assert_max_num_queries(7):
        response = as_auditor.get(reverse("accounts:audit"))

    assert len(response.context["page"].object_list) == 50


def test_the_workbook_holds_what_the_page_shows_and_is_itself_recorded(as_auditor, auditor):
    happened("月报：上报", actor=UserFactory(name="=1+1"))
    happened("月报：受理")

    response = as_auditor.get(reverse("accounts:audit_export"), {"action": "上报"})

    rows = rows_of(response)
    event = AuditEvent.objects.get(action="操作记录：导出")
    assert [row[4] for row in rows if row[4]] == ["操作", "月报：上报"]
    assert "=1+1" in [row[1] for row in rows]
    assert event.actor == auditor
    assert event.detail == {"conditions": {"action": "上报"}}


def test_the_workbook_says_when_it_had_to_stop(as_auditor, monkeypatch):
    monkeypatch.setattr("accounts.exports.MOST_ROWS", 1)
    happened()
    happened()

    rows = rows_of(as_auditor.get(reverse("accounts:audit_export")))

    assert any("记录超过 1 条" in str(row[0]) for row in rows)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "是"),
        (None, "—"),
        ("", "—"),
        (0, "0"),
        (["clerk", "head"], "clerk、head"),
        ([], "—"),
        ({"name": "王芳", "roles": ["clerk"]}, "名称：王芳；角色：clerk"),
    ],
)
def test_details_are_put_into_words(value, words):
    written = in_words(value)

    assert written == words


def rows_of(response):
    book = load_workbook(BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.active.rows]
