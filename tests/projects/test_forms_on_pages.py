"""What people type, right and wrong: a refusal is a sentence at its field, and nothing typed is lost."""

from uuid import uuid4

import pytest
from django.urls import reverse

from projects.models import FundMovement, Project, WorksProgress
from tests.factories import EnrolmentFactory, MeasureFactory, ProjectFactory, ProjectFundFactory
from tests.projects.people import NOW


@pytest.fixture
def fund(people):
    return ProjectFundFactory(project=ProjectFactory(status="started"), budget=100, allocated=80, paid=30)


@pytest.fixture
def project_form(people):
    return {
        "code": "2025-001",
        "name": "泾灵南村二期大拱棚",
        "content": "新建全钢架大拱棚 11 栋。",
        "measure": MeasureFactory().pk,
        "department": people.farming.pk,
        "villages": [EnrolmentFactory().village.pk],
        "year": "2025",
        "planned_start_date": "2025-03-01",
        "planned_end_date": "2025-12-31",
        "budget_central": "1,234.5",
        "version": "0",
    }


def address(name, project):
    return reverse(f"projects:{name}", kwargs={"pk": project.pk})


def movement_form(of, **typed):
    known = {
        "kind": "payment",
        "fund": of.pk,
        "amount": "20",
        "movement_date": "2025-11-01",
        "document_number": "凭证 7",
        "token": str(uuid4()),
    }
    return known | typed


def test_a_project_is_entered_from_the_page(project_form, people, open_as):
    answer = open_as(people.bureau).post("/projects/new/", project_form, follow=True)

    project = Project.objects.get()
    assert answer.redirect_chain == [(project.get_absolute_url(), 302)]
    assert "“泾灵南村二期大拱棚”已入库。" in answer.content.decode()
    assert (project.funds.get().budget, project.villages.count()) == (1234.5, 1)


WRONG_PROJECTS = [
    ("code", "x" * 41, "code", "最多 40 个字，现在有 41 个。"),
    ("measure", "999999", "measure", "请从列出的选项中选择。"),
    ("villages", ["999999"], "villages", "请从列出的选项中选择。"),
    ("department", "999999", "department", "请从列出的选项中选择。"),
    ("year", "二〇二五", "year", "请填整数。"),
    ("year", "2019", "year", "年度应在 2022 到 2025 之间。"),
    ("planned_end_date", "2025-02-30", "planned_end_date", "请按 2025-11-12 这样的写法填日期。"),
    ("planned_end_date", "2025-02-28", "planned_end_date", "计划完工不能早于计划开工。"),
    ("budget_central", "-1", "budget_central", "不能小于 0，请核对。"),
    ("budget_central", "很多", "budget_central", "请填数字。"),
    ("budget_central", "1.00001", "budget_central", "最多保留 4 位小数。"),
    ("budget_central", "NaN", "budget_central", "请填数字。"),
    ("budget_central", "1e99", "budget_central", "数字太长：总共最多 14 位。"),
    ("budget_central", "", "__all__", "请至少填写一个资金来源的预算。"),
    ("name", "含\x00空", "name", "含有看不见的特殊字符，请重新输入，不要从别处粘贴。"),
]


@pytest.mark.parametrize(("field", "typed", "at", "sentence"), WRONG_PROJECTS)
def test_a_wrong_project_is_said_at_its_field_and_keeps_what_was_typed(
    field, typed, at, sentence, project_form, people, open_as
):
    answer = open_as(people.bureau).post("/projects/new/", project_form | {field: typed})

    assert answer.status_code == 200
    assert answer.context["form"].errors == {at: [sentence]}
    assert 'value="2025-03-01"' in answer.content.decode()
    assert not Project.objects.exists()


def test_a_second_press_enters_no_second_project(project_form, people, open_as):
    client = open_as(people.bureau)
    client.post("/projects/new/", project_form)

    answer = client.post("/projects/new/", project_form)

    assert answer.context["form"].errors == {"code": ["这个编号已有项目使用，请核对或换一个编号。"]}
    assert Project.objects.count() == 1


def test_a_changed_project_shows_what_it_was_and_is_saved(project_form, people, open_as):
    client = open_as(people.bureau)
    client.post("/projects/new/", project_form)
    project = Project.objects.get()

    shown = client.get(address("edit", project)).context["form"]
    client.post(address("edit", project), project_form | {"name": "新名字", "budget_central": "90"})

    project.refresh_from_db()
    assert (shown["budget_central"].value(), shown["name"].value()) == ("1234.5", "泾灵南村二期大拱棚")
    assert (project.name, project.funds.get().budget) == ("新名字", 90)


def test_the_second_of_two_editors_is_told_keeps_the_typing_and_can_save_then(project_form, people, open_as):
    client = open_as(people.bureau)
    client.post("/projects/new/", project_form)
    project = Project.objects.get()
    client.post(address("edit", project), project_form | {"name": "先来的"})

    told = client.post(address("edit", project), project_form | {"name": "后来的"})
    again = project_form | {"name": "后来的", "version": told.context["form"]["version"].value()}
    client.post(address("edit", project), again)

    project.refresh_from_db()
    assert "王振兴在 2025-11-12 09:00" in told.context["form"].errors["__all__"][0]
    assert 'value="后来的"' in told.content.decode()
    assert project.name == "后来的"


def test_money_is_booked_from_the_page(fund, people, open_as):
    answer = open_as(people.bureau).post(address("book", fund.project), movement_form(fund), follow=True)

    fund.refresh_from_db()
    assert "已登记：中央支付 20 万元。" in answer.content.decode()
    assert (fund.paid, fund.movements.get().document_number) == (50, "凭证 7")


@pytest.mark.parametrize(
    ("typed", "at", "sentence"),
    [
        (
            {"amount": "50.01"},
            "amount",
            "本次支付 50.01 万元，超过尚可支付的 50.00 万元（已下达 80.00，已支付 30.00）。",
        ),
        (
            {"kind": "allocation", "amount": "50"},
            "amount",
            "本次下达 50.00 万元，超过尚可下达的 20.00 万元（预算 100.00，已下达 80.00）。",
        ),
        ({"amount": "-20"}, "amount", "金额要大于 0；登记错了的款项请在它那一行冲回。"),
        ({"amount": "二十"}, "amount", "请填数字。"),
        ({"amount": ""}, "amount", "请填写这一项。"),
        ({"movement_date": "2025-11-13"}, "movement_date", "日期不能晚于今天。"),
        ({"kind": "reversal"}, "kind", "请从列出的选项中选择。"),
        ({"fund": "999999"}, "fund", "请从列出的选项中选择。"),
    ],
)
def test_wrong_money_is_said_at_its_field_and_keeps_what_was_typed(
    typed, at, sentence, fund, people, open_as
):
    answer = open_as(people.bureau).post(address("book", fund.project), movement_form(fund, **typed))

    fund.refresh_from_db()
    assert answer.status_code == 200
    assert answer.context["movement_form"].errors == {at: [sentence]}
    assert 'value="凭证 7"' in answer.content.decode()
    assert (fund.allocated, fund.paid, FundMovement.objects.count()) == (80, 30, 0)


def test_a_fund_of_another_project_cannot_be_slipped_in(fund, people, open_as):
    other = ProjectFundFactory(project=ProjectFactory(status="started"), allocated=80)

    answer = open_as(people.bureau).post(address("book", fund.project), movement_form(other))

    assert answer.context["movement_form"].errors == {"fund": ["请从列出的选项中选择。"]}


def test_a_second_press_books_no_second_payment_and_says_so(fund, people, open_as):
    client, form = open_as(people.bureau), movement_form(fund)
    client.post(address("book", fund.project), form)

    answer = client.post(address("book", fund.project), form, follow=True)

    fund.refresh_from_db()
    assert "没有重复记账" in answer.content.decode()
    assert (fund.paid, fund.movements.count()) == (50, 1)


def test_a_movement_is_taken_back_on_its_own_page(fund, people, open_as):
    client = open_as(people.bureau)
    client.post(address("book", fund.project), movement_form(fund))
    movement = fund.movements.get()
    url = reverse("projects:reverse", kwargs={"pk": fund.project.pk, "movement_pk": movement.pk})
    typed = {"movement_date": "2025-11-12", "note": "重复付款", "token": str(uuid4())}

    refused = client.post(url, typed | {"movement_date": "2025-10-01"})
    done = client.post(url, typed, follow=True)
    again = client.post(url, typed, follow=True)

    fund.refresh_from_db()
    assert 'value="重复付款"' in refused.content.decode()
    assert "冲回日期不能早于原款项的日期（2025-11-01）。" in refused.content.decode()
    assert "已冲回：支付 20 万元。" in done.content.decode()
    assert "没有重复记账" in again.content.decode()
    assert (fund.paid, fund.movements.count()) == (30, 2)


def test_progress_is_recorded_from_the_page(fund, people, open_as):
    typed = {"month": "2025-10", "percent": "62.5", "note": "主体完成"}

    answer = open_as(people.clerk).post(address("progress", fund.project), typed, follow=True)

    assert "2025年10月形象进度已记为 62.5%。" in answer.content.decode()
    assert fund.project.progress.get().note == "主体完成"


@pytest.mark.parametrize(
    ("typed", "at", "sentence"),
    [
        ({"month": "2025-12"}, "month", "月份不能晚于本月（2025年11月）。"),
        ({"month": "去年"}, "month", "请按 2025-10 这样的写法填月份。"),
        ({"percent": "120"}, "percent", "形象进度应在 0 到 100 之间。"),
        ({"percent": "-1"}, "percent", "形象进度应在 0 到 100 之间。"),
        ({"percent": "一半"}, "percent", "请填数字。"),
        ({"percent": "60", "note": ""}, "note", "比2025年9月的 70.0% 低，请写明原因。"),
    ],
)
def test_wrong_progress_is_said_at_its_field_and_keeps_what_was_typed(
    typed, at, sentence, fund, people, open_as
):
    WorksProgress.objects.create(
        project=fund.project, month="2025-09-01", percent=70, by=people.clerk, at=NOW
    )
    form = {"month": "2025-10", "percent": "80", "note": "主体完成"} | typed

    answer = open_as(people.clerk).post(address("progress", fund.project), form)

    bound = answer.context["progress_form"]
    assert answer.status_code == 200
    assert bound.errors == {at: [sentence]}
    assert (bound["percent"].value(), bound["note"].value()) == (form["percent"], form["note"])
    assert fund.project.progress.count() == 1


def test_a_step_is_taken_from_the_page(people, open_as):
    project = ProjectFactory()

    answer = open_as(people.bureau).post(address("step", project), {"step": "approve"}, follow=True)

    project.refresh_from_db()
    assert "已办理：批复。" in answer.content.decode()
    assert project.status == "approved"


@pytest.mark.parametrize(
    ("step", "at", "sentence"),
    [
        ("accept", "__all__", "现在的状态是“已开工”，不能验收通过。"),
        ("suspend", "comment", "请写明暂停施工的理由。"),
        ("fly", "step", "没有这一步，请用页面上的按钮办理。"),
    ],
)
def test_a_step_that_is_not_possible_changes_nothing_and_says_why(step, at, sentence, fund, people, open_as):
    answer = open_as(people.bureau).post(address("step", fund.project), {"step": step})

    fund.project.refresh_from_db()
    assert answer.context["step_form"].errors == {at: [sentence]}
    assert sentence in answer.content.decode()
    assert fund.project.status == "started"


def test_a_cancellation_is_asked_once_more_with_its_reason(people, open_as):
    project = ProjectFactory(status="started")
    client = open_as(people.bureau)

    page = client.get(project.get_absolute_url()).content.decode()
    refused = client.post(address("step", project), {"step": "cancel"}).content.decode()
    client.post(address("step", project), {"step": "cancel", "comment": "规划调整"})

    project.refresh_from_db()
    assert "取消后项目不能恢复" in page
    assert '<input type="hidden" name="step" value="cancel"' in page
    assert page.count('value="cancel"') == 1
    assert '<details class="confirm" open>' in refused
    assert "请写明取消项目的理由。" in refused
    assert project.status == "cancelled"


def test_a_step_without_the_right_is_forbidden(fund, people, open_as):
    answer = open_as(people.clerk).post(
        address("step", fund.project), {"step": "suspend", "comment": "我说停"}
    )

    assert answer.status_code == 403


def test_a_clerk_of_a_project_across_townships_is_told_who_reports_on_it(people, open_as):
    project = ProjectFactory(status="started", division_code="640181")

    page = open_as(people.clerk).get(project.get_absolute_url()).content.decode()

    assert "这个项目跨乡镇实施，形象进度由乡村振兴局填报。" in page
