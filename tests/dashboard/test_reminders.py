"""Digests: one a person and working day, by e-mail where there is one, escalated once, over when done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import Notice
from dashboard.models import Digest, Reminder
from dashboard.services.reminders import digest_send, digests_send
from tests.indicators.month_scene import set_scene
from villages.models import Workdays

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DUE = datetime(2025, 11, 20, 1, 0, tzinfo=UTC)  # a Thursday: November is due today


@pytest.fixture
def scene():
    """Only November is owed: everything before was accepted long ago."""
    scene = set_scene()
    scene.programme.first_year = 2025
    scene.programme.save()
    months = [date(2025, month, 1) for month in range(1, 11)]
    scene.village.reports.bulk_create(
        scene.village.reports.model(village=scene.village, month=month, status="accepted") for month in months
    )
    return scene


def remind(user, now=DUE):
    return digest_send(user=user, now=now, workdays=Workdays())


def test_a_person_is_told_once_a_day_what_is_due(scene):
    remind(scene.clerk)
    again = remind(scene.clerk)

    notice = Notice.objects.get()
    assert again is None
    assert (notice.user, notice.url) == (scene.clerk, "/")
    assert notice.text == "近三天到期的待办 1 件：泾灵南村 2025年11月月报。"


def test_the_next_day_replaces_what_was_not_read(scene):
    remind(scene.clerk)

    remind(scene.clerk, DUE + DAY)

    assert Notice.objects.get().text.startswith("近三天到期的待办 1 件，其中 1 件已逾期")
    assert Digest.objects.get().day == date(2025, 11, 21)


def test_what_is_done_is_not_reminded_of(scene):
    remind(scene.clerk)
    scene.village.reports.create(month=date(2025, 11, 1), status="submitted")

    digest = remind(scene.clerk, DUE + DAY)

    assert digest is None
    assert not Notice.objects.exists()
    assert not Reminder.objects.exists()


def test_what_is_not_due_soon_is_left_alone(scene):
    assert remind(scene.clerk, DUE - 4 * DAY) is None
    assert remind(scene.clerk, DUE - 3 * DAY) is not None


def test_nobody_is_reminded_on_a_day_off(scene):
    saturday = datetime(2025, 11, 22, 1, 0, tzinfo=UTC)

    assert digests_send(now=saturday) == 0
    assert digests_send(now=DUE) >= 2  # clerk and head


def test_what_is_overdue_too_long_is_escalated_once(scene):
    remind(scene.clerk)
    patient, late, later = (datetime(2025, 11, day, 1, 0, tzinfo=UTC) for day in (25, 26, 27))

    remind(scene.clerk, patient)
    before = Notice.objects.filter(user=scene.head).count()
    remind(scene.clerk, late)
    remind(scene.clerk, later)

    told = Notice.objects.get(user=scene.head)
    assert before == 0
    assert "有 1 件事逾期超过 3 个工作日：泾灵南村 2025年11月月报。" in told.text
    assert Reminder.objects.get(user=scene.clerk, title__contains="月报").escalated_at == late


def test_a_department_is_escalated_to_the_bureau(scene):
    remind(scene.officer, datetime(2025, 11, 27, 1, 0, tzinfo=UTC))

    assert Notice.objects.filter(user=scene.bureau, text__contains="逾期超过").count() == 1


def test_e_mail_goes_where_there_is_a_server_and_an_address(
    scene, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_HOST = "smtp.example.gov.cn"
    scene.clerk.email = "clerk@example.gov.cn"
    scene.clerk.save()

    with django_capture_on_commit_callbacks(execute=True):
        remind(scene.clerk)
        remind(scene.head)

    (message,) = mail.outbox
    assert message.to == ["clerk@example.gov.cn"]
    assert "泾灵南村 2025年11月月报：还没有填报（2025-11-20 前）" in message.body


def test_without_a_server_no_e_mail_is_tried(scene, django_capture_on_commit_callbacks):
    scene.clerk.email = "clerk@example.gov.cn"
    scene.clerk.save()

    with django_capture_on_commit_callbacks(execute=True):
        remind(scene.clerk)

    assert mail.outbox == []


def test_a_mail_server_that_is_down_takes_nothing_away(
    scene, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    scene.clerk.email = "clerk@example.gov.cn"
    scene.clerk.save()

    with django_capture_on_commit_callbacks(execute=True):
        remind(scene.clerk)

    assert Notice.objects.filter(user=scene.clerk).count() == 1
    assert "could not be sent by e-mail" in caplog.text
