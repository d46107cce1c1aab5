from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from accounts.admin import PermissionedAdmin, ReferenceTableAdmin
from accounts.models import AuditEvent, Organisation, User
from accounts.resources import ScopedResource
from tests.factories import (
    EnrolmentFactory,
    OrganisationFactory,
    ProgrammeFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
)
from villages.models import Village

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
IMPORT, PROCESS = reverse("admin:villages_village_import"), reverse("admin:villages_village_process_import")


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("common.clock.now", lambda: NOW)


@pytest.fixture
def administrator():
    return UserFactory(username="zhaojun", roles=["administrator"])


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def as_bureau(client):
    client.force_login(UserFactory(roles=["bureau"]))
    return client


@pytest.fixture
def outside():
    return OrganisationFactory(division_code="640182", name="邻县农办")


def account(office, **changes):
    values = {
        "username": "wangfang",
        "name": "王芳",
        "organisation": office.pk,
        "roles": ["clerk"],
        "email": "",
        "is_active": "on",
        "temporary_password": "jinling-nan-2025",
    }
    return {key: value for key, value in (values | changes).items() if value is not None}


def workbook(*rows):
    book, content = Workbook(), BytesIO()
    for row in (("村代码", "名称", "乡镇（街道）"), *rows):
        book.active.append(row)
    book.save(content)
    return SimpleUploadedFile("村.xlsx", content.getvalue())


def import_villages(client, *rows):
    """Send a workbook, look at the preview, confirm it where that is offered."""
    preview = client.post(IMPORT, {"import_file": workbook(*rows), "format": "0", "resource": ""})
    confirm = preview.context.get("confirm_form")
    if confirm is None:
        return preview
    return client.post(PROCESS, confirm.initial, follow=True)


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [("administrator", ["用户", "单位"], ["创建方案"]), ("bureau", ["创建方案", "村（社区）"], ["用户"])],
)
def test_the_index_shows_what_one_keeps(client, role, seen, unseen):
    client.force_login(UserFactory(roles=[role]))

    names = [
        str(model["name"]) for app in client.get("/admin/").context["app_list"] for model in app["models"]
    ]

    assert set(seen) <= set(names)
    assert not set(unseen) & set(names)


@pytest.mark.parametrize("role", ["clerk", "head", "department", "city", "leader", "auditor"])
def test_the_back_office_is_closed_to_the_other_roles(client, role):
    client.force_login(UserFactory(roles=[role]))

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert "后台管理由管理员和乡村振兴局使用" in response.content.decode()


def test_strangers_are_sent_to_the_one_login_page(client):
    responses = [client.get("/admin/"), client.get("/admin/login/")]

    assert [response.url for response in responses] == ["/accounts/login/?next=/admin/", "/accounts/login/"]


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_the_password_is_changed_on_the_one_page(as_administrator, name):
    response = as_administrator.get(reverse(f"admin:{name}"))

    assert response.url == reverse("accounts:password_change")


def test_only_our_own_tables_stand_in_the_back_office():
    foreign = [
        model for model, page in admin.site._registry.items() if not isinstance(page, PermissionedAdmin)
    ]

    assert foreign == []


def test_every_import_keeps_to_the_division_of_the_importer():
    tables = [page for page in admin.site._registry.values() if isinstance(page, ReferenceTableAdmin)]

    placed = [page for page in tables if hasattr(page.model, "division_code")]
    assert placed
    assert all(issubclass(resource, ScopedResource) for page in placed for resource in page.resource_classes)


def test_the_list_of_users_ends_at_the_county_line(as_administrator, outside):
    UserFactory(username="innen", organisation=TownshipFactory())
    UserFactory(username="aussen", organisation=outside)

    page = as_administrator.get(reverse("admin:accounts_user_changelist")).content.decode()

    assert "innen" in page
    assert "aussen" not in page


def test_an_account_beyond_the_line_cannot_be_opened(as_administrator, outside):
    user = UserFactory(organisation=outside)

    response = as_administrator.get(reverse("admin:accounts_user_change", args=[user.pk]))

    assert response.status_code == 302
    assert response.url == reverse("admin:index")


def test_an_account_is_opened_with_a_password_for_the_first_day(as_administrator, administrator):
    response = as_administrator.post(reverse("admin:accounts_user_add"), account(TownshipFactory()))

    user = User.objects.get(username="wangfang")
    assert response.status_code == 302
    assert user.check_password("jinling-nan-2025")
    assert user.must_change_password
    assert [(e.action, e.actor) for e in AuditEvent.objects.about(user)] == [
        ("用户：开立账号", administrator)
    ]


def test_the_form_suggests_a_password(as_administrator):
    form = as_administrator.get(reverse("admin:accounts_user_add")).context["adminform"].form

    suggestions = {form["temporary_password"].initial, form.fields["temporary_password"].initial()}

    assert all(len(suggestion) == 12 for suggestion in suggestions)
    assert len(suggestions) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"roles": ["bureau"]}, "不能担任“乡村振兴局/农办”"),
        ({"roles": ["administrator", "leader"]}, "管理员只管单位和账号，不能兼任其他角色。"),
        ({"temporary_password": "kurz"}, "密码太短"),
        ({"temporary_password": None}, "请填写这一项"),
        ({"username": "zhaojun"}, "已存在"),
        ({"organisation": "0"}, "选择"),
    ],
)
def test_an_account_that_will_not_do_is_told_on_the_form(as_administrator, changes, sentence):
    response = as_administrator.post(
        reverse("admin:accounts_user_add"), account(TownshipFactory(), **changes)
    )

    assert response.status_code == 200
    assert sentence in str(response.context["adminform"].form.errors)
    assert User.objects.count() == 1


def test_offices_beyond_the_line_are_not_offered(as_administrator, outside):
    response = as_administrator.post(reverse("admin:accounts_user_add"), account(outside, roles=["bureau"]))

    assert "organisation" in response.context["adminform"].form.errors
    assert User.objects.count() == 1


def test_a_change_takes_effect_and_is_recorded_once(as_administrator):
    user = UserFactory(organisation=TownshipFactory(), roles=["clerk"])
    values = account(user.organisation, username=None, roles=["clerk", "head"], temporary_password=None)

    as_administrator.post(reverse("admin:accounts_user_change", args=[user.pk]), values)

    user.refresh_from_db()
    assert (user.name, user.roles) == ("王芳", ["clerk", "head"])
    assert not user.must_change_password
    assert [event.action for event in AuditEvent.objects.about(user)] == ["用户：修改账号"]


def test_a_new_password_for_the_first_day_is_handed_out_on_the_same_page(as_administrator):
    user = UserFactory(organisation=TownshipFactory(), roles=["clerk"])

    as_administrator.post(
        reverse("admin:accounts_user_change", args=[user.pk]), account(user.organisation, username=None)
    )

    user.refresh_from_db()
    assert user.check_password("jinling-nan-2025")
    assert user.must_change_password
    assert {e.action for e in AuditEvent.objects.about(user)} == {"用户：修改账号", "用户：重设密码"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"roles": ["bureau"]}, "不能修改自己的角色，请由另一位管理员办理。"),
        ({"roles": ["administrator"], "is_active": None}, "不能停用自己的账号"),
        (
            {"roles": ["administrator"], "temporary_password": "jinling-nan-2025"},
            "请在“修改密码”里改",
        ),
    ],
)
def test_an_administrator_gives_himself_nothing(as_administrator, administrator, changes, sentence):
    values = account(administrator.organisation, **{"username": None, "temporary_password": None} | changes)

    response = as_administrator.post(reverse("admin:accounts_user_change", args=[administrator.pk]), values)

    administrator.refresh_from_db()
    assert sentence in str(response.context["adminform"].form.errors)
    assert administrator.roles == ["administrator"]
    assert administrator.check_password("demo-password-1")


def test_an_account_is_never_deleted(as_administrator):
    user = UserFactory(organisation=TownshipFactory())

    response = as_administrator.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=user.pk).exists()


def test_an_office_is_added_changed_and_deleted_and_all_of_it_is_recorded(as_administrator):
    values = {"name": "医保局", "kind": "department", "division_code": "640181"}

    as_administrator.post(reverse("admin:accounts_organisation_add"), values)
    office = Organisation.objects.get(name="医保局")
    address = reverse("admin:accounts_organisation_change", args=[office.pk])
    as_administrator.post(address, values | {"name": "医疗保障局"})
    as_administrator.post(reverse("admin:accounts_organisation_delete", args=[office.pk]), {"post": "yes"})

    events = AuditEvent.objects.filter(subject_id=str(office.pk)).order_by("pk")
    assert [event.action for event in events] == ["单位：新增", "单位：修改", "单位：删除"]
    assert events[1].detail["changes"][-1] == {"values": {"name": ["医保局", "医疗保障局"]}}
    assert {event.at for event in events} == {NOW}
    assert not Organisation.objects.filter(pk=office.pk).exists()


def test_several_offices_are_deleted_and_each_is_recorded(as_administrator):
    offices = [OrganisationFactory(name=name, kind="department") for name in ("甲局", "乙局")]
    values = {"action": "delete_selected", "_selected_action": [o.pk for o in offices], "post": "yes"}

    as_administrator.post(reverse("admin:accounts_organisation_changelist"), values)

    events = AuditEvent.objects.filter(action="单位：删除")
    assert {event.subject_label for event in events} == {"甲局", "乙局"}
    assert not Organisation.objects.filter(name__in=["甲局", "乙局"]).exists()


def test_an_office_with_people_is_kept(as_administrator):
    office = UserFactory(organisation=TownshipFactory()).organisation

    as_administrator.post(reverse("admin:accounts_organisation_delete", args=[office.pk]), {"post": "yes"})

    assert Organisation.objects.filter(pk=office.pk).exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("division", ["640182", "6401"])
def test_no_office_is_set_up_outside_the_own_division(as_administrator, division):
    values = {"name": "外面的局", "kind": "department", "division_code": division}

    response = as_administrator.post(reverse("admin:accounts_organisation_add"), values)

    assert response.status_code == 403
    assert not Organisation.objects.filter(name="外面的局").exists()


def test_no_office_is_moved_out_of_the_own_division(as_administrator):
    office = OrganisationFactory(name="医保局", kind="department")
    values = {"name": "医保局", "kind": "department", "division_code": "64"}

    response = as_administrator.post(reverse("admin:accounts_organisation_change", args=[office.pk]), values)

    office.refresh_from_db()
    assert response.status_code == 403
    assert office.division_code == "640181"


def test_villages_come_in_from_a_workbook_and_that_is_recorded(as_bureau):
    VillageFactory()

    import_villages(
        as_bureau, ("640181101219", "泾灵南新村", "郝家桥镇"), ("640181101218", "泾灵北村", "郝家桥镇")
    )

    event = AuditEvent.objects.get(action="村（社区）：导入")
    assert dict(Village.objects.values_list("code", "name")) == {
        "640181101219": "泾灵南新村",
        "640181101218": "泾灵北村",
    }
    assert (event.detail["totals"]["new"], event.detail["totals"]["update"]) == (1, 1)
    assert event.division_code == "640181"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("640182101219", "邻县的村", "某镇"), "不在您的管辖范围内，不能导入"),
        (("64018110121", "少一位", "某镇"), "村代码应为 12 位数字"),
        (("640181101219", "", "某镇"), ""),
    ],
)
def test_one_bad_row_keeps_the_whole_workbook_out(as_bureau, row, sentence):
    response = import_villages(as_bureau, ("640181101218", "泾灵北村", "郝家桥镇"), row)

    assert sentence in response.content.decode()
    assert not Village.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_village_of_the_next_county_is_not_taken_over_by_a_workbook(as_bureau):
    VillageFactory(code="640182101219", name="邻县的村")

    import_villages(as_bureau, ("640182101219", "改名", "某镇"))

    assert Village.objects.get().name == "邻县的村"


def test_a_workbook_that_would_eat_the_memory_is_told_apart_before_it_is_read(as_bureau):
    book, content = Workbook(), BytesIO()
    book.active["XFD1048576"] = 1
    book.save(content)
    upload = SimpleUploadedFile("村.xlsx", content.getvalue())

    response = as_bureau.post(IMPORT, {"import_file": upload, "format": "0", "resource": ""})

    assert "表格里有很远的单元格" in str(response.context["form"].errors)


@pytest.mark.parametrize("role", ["administrator", "clerk", "leader", "auditor"])
@pytest.mark.parametrize("address", [IMPORT, PROCESS, reverse("admin:villages_village_export")])
def test_other_roles_neither_import_nor_export(client, role, address):
    client.force_login(UserFactory(roles=[role]))

    response = client.post(address, follow=True)

    assert response.status_code == 403


def test_villages_go_out_as_a_workbook_and_that_is_recorded(as_bureau):
    VillageFactory(name="=cmd")
    fields = {f"villageresource_{name}": "on" for name in ("code", "name", "township_name")}

    response = as_bureau.post(reverse("admin:villages_village_export"), {"format": "0", **fields})

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert AuditEvent.objects.get().action == "村（社区）：导出"


def test_the_enrolments_of_a_village_stand_on_its_page(as_bureau):
    village = EnrolmentFactory().village
    other = ProgrammeFactory(code="elsewhere", division_code="640182", name="邻县方案")

    page = as_bureau.get(reverse("admin:villages_village_change", args=[village.pk])).content.decode()

    assert "灵武市移民致富提升示范村" in page
    assert other.name not in page
