"""programme_load: the database says what the file says, or nothing is written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Organisation, Role
from indicators.models import (
    DataElement,
    Judgement,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    ReferenceValue,
    Standard,
)
from programme_files.models import ProgrammeVersion
from programme_files.problems import ProgrammeFileError
from programme_files.services import programme_load
from tests.factories import OrganisationFactory, UserFactory
from tests.programme_files.samples import LINGWU, SMALL, changed
from villages.models import Enrolment, Programme, Village

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
ROAD = next(line for line in SMALL.splitlines(keepends=True) if line.startswith("- {code: example_road,"))
WRITES = ("INSERT", "UPDATE", "DELETE")


def load(text, actor=None):
    return programme_load(text=text, actor=actor, now=NOW)


def asked_of(name):
    asked = ProgrammeElement.objects.asked_of(Village.objects.get(name=name))
    return {item.element.code for item in asked}


def standard(code):
    return Standard.objects.get(programme__code="example", code=code)


def test_a_file_becomes_rows_in_every_room():
    loaded = load(SMALL)

    programme = Programme.objects.get(code="example")
    assert loaded.programme == programme
    assert programme.quota == {"2024": 1, "2025": 2}
    assert programme.near_percent == Decimal("2.5")
    assert programme.self_check_closes == "10-31"
    assert list(Village.objects.values_list("name", "township_name")) == [
        ("甲村", "示例镇"),
        ("乙社区", "示例镇"),
    ]
    assert list(programme.enrolments.values_list("kind__code", "target_year")) == [
        ("farm", 2024),
        ("town", None),
    ]
    assert list(
        programme.elements.values_list("element__code", "provider__name").order_by("element__position")
    ) == [
        ("example_due", "县人社局"),
        ("example_insured", "县人社局"),
        ("example_income", None),
        ("example_road", None),
    ]
    assert programme.rules.get().expression == "example_insured <= example_due"
    assert ReferenceValue.objects.get(area_code="640122", year=2024).source == "某县统计公报,第 3 页"
    assert programme.indicators.count() == 4


def test_standards_and_targets_keep_their_kinds_places_and_departments():
    load(SMALL)

    assert standard("A1").section == "standard"
    assert standard("A1").near_margin == Decimal("1.5")
    assert [kind.code for kind in standard("A2").kinds.all()] == ["farm"]
    assert standard("A3").indicator is None
    assert standard("B1").section == "target"
    assert {office.name for office in standard("B1").departments.all()} == {"县农办", "示例镇"}
    assert standard("B2").area_code == "640122101"
    assert [village.name for village in standard("B4").villages.all()] == ["甲村"]
    assert [office.name for office in standard("B4").departments.all()] == ["县水利局"]
    assert [measure.number for measure in standard("B4").measures.all()] == [2]
    assert list(Standard.objects.order_by("position").values_list("code", flat=True)) == [
        "A1", "A2", "A3", "B1", "B2", "B3", "B4",
    ]  # fmt: skip


def test_an_element_is_asked_of_the_kinds_that_the_file_names():
    load(SMALL)

    assert "example_road" in asked_of("甲村")
    assert "example_road" not in asked_of("乙社区")
    assert "example_income" in asked_of("乙社区")


def test_a_file_that_names_no_kinds_any_more_asks_all():
    load(SMALL)

    loaded = load(changed("group: 建设, kinds: [farm]}", "group: 建设}"))

    assert "example_road" in asked_of("乙社区")
    assert str(loaded).endswith("新增 0 条、修改 1 条、删除 0 条。")


@pytest.mark.parametrize("text", [LINGWU, SMALL], ids=["lingwu", "small"])
def test_a_second_load_writes_nothing(text):
    first = load(text)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = load(text)

    assert not [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert str(second) == f"{first.programme}：没有变化（第 1 版）。"
    assert ProgrammeVersion.objects.count() == 1


def test_a_load_leaves_a_version_and_an_audit_event():
    actor = UserFactory(organisation=OrganisationFactory(division_code="640122"))

    loaded = load(SMALL, actor)

    version = ProgrammeVersion.objects.get()
    assert (version.number, version.text, version.loaded_by, version.loaded_at) == (1, SMALL, actor, NOW)
    event = AuditEvent.objects.get(action="载入方案文件")
    assert (event.actor, event.division_code, event.subject_label) == (actor, "640122", str(loaded.programme))
    assert event.detail["version"] == 1


def test_a_changed_file_changes_what_differs_and_counts_it():
    load(SMALL)

    loaded = load(changed('threshold: "95"', 'threshold: "96"'))

    assert standard("A1").threshold == "96"
    assert str(loaded).endswith("已载入第 2 版，新增 0 条、修改 1 条、删除 0 条。")


def test_a_comment_makes_a_new_version_of_the_same_content():
    load(SMALL)

    loaded = load(SMALL + "# 第二稿\n")

    assert str(loaded).endswith("已载入第 2 版，内容没有变化。")


def test_a_file_puts_back_what_was_changed_behind_its_back():
    load(SMALL)
    Standard.objects.filter(code="A1").update(threshold="10")

    load(SMALL)

    assert standard("A1").threshold == "95"


def test_a_wrong_file_writes_nothing():
    with pytest.raises(ProgrammeFileError):
        load(changed("departments: [县水利局, 示例镇]", "departments: [水利局]"))

    assert not Programme.objects.exists()
    assert not Organisation.objects.exists()
    assert not AuditEvent.objects.exists()


def test_what_left_the_file_is_removed():
    load(SMALL)
    without_measure = SMALL[: SMALL.index("- number: 2")].replace(
        '- {name: 县水利局, kind: department, division: "640122"}\n', ""
    )
    without_value = without_measure.replace(
        '  - {area: "640122", year: 2024, value: 8, source: "某县统计公报,第 3 页"}\n', ""
    )

    loaded = load(without_value)

    assert not Standard.objects.filter(code="B4").exists()
    assert not Organisation.objects.filter(name="县水利局").exists()
    assert ReferenceValue.objects.count() == 1
    assert loaded.changes.removed == 4


def test_what_another_programme_names_stays_when_one_file_drops_it():
    load(SMALL)
    other = Programme.objects.create(
        code="other",
        name="另一方案",
        title="称号",
        division_code="640122",
        source="文件",
        first_year=2024,
        last_year=2024,
        month_due_day=5,
        self_check_opens="01-01",
        self_check_closes="02-01",
        municipal_review_closes="03-01",
        city_review_closes="04-01",
    )
    element = DataElement.objects.get(code="example_road")
    other.elements.create(element=element)
    text = SMALL.replace(
        ROAD,
        "",
    )
    text = text.replace("expression: example_road}", "expression: example_income}")

    load(text)

    assert not Programme.objects.get(code="example").elements.filter(element=element).exists()
    assert DataElement.objects.filter(code="example_road").exists()


def without_road():
    text = changed(
        ROAD,
        "",
    )
    return changed("expression: example_road}", "expression: example_income}", text=text)


def test_an_element_with_figures_is_not_dropped():
    load(SMALL)
    LedgerLine.objects.create(
        year=2024,
        village=Village.objects.first(),
        element=DataElement.objects.get(code="example_road"),
        m01=1,
    )

    with pytest.raises(ProgrammeFileError, match="数据项“村道已硬化”已从文件中删去，但台账里已有它的数据"):
        load(without_road())

    assert Programme.objects.get(code="example").elements.count() == 4


def test_a_standard_that_was_judged_is_not_dropped():
    load(SMALL)
    Judgement.objects.create(
        standard=standard("A3"),
        village=Village.objects.first(),
        year=2024,
        is_met=True,
        note="好",
        by=UserFactory(),
        at=NOW,
    )
    start, end = SMALL.index("- code: A3"), SMALL.index("measures:")

    with pytest.raises(
        ProgrammeFileError, match="标准“A3 村风文明”已从文件中删去，但还有 1 条评审判定，不能删除。"
    ):
        load(SMALL[:start] + SMALL[end:])


def without_second_village():
    text = changed('- {code: "640122101202", name: 乙社区, kind: town, township: 示例镇}\n', "")
    return text.replace('villages: ["640122101202"]', "villages: []")


def test_a_village_without_months_may_leave_the_file():
    load(SMALL)

    load(without_second_village())

    assert not Village.objects.filter(name="乙社区").exists()


def test_a_village_with_months_is_not_dropped():
    load(SMALL)
    MonthlyReport.objects.create(village=Village.objects.get(name="乙社区"), month=date(2024, 5, 1))

    with pytest.raises(ProgrammeFileError, match="村“乙社区”已从文件中删去，但还有 1 条月报，不能删除。"):
        load(without_second_village())

    assert Enrolment.objects.count() == 2


def test_an_office_with_people_is_not_dropped():
    load(SMALL)
    UserFactory(organisation=Organisation.objects.get(name="县水利局"), roles=[Role.DEPARTMENT])
    text = SMALL[: SMALL.index("- number: 2")]

    with pytest.raises(ProgrammeFileError, match="单位“县水利局”已从文件中删去，但还有 1 条用户，不能删除。"):
        load(text.replace('- {name: 县水利局, kind: department, division: "640122"}\n', ""))

    assert Standard.objects.filter(code="B4").exists()


def test_a_published_figure_replaces_a_demonstration_one():
    load(changed('  - {area: "640122", year: 2024, value: 8, source: "某县统计公报,第 3 页"}\n', ""))
    series = ReferenceValue.objects.get().series
    series.values.create(area_code="640122", year=2024, value=9, source="演示数据", is_demonstration=True)

    load(SMALL)

    value = ReferenceValue.objects.get(area_code="640122")
    assert (value.value, value.is_demonstration) == (Decimal(8), False)


def test_a_demonstration_figure_survives_a_load():
    load(SMALL)
    series = ReferenceValue.objects.first().series
    series.values.create(area_code="640122", year=2025, value=9, source="演示数据", is_demonstration=True)

    load(changed('stretch: "98.5"', 'stretch: "99"'))

    assert ReferenceValue.objects.filter(is_demonstration=True).count() == 1


def test_a_target_year_that_the_file_does_not_mention_stays():
    load(SMALL)
    Enrolment.objects.filter(village__name="乙社区").update(target_year=2025, is_demonstration=True)

    load(changed('stretch: "98.5"', 'stretch: "99"'))

    enrolment = Enrolment.objects.get(village__name="乙社区")
    assert (enrolment.target_year, enrolment.is_demonstration) == (2025, True)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.BUREAU])
def test_only_the_bureau_loads_a_file(role):
    actor = UserFactory(organisation=OrganisationFactory(division_code="640122"), roles=[role])

    with pytest.raises(PermissionDenied):
        load(SMALL, actor)


def test_a_bureau_loads_no_file_of_another_county():
    actor = UserFactory(organisation=OrganisationFactory(division_code="640181"))

    with pytest.raises(PermissionDenied):
        load(SMALL, actor)


@pytest.mark.parametrize("statement", ["UPDATE {} SET text = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_a_version(statement):
    load(SMALL)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("programme_files_programmeversion"))
