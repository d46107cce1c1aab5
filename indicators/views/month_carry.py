"""沿用上月: empty stocks take over last month's figures, of one village or of all below a division."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.permissions import Permission, authorize
from common import clock
from common.months import first_of_month
from common.transitions import TransitionError
from indicators.services.carrying import Carried, month_carry, months_carry
from indicators.views.month_desk import find_place
from villages.models import Village

NOTHING = "没有可以沿用的数据：期末数都填过了，或上月也没有填。"


@require_POST
def village(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """Take over last month's stocks of one village."""
    place = find_place(request.user, code, int(year), int(month), clock.now())
    try:
        changes = month_carry(village=place.village, month=place.month, actor=request.user, now=clock.now())
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        said = f"已沿用上月 {len(changes)} 项，请核对，有变化的可以再改。" if changes else NOTHING
        messages.add_message(request, messages.SUCCESS if changes else messages.INFO, said)
    return redirect(place)


@require_POST
def below(request: HttpRequest, code: str, year: str, month: str) -> HttpResponse:
    """Take over last month's stocks of all villages of a township or county that the reader sees."""
    authorize(request.user, Permission.VIEW_WORK)
    enrolled = Village.objects.visible_to(request.user).filter(
        code__startswith=code, enrolments__isnull=False
    )
    villages = list(enrolled.distinct())
    if not villages:
        raise Http404("这里没有要填月报的村（社区）。")
    first_day = first_of_month(year, month)
    if first_day is None:
        raise Http404("没有这个月份。")
    take_over(request, villages, first_day)
    return redirect(_back(request))


def take_over(request: HttpRequest, villages: Sequence[Village], month: date) -> None:
    """Take over last month's stocks of villages, and say how many."""
    _say(request, months_carry(villages=villages, month=month, actor=request.user, now=clock.now()))


def _say(request: HttpRequest, carried: Carried) -> None:
    if carried.figures:
        said = f"{carried.villages} 个村（社区）沿用了上月 {carried.figures} 项，请核对，有变化的可以再改。"
        messages.success(request, said)
    else:
        messages.info(request, NOTHING)
    if carried.refused:
        names = "、".join(village.name for village in carried.refused)
        messages.info(request, f"{names}这个月不能填了，没有动。")


def _back(request: HttpRequest) -> str:
    """The page one came from, if it is ours; else the list of months."""
    page = request.POST.get("next", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=hosts, require_https=request.is_secure())
    return page if page and is_ours else "indicators:months"
