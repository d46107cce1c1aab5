"""What scorecards give: all villages of a year, as a page and as a workbook, and one with its reasons."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, allows, authorize
from common import clock
from common.workbooks import safe_filename, workbook_response
from indicators.engine import keeps_scores, scorecards_of
from indicators.models import Score, ScoreSection
from indicators.score_forms import ScoresFilter
from indicators.score_sheets import score_sheets
from indicators.score_table import score_table
from indicators.views.programme_years import find_programme, is_demonstration, years_so_far
from indicators.views.scorecard_lines import kept_lines_of, lines_of
from villages.models import Programme, Village

PAGE_SIZE = 40
MOST_VILLAGES = 500


@require_safe
def scores(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The villages of the reader's division with their points of one scorecard."""
    authorize(request.user, Permission.VIEW_EVERY_STANDARD)
    programme = find_programme(request.user, code, year)
    context: dict[str, Any] = {"programme": programme, "year": year}
    context["years"] = years_so_far(programme, localdate(clock.now()).year)
    if form := _filter(request, programme):
        paginator = Paginator(_found(request.user, form, year), PAGE_SIZE)
        page = paginator.get_page(request.GET.get("page"))
        context |= {
            "form": form,
            "page": page,
            "pages": paginator.get_elided_page_range(page.number),
            "table": score_table(form.card_chosen, year, list(page.object_list)),
            "may_export": allows(request.user, Permission.EXPORT),
            "is_demonstration": is_demonstration(programme, year),
        }
    return render(request, "indicators/score_list.html", context)


@require_safe
def scores_xlsx(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The same table as a workbook, every section a column."""
    authorize(request.user, Permission.VIEW_EVERY_STANDARD)
    authorize(request.user, Permission.EXPORT)
    programme = find_programme(request.user, code, year)
    form = _filter(request, programme)
    if form is None:
        raise Http404("这个方案没有测评计分。")
    found = list(_found(request.user, form, year)[: MOST_VILLAGES + 1])
    if len(found) > MOST_VILLAGES:
        messages.error(request, f"一张得分表最多放 {MOST_VILLAGES} 个村（社区），请按乡镇分别导出。")
        return redirect("indicators:scores", programme.code, year)
    sheets = score_sheets(
        programme=programme,
        year=year,
        table=score_table(form.card_chosen, year, found, every_section=True),
        is_demonstration=is_demonstration(programme, year),
        now=clock.now(),
    )
    return workbook_response(safe_filename(programme.name, f"{year}年测评得分") + ".xlsx", sheets)


@require_safe
def scorecard(request: HttpRequest, code: str, year: int, village_code: str) -> HttpResponse:
    """The scorecards of one village: every section and item, and how its points came about."""
    authorize(request.user, Permission.VIEW_EVERY_STANDARD)
    programme = find_programme(request.user, code, year)
    enrolled = Village.objects.visible_to(request.user).enrolled_in(programme)
    village = get_object_or_404(enrolled, code=village_code)
    context = {
        "programme": programme,
        "year": year,
        "years": years_so_far(programme, localdate(clock.now()).year),
        "village": village,
        "has_scores": ScoreSection.objects.cards(programme).exists(),
        "is_demonstration": is_demonstration(programme, year),
    }
    if keeps_scores(programme, village, year):
        kept = Score.objects.visible_to(request.user).of_year(programme, year).filter(village=village)
        return render(
            request,
            "indicators/scorecard_kept.html",
            context | {"cards": kept_lines_of(kept), "is_kept": True},
        )
    context["cards"] = lines_of(programme, scorecards_of(programme, village, year))
    return render(request, "indicators/scorecard_detail.html", context)


def _filter(request: HttpRequest, programme: Programme) -> ScoresFilter | None:
    """What is asked for; nothing where the programme has no scorecard."""
    cards = list(ScoreSection.objects.visible_to(request.user).cards(programme))
    if not cards:
        return None
    villages = Village.objects.visible_to(request.user).enrolled_in(programme)
    return ScoresFilter(request.GET, cards=cards, townships=villages.townships())


def _found(user: User, form: ScoresFilter, year: int) -> Any:
    seen = Score.objects.visible_to(user).of_card(form.card_chosen, year, township=form.township_chosen)
    return seen.by_points() if form.by_points else seen
