from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.services.users import password_change, password_reset
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
OLD, NEW = "demo-password-1", "jinling-nan-2025"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


def send(client, old=OLD, new=NEW, again=NEW):
    values = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post(reverse("accounts:password_change"), values, follow=True)


def test_a_new_password_takes_effect_and_this_session_goes_on(client):
    user = UserFactory()
    client.force_login(user)

    response = send(client)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "新密码已经生效" in response.content.decode()
    assert client.get(reverse("accounts:password_change")).status_code == 200


def test_all_other_sessions_of_the_person_end(client):
    user, elsewhere = UserFactory(), Client()
    client.force_login(user)
    elsewhere.force_login(user)

    send(client)

    assert elsewhere.get(reverse("accounts:password_change")).status_code == 302


def test_a_change_is_recorded_without_the_password(client):
    user = UserFactory()
    client.force_login(user)

    send(client)

    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.at, event.detail) == ("用户：修改密码", user, NOW, {})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"old": "wrong"}, "现在的密码不对，请重新输入。"),
        ({"again": "different-2025"}, "两次输入的新密码不一样。"),
        ({"new": OLD, "again": OLD}, "新密码不能与现在的密码相同。"),
        ({"new": "kurz-1", "again": "kurz-1"}, "至少要 10 个字符"),
        ({"new": "1234567890", "again": "1234567890"}, "不能全是数字"),
        ({"new": "wangfang-wangfang", "again": "wangfang-wangfang"}, "用户名"),
        ({"new": "x" * 129, "again": "x" * 129}, "128"),
        ({"new": "", "again": ""}, "请填写"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_a_sentence(client, values, sentence):
    user = UserFactory(username="wangfang-wangfang")
    client.force_login(user)

    response = send(client, **values)

    user.refresh_from_db()
    assert sentence in str(response.context["form"].errors)
    assert user.check_password(OLD)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("address", ["/", "/villages/", "/admin/"])
def test_a_handed_out_password_must_be_changed_before_anything_else(client, address):
    client.force_login(UserFactory(must_change_password=True))

    response = client.get(address)

    assert (response.status_code, response.url) == (302, reverse("accounts:password_change"))


def test_with_a_handed_out_password_one_may_leave(client):
    client.force_login(UserFactory(must_change_password=True))

    response = client.post(reverse("accounts:logout"))

    assert response.url == reverse("accounts:login")


def test_after_the_change_the_pages_are_open(client):
    client.force_login(UserFactory(must_change_password=True))

    send(client)

    assert client.get(reverse("villages:list")).status_code == 200


def test_the_service_changes_only_one_s_own_password():
    user, other = UserFactory(), UserFactory()

    with pytest.raises(ValidationError, match="只能修改自己的密码"):
        password_change(user=user, password=NEW, actor=other, now=NOW)

    user.refresh_from_db()
    assert user.check_password(OLD)


def test_the_service_refuses_the_old_password_again():
    user = UserFactory()

    with pytest.raises(ValidationError, match="不能与原来的密码相同"):
        password_change(user=user, password=OLD, actor=user, now=NOW)

    assert not AuditEvent.objects.exists()


def test_an_administrator_hands_out_a_new_password_that_ends_the_sessions(client):
    user = UserFactory(roles=["leader"])
    client.force_login(user)

    password_reset(user=user, password=NEW, actor=UserFactory(roles=["administrator"]), now=NOW)

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert user.must_change_password
    assert client.get("/villages/").url.startswith("/accounts/login/")
    assert AuditEvent.objects.get().action == "用户：重设密码"


def test_an_administrator_cannot_reset_passwords_of_another_county():
    office = OrganisationFactory(division_code="640182", name="邻县农办")
    user = UserFactory(organisation=office)

    with pytest.raises(PermissionDenied):
        password_reset(user=user, password=NEW, actor=UserFactory(roles=["administrator"]), now=NOW)

    user.refresh_from_db()
    assert user.check_password(OLD)


@pytest.mark.parametrize("role", ["bureau", "auditor", "leader", "clerk", "head", "department", "city"])
def test_nobody_else_resets_passwords(role):
    user = UserFactory()

    with pytest.raises(PermissionDenied):
        password_reset(user=user, password=NEW, actor=UserFactory(roles=[role]), now=NOW)

    assert not AuditEvent.objects.exists()


def test_one_s_own_password_is_not_reset_but_changed():
    administrator = UserFactory(roles=["administrator"])

    with pytest.raises(ValidationError, match="自己的密码请在“修改密码”里改"):
        password_reset(user=administrator, password=NEW, actor=administrator, now=NOW)

    assert not AuditEvent.objects.exists()


def test_a_weak_password_is_not_handed_out():
    user = UserFactory()

    with pytest.raises(ValidationError):
        password_reset(user=user, password="12345", actor=UserFactory(roles=["administrator"]), now=NOW)

    user.refresh_from_db()
    assert user.check_password(OLD)
