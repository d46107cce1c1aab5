"""The demonstration: told once, believable, marked everywhere, and with something left to do."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditEvent, User
from assessments import sheet
from assessments.models import Application, Award, Recheck, Snapshot, SupervisionOrder
from dashboard.demo.loading import demo_load
from dashboard.demo.moments import START
from indicators.engine.computing.verdicts import compute
from indicators.findings import read_checker
from indicators.models import (
    MONTH_COLUMNS,
    ComputeJob,
    DataElement,
    LedgerLine,
    MonthlyReport,
    ProgrammeElement,
    ReferenceValue,
    ValueChange,
    Verdict,
)
from indicators.services.months import month_accept, month_save, month_submit
from indicators.validation import check_figure
from programme_files.dumping import dump_programme
from programme_files.reading import read
from programme_files.services import programme_load
from projects.models import Project
from tests.programme_files.samples import LINGWU
from villages.models import Enrolment, Programme, Village, Visit

OCTOBER = date(2025, 10, 1)


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[Programme]:
    """The whole story, told once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        programme = programme_load(text=LINGWU, actor=None, now=START).programme
        demo_load(now=START)
        yield programme
        transaction.set_rollback(True)


@pytest.fixture
def told(demonstration: Programme, db: None) -> Programme:
    return demonstration


def months_of(name: str, element: str, year: int) -> list[Decimal]:
    """The typed months of a village's element, January first."""
    line = LedgerLine.objects.get(village__name=name, element__code=element, year=year)
    return [getattr(line, column) for column in MONTH_COLUMNS if getattr(line, column) is not None]


def verdicts(name: str, year: int, prefix: str = "S") -> dict[str, str]:
    found = Verdict.objects.filter(village__name=name, year=year, standard__code__startswith=prefix)
    return dict(found.values_list("standard__code", "status"))


# --- told once -----------------------------------------------------------------------------------
def test_a_second_load_changes_nothing(told):
    before = {
        model: model.objects.count() for model in (User, MonthlyReport, ValueChange, Project, Application)
    }

    again = demo_load(now=START + timedelta(hours=3))

    assert again is False
    assert {model: model.objects.count() for model in before} == before


def test_an_account_that_was_changed_stays_changed(told):
    user = User.objects.get(username="clerk_chengqu")
    user.set_password("something-else-2025")
    user.save()

    demo_load(now=START)

    user.refresh_from_db()
    assert user.check_password("something-else-2025")


# --- marked --------------------------------------------------------------------------------------
def test_every_row_of_it_is_marked(told):
    for model in (MonthlyReport, Visit, Project, Application, Award, SupervisionOrder, Enrolment):
        assert model.objects.exists()
        assert not model.objects.filter(is_demonstration=False).exists()


def test_published_figures_stay_published_and_others_say_what_they_are(told):
    published = {
        (series.code, value.area, value.year): value.value
        for series in read(LINGWU).reference_series
        for value in series.values
    }

    for row in ReferenceValue.objects.select_related("series"):
        key = (row.series.code, row.area_code, row.year)
        assert row.is_demonstration == (key not in published)
        assert row.is_demonstration == (row.source == "演示数据")
        assert row.is_demonstration or row.value == published[key]


def test_the_programme_file_knows_nothing_of_it(told):
    assert read(dump_programme(told)) == read(LINGWU)


# --- believable ----------------------------------------------------------------------------------
def test_every_figure_is_one_that_its_element_can_have(told):
    for change in ValueChange.objects.select_related("element"):
        check_figure(change.new, change.element)


def test_no_month_breaks_a_rule(told):
    reports = list(MonthlyReport.objects.select_related("village"))
    villages, months = {report.village for report in reports}, {report.month for report in reports}

    checker = read_checker(villages, months)

    for report in reports:
        found = checker.findings(report.village_id, report.month)
        assert [one.sentence for one in found if one.is_hard] == [], report


def test_what_was_typed_is_what_stands_in_the_ledger(told):
    changes = {
        (change.report.village_id, change.report.month, change.element_id): change.new
        for change in ValueChange.objects.select_related("report")
    }
    lines = LedgerLine.objects.all()
    typed = {
        (line.village_id, date(line.year, place, 1), line.element_id): value
        for line in lines
        for place, value in enumerate(line.months, start=1)
        if value is not None
    }

    assert typed == changes


def test_a_department_typed_what_it_provides_and_the_township_the_rest(told):
    providers = dict(told.elements.values_list("element__code", "provider__name"))

    for change in ValueChange.objects.filter(report__month=date(2024, 5, 1)).select_related(
        "element", "by__organisation"
    ):
        expected = providers[change.element.code]
        office = change.by.organisation
        assert office.name == expected if expected else office.kind == "township"


def test_nobody_typed_what_the_village_is_not_asked_for(told):
    wanted = ProgrammeElement.objects.elements_per_village(Village.objects.all())

    typed = ValueChange.objects.values_list("report__village", "element").distinct()

    assert {village for village, _ in typed} == set(wanted)
    assert all(element in wanted[village] for village, element in typed)


def test_no_figure_is_missing_where_nothing_is_left_to_do(told):
    for village in Village.objects.all():
        values = LedgerLine.objects.month_values(village, date(2024, 5, 1))
        asked = ProgrammeElement.objects.asked_of(village)
        assert [item.element.name for item in asked if item.element.pk not in values] == [], village


def test_every_step_of_a_month_was_taken_by_another_person_and_in_order(told):
    for report in MonthlyReport.objects.prefetch_related("steps"):
        steps = list(report.steps.all())
        assert all(first.at < second.at for first, second in pairwise(steps))
        assert len({step.by_id for step in steps}) == len(steps)
        assert report.status == (steps[-1].to_status if steps else "draft")


def test_nothing_happened_after_the_clock_starts(told):
    assert not AuditEvent.objects.filter(at__gt=START).exists()
    assert not ValueChange.objects.filter(at__gt=START).exists()


def test_the_ledger_counts_the_visits_that_were_written_down(told):
    for name in ("泾灵南村", "西湖社区"):
        for year in (2022, 2025):
            counted = sum(months_of(name, "leader_visits", year))
            assert Visit.objects.filter(village__name=name, visit_date__year=year).count() == counted


def test_the_projects_of_2022_are_those_that_the_plan_counts(told):
    projects = Project.objects.filter(year=2022)

    assert projects.count() == 22
    assert projects.money()["budget"] == 3092
    assert set(projects.values_list("status", flat=True)) == {"accepted"}


def test_projects_of_this_year_are_under_way_and_one_is_late(told):
    projects = Project.objects.filter(year=2025)

    assert {"started", "completed"} == set(projects.values_list("status", flat=True))
    assert [project.name for project in projects.late(today=START.date())] == [
        "西湖社区雨污分流改造",
        "泾灵北村智能温室",
    ]


# --- the years -----------------------------------------------------------------------------------
def test_the_quota_of_every_year_was_met(told):
    awarded = Application.objects.filter(status="awarded")

    assert sorted(awarded.values_list("year", "village__name")) == [
        (2022, "泾灵南村"),
        (2023, "泾灵北村"),
        (2023, "镇河塔社区"),
        (2024, "泾兴村"),
    ]
    assert all(awarded.filter(year=year).count() == told.quota_of(year) for year in (2022, 2023, 2024))
    assert Enrolment.objects.get(village__name="西湖社区").target_year == 2025


def test_what_was_handed_in_knew_no_december(told):
    for snapshot in Snapshot.objects.select_related("application"):
        year = snapshot.application.year
        months = [row["month"] for row in snapshot.payload["months"]]
        assert months[-1] == f"{year}-11-01"
        of_year = [row for row in snapshot.payload["values"] if row["year"] == year]
        assert all(row["months"][11] is None for row in of_year)


def test_every_awarded_village_had_met_its_standards(told):
    for snapshot in Snapshot.objects.all():
        assert not any(row.is_open for row in sheet.read(snapshot.payload).rows)


def test_one_village_went_through_a_second_round(told):
    application = Application.objects.get(village__name="泾兴村")

    assert application.round == 2
    assert application.rectifications.get().status == "closed"
    assert application.snapshots.count() == 2


def test_titles_were_looked_at_again_each_year_but_this_one(told):
    assert Recheck.objects.filter(award__application__village__name="泾灵南村").count() == 2
    assert Award.objects.recheck_due(2025).count() == 4


def test_award_funds_are_paid_but_for_the_last(told):
    paid = dict(Award.objects.values_list("application__village__name", "paid"))

    assert paid == {"泾灵南村": 80, "泾灵北村": 80, "镇河塔社区": 80, "泾兴村": 48}


# --- verdicts, recomputed by hand ----------------------------------------------------------------
def test_income_of_the_last_village_is_not_there_yet(told):
    verdict = Verdict.objects.get(standard__code="S07", year=2025, village__name="西湖社区")

    september = months_of("西湖社区", "income_per_capita", 2025)[8]
    assert (verdict.value, verdict.threshold, verdict.gap) == (september, 19980, 19980 - september)
    assert verdict.status == "unmet"
    assert verdict.data_month == date(2025, 9, 1)


def test_collective_income_has_almost_grown_enough(told):
    verdict = Verdict.objects.get(standard__code="S13", year=2025, village__name="西湖社区")

    this_year = sum(months_of("西湖社区", "collective_income", 2025)[:9])
    last_year = sum(months_of("西湖社区", "collective_income", 2024)[:9])
    assert verdict.value == round((this_year / last_year - 1) * 100, 2)
    assert Decimal("9.5") <= verdict.value < 10
    assert verdict.status == "near"


def test_stable_employment_is_near(told):
    verdict = Verdict.objects.get(standard__code="S04", year=2025, village__name="西湖社区")

    stable = months_of("西湖社区", "stable_employed", 2025)[8]
    employed = months_of("西湖社区", "employed", 2025)[8]
    assert verdict.value == round(stable / employed * 100, 2)
    assert verdict.status == "near"


def test_growth_in_2022_beat_the_county_and_reached_the_stretch(told):
    verdict = Verdict.objects.get(standard__code="S05", year=2022, village__name="泾灵南村")

    december = months_of("泾灵南村", "income_per_capita", 2022)[11]
    year_before = months_of("泾灵南村", "income_per_capita", 2021)[11]
    assert verdict.value == round((december / year_before - 1) * 100, 2)
    assert (verdict.threshold, verdict.status, verdict.stretch_met) == (Decimal("7.2"), "met", True)


@pytest.mark.parametrize(
    ("code", "year", "value", "status"),
    [
        ("M04-5", 2022, 180 + 170 + 165, "met"),
        ("M05-3", 2022, 14 + 12 + 11 + 43 + 36, "met"),
        ("M05-4", 2022, 43 + 36, "met"),
        ("M10-3", 2022, 260 + 245 + 235, "unmet"),
        ("M10-3", 2024, 2279, "met"),
        ("M14-1", 2022, 22, "met"),
        ("M14-2", 2022, 3092, "met"),
        ("M14-3", 2022, 62 + 55 + 48 + 38 + 33, "met"),
    ],
)
def test_targets_of_wider_scope_add_up_the_villages(told, code, year, value, status):
    verdict = Verdict.objects.get(standard__code=code, year=year, village=None)

    assert (verdict.value, verdict.status) == (value, status)


def test_the_last_village_has_met_most_and_something_is_left(told):
    assert verdicts("西湖社区", 2025) == {
        "S01": "not_applicable",
        "S02": "not_applicable",
        "S03": "met",
        "S04": "near",
        "S06": "met",
        "S07": "unmet",
        "S08": "met",
        "S09": "met",
        "S10": "no_data",
        "S11": "met",
        "S12": "met",
        "S13": "near",
    }
    assert set(verdicts("西湖社区", 2025, "Q").values()) == {"no_data"}


# --- left to do ----------------------------------------------------------------------------------
def test_october_waits_for_everybody(told):
    reports = MonthlyReport.objects.filter(month=OCTOBER)

    assert dict(reports.values_list("village__name", "status")) == {
        "泾灵南村": "submitted",
        "泾灵北村": "returned",
        "泾兴村": "submitted",
        "镇河塔社区": "accepted",
        "西湖社区": "draft",
    }
    assert "十倍" in reports.get(status="returned").steps.get(name="return").comment


def test_october_repairs_what_is_left(told):
    people = {user.username: user for user in User.objects.all()}
    village = Village.objects.get(name="西湖社区")
    ids = dict(DataElement.objects.values_list("code", "pk"))
    now = START + timedelta(hours=1)

    def type_in(username: str, **figures: int | str) -> None:
        values = {ids[code]: Decimal(figure) for code, figure in figures.items()}
        version = MonthlyReport.objects.get(village=village, month=OCTOBER).version
        month_save(
            village=village,
            month=OCTOBER,
            values=values,
            seen_version=version,
            actor=people[username],
            now=now,
        )

    type_in(
        "clerk_chengqu",
        income_per_capita=20_100,
        wage_income_per_capita=14_050,
        stable_employed=1_850,
        collective_income="8.60",
    )
    type_in("dept_jiaotiju", school_cohort=59, school_finishing=59)
    report = MonthlyReport.objects.get(village=village, month=OCTOBER)
    month_submit(report=report, actor=people["head_chengqu"], now=now, incomplete_ok=True)
    month_accept(report=report, actor=people["bureau_zhenxing"], now=now)
    compute(told, 2025, now=now, villages=[village])

    assert {status for code, status in verdicts("西湖社区", 2025).items()} == {"met", "not_applicable"}


def test_no_computation_is_left_over(told):
    assert not ComputeJob.objects.exclude(state="done").exists()


def test_every_department_of_a_standard_has_an_officer(told):
    offices = {user.organisation for user in User.objects.filter(roles__contains=["department"])}

    for standard in told.standards.creation_standards():
        assert set(standard.departments.all()) <= offices
