"""Who opens which page, what a stranger's id gives, and how many questions a page asks the database."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from projects.models import FundMovement, ProjectFund, WorksProgress
from tests.factories import MeasureFactory, ProjectFactory, ProjectFundFactory, VillageFactory
from tests.projects.people import NOW, TODAY

READERS = {"clerk", "head", "department", "bureau", "city", "leader", "auditor"}
EXPORTERS = READERS
ROLES = [*sorted(READERS), "administrator"]
# What opening a page costs, whatever it shows: session, person, office, and the page's own questions.
BUDGETS = {"list": 15, "detail": 16, "measures": 12, "create": 10, "edit": 16}


@pytest.fixture
def project(people):
    fund = ProjectFundFactory(project=ProjectFactory(status="started"), allocated=80, paid=30)
    for month in (8, 9):
        WorksProgress.objects.create(
            project=fund.project, month=f"2025-0{month}-01", percent=month * 10, by=people.clerk, at=NOW
        )
    return fund.project


@pytest.fixture
def payment(project, people):
    return FundMovement.objects.create(
        fund=project.funds.get(),
        kind="payment",
        amount=30,
        movement_date=TODAY,
        token=uuid4(),
        by=people.bureau,
        at=NOW,
    )


def address(name, project, payment=None):
    if name in {"list", "measures", "create", "export"}:
        return reverse(f"projects:{name}")
    if name == "reverse":
        return reverse("projects:reverse", kwargs={"pk": project.pk, "movement_pk": payment.pk})
    return reverse(f"projects:{name}", kwargs={"pk": project.pk})


GET = [
    ("list", READERS),
    ("detail", READERS),
    ("measures", READERS),
    ("export", EXPORTERS),
    ("create", {"bureau"}),
    ("edit", {"bureau"}),
    ("reverse", {"bureau"}),
]
POST = [
    ("book", {"bureau"}),
    ("progress", {"clerk", "head", "bureau"}),
    ("create", {"bureau"}),
    ("edit", {"bureau"}),
    ("reverse", {"bureau"}),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed"), GET)
def test_a_page_opens_for_its_roles_only(name, allowed, role, project, payment, people, open_as):
    client = open_as(getattr(people, role))

    answer = client.get(address(name, project, payment))

    # An administrator does no business: no project is visible to one, so a project's page is not even known.
    unknown = 404 if role == "administrator" and name in {"detail", "edit", "reverse"} else 403
    assert answer.status_code == (200 if role in allowed else unknown)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed"), POST)
def test_an_empty_form_comes_back_to_its_roles_and_is_refused_to_others(
    name, allowed, role, project, payment, people, open_as
):
    client = open_as(getattr(people, role))

    answer = client.post(address(name, project, payment))

    unknown = 404 if role == "administrator" and name != "create" else 403
    assert answer.status_code == (200 if role in allowed else unknown)
    if role in allowed:
        assert "请填写这一项。" in answer.content.decode()


@pytest.mark.parametrize("name", ["list", "detail", "measures", "create", "edit", "export", "reverse"])
def test_a_visitor_is_asked_to_log_in(name, project, payment, client):
    answer = client.get(address(name, project, payment))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", ["detail", "edit", "reverse", "book", "progress", "step"])
def test_a_project_of_another_township_does_not_exist(name, project, payment, people, open_as):
    client = open_as(people.neighbour)
    method = client.post if name in {"book", "progress", "step"} else client.get

    answer = method(address(name, project, payment))

    assert answer.status_code == 404


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_a_project_that_does_not_exist_is_not_found(pk, people, open_as):
    answer = open_as(people.bureau).get(f"/projects/{pk}/")

    assert answer.status_code == 404


def test_a_movement_of_another_project_is_not_found_under_this_one(payment, people, open_as):
    other = ProjectFactory()

    answer = open_as(people.bureau).get(address("reverse", other, payment))

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["book", "progress", "step"])
def test_what_is_posted_is_not_fetched(name, project, people, open_as):
    answer = open_as(people.bureau).get(address(name, project))

    assert answer.status_code == 405


@pytest.mark.parametrize("name", sorted(BUDGETS))
def test_a_page_asks_no_more_of_the_database_when_there_is_more_to_show(
    name, project, payment, people, open_as, django_assert_max_num_queries
):
    client = open_as(people.bureau)
    for number in range(1, 20):
        village = VillageFactory(code=f"6401811012{number:02}", name=f"村{number}")
        one = ProjectFactory(villages=[village], measure=MeasureFactory(number=number))
        ProjectFundFactory(project=one)

    with django_assert_max_num_queries(BUDGETS[name]):
        answer = client.get(address(name, project))

    assert answer.status_code == 200


def test_the_list_pages_and_sums_all_that_was_asked_for(people, open_as):
    for _ in range(25):
        ProjectFundFactory(project=ProjectFactory(), budget=10)
    ProjectFundFactory(project=ProjectFactory(year=2024), budget=1000)

    answer = open_as(people.bureau).get("/projects/", {"year": 2025, "page": 2})

    assert len(answer.context["page"]) == 5
    assert answer.context["money"]["budget"] == 250
    assert "?year=2025&amp;page=1" in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "started"}, ["building"]),
        ({"attention": "late"}, ["building"]),
        ({"attention": "unreported"}, ["building"]),
        ({"q": "蓄水池"}, ["planned"]),
        ({"order": "-budget"}, ["planned", "building"]),
        ({"order": "planned_end_date"}, ["building", "planned"]),
        ({}, ["building", "planned"]),
    ],
)
def test_the_list_is_searched_and_ordered(asked, found, people, open_as):
    building = ProjectFactory(code="building", status="started", planned_end_date="2025-10-31")
    planned = ProjectFactory(code="planned", name="蓄水池")
    ProjectFundFactory(project=building, budget=1)
    ProjectFundFactory(project=planned, budget=2)

    answer = open_as(people.bureau).get("/projects/", asked)

    assert [row.project.code for row in answer.context["rows"]] == found


@pytest.mark.parametrize("field", ["year", "status", "measure", "village", "order", "attention", "page"])
def test_a_search_that_makes_no_sense_still_answers(field, project, people, open_as):
    answer = open_as(people.bureau).get("/projects/", {field: "x"})

    assert answer.status_code == 200


def test_an_empty_library_says_what_to_do_next(people, open_as):
    bureau = open_as(people.bureau).get("/projects/").content.decode()
    clerk = open_as(people.clerk).get("/projects/").content.decode()

    assert "项目库还是空的" in bureau
    assert reverse("projects:create") in bureau
    assert "还没有您能看到的项目" in clerk


def test_a_province_is_searched_by_names_and_not_by_a_list_of_its_villages(people, open_as):
    answer = open_as(people.city).get("/projects/")

    assert not {"village", "department"} & set(answer.context["form"].fields)


def test_a_project_page_shows_its_money_its_months_and_its_way(project, payment, people, open_as):
    page = open_as(people.leader).get(project.get_absolute_url()).content.decode()

    for words in ("80.00", "30.00", "2025年9月", "90.0%", "形象进度", "累计支付占预算"):
        assert words in page
    assert "登记下达或支付" not in page


def test_what_was_typed_by_people_is_shown_as_text(people, open_as):
    project = ProjectFactory(name="<script>alert(1)</script>", content="<img src=x>")

    page = open_as(people.bureau).get(project.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_a_department_finds_its_measures_first_and_can_look_at_them_alone(people, open_as):
    for number, name in ((1, "监测"), (2, "补短板")):
        MeasureFactory(number=number, name=name)
    MeasureFactory(number=2).departments.add(people.insurance)
    client = open_as(people.other_department)

    everything = client.get("/projects/measures/")
    own = client.get("/projects/measures/", {"own": "1"})

    assert [row.measure.number for row in everything.context["rows"]] == [2, 1]
    assert [row.measure.number for row in own.context["rows"]] == [2]
    assert "医保局负责其中 1 项" in everything.content.decode()


def test_the_workbook_holds_what_the_list_shows_and_its_sums(people, open_as):
    ProjectFundFactory(project=ProjectFactory(code="=1+1", name="蓄水池"), budget="12.5", allocated=10)
    ProjectFundFactory(project=ProjectFactory(name="大棚"), budget=100)

    answer = open_as(people.bureau).get("/projects/export/", {"q": "蓄水池"})

    sheet = load_workbook(BytesIO(answer.content))["项目库"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert "20251112.xlsx" in answer["Content-Disposition"]
    assert (rows[0][0], rows[0][1], rows[0][-3:]) == ("=1+1", "蓄水池", [12.5, 10, 0])
    assert (rows[1][0], rows[1][-3:]) == ("合计", [12.5, 10, 0])
    assert ProjectFund.objects.count() == 2
