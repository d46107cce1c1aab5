"""What people are told: sent once, seen by them alone, put away by them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts import notices
from accounts.models import Notice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)


def test_a_notice_reaches_each_person_once_and_nobody_who_left():
    clerk, gone = UserFactory(), UserFactory(is_active=False)

    notices.send(users=[clerk, clerk, gone], text="更正申请已同意。", url="/", now=NOW)

    assert [(notice.user, notice.text, notice.created_at) for notice in Notice.objects.all()] == [
        (clerk, "更正申请已同意。", NOW)
    ]


def test_a_long_notice_is_cut():
    notices.send(users=[UserFactory()], text="很" * 400, now=NOW)

    assert len(Notice.objects.get().text) == 300


def test_everybody_reads_their_own(client):
    mine, theirs = UserFactory(), UserFactory()
    notices.send(users=[mine], text="我的消息", now=NOW)
    notices.send(users=[theirs], text="别人的消息", now=NOW)
    client.force_login(mine)

    page = client.get(reverse("accounts:notices")).content.decode()

    assert "我的消息" in page
    assert "别人的消息" not in page
    assert "有 1 条还没有看过" in page


def test_what_was_seen_is_put_away(client):
    mine, theirs = UserFactory(), UserFactory()
    notices.send(users=[mine, theirs], text="消息", now=NOW)
    client.force_login(mine)

    response = client.post(reverse("accounts:notices_done"), follow=True)

    assert "都看过了" in response.content.decode()
    assert mine.notices.unread().count() == 0
    assert theirs.notices.unread().count() == 1


def test_the_home_page_shows_what_is_new(client):
    user = UserFactory(roles=["clerk"])
    notices.send(users=[user], text="补报申请已批准。", url="/indicators/months/", now=NOW)
    client.force_login(user)

    page = client.get("/").content.decode()

    assert "新消息" in page
    assert "补报申请已批准。" in page
