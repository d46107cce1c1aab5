"""The pages on which leave to report late and corrections are asked for and answered."""

from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.models import Amendment, LatePermit, RequestState
from indicators.services.amendments import amendment_ask
from indicators.services.late_permits import permit_ask
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)
    return set_scene()


@pytest.fixture
def locked(scene):
    scene.programme.month_lock_days = 5
    scene.programme.save()
    return scene


@pytest.fixture
def accepted(scene):
    scene.fill()
    scene.submit()
    scene.accept()
    return scene


def page(client, user, url, data=None):
    client.force_login(user)
    response = client.get(url) if data is None else client.post(url, data, follow=True)
    return response.content.decode()


def test_a_locked_month_says_so_and_leads_to_asking(client, locked):
    html = page(client, locked.clerk, locked.url)

    assert "已锁定" in html
    assert f"{locked.url}permit/" in html
    assert 'class="cell-input' not in html


def test_asking_is_confirmed_and_waits_for_the_bureau(client, locked):
    html = page(client, locked.clerk, f"{locked.url}permit/", {"reason": "统计员住院。"})

    permit = LatePermit.objects.get()
    assert "补报申请已提交" in html
    assert permit.reason == "统计员住院。"
    assert permit.get_absolute_url() in page(client, locked.bureau, "/")
    assert permit.get_absolute_url() in page(client, locked.bureau, reverse("indicators:requests"))


def test_asking_without_a_reason_keeps_the_page(client, locked):
    html = page(client, locked.clerk, f"{locked.url}permit/", {"reason": ""})

    assert "请写明理由。" in html
    assert not LatePermit.objects.exists()


def test_the_bureau_grants_until_a_day_and_the_month_says_so(client, locked):
    permit = permit_ask(village=locked.village, month=OCTOBER, reason="晚到。", actor=locked.clerk, now=NOW)
    url = reverse("indicators:permit_answer", kwargs={"pk": permit.pk})

    page(client, locked.bureau, url, {"answer": "grant", "until": "2025-11-15", "note": ""})

    assert "请在 2025-11-15 前上报" in page(client, locked.clerk, locked.url)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "请选择同意还是不同意。"),
        ({"answer": "grant", "until": ""}, "请写明可以补报到哪一天。"),
        ({"answer": "refuse", "note": " "}, "请写明不同意的理由。"),
        ({"answer": "grant", "until": "2025-11-01"}, "补报截止日不能早于今天。"),
    ],
)
def test_an_answer_that_lacks_something_is_asked_again(client, locked, data, sentence):
    permit = permit_ask(village=locked.village, month=OCTOBER, reason="晚到。", actor=locked.clerk, now=NOW)
    url = reverse("indicators:permit_answer", kwargs={"pk": permit.pk})

    html = page(client, locked.bureau, url, data)

    assert sentence in html
    assert LatePermit.objects.get().state == RequestState.ASKED


def test_an_accepted_month_leads_to_its_correction(client, accepted):
    assert f"{accepted.url}amend/" in page(client, accepted.clerk, accepted.url)
    assert f"{accepted.url}amend/" not in page(client, accepted.bureau, accepted.url)


def test_a_correction_is_asked_for_with_what_differs_alone(client, accepted):
    data = {f"v{accepted.insured.pk}": "1,380", f"v{accepted.due.pk}": "", "reason": "名册更正。"}

    html = page(client, accepted.clerk, f"{accepted.url}amend/", data)

    amendment = Amendment.objects.get()
    assert "更正申请已提交" in html
    assert [(line.element, line.new) for line in amendment.lines.all()] == [(accepted.insured, 1380)]
    detail = page(client, accepted.bureau, amendment.get_absolute_url())
    assert "1,410" in detail
    assert "1,380" in detail


def test_what_was_typed_wrongly_is_kept_and_explained(client, accepted):
    data = {
        f"v{accepted.insured.pk}": "一千",
        f"empty{accepted.greening.pk}": "on",
        f"v{accepted.greening.pk}": "",
        "reason": "名册更正。",
    }

    html = page(client, accepted.clerk, f"{accepted.url}amend/", data)

    assert 'value="一千"' in html
    assert "“一千”不是数字" in html
    assert "名册更正。" in html
    assert f'name="empty{accepted.greening.pk}" checked' in html
    assert not Amendment.objects.exists()


def test_agreeing_writes_and_says_what_moved(client, accepted):
    amendment = amendment_ask(
        report=accepted.report,
        values={accepted.insured.pk: Decimal(1380)},
        reason="名册更正。",
        actor=accepted.clerk,
        now=NOW,
    )
    url = reverse("indicators:amendment_answer", kwargs={"pk": amendment.pk})

    html = page(client, accepted.bureau, url, {"answer": "grant", "note": ""})

    assert "已同意，数据已更正。没有结论因此改变。" in html
    assert accepted.value(accepted.insured) == 1380
    assert "已批准" in page(client, accepted.clerk, reverse("indicators:requests") + "?kind=amendment")


def test_a_month_that_is_not_accepted_has_no_correction(client, scene):
    client.force_login(scene.clerk)

    assert client.get(f"{scene.url}amend/").status_code == 404
