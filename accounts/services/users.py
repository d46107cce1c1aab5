"""Users: opened, changed and given passwords by an administrator of their division."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import Organisation, Role, User
from accounts.permissions import Permission, authorize, role_conflicts, role_misfits
from common.divisions import Level

WRITABLE = ("name", "email", "organisation", "roles", "is_active")
OWN_PASSWORD = "自己的密码请在“修改密码”里改。"  # noqa: S105 -- a sentence


def account_check(
    *, actor: User, user: User | None, organisation: Organisation, roles: Collection[str], is_active: bool
) -> None:
    """Raise ValidationError where `actor` may not give an account this office, these roles, this state.

    `user` is the account as it stands, None for a new one. System, security and business work stay in
    different hands: nobody changes his own roles, and an administrator does no other work.
    """
    if user is not None and user.pk == actor.pk:
        _check_own_account(user, organisation, roles, is_active)
    if not actor.reaches(organisation.division_code):
        raise ValidationError({"organisation": "只能选择本单位管辖范围内的单位。"})
    for refusal in (*role_conflicts(roles), *role_misfits(roles, organisation)):
        raise ValidationError({"roles": refusal})


@transaction.atomic
def administrator_install(
    *, username: str, name: str, organisation: str, division_code: str, password: str, now: datetime
) -> User:
    """Open an administrator's account from the server's shell: nobody is there yet who could be asked."""
    office = Organisation.objects.filter(name=organisation, division_code=division_code).first()
    office = office or _new_office(organisation, division_code)
    user = User(username=username, name=name, organisation=office, roles=[Role.ADMINISTRATOR])
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    audit.record(actor=None, action="用户：开立管理员", subject=user, now=now, **_values(user))
    return user


@transaction.atomic
def user_create(*, user: User, password: str, actor: User, now: datetime) -> User:
    """Open the account `user` (not saved yet) with a password that must be changed at the first login."""
    authorize(actor, Permission.ACCOUNTS_MANAGE, within=user.division_code)
    account_check(
        actor=actor, user=None, organisation=user.organisation, roles=user.roles, is_active=user.is_active
    )
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = True
    user.full_clean()
    user.save()
    audit.record(actor=actor, action="用户：开立账号", subject=user, now=now, **_values(user))
    return user


@transaction.atomic
def user_change(*, user: User, actor: User, now: datetime, **fields: Any) -> User:
    """Give the account `fields` (name, email, organisation, roles, is_active), or say why not."""
    user = User.objects.select_for_update().get(pk=user.pk)
    authorize(actor, Permission.ACCOUNTS_MANAGE, within=user.division_code)
    before = _values(user)
    wanted = {name: fields.get(name, getattr(user, name)) for name in WRITABLE}
    account_check(
        actor=actor,
        user=user,
        organisation=wanted["organisation"],
        roles=wanted["roles"],
        is_active=wanted["is_active"],
    )
    for name, value in wanted.items():
        setattr(user, name, value)
    user.full_clean()
    user.save(update_fields=WRITABLE)
    audit.record(
        actor=actor, action="用户：修改账号", subject=user, now=now, before=before, after=_values(user)
    )
    return user


@transaction.atomic
def password_reset(*, user: User, password: str, actor: User, now: datetime) -> None:
    """Hand out a temporary password: it ends the person's sessions and must be changed at the next login."""
    user = User.objects.select_for_update().get(pk=user.pk)
    authorize(actor, Permission.ACCOUNTS_MANAGE, within=user.division_code)
    if user.pk == actor.pk:
        raise ValidationError(OWN_PASSWORD)
    _set_password(user, password, must_change=True)
    audit.record(actor=actor, action="用户：重设密码", subject=user, now=now)


@transaction.atomic
def password_change(*, user: User, password: str, actor: User, now: datetime) -> None:
    """Set the password its owner chose; from then on nothing asks for a change."""
    if user.pk != actor.pk:
        raise ValidationError("只能修改自己的密码。")
    if user.check_password(password):
        raise ValidationError("新密码不能与原来的密码相同。")
    _set_password(user, password, must_change=False)
    audit.record(actor=actor, action="用户：修改密码", subject=user, now=now)


def _check_own_account(
    user: User, organisation: Organisation, roles: Collection[str], is_active: bool
) -> None:
    if set(roles) != set(user.roles):
        raise ValidationError({"roles": "不能修改自己的角色，请由另一位管理员办理。"})
    if organisation.pk != user.organisation_id:
        raise ValidationError({"organisation": "不能修改自己的单位，请由另一位管理员办理。"})
    if not is_active:
        raise ValidationError({"is_active": "不能停用自己的账号，请由另一位管理员办理。"})


def _new_office(name: str, division_code: str) -> Organisation:
    """Register an office; its kind follows from how far its division reaches."""
    kinds: dict[int, str] = {
        Level.TOWNSHIP: Organisation.Kind.TOWNSHIP,
        Level.COUNTY: Organisation.Kind.COUNTY_OFFICE,
    }
    kind = kinds.get(len(division_code), Organisation.Kind.PREFECTURE_OFFICE)
    office = Organisation(name=name, division_code=division_code, kind=kind)
    office.full_clean()
    office.save()
    return office


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


def _values(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "organisation": str(user.organisation),
        "roles": list(user.roles),
        "is_active": user.is_active,
    }
