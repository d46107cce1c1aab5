import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Organisation, User
from tests.factories import OrganisationFactory, TownshipFactory, UserFactory

pytestmark = pytest.mark.django_db


def administrator(**fields):
    return UserFactory(roles=["administrator"], **fields)


def test_index(client):
    client.force_login(administrator())

    response = client.get(reverse("admin:index"))

    assert response.status_code == 200
    assert "用户" in response.content.decode()
