"""What surrounds the demonstration: its accounts, its commands, and where it refuses to be told."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, Role, User
from dashboard.demo.loading import DemonstrationError, demo_load
from dashboard.demo.moments import START
from dashboard.demo.people import EVERYBODY, PRINCIPALS, open_accounts
from indicators.models import MonthlyReport
from programme_files.services import programme_load
from tests.programme_files.samples import LINGWU
from villages.models import Programme, Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return programme_load(text=LINGWU, actor=None, now=START).programme


@pytest.fixture
def accounts(programme: Programme) -> None:
    open_accounts(programme.division_code)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_it_is_not_told_into_real_months(programme):
    village = Village.objects.enrolled_in(programme).first()
    MonthlyReport.objects.create(village=village, month=date(2025, 1, 1))

    with pytest.raises(DemonstrationError, match="已经有正式的月报"):
        demo_load(now=START)


def test_it_needs_its_programme():
    with pytest.raises(DemonstrationError, match="请先载入方案"):
        demo_load(now=START)


def test_there_is_one_principal_account_for_every_role():
    assert [person.role for person in PRINCIPALS] == list(Role.values)


def test_no_two_accounts_share_a_name_or_a_password():
    assert len({person.username for person in EVERYBODY}) == len(EVERYBODY)
    assert len({person.password for person in EVERYBODY}) == len(EVERYBODY)


def test_every_account_lets_its_person_in(accounts):
    for person in EVERYBODY:
        user = authenticate(username=person.username, password=person.password)
        assert user is not None
        assert (user.roles, user.organisation.name) == ([person.role], person.organisation)


def test_the_command_lists_the_accounts(accounts):
    lines = [line.split("\t") for line in run("load_demo", "--accounts").splitlines()]

    assert lines[0] == ["填报员", "clerk_chengqu", "Chengqu-2025-tianbao", "城区街道办"]
    assert [role for role, *_ in lines[: len(Role.values)]] == list(Role.labels)
    assert len(lines) == len(EVERYBODY)


def test_a_changed_password_is_not_told(accounts):
    user = User.objects.get(username="city_yinchuan")
    user.set_password("something-else-2025")
    user.save()

    assert "city_yinchuan\t（已改）\t" in run("load_demo", "--accounts")


def test_the_command_refuses_outside_a_demonstration(settings, db):
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="这里不是演示环境"):
        run("load_demo")


def test_the_clock_starts_on_the_day_of_the_story(accounts):
    assert datetime.fromisoformat(run("demo_clock").strip()) == START


def test_the_clock_never_starts_before_what_was_done(accounts):
    later = START + timedelta(days=2)
    AuditEvent.objects.create(at=later, action="x", subject_type="x", subject_id="1", subject_label="x")

    assert datetime.fromisoformat(run("demo_clock").strip()) == later
