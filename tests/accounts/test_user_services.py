from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Role, User
from accounts.services.users import user_change, user_create
from tests.factories import DepartmentFactory, OrganisationFactory, TownshipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
PASSWORD = "jinling-nan-2025"


@pytest.fixture
def administrator():
    return UserFactory(username="admin-640181", roles=["administrator"])


def new_user(**fields):
    values = {"username": "wangfang", "name": "王芳", "roles": ["clerk"]} | fields
    values.setdefault("organisation", TownshipFactory())
    return User(**values)


def create(administrator, user=None, password=PASSWORD):
    return user_create(user=user or new_user(), password=password, actor=administrator, now=NOW)


def test_an_administrator_opens_an_account_inside_the_county(administrator):
    created = create(administrator)

    kept = User.objects.get(username="wangfang")
    assert kept == created
    assert kept.check_password(PASSWORD)
    assert kept.must_change_password


def test_opening_an_account_is_recorded_without_the_password(administrator):
    created = create(administrator)

    event = AuditEvent.objects.about(created).get()
    assert (event.action, event.actor, event.at) == ("用户：开立账号", administrator, NOW)
    assert event.detail["roles"] == ["clerk"]
    assert event.division_code == "640181101"
    assert PASSWORD not in str(event.detail)


@pytest.mark.parametrize("role", [role for role in Role.values if role != "administrator"])
def test_nobody_else_opens_accounts(role):
    with pytest.raises(PermissionDenied):
        create(UserFactory(roles=[role]))

    assert not User.objects.filter(username="wangfang").exists()


@pytest.mark.parametrize("division", ["640182", "6401", "64"])
def test_no_account_is_opened_outside_the_own_division(administrator, division):
    office = OrganisationFactory(division_code=division, name="外面的单位")

    with pytest.raises(PermissionDenied):
        create(administrator, new_user(organisation=office, roles=["bureau"]))

    assert not User.objects.filter(username="wangfang").exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"roles": ["administrator", "bureau"]}, "管理员只管单位和账号，不能兼任其他角色。"),
        ({"roles": ["bureau"]}, "“郝家桥镇”是乡镇（街道），不能担任“乡村振兴局/农办”。"),
        ({"roles": ["city"]}, "不能担任“市级复审”"),
        ({"roles": ["king"]}, ""),
        ({"name": ""}, ""),
        ({"username": "空 格"}, ""),
        ({"username": "admin-640181"}, ""),
        ({"email": "不是邮箱"}, ""),
    ],
)
def test_an_account_that_will_not_do_is_refused(administrator, fields, sentence):
    with pytest.raises(ValidationError) as refusal:
        create(administrator, new_user(**fields))

    assert sentence in "".join(refusal.value.messages)
    assert User.objects.count() == 1
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("password", ["", "kurz", "1234567890", "password123"])
def test_a_weak_first_password_is_refused(administrator, password):
    with pytest.raises(ValidationError):
        create(administrator, password=password)

    assert User.objects.count() == 1


def test_a_change_is_recorded_with_what_was_and_what_is(administrator):
    user = UserFactory(organisation=TownshipFactory(), roles=["clerk"])

    changed = user_change(user=user, actor=administrator, now=NOW, name="王小芳", roles=["clerk", "head"])

    event = AuditEvent.objects.about(user).get()
    assert (changed.name, changed.roles) == ("王小芳", ["clerk", "head"])
    assert event.detail["before"]["roles"] == ["clerk"]
    assert event.detail["after"]["roles"] == ["clerk", "head"]


def test_a_change_leaves_what_it_does_not_name(administrator):
    user = UserFactory(organisation=TownshipFactory(), roles=["clerk"], email="a@example.cn")

    user_change(user=user, actor=administrator, now=NOW, is_active=False)

    user.refresh_from_db()
    assert (user.is_active, user.roles, user.email) == (False, ["clerk"], "a@example.cn")
    assert user.check_password("demo-password-1")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"roles": []}, "不能修改自己的角色，请由另一位管理员办理。"),
        ({"roles": ["bureau"]}, "不能修改自己的角色，请由另一位管理员办理。"),
        ({"is_active": False}, "不能停用自己的账号，请由另一位管理员办理。"),
    ],
)
def test_an_administrator_gives_himself_nothing_and_does_not_lock_himself_out(
    administrator, fields, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        user_change(user=administrator, actor=administrator, now=NOW, **fields)

    administrator.refresh_from_db()
    assert (administrator.roles, administrator.is_active) == (["administrator"], True)


def test_an_administrator_does_not_move_himself_to_another_office(administrator):
    with pytest.raises(ValidationError, match="不能修改自己的单位"):
        user_change(user=administrator, actor=administrator, now=NOW, organisation=DepartmentFactory())

    administrator.refresh_from_db()
    assert administrator.organisation.name == "乡村振兴局"


def test_an_administrator_may_mend_his_own_name(administrator):
    user_change(user=administrator, actor=administrator, now=NOW, name="赵军")

    administrator.refresh_from_db()
    assert administrator.name == "赵军"


def test_nobody_is_moved_out_of_reach(administrator):
    user = UserFactory(organisation=TownshipFactory(), roles=["clerk"])
    outside = TownshipFactory(division_code="640182101", name="外县的镇")

    with pytest.raises(ValidationError, match="只能选择本单位管辖范围内的单位"):
        user_change(user=user, actor=administrator, now=NOW, organisation=outside)

    user.refresh_from_db()
    assert user.division_code == "640181101"


def test_an_account_of_another_county_is_out_of_reach(administrator):
    user = UserFactory(organisation=OrganisationFactory(division_code="640182", name="邻县农办"))

    with pytest.raises(PermissionDenied):
        user_change(user=user, actor=administrator, now=NOW, name="改名")

    assert not AuditEvent.objects.exists()


def test_the_database_keeps_administrators_out_of_the_business_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(roles=["administrator", "bureau"])

    assert not User.objects.exists()


def test_the_database_knows_the_roles():
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(roles=["king"])

    assert not User.objects.exists()
