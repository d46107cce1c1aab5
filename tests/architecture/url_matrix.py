"""Every address of the site, who may open it and from where: written down here, not read from the code.

A new address takes one line in ADDRESSES (or in BACK_OFFICE for a table of the back office):

    Page(name, readers, arguments)      a page that is read
    Form(name, writers, arguments)      a page with a form on it: GET and POST
    Post(name, writers, arguments)      an address that only takes forms

`arguments` are the address's keyword arguments, from a World. `hidden` names the places from which what it
shows does not exist (404): beside the village, unless said otherwise; NOWHERE for pages that show everybody
their own. `answers` are the statuses its readers get, `budget` the most queries of a list (six go to the
session), `data` what a forged form needs to get as far as the gate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators.models import ProgrammeElement
from tests.architecture.world import World

EVERYBODY = frozenset(["clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor"])
WORK = EVERYBODY - {"administrator"}
TOWNSHIP = frozenset({"clerk", "head"})
TYPING = TOWNSHIP | {"department"}
SCORE_READERS = WORK - {"department"}  # a total says something about every standard
# Who is where when something does not exist for him: pairs of role and place.
NOWHERE: frozenset[tuple[str, str]] = frozenset()
BESIDE = frozenset((role, "sibling") for role in EVERYBODY)
# A township's neighbour lies in the same county, whose programme is both townships'.
BESIDE_THE_COUNTY = frozenset((role, "sibling") for role in EVERYBODY - TOWNSHIP)
# The village at the lowest place is not the one that applies.
NOT_APPLYING = BESIDE | {(role, "child") for role in TOWNSHIP}

# A workbook is its uploader's: the clerk of the township.
NOT_THE_UPLOADER = frozenset(
    (role, place)
    for role in EVERYBODY
    for place in ("own", "sibling", "parent", "child")
    if (role, place) != ("clerk", "own")
)

OK = frozenset({200})
REDIRECTED = frozenset({302})

Arguments = Callable[[World], Mapping[str, Any]]


def nothing(world: World) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Address:
    """One address, and what is expected of it."""

    name: str
    roles: frozenset[str]
    arguments: Arguments = nothing
    hidden: frozenset[tuple[str, str]] = BESIDE
    reads: bool = True
    writes: bool = False
    is_open: bool = False
    answers: frozenset[int] = OK
    budget: int = 0
    data: Mapping[str, str] = field(default_factory=dict)


def Page(name: str, roles: frozenset[str], arguments: Arguments = nothing, **more: Any) -> Address:
    return Address(name, roles, arguments, **_places(arguments, more))


def Form(name: str, roles: frozenset[str], arguments: Arguments = nothing, **more: Any) -> Address:
    return Address(name, roles, arguments, writes=True, **_places(arguments, more))


def Post(name: str, roles: frozenset[str], arguments: Arguments = nothing, **more: Any) -> Address:
    return Address(name, roles, arguments, reads=False, writes=True, **_places(arguments, more))


def _places(arguments: Arguments, more: dict[str, Any]) -> dict[str, Any]:
    """Without arguments a page shows everybody their own."""
    return {"hidden": BESIDE if arguments is not nothing else NOWHERE} | more


def village(world: World) -> Mapping[str, Any]:
    return {"code": world.village.code}


def year(world: World) -> Mapping[str, Any]:
    return {"code": world.programme.code, "year": 2025}


def village_year(world: World) -> Mapping[str, Any]:
    return {**year(world), "village_code": world.village.code}


def month(world: World) -> Mapping[str, Any]:
    return {"code": world.village.code, "year": "2025", "month": "10"}


def figure(world: World) -> Mapping[str, Any]:
    """A figure that the village's month asks for."""
    return dict(month(world)) | {"element": world.programme.elements.earliest("pk").element_id}


def township_month(world: World) -> Mapping[str, Any]:
    return {"code": world.village.township_code, "year": "2025", "month": "10"}


def year_of_months(world: World) -> Mapping[str, Any]:
    return {"code": world.village.code, "year": "2025"}


def cell(world: World) -> Mapping[str, Any]:
    element = ProgrammeElement.objects.asked_of(world.village)[0].element
    return month(world) | {"pk": str(element.pk)}


def programme(world: World) -> Mapping[str, Any]:
    return {"code": world.programme.code}


def project(world: World) -> Mapping[str, Any]:
    return {"pk": world.project.pk}


def workbook(world: World) -> Mapping[str, Any]:
    """A workbook with an error, read and not yet written."""
    return {"pk": world.workbook.pk}


def mapped_workbook(world: World) -> Mapping[str, Any]:
    """A workbook whose columns are not decided yet."""
    return {"pk": world.unmapped_workbook.pk}


def application(status: str, **more: Any) -> Arguments:
    """The application that stands at `status`."""
    return lambda world: {"pk": world.applications[status].pk} | more


def item(world: World) -> Mapping[str, Any]:
    """A line of a self-check that is still open."""
    return {"pk": world.applications["self_check"].pk, "standard_pk": world.standard.pk}


ADDRESSES = (
    # accounts
    Form("accounts:login", EVERYBODY, is_open=True, answers=REDIRECTED),
    Post("accounts:logout", EVERYBODY),
    Form("accounts:password_change", EVERYBODY),
    Page("accounts:password_change_done", EVERYBODY),
    Page("accounts:notices", EVERYBODY, budget=12),
    Post("accounts:notices_done", EVERYBODY),
    Page("accounts:audit", frozenset({"auditor"}), budget=14),
    Page("accounts:audit_export", frozenset({"auditor"})),
    # dashboard
    Page("healthz", EVERYBODY, is_open=True),
    Page("dashboard:home", EVERYBODY, budget=40),
    Page("dashboard:overview", WORK, budget=40),
    Page("dashboard:dossier", WORK, village, budget=30),
    # villages
    Page("villages:list", WORK, budget=20),
    Page("villages:detail", WORK, village),
    Page("villages:evidence_list", WORK, village),
    Form("villages:evidence_add", TOWNSHIP | {"department", "bureau"}, village),
    Page("villages:evidence", WORK, lambda world: {"pk": world.evidence.pk}),
    Page("villages:visits", WORK, village),
    Form("villages:visit_add", TOWNSHIP, village),
    # indicators
    Page("indicators:months", WORK, budget=25),
    Page("indicators:areas", WORK, budget=15),
    Page("indicators:completeness", WORK, budget=18),
    Form("indicators:permit_ask", TOWNSHIP | {"department"}, month),
    Form("indicators:amendment_ask", TOWNSHIP | {"department"}, month),
    Page("indicators:requests", WORK, budget=15),
    Page("indicators:permit", WORK, lambda world: {"pk": world.permit.pk}),
    Post("indicators:permit_answer", frozenset({"bureau"}), lambda world: {"pk": world.permit.pk}),
    Page("indicators:amendment", WORK, lambda world: {"pk": world.amendment.pk}),
    Post("indicators:amendment_answer", frozenset({"bureau"}), lambda world: {"pk": world.amendment.pk}),
    Form("indicators:month", WORK, month),
    Page("indicators:grid", WORK, answers=REDIRECTED),
    Form("indicators:township_grid", WORK, township_month, budget=16),
    Form(
        "indicators:county_grid",
        frozenset({"department"}),
        lambda world: {"code": world.village.code[:6], "year": "2025", "month": "10"},
        budget=16,
    ),
    Form("indicators:village_grid", WORK, year_of_months),
    Post("indicators:cells", TOWNSHIP | {"department"}),
    Page("indicators:grid_session", WORK),
    Page("indicators:cell", WORK, cell),
    Post("indicators:moves", WORK, cell),
    Post(
        "indicators:month_step",
        TOWNSHIP | {"bureau"},
        lambda world: {"pk": world.report.pk, "step": "accept"},
    ),
    Form("indicators:figure", WORK, figure),
    Post("indicators:figure_file", TOWNSHIP | {"department"}, figure),
    Post("indicators:month_carry", TOWNSHIP | {"department"}, month),
    Post(
        "indicators:carry_below",
        TOWNSHIP | {"department"},
        lambda world: {"code": world.village.township_code, "year": "2025", "month": "10"},
    ),
    Page("indicators:review", frozenset({"bureau"}), budget=25),
    Post("indicators:accept_batch", frozenset({"bureau"})),
    Page("indicators:rules", WORK, programme, hidden=BESIDE_THE_COUNTY, budget=14),
    Page("indicators:ledger_xlsx", WORK, lambda world: {"year": "2025", "month": "10"}, hidden=NOWHERE),
    Page("indicators:verdicts", WORK, budget=25, answers=OK | REDIRECTED),
    Page("indicators:matrix", WORK, year, hidden=BESIDE_THE_COUNTY, budget=25),
    Page("indicators:compliance_xlsx", WORK, year, hidden=BESIDE_THE_COUNTY),
    Page(
        "indicators:why",
        WORK,
        lambda world: {"pk": world.standard.pk, "scope_code": world.village.code, "year": 2025},
    ),
    Page("indicators:scores", SCORE_READERS, year, hidden=BESIDE_THE_COUNTY, budget=25),
    Page("indicators:scores_xlsx", SCORE_READERS, year, hidden=BESIDE_THE_COUNTY),
    Page("indicators:scorecard", SCORE_READERS, village_year),
    Page("indicators:exemptions", WORK, programme, hidden=BESIDE_THE_COUNTY, budget=15),
    Form(
        "indicators:exempt",
        frozenset({"bureau"}),
        lambda world: {"pk": world.standard.pk, "village_code": world.village.code, "year": 2025},
    ),
    Form("indicators:exemption_cancel", frozenset({"bureau"}), lambda world: {"pk": world.exemption.pk}),
    Page("indicators:standards", WORK, programme, hidden=BESIDE_THE_COUNTY, budget=24),
    Page("indicators:standard", WORK, lambda world: {"pk": world.standard.pk}, hidden=BESIDE_THE_COUNTY),
    # Workbooks: whoever types figures brings them in; each one's uploads are his own.
    Form("indicators:imports", TYPING, budget=16),
    Page("indicators:import", TYPING, workbook, hidden=NOT_THE_UPLOADER, budget=30),
    Form("indicators:import_columns", TYPING, mapped_workbook, hidden=NOT_THE_UPLOADER, answers=OK),
    Page("indicators:import_errors", TYPING, workbook, hidden=NOT_THE_UPLOADER),
    Post(
        "indicators:import_step",
        TYPING,
        lambda world: {"pk": world.workbook.pk, "step": "cancel"},
        hidden=NOT_THE_UPLOADER,
    ),
    Page(
        "indicators:month_template",
        TYPING,
        lambda world: {"year": "2025", "month": "10"},
        hidden=NOWHERE,
        answers=OK | REDIRECTED,
    ),
    Page("indicators:ledger_table", WORK, lambda world: {"year": "2025", "month": "10"}, hidden=NOWHERE),
    Page("indicators:ledger_year", WORK, lambda world: {"year": "2025"}, hidden=NOWHERE),
    # projects
    Page("projects:list", WORK, budget=20),
    Page("projects:export", WORK),
    Page("projects:measures", WORK, budget=20),
    Form("projects:create", frozenset({"bureau"})),
    Page("projects:detail", WORK, project),
    Form("projects:edit", frozenset({"bureau"}), project),
    Post("projects:step", TOWNSHIP | {"bureau"}, project, data={"step": "start"}),
    Post("projects:progress", TOWNSHIP | {"bureau"}, project),
    Post("projects:book", frozenset({"bureau"}), project),
    Form(
        "projects:reverse",
        frozenset({"bureau"}),
        lambda world: {"pk": world.project.pk, "movement_pk": world.movement.pk},
    ),
    # programme_files
    Page("programme_files:list", WORK, budget=10),
    Page("programme_files:detail", WORK, programme, hidden=BESIDE_THE_COUNTY, budget=28),
    Page("programme_files:file", WORK, programme, hidden=BESIDE_THE_COUNTY),
    Page(
        "programme_files:version",
        WORK,
        lambda world: {"code": world.programme.code, "number": world.version.number},
        hidden=BESIDE_THE_COUNTY,
    ),
    Form("programme_files:upload", frozenset({"bureau"})),
    Post("programme_files:confirm", frozenset({"bureau"})),
    # assessments
    Page("assessments:list", WORK, budget=25),
    Post("assessments:open", TOWNSHIP, lambda world: {"enrolment_pk": world.scene.enrolment.pk}),
    Page("assessments:detail", WORK, application("municipal_review"), hidden=NOT_APPLYING),
    Post(
        "assessments:step",
        TOWNSHIP | {"bureau", "city"},
        application("municipal_review", name="pass"),
        hidden=NOT_APPLYING,
    ),
    Form("assessments:self_check", TOWNSHIP, application("self_check"), hidden=NOT_APPLYING),
    Page("assessments:report", WORK, application("municipal_review"), hidden=NOT_APPLYING),
    Form("assessments:evidence", TOWNSHIP, item, hidden=NOT_APPLYING),
    Post("assessments:evidence_choose", TOWNSHIP, item, hidden=NOT_APPLYING),
    Post("assessments:evidence_detach", TOWNSHIP, item, hidden=NOT_APPLYING),
    Form(
        "assessments:opinions",
        frozenset({"department"}),
        application("municipal_review"),
        hidden=NOT_APPLYING,
    ),
    Form(
        "assessments:judgements", frozenset({"bureau"}), application("municipal_review"), hidden=NOT_APPLYING
    ),
    Form("assessments:return", frozenset({"bureau"}), application("municipal_review"), hidden=NOT_APPLYING),
    Form("assessments:award", frozenset({"city"}), application("city_review"), hidden=NOT_APPLYING),
    Form("assessments:payment", frozenset({"bureau"}), application("awarded"), hidden=NOT_APPLYING),
    Form("assessments:recheck", frozenset({"bureau"}), application("awarded"), hidden=NOT_APPLYING),
    Post(
        "assessments:rectification_step",
        TOWNSHIP | {"bureau"},
        lambda world: {"pk": world.rectification.pk, "name": "close"},
        hidden=NOT_APPLYING,
    ),
    Page("assessments:orders", WORK, budget=15),
    Form("assessments:order_new", frozenset({"leader"})),
    Page("assessments:order", WORK, lambda world: {"pk": world.order.pk}),
    Post(
        "assessments:order_step",
        TOWNSHIP | {"department", "bureau", "leader"},
        lambda world: {"pk": world.order.pk, "name": "close"},
    ),
)

# Tables of the back office, and who keeps them. Everybody else gets 403, also those who open the back office.
BACK_OFFICE = {
    "accounts_organisation": "administrator",
    "accounts_user": "administrator",
    "indicators_dataelement": "bureau",
    "indicators_referenceseries": "bureau",
    "indicators_referencevalue": "bureau",
    "villages_calendarday": "bureau",
    "villages_programme": "bureau",
    "villages_village": "bureau",
}
# The site's own addresses in the back office: the index opens for its keepers, the others lead elsewhere.
BACK_OFFICE_SITE = {
    "admin:index",
    "admin:app_list",
    "admin:autocomplete",
    "admin:jsi18n",
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:view_on_site",
}
