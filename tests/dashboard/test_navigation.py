"""The sidebar marks where one is."""

import pytest
from django.test import RequestFactory
from django.urls import resolve

from dashboard.navigation import items_for
from tests.factories import UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/", "首页"),
        ("/indicators/months/640181101219/2025/11/", "月报"),
        ("/indicators/review/", "月报审核"),
        ("/indicators/verdicts/lingwu/2025/", "达标"),
        ("/indicators/why/1/640181101219/2025/", "达标"),
        ("/indicators/standards/lingwu/", "达标"),
        ("/projects/measures/", "工作措施"),
        ("/projects/1/", "项目"),
        ("/assessments/orders/new/", "督办"),
        ("/assessments/1/opinions/", "创建"),
    ],
)
def test_the_place_of_a_page_is_marked(path, label):
    request = RequestFactory().get(path)
    request.user, request.resolver_match = UserFactory(), resolve(path)

    items = items_for(request.user, request)

    assert [item["label"] for item in items if item["active"]] == [label]


@pytest.mark.django_db
def test_nothing_is_marked_on_a_page_without_a_place():
    request = RequestFactory().get("/accounts/password/")
    request.user, request.resolver_match = UserFactory(), resolve("/accounts/password/")

    items = items_for(request.user, request)

    assert not any(item["active"] for item in items)
