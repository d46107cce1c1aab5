import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.permissions import GRANTS, Permission, allows, authorize
from tests.factories import TownshipFactory, UserFactory

# Written from the domain's table of roles, not from the code: who may do what.
EXPECTED = {
    "clerk": "view_work view_every_standard view_dashboard export month_edit project_progress self_check"
    " evidence_add visit_record supervision_answer",
    "head": "view_work view_every_standard view_dashboard export month_edit project_progress self_check"
    " evidence_add visit_record supervision_answer month_submit application_submit",
    "department": "view_work view_dashboard export month_edit_owned opinion_give evidence_add"
    " supervision_answer",
    "bureau": "view_work view_every_standard view_dashboard export month_review project_manage"
    " project_progress municipal_review evidence_add programme_manage back_office supervision_answer",
    "city": "view_work view_every_standard view_dashboard export city_review",
    "leader": "view_work view_every_standard view_dashboard export supervise",
    "administrator": "accounts_manage back_office",
    "auditor": "view_work view_every_standard view_dashboard export view_audit",
}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_grants_what_the_domain_says_and_nothing_else(role):
    granted = {str(permission) for permission in GRANTS[role]}

    assert granted == set(EXPECTED[role].split())


def test_every_permission_is_somebody_s():
    granted = frozenset.union(*GRANTS.values())

    assert granted == frozenset(Permission)


@pytest.mark.parametrize("reader", ["leader", "auditor"])
def test_who_reads_everything_writes_nothing_but_instructions(reader):
    writing = {p for p in GRANTS[reader] if not p.startswith("view_")} - {Permission.EXPORT}

    assert writing <= {Permission.SUPERVISE}


def test_the_administrator_and_the_auditor_share_nothing():
    shared = GRANTS["administrator"] & GRANTS["auditor"]

    assert not shared


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("division", "expected"),
    [("640181101", True), ("640181101219", True), ("640181", False), ("640181102", False), (None, True)],
)
def test_a_permission_reaches_as_far_as_the_division(division, expected):
    clerk = UserFactory(roles=["clerk"], organisation=TownshipFactory())

    allowed = allows(clerk, Permission.MONTH_EDIT, within=division)

    assert allowed is expected


@pytest.mark.django_db
def test_two_roles_grant_what_each_grants():
    both = UserFactory(roles=["clerk", "leader"])

    allowed = [allows(both, p) for p in (Permission.MONTH_EDIT, Permission.SUPERVISE, Permission.CITY_REVIEW)]

    assert allowed == [True, True, False]


@pytest.mark.django_db
def test_without_a_role_nothing_is_allowed():
    nobody = UserFactory(roles=[])

    allowed = [permission for permission in Permission if allows(nobody, permission)]

    assert allowed == []


@pytest.mark.django_db
def test_who_was_switched_off_may_nothing():
    off = UserFactory(is_active=False)

    allowed = allows(off, Permission.VIEW_WORK)

    assert not allowed


def test_strangers_may_nothing():
    stranger = AnonymousUser()

    allowed = allows(stranger, Permission.VIEW_WORK)

    assert not allowed


@pytest.mark.django_db
def test_the_gate_refuses_with_a_sentence():
    leader = UserFactory(roles=["leader"])

    with pytest.raises(PermissionDenied, match="您的角色或管辖范围不包括这项操作。"):
        authorize(leader, Permission.MONTH_EDIT)

    assert authorize(leader, Permission.VIEW_WORK) is None
