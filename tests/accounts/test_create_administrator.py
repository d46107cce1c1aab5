import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, Organisation, User
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
WORDS = ["zhaojun", "--name", "赵军", "--organisation", "乡村振兴局"]


def install(monkeypatch, division="640181", typed="jinling-nan-2025"):
    output = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    call_command("create_administrator", *WORDS, "--division", division, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("division", "kind"),
    [("640181", "county_office"), ("640181101", "township"), ("6401", "prefecture_office")],
)
def test_the_first_administrator_and_the_office_are_registered(monkeypatch, division, kind):
    said = install(monkeypatch, division)

    user = User.objects.get()
    assert said == "已开立管理员“赵军”（乡村振兴局），用户名 zhaojun。\n"
    assert (user.roles, user.division_code, user.organisation.kind) == (["administrator"], division, kind)
    assert user.check_password("jinling-nan-2025")
    assert AuditEvent.objects.get().action == "用户：开立管理员"


def test_an_office_that_is_known_is_taken(monkeypatch):
    office = OrganisationFactory()

    install(monkeypatch)

    assert User.objects.get().organisation == office
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("division", "password", "sentence"),
    [
        ("64018", "jinling-nan-2025", "行政区划代码应为"),
        ("640181", "kurz", "密码太短"),
        ("640181", "", "密码"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_kept(monkeypatch, division, password, sentence):
    with pytest.raises(CommandError, match=sentence):
        install(monkeypatch, division, password)

    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def test_a_name_is_taken_once(monkeypatch):
    install(monkeypatch)

    with pytest.raises(CommandError, match="已存在"):
        install(monkeypatch)

    assert User.objects.count() == 1
