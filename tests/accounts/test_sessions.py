from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
PASSWORD = "demo-password-1"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def user():
    return UserFactory(username="wangfang", roles=["leader"])


@pytest.fixture
def _lockout(settings):
    settings.AXES_ENABLED = True


def log_in(client, password=PASSWORD, username="wangfang", **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_the_right_password_leads_home(client, user):
    response = log_in(client)

    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_login_is_recorded_with_the_moment_it_was_given(client, user):
    log_in(client)

    event = AuditEvent.objects.get()
    user.refresh_from_db()
    assert (event.action, event.actor, event.at) == ("登录", user, NOW)
    assert event.division_code == user.division_code
    assert event.detail == {"address": "127.0.0.1"}
    assert user.last_login == NOW


def test_the_session_gets_a_new_key_at_the_login(client, user):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key

    log_in(client)

    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil"],
)
def test_the_way_back_never_leads_to_another_site(client, user, target):
    response = log_in(client, next=target)

    assert response.url == "/"


def test_the_way_back_leads_to_the_page_that_was_asked_for(client, user):
    asked = client.get("/villages/?name=%E6%B3%BE&page=2")

    response = log_in(client, next="/villages/?name=泾&page=2")

    assert asked.url == "/accounts/login/?next=/villages/%3Fname%3D%25E6%25B3%25BE%26page%3D2"
    assert response.url == "/villages/?name=%E6%B3%BE&page=2"


def test_who_is_logged_in_is_sent_on(client, user):
    client.force_login(user)

    response = client.get(LOGIN)

    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.usefixtures("_lockout")
@pytest.mark.parametrize("username", ["wangfang", "nobody"])
def test_a_refusal_says_how_many_tries_are_left_whoever_it_was(client, user, username):
    log_in(client, "wrong", username)

    page = log_in(client, "wrong", username).content.decode()

    assert "用户名或密码不对。还可以再试 3 次，之后暂停登录 15 分钟。" in page


@pytest.mark.usefixtures("_lockout")
def test_the_fifth_failure_locks_even_the_right_password_out(client, user):
    for _ in range(4):
        log_in(client, "wrong")

    locking = log_in(client, "wrong")
    locked = log_in(client)

    assert (locking.status_code, locked.status_code) == (429, 429)
    assert "连续输错密码 5 次" in locked.content.decode()
    assert "约 15 分钟后" in locked.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("_lockout")
def test_the_lockout_ends_by_itself_and_trying_does_not_prolong_it(client, user, monkeypatch):
    start = timezone.now()
    for _ in range(5):
        log_in(client, "wrong")
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: start + timedelta(minutes=14))

    waiting = log_in(client)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: start + timedelta(minutes=16))
    over = log_in(client)

    assert "约 2 分钟后" in waiting.content.decode() or "约 1 分钟后" in waiting.content.decode()
    assert over.status_code == 302


@pytest.mark.usefixtures("_lockout")
def test_one_person_s_lockout_is_not_another_s(client, user):
    UserFactory(username="lisi")
    for _ in range(5):
        log_in(client, "wrong")

    response = log_in(client, username="lisi")

    assert response.status_code == 302


@pytest.mark.usefixtures("_lockout")
def test_success_wipes_the_failures_off(client, user):
    for _ in range(4):
        log_in(client, "wrong")
    log_in(client)
    client.logout()

    page = log_in(client, "wrong").content.decode()

    assert "还可以再试 4 次" in page


@pytest.mark.usefixtures("_lockout")
def test_failures_are_recorded_until_the_lockout_and_not_during_it(client, user):
    for _ in range(7):
        log_in(client, "wrong")

    events = AuditEvent.objects.filter(action="登录失败")

    assert events.count() == 5
    assert {event.actor for event in events} == {None}
    assert {event.subject_id for event in events} == {str(user.pk)}
    assert {event.division_code for event in events} == {user.division_code}


def test_an_unknown_name_is_masked_for_it_may_be_a_password(client):
    log_in(client, "x", "my-secret-password")

    event = AuditEvent.objects.get()

    assert event.detail["username"] == "my***"
    assert "secret" not in str(event.detail) + event.subject_label


def test_a_person_who_was_switched_off_cannot_log_in(client):
    UserFactory(username="wangfang", is_active=False)

    response = log_in(client)

    assert response.status_code == 200
    assert "用户名或密码不对" in response.content.decode()


def test_switching_a_person_off_ends_the_running_session(client, user):
    client.force_login(user)
    user.is_active = False
    user.save()

    response = client.get(reverse("accounts:password_change"))

    assert response.url.startswith(LOGIN)


@pytest.mark.parametrize("username", ["", "x" * 41, "x\x00"])
def test_a_form_that_cannot_be_read_is_no_failed_login(client, username):
    response = log_in(client, username=username)

    assert response.status_code == 200
    assert not AuditEvent.objects.exists()


def test_logging_out_takes_a_post_and_ends_the_session(client, user):
    log_in(client)

    refused = client.get(reverse("accounts:logout"))
    response = client.post(reverse("accounts:logout"))

    assert refused.status_code == 405
    assert response.url == LOGIN
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="退出", actor=user).count() == 1


def test_leaving_through_the_back_office_is_the_same_door(client):
    client.force_login(UserFactory())

    response = client.post(reverse("admin:logout"))

    assert response.url == LOGIN
    assert AuditEvent.objects.filter(action="退出").count() == 1


def test_half_an_hour_without_a_click_ends_the_session(client, user, monkeypatch):
    log_in(client)
    address, start = reverse("accounts:password_change"), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=29))
    cache.clear()

    still_there = client.get(address)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=58))
    cache.clear()
    kept_by_the_click = client.get(address)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=89))
    cache.clear()
    gone = client.get(address)

    assert [still_there.status_code, kept_by_the_click.status_code] == [200, 200]
    assert gone.url == f"{LOGIN}?next={address}"


def test_the_cookie_itself_lives_half_an_hour_and_no_script_reads_it(client, user, settings):
    log_in(client)

    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_AGE == 1800


def test_after_a_form_was_sent_without_a_session_one_comes_back_to_its_page(client, user):
    page = "http://testserver/villages/640181101219/visits/add/"

    response = client.post("/villages/640181101219/visits/add/", headers={"referer": page})

    assert response.url == f"{LOGIN}?next=/villages/640181101219/visits/add/"


@pytest.mark.parametrize("referer", ["", "https://evil.example/x", "//evil.example"])
def test_a_form_sent_from_nowhere_leads_home(client, referer):
    response = client.post("/villages/640181101219/visits/add/", headers={"referer": referer})

    assert response.url == f"{LOGIN}?next=/"


def test_a_fragment_asked_for_without_a_session_moves_the_whole_page(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/villages/?page=2"}

    response = client.get("/villages/", headers=headers)

    assert response.status_code == 200
    assert response["HX-Redirect"] == f"{LOGIN}?next=/villages/%3Fpage%3D2"
