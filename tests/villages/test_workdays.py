"""Working days, and the days of a month that hang on them."""

from datetime import date

import pytest

from tests.factories import ProgrammeFactory
from villages.models import CalendarDay, Workdays

pytestmark = pytest.mark.django_db

OCTOBER = date(2025, 10, 1)


def test_the_table_knows_holidays_and_worked_weekends():
    days = Workdays()

    assert not days.is_working(date(2025, 10, 1))  # 国庆节
    assert days.is_working(date(2025, 9, 28))  # 星期日，调休
    assert days.is_working(date(2025, 10, 9))
    assert not days.is_working(date(2025, 10, 18))  # 星期六


def test_the_next_working_day_passes_over_a_holiday():
    days = Workdays()

    assert days.on_or_after(date(2025, 10, 1)) == date(2025, 10, 9)
    assert days.on_or_after(date(2025, 10, 9)) == date(2025, 10, 9)
    assert days.after(date(2025, 9, 30), 2) == date(2025, 10, 10)
    assert days.after(date(2025, 10, 18), 0) == date(2025, 10, 18)


def test_a_year_without_entries_falls_back_to_weekends_and_says_so():
    days = Workdays()

    assert days.knows(2026)
    assert not days.knows(2031)
    assert days.is_working(date(2031, 10, 1))
    assert not days.is_working(date(2031, 10, 4))


def test_the_office_may_write_a_day_of_its_own():
    CalendarDay.objects.create(day=date(2025, 10, 20), is_working=False, name="自治区成立纪念日")

    assert Workdays().on_or_after(date(2025, 10, 20)) == date(2025, 10, 21)


def test_nothing_is_read_until_a_day_is_asked_for(django_assert_num_queries):
    programme = ProgrammeFactory(month_due_day=20)

    with django_assert_num_queries(0):
        days = Workdays()
        due, locks = programme.month_due(OCTOBER, days), programme.month_locks(OCTOBER, days)

    assert (due, locks) == (date(2025, 10, 20), None)


def test_a_due_day_at_rest_moves_where_the_programme_lets_it():
    still = ProgrammeFactory(code="still", month_due_day=18)
    moving = ProgrammeFactory(code="moving", month_due_day=18, month_due_moves=True)

    assert still.month_due(OCTOBER, Workdays()) == date(2025, 10, 18)
    assert moving.month_due(OCTOBER, Workdays()) == date(2025, 10, 20)


def test_a_month_locks_some_working_days_after_it_was_due():
    programme = ProgrammeFactory(month_due_day=24, month_lock_days=5)

    assert programme.month_locks(date(2025, 9, 1), Workdays()) == date(2025, 9, 30)
    assert programme.month_locks(date(2025, 1, 1), Workdays()) == date(2025, 2, 7)
