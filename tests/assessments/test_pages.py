"""Every page of the yearly workflow: who may open it, what it shows, how many queries it costs."""

import pytest
from django.test import Client

from tests.assessments.scene import NOW, Scene


@pytest.fixture
def at_demo_time(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


def browse(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


PAGES = ["", "self-check/", "report/", "opinions/", "judgements/", "return/"]
PEOPLE = ["clerk", "head", "department", "bureau", "city", "leader", "auditor", "administrator"]


@pytest.mark.parametrize("status", ["self_check", "returned", "municipal_review", "city_review", "awarded"])
@pytest.mark.parametrize("role", PEOPLE)
def test_the_application_page_opens_for_everybody_who_reads_work(
    scene: Scene, at_demo_time, status: str, role: str
):
    application = scene.reach(status)

    response = browse(scene.person(role)).get(application.get_absolute_url())

    assert response.status_code == (403 if role == "administrator" else 200)
