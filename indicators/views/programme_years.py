"""A programme's year as pages find it."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from indicators.models import MonthlyReport
from villages.models import Programme


def find_programme(user: User, code: str, year: int) -> Programme:
    """The programme called `code` if the reader may see it and it includes `year`, else 404."""
    programme = get_object_or_404(Programme.objects.visible_to(user), code=code)
    if year not in programme.years:
        raise Http404("方案不包括这一年。")
    return programme


def years_so_far(programme: Programme, this_year: int) -> list[int]:
    """The programme's years up to this one; its first one at least."""
    return [year for year in programme.years if year <= max(this_year, programme.first_year)]


def is_demonstration(programme: Programme, year: int) -> bool:
    """Whether any of the year's months is made up for the demonstration."""
    reports = MonthlyReport.objects.filter(village__enrolments__programme=programme, month__year=year)
    return reports.filter(is_demonstration=True).exists()
