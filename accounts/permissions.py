"""Who may do what: one table, and the gate that asks it. The other gate is `visible_to` on the querysets."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import Organisation, Role, User


class Permission(StrEnum):
    """Everything that can be allowed. A page or a service names one; nothing else compares roles."""

    # reading
    VIEW_WORK = "view_work"  # villages, months, verdicts, projects, applications inside one's scope
    VIEW_EVERY_STANDARD = "view_every_standard"  # not only those one's department answers for
    VIEW_DASHBOARD = "view_dashboard"
    VIEW_AUDIT = "view_audit"
    EXPORT = "export"
    # monthly progress
    MONTH_EDIT = "month_edit"
    MONTH_EDIT_OWNED = "month_edit_owned"  # figures that a department provides
    MONTH_SUBMIT = "month_submit"
    MONTH_REVIEW = "month_review"
    # projects
    PROJECT_MANAGE = "project_manage"
    PROJECT_PROGRESS = "project_progress"
    # the year
    SELF_CHECK = "self_check"
    APPLICATION_SUBMIT = "application_submit"
    OPINION_GIVE = "opinion_give"
    MUNICIPAL_REVIEW = "municipal_review"
    CITY_REVIEW = "city_review"
    EVIDENCE_ADD = "evidence_add"
    VISIT_RECORD = "visit_record"
    SUPERVISE = "supervise"
    SUPERVISION_ANSWER = "supervision_answer"
    # keeping the house
    PROGRAMME_MANAGE = "programme_manage"
    ACCOUNTS_MANAGE = "accounts_manage"
    BACK_OFFICE = "back_office"  # opens the admin site; what it shows is decided model by model


_DEPARTMENT_READER = frozenset({Permission.VIEW_WORK, Permission.EXPORT, Permission.VIEW_DASHBOARD})
_READER = _DEPARTMENT_READER | {Permission.VIEW_EVERY_STANDARD}
_CLERK = _READER | {
    Permission.MONTH_EDIT,
    Permission.PROJECT_PROGRESS,
    Permission.SELF_CHECK,
    Permission.EVIDENCE_ADD,
    Permission.VISIT_RECORD,
    Permission.SUPERVISION_ANSWER,
}

GRANTS: dict[str, frozenset[Permission]] = {
    Role.CLERK: _CLERK,
    Role.HEAD: _CLERK | {Permission.MONTH_SUBMIT, Permission.APPLICATION_SUBMIT},
    Role.DEPARTMENT: _DEPARTMENT_READER
    | {
        Permission.MONTH_EDIT_OWNED,
        Permission.OPINION_GIVE,
        Permission.EVIDENCE_ADD,
        Permission.SUPERVISION_ANSWER,
    },
    Role.BUREAU: _READER
    | {
        Permission.MONTH_REVIEW,
        Permission.PROJECT_MANAGE,
        Permission.PROJECT_PROGRESS,  # of projects that reach across townships
        Permission.MUNICIPAL_REVIEW,
        Permission.EVIDENCE_ADD,
        Permission.PROGRAMME_MANAGE,
        Permission.BACK_OFFICE,
        Permission.SUPERVISION_ANSWER,
    },
    Role.CITY: _READER | {Permission.CITY_REVIEW},
    Role.LEADER: _READER | {Permission.SUPERVISE},
    Role.ADMINISTRATOR: frozenset({Permission.ACCOUNTS_MANAGE, Permission.BACK_OFFICE}),
    Role.AUDITOR: _READER | {Permission.VIEW_AUDIT},
}

# Which kinds of office a role belongs to; a role that is not named belongs to any.
HOMES: dict[str, frozenset[str]] = {
    Role.CLERK: frozenset({Organisation.Kind.TOWNSHIP}),
    Role.HEAD: frozenset({Organisation.Kind.TOWNSHIP}),
    Role.DEPARTMENT: frozenset({Organisation.Kind.DEPARTMENT}),
    Role.BUREAU: frozenset({Organisation.Kind.COUNTY_OFFICE}),
    Role.CITY: frozenset({Organisation.Kind.PREFECTURE_OFFICE}),
}


# Who is told where somebody leaves a thing undone: the role above, in the same office or one around it.
ABOVE: dict[str, str] = {
    Role.CLERK: Role.HEAD,
    Role.HEAD: Role.BUREAU,
    Role.DEPARTMENT: Role.BUREAU,
    Role.BUREAU: Role.LEADER,
}


def people_above(user: User) -> QuerySet[User]:
    """Those who answer for what `user` leaves undone; nobody for who has no one above."""
    roles = {ABOVE[role] for role in user.roles if role in ABOVE} - set(user.roles)
    around = [user.division_code[:length] for length in range(len(user.division_code) + 1)]
    people = User.objects.filter(is_active=True, organisation__division_code__in=around)
    return people.filter(roles__overlap=sorted(roles)).select_related("organisation")


def role_conflicts(roles: Collection[str]) -> Iterator[str]:
    """Say which roles must not meet in one person: who keeps the accounts does no other work."""
    if Role.ADMINISTRATOR in roles and len(set(roles)) > 1:
        yield "管理员只管单位和账号，不能兼任其他角色。"


def role_misfits(roles: Collection[str], organisation: Organisation) -> Iterator[str]:
    """Say which of `roles` cannot be held in an office of this kind."""
    for role in roles:
        if organisation.kind not in HOMES.get(role, {organisation.kind}):
            yield f"“{organisation}”是{organisation.get_kind_display()}，不能担任“{Role(role).label}”。"


def allows(user: User, permission: str, *, within: str | None = None) -> bool:
    """Say whether one of the user's roles grants `permission`, and `within` lies in the user's division."""
    if not (user.is_authenticated and user.is_active):
        return False
    granted = any(permission in GRANTS[role] for role in user.roles)
    return granted and (within is None or user.reaches(within))


def authorize(user: User, permission: str, *, within: str | None = None) -> None:
    """Raise PermissionDenied (403) unless the table allows it: the first line of every service."""
    if not allows(user, permission, within=within):
        raise PermissionDenied("您的角色或管辖范围不包括这项操作。")
