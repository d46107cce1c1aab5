"""Published figures in the back office: who keeps them, how they go in and out, and what follows."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from accounts.models import AuditEvent
from indicators.models import ComputeJob, DataElement, ReferenceSeries, ReferenceValue
from tests.factories import DataElementFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db

VALUES = "/admin/indicators/referencevalue/"
SERIES = "/admin/indicators/referenceseries/"
ELEMENTS = "/admin/indicators/dataelement/"
HEADS = ["序列代码", "地区代码", "年份", "数值", "来源", "演示数据"]


@pytest.fixture
def series():
    EnrolmentFactory()
    return ReferenceSeries.objects.create(code="rural_income", name="农民人均可支配收入", unit="元")


@pytest.fixture
def bureau(client, series):
    user = UserFactory(name="刘科长", roles=["bureau"])
    client.force_login(user)
    return user


def form(series, **fields):
    return {
        "series": series.pk,
        "area_code": "64",
        "year": 2024,
        "value": "17772",
        "source": "统计公报",
    } | fields


def value_of(series, area="64", year=2024, value=17772):
    return ReferenceValue.objects.create(
        series=series, area_code=area, year=year, value=Decimal(value), source="统计公报"
    )


def test_a_new_figure_is_kept_recorded_and_moves_the_verdicts_of_its_year(client, bureau, series):
    response = client.post(f"{VALUES}add/", form(series))

    assert response.status_code == 302
    assert ReferenceValue.objects.get().value == 17772
    event = AuditEvent.objects.latest("pk")
    assert (event.actor, event.action) == (bureau, "参照值：新增")
    assert list(ComputeJob.objects.values_list("year", "village")) == [(2024, None)]


def test_moving_a_figure_to_another_year_moves_both_years(client, bureau, series):
    value = value_of(series)

    client.post(f"{VALUES}{value.pk}/change/", form(series, year=2025))

    assert sorted(ComputeJob.objects.values_list("year", flat=True)) == [2024, 2025]


def test_a_deleted_figure_moves_the_verdicts_too(client, bureau, series):
    value = value_of(series)

    client.post(f"{VALUES}{value.pk}/delete/", {"post": "yes"})

    assert not ReferenceValue.objects.exists()
    assert ComputeJob.objects.get().year == 2024
    assert AuditEvent.objects.filter(action="参照值：删除").exists()


def test_a_figure_of_another_county_is_out_of_reach(client, bureau, series):
    value = value_of(series, area="640121")

    listed = client.get(VALUES)
    added = client.post(f"{VALUES}add/", form(series, area_code="640121", year=2023))
    changed = client.post(f"{VALUES}{value.pk}/change/", form(series, area_code="640121", value="1"))

    assert "640121" not in listed.text
    assert added.status_code == 403
    assert changed.status_code in (302, 404)
    value.refresh_from_db()
    assert value.value == 17772


@pytest.mark.parametrize("role", ["clerk", "head", "department", "city", "leader", "auditor"])
def test_nobody_but_the_bureau_opens_the_tables(client, series, role):
    client.force_login(UserFactory(roles=[role]))

    assert client.get(VALUES).status_code in (302, 403)


def test_the_administrator_keeps_accounts_not_figures(client, series):
    client.force_login(UserFactory(roles=["administrator"]))

    assert client.get(VALUES).status_code == 403
    assert client.post(f"{VALUES}add/", form(series)).status_code == 403
    assert not ReferenceValue.objects.exists()


def workbook(*rows) -> SimpleUploadedFile:
    book = Workbook()
    for row in [HEADS, *rows]:
        book.active.append(row)
    output = BytesIO()
    book.save(output)
    return SimpleUploadedFile("参照值.xlsx", output.getvalue())


def imported(client, file):
    """Upload, look, and confirm, as a person does."""
    preview = client.post(f"{VALUES}import/", {"format": "0", "import_file": file})
    confirm = preview.context.get("confirm_form")
    if confirm is None:
        return preview
    return client.post(f"{VALUES}process_import/", confirm.initial, follow=True)


def test_a_workbook_of_figures_is_taken_in_whole(client, bureau, series):
    value_of(series)

    imported(
        client,
        workbook(
            ["rural_income", 64, 2024, 17800, "统计公报(修订)", "否"],
            ["rural_income", "640181", 2025, 19000.5, "部门函", "是"],
            ["rural_income", None, 2025, 23119, "国家统计局", None],
        ),
    )

    assert list(
        ReferenceValue.objects.order_by("year", "area_code").values_list(
            "area_code", "year", "value", "is_demonstration"
        )
    ) == [
        ("64", 2024, Decimal(17800), False),
        ("", 2025, Decimal(23119), False),
        ("640181", 2025, Decimal("19000.5"), True),
    ]
    assert sorted(ComputeJob.objects.values_list("year", flat=True)) == [2024, 2025]
    assert AuditEvent.objects.filter(action="参照值：导入").exists()


@pytest.mark.parametrize(
    "row",
    [
        ["no_such_series", "64", 2024, 1, "来源", "否"],
        ["rural_income", "64x", 2024, 1, "来源", "否"],
        ["rural_income", "64", "二〇二四", 1, "来源", "否"],
        ["rural_income", "64", 2024, "很多", "来源", "否"],
        ["rural_income", "64", 2024, 1, "", "否"],
        ["rural_income", "640121", 2024, 1, "别县的", "否"],
    ],
)
def test_one_bad_row_and_nothing_is_taken_in(client, bureau, series, row):
    response = imported(client, workbook(["rural_income", "64", 2025, 1, "来源", "否"], row))

    assert response.status_code == 200
    assert not ReferenceValue.objects.exists()
    assert not ComputeJob.objects.exists()


def test_what_is_taken_out_can_be_taken_in_again(client, bureau, series):
    value_of(series)
    out = client.post(f"{VALUES}export/", {"format": "0", "resource": "", **export_fields(client)})
    content = out.content
    ReferenceValue.objects.all().delete()

    imported(client, SimpleUploadedFile("参照值.xlsx", content))

    head, row = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    assert list(head) == HEADS
    assert row[0] == "rural_income"
    assert ReferenceValue.objects.get().value == 17772


def export_fields(client) -> dict[str, str]:
    """The check boxes of the export page, all ticked as they stand."""
    fields = client.get(f"{VALUES}export/").context["form"].fields
    return {name: "on" for name in fields if name.startswith("referencevalueresource_")}


def test_data_elements_can_be_looked_up_but_not_changed(client, bureau):
    element = DataElementFactory()

    shown = client.get(f"{ELEMENTS}{element.pk}/change/")
    changed = client.post(f"{ELEMENTS}{element.pk}/change/", {"name": "改名"})

    assert shown.status_code == 200
    assert changed.status_code == 403
    assert client.get(f"{ELEMENTS}add/").status_code == 403
    assert DataElement.objects.get().name == element.name


def test_series_are_kept_by_the_bureau_too(client, bureau):
    client.post(f"{SERIES}add/", {"code": "wage_share", "name": "工资性收入占比", "unit": "%"})

    assert ReferenceSeries.objects.filter(code="wage_share").exists()
