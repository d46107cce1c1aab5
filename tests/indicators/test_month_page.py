"""The page of a village's month: who sees it, what may be typed, what comes back."""

from datetime import date

import pytest
from django.contrib.messages import get_messages

from indicators.models import LedgerLine, MonthlyReport, ValueChange
from indicators.services import months
from tests.factories import (
    DataElementFactory,
    MonthlyReportFactory,
    ProgrammeElementFactory,
    TownshipFactory,
    UserFactory,
    VillageFactory,
)
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture
def scene():
    return set_scene()


@pytest.fixture
def page(client, scene):
    """Open or send the month as somebody; returns the response."""

    def go(user, data=None, url=None, **more):
        client.force_login(user)
        url = url or scene.url
        return client.get(url, more) if data is None else client.post(url, data, follow=True)

    return go


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request)) or response.text


def test_reading_a_month_creates_nothing(scene, page):
    response = page(scene.clerk)

    assert response.status_code == 200
    assert not MonthlyReport.objects.exists()
    assert not LedgerLine.objects.exists()


def test_each_cell_shows_unit_last_month_and_the_same_month_last_year(scene, page):
    scene.save({scene.due: 1470}, month=SEPTEMBER)
    scene.save({scene.due: 1301}, month=date(2024, 10, 1))
    scene.save({scene.due: 1480})

    response = page(scene.clerk)

    cell = next(cell for cell in response.context["sheet"].cells if cell.element == scene.due)
    assert (cell.text, cell.before, cell.change, cell.year_ago) == ("1480", "1,470", "+10", "1,301")
    assert f'<input class="cell-input" id="v{scene.due.pk}"' in response.text
    assert "人" in response.text


def test_figures_are_read_with_all_their_decimals(scene, page):
    scene.save({scene.greening: 45}, month=SEPTEMBER)
    scene.save({scene.greening: "45.5"})

    response = page(scene.bureau)

    cell = next(cell for cell in response.context["sheet"].cells if cell.element == scene.greening)
    assert (cell.shown, cell.before, cell.change) == ("45.5", "45.0", "+0.5")


def test_last_month_of_january_is_december_of_the_year_before(scene, page):
    scene.save({scene.due: 1400}, month=date(2024, 12, 1))

    response = page(scene.clerk, url=f"/indicators/months/{scene.village.code}/2025/1/")

    cell = next(cell for cell in response.context["sheet"].cells if cell.element == scene.due)
    assert cell.before == "1,400"


def test_a_department_s_cell_is_locked_to_the_township_and_says_so(scene, page):
    response = page(scene.clerk)

    assert f'id="v{scene.medical.pk}" class="cell-shown"' in response.text
    assert "由医保局填报" in response.text


def test_a_department_types_its_own_cells_only(scene, page):
    response = page(scene.officer)

    open_cells = [cell.element for cell in response.context["sheet"].cells if cell.is_open]
    assert open_cells == [scene.medical]
    assert "填好后随郝家桥镇的月报一并上报。" in response.text


def test_a_saved_form_is_kept_and_said(scene, page):
    response = page(scene.clerk, scene.typed(pension_due="１，480人", greening="45.5%", village_plan="1"))

    assert "已保存 3 项。" in response.text
    assert scene.value(scene.due) == 1480
    assert response.redirect_chain[-1][0] == scene.url


def test_saving_the_same_again_says_that_nothing_changed(scene, page):
    scene.save({scene.due: 1480})

    response = page(scene.clerk, scene.typed())

    assert "没有新的改动" in response.text
    assert scene.report.version == 1


@pytest.mark.parametrize(
    ("code", "text", "sentence"),
    [
        ("pension_due", "12a", "“12a”不是数字，请只填数字（单位：人）。"),
        ("pension_due", "-5", "不能是负数。"),
        ("pension_due", "1.5", "应填整数，不能带小数。"),
        ("greening", "120%", "不能大于 100%，填的是 120%。"),
        ("party_stars", "7", "不能大于 5星，填的是 7星。"),
    ],
)
def test_bad_input_comes_back_as_typed_with_a_sentence_at_the_cell(scene, page, code, text, sentence):
    response = page(scene.clerk, scene.typed(**{"pension_insured": "1,410", code: text}))

    cell = next(cell for cell in response.context["sheet"].wrong if cell.element.code == code)
    assert cell.error == sentence
    assert cell.text == text
    assert f'href="#{cell.name}"' in response.text
    assert 'value="1,410"' in response.text
    assert "data-unsaved-keep" in response.text
    assert not MonthlyReport.objects.exists()


def test_what_is_typed_is_escaped_when_it_comes_back(scene, page):
    response = page(scene.clerk, scene.typed(pension_due='"><script>alert(1)</script>'))

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


def test_a_cell_that_was_not_sent_stays_as_it_is(scene, page):
    scene.save({scene.due: 1480, scene.insured: 1410})

    page(scene.clerk, {"version": "1", f"v{scene.insured.pk}": "1420"})

    assert scene.value(scene.due) == 1480
    assert scene.value(scene.insured) == 1420


def test_a_part_above_its_whole_can_be_a_draft_and_is_said_beside_the_cell(scene, page):
    response = page(scene.clerk, scene.typed(pension_due="1480", pension_insured="1520"))

    problem = "参保人数（1,520）大于应参保人数（1,480），请核对。"
    cell = next(cell for cell in response.context["sheet"].cells if cell.problem)
    assert (cell.element, cell.problem) == (scene.insured, problem)
    assert "可以先存草稿，改正后才能上报" in response.text


def test_a_department_s_cell_cannot_be_forged(scene, page):
    response = page(scene.clerk, scene.typed() | {f"v{scene.medical.pk}": "1"})

    assert response.status_code == 403
    assert "“医保参保人数”由医保局填报，不能由您填写。" in response.text
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("role", ["bureau", "city", "leader", "auditor"])
def test_who_only_reads_sees_figures_without_inputs_and_cannot_save(scene, page, role):
    reader = UserFactory(roles=[role])
    scene.save({scene.due: 1480})

    shown = page(reader)
    refused = page(reader, scene.typed(pension_due="1"))

    assert shown.status_code == 200
    assert "cell-input" not in shown.text
    assert refused.status_code == 403
    assert scene.value(scene.due) == 1480


def test_an_administrator_takes_no_part_in_the_work(scene, page):
    response = page(UserFactory(roles=["administrator"]))

    assert response.status_code == 403


def test_a_village_of_another_township_is_not_found(scene, page):
    stranger = UserFactory(
        organisation=TownshipFactory(name="白土岗乡", division_code="640181201"), roles=["head"]
    )

    assert page(stranger).status_code == 404
    assert page(stranger, scene.typed(pension_due="1")).status_code == 404
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize(
    "path", ["640181101999/2025/10/", "640181101219/2025/13/", "640181101219/0000/1/", "x/2025/10/"]
)
def test_no_such_village_or_month_is_not_found(scene, page, path):
    assert page(scene.clerk, url=f"/indicators/months/{path}").status_code == 404


def test_a_month_in_the_future_is_refused_with_a_sentence(scene, page):
    url = f"/indicators/months/{scene.village.code}/2025/12/"

    shown, refused = page(scene.clerk, url=url), page(scene.clerk, scene.typed(pension_due="1"), url=url)

    for response in (shown, refused):
        assert response.status_code == 404
        assert "2025年12月还没有到，2025-12-01 起才能填报。" in response.text
    assert not MonthlyReport.objects.exists()


def test_a_village_without_a_programme_says_that_it_has_no_months(scene, page):
    VillageFactory(code="640181101220", name="泾灵北村")

    response = page(scene.clerk, url="/indicators/months/640181101220/2025/10/")

    assert "这个村（社区）没有参加创建方案" in response.text


def test_visitors_are_sent_to_the_login(client, scene):
    response = client.get(scene.url)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


# --- two people on one month ------------------------------------------------------------------


def test_cells_that_only_the_other_changed_are_taken_over_silently(scene, page):
    scene.save({scene.due: 1480, scene.insured: 1400})
    typed = scene.typed(pension_insured="1410")
    scene.save({scene.due: 1490}, actor=scene.head)

    response = page(scene.clerk, typed)

    assert scene.value(scene.due) == 1490
    assert scene.value(scene.insured) == 1410
    assert "您填写期间王镇长也改了 1 项，已按对方的保留。" in response.text


def test_a_cell_that_both_changed_is_asked_about_and_nothing_typed_is_lost(scene, page):
    scene.save({scene.due: 1480, scene.insured: 1400})
    typed = scene.typed(pension_due="1,500", pension_insured="1410", greening="45.5")
    scene.save({scene.due: 1490, scene.stars: 3}, actor=scene.head)

    response = page(scene.clerk, typed)

    conflict = next(cell for cell in response.context["sheet"].cells if cell.conflict)
    assert conflict.element == scene.due
    assert (conflict.conflict.mine, conflict.conflict.theirs) == ("1,500", "1,490")
    assert conflict.conflict.change.by == scene.head
    assert "2025-11-12 09:00" in response.text
    texts = {cell.element.code: cell.text for cell in response.context["sheet"].cells}
    assert texts["pension_due"] == "1,500"
    assert texts["pension_insured"] == "1410"
    assert texts["greening"] == "45.5"
    assert texts["party_stars"] == "3"
    assert 'name="version" value="2"' in response.text
    assert scene.value(scene.insured) == 1400


def conflicting(scene, page, **choice):
    scene.save({scene.due: 1480})
    typed = scene.typed(pension_due="1500", greening="45.5")
    scene.save({scene.due: 1490}, actor=scene.head)
    page(scene.clerk, typed)
    again = typed | {"version": "2", "conflict": str(scene.due.pk)}
    if choice:
        again[f"choice{scene.due.pk}"] = choice["choice"]
    return page(scene.clerk, again)


@pytest.mark.parametrize(("choice", "value"), [("mine", 1500), ("theirs", 1490)])
def test_the_choice_between_two_figures_is_kept(scene, page, choice, value):
    conflicting(scene, page, choice=choice)

    assert scene.value(scene.due) == value
    assert scene.value(scene.greening) == 45.5


def test_without_a_choice_the_question_is_put_again(scene, page):
    response = conflicting(scene, page)

    cell = next(cell for cell in response.context["sheet"].cells if cell.conflict)
    assert (cell.text, cell.error) == ("1500", "请选择用哪一个数。")
    assert scene.value(scene.due) == 1490
    assert scene.value(scene.greening) is None


def test_the_same_figure_typed_by_both_is_no_conflict(scene, page):
    scene.save({scene.due: 1480})
    typed = scene.typed(pension_due="1490", greening="45.5")
    scene.save({scene.due: 1490}, actor=scene.head)

    page(scene.clerk, typed)

    assert scene.value(scene.due) == 1490
    assert scene.value(scene.greening) == 45.5


def test_a_figure_changed_and_changed_back_is_no_conflict(scene, page):
    scene.save({scene.due: 1480})
    typed = scene.typed(pension_due="1500")
    scene.save({scene.due: 1490}, actor=scene.head)
    scene.save({scene.due: 1480}, actor=scene.head)

    page(scene.clerk, typed)

    assert scene.value(scene.due) == 1500


def test_a_month_submitted_meanwhile_keeps_what_was_typed_beside_its_cell(scene, page):
    scene.fill()
    typed = scene.typed(greening="46%", pension_due="12a")
    scene.submit()

    response = page(scene.clerk, typed)

    assert "本月已于 11-12 上报，需修改请向振兴局申请退回。" in response.text
    assert {cell.element.code: cell.unsaved for cell in response.context["sheet"].unsaved} == {
        "greening": "46%",
        "pension_due": "12a",
    }
    assert scene.value(scene.greening) == 45.5
    assert ValueChange.objects.filter(version__gt=2).count() == 0


# --- steps from the page ----------------------------------------------------------------------


def step(client, scene, user, name, **data):
    client.force_login(user)
    url = f"/indicators/months/{scene.report.pk}/{name}/"
    return client.post(url, {"version": scene.report.version, **data}, follow=True)


def test_the_head_saves_and_submits_with_one_press(scene, page):
    scene.fill()

    response = page(scene.head, scene.typed(greening="46") | {"then": "submit"})

    assert scene.value(scene.greening) == 46
    assert scene.report.status == "submitted"
    assert "已上报给乡村振兴局，等待受理。" in response.text


def test_the_second_press_is_told_that_it_is_done(scene, page):
    scene.fill()
    data = scene.typed() | {"then": "submit"}
    page(scene.head, data)

    response = page(scene.head, data)

    assert "本月已于 11-12 上报" in response.text
    assert scene.report.steps.count() == 1


def test_a_clerk_sees_that_the_head_submits_and_cannot_force_it(client, scene, page):
    scene.fill()

    shown = page(scene.clerk)
    forced = step(client, scene, scene.clerk, "submit")

    assert "填好后请负责人上报。" in shown.text
    assert 'value="submit"' not in shown.text
    assert forced.status_code == 403
    assert scene.report.status == "draft"


def test_gaps_are_listed_and_go_only_with_an_explicit_word(client, scene, page):
    scene.save({scene.due: 1480})

    asked = page(scene.head, scene.typed() | {"then": "submit"})
    done = step(client, scene, scene.head, "submit", incomplete="on")

    assert "还没有上报：有 5 项没有填" in asked.text
    assert "医保参保人数（医保局提供）" in asked.text
    assert "确认缺 5 项，仍然上报" in asked.text
    assert "已上报给乡村振兴局" in done.text
    assert scene.report.status == "submitted"


def test_every_relation_that_does_not_hold_is_said_beside_its_cell(scene, page):
    scene.fill()

    response = page(scene.head, scene.typed(pension_insured="1520") | {"then": "submit"})

    assert "还没有上报：有 1 处数据不对" in response.text
    assert [cell.element for cell in response.context["sheet"].troubled] == [scene.insured]
    assert scene.report.status == "draft"
    assert scene.value(scene.insured) == 1520


def test_an_empty_month_cannot_be_submitted(scene, page):
    response = page(scene.head, scene.typed() | {"then": "submit"})

    assert "本月一项数据也没有填，不能上报。" in response.text
    assert not MonthlyReport.objects.exists()


def test_figures_that_others_changed_unseen_are_not_signed_off(scene, page):
    scene.fill()
    data = scene.typed() | {"then": "submit"}
    scene.save({scene.greening: 46})

    response = page(scene.head, data)

    assert "还没有上报：请核对别人改过的数据，再上报。" in response.text
    assert scene.report.status == "draft"


def test_the_bureau_accepts_from_the_page(client, scene, page):
    scene.fill()
    scene.submit()

    shown = page(scene.bureau)
    done = step(client, scene, scene.bureau, "accept")

    assert "受理，数据计入达标计算" in shown.text
    assert "已受理，达标情况正在重新计算。" in done.text
    assert scene.report.status == "accepted"


def test_a_return_without_reason_is_refused_and_one_with_reason_is_shown_to_the_clerk(client, scene, page):
    scene.fill()
    scene.submit()

    refused = step(client, scene, scene.bureau, "return", comment=" ")
    assert refused.context["decision"].errors["comment"] == ["请写明退回的理由，或在数据旁边写明要改什么。"]
    assert scene.report.status == "submitted"
    step(client, scene, scene.bureau, "return", comment="绿化覆盖率请核实。")

    shown = page(scene.clerk)
    assert "退回：绿化覆盖率请核实。" in shown.text
    assert "已退回" in shown.text
    assert "cell-input" in shown.text


def test_a_reason_is_not_lost_when_the_step_is_not_possible(client, scene):
    scene.fill()
    scene.submit()

    response = step(client, scene, scene.bureau, "return", comment="请核实。", version="0")

    assert "有人改过这个月的数据" in response.text
    assert "请核实。</textarea>" in response.text
    assert scene.report.status == "submitted"


def test_a_reason_that_is_too_long_comes_back_with_a_sentence(client, scene):
    scene.fill()
    scene.submit()

    response = step(client, scene, scene.bureau, "return", comment="长" * 501)

    assert response.context["decision"].errors["comment"]
    assert "长" * 501 in response.text
    assert scene.report.status == "submitted"


@pytest.mark.parametrize("name", ["accept", "return", "withdraw"])
def test_a_step_that_is_not_possible_now_is_refused_with_a_sentence(client, scene, name):
    scene.fill()
    user = scene.head if name == "withdraw" else scene.bureau

    response = step(client, scene, user, name, comment="请核实。")

    assert "现在的状态是“填报中”" in response.text
    assert scene.report.status == "draft"


def test_an_unknown_step_or_report_is_not_found(client, scene):
    scene.fill()

    assert step(client, scene, scene.head, "approve").status_code == 404
    assert client.post("/indicators/months/999999/submit/").status_code == 404


def test_a_step_on_another_township_s_report_is_not_found(client, scene):
    scene.fill()
    other = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(organisation=other, roles=["head"])

    assert step(client, scene, stranger, "submit").status_code == 404
    assert scene.report.status == "draft"


def test_a_step_cannot_be_taken_by_following_a_link(client, scene):
    scene.fill()
    client.force_login(scene.head)

    assert client.get(f"/indicators/months/{scene.report.pk}/submit/").status_code == 405


def test_the_history_says_who_when_from_where_to_where_and_why(client, scene, page):
    scene.fill()
    scene.submit()
    scene.give_back(comment="绿化覆盖率请核实。")

    response = page(scene.head)

    latest, first = response.context["history"]
    assert (latest["who"], latest["action"], latest["from"], latest["to"], latest["reason"]) == (
        "刘科长",
        "退回",
        "已上报",
        "已退回",
        "绿化覆盖率请核实。",
    )
    assert (first["who"], first["at"], first["organisation"]) == ("王镇长", NOW, "郝家桥镇")


def test_the_reviewer_goes_on_to_the_next_of_the_queue(scene, page):
    scene.fill()
    scene.submit()
    scene.fill(month=SEPTEMBER)
    september = scene.village.reports.get(month=SEPTEMBER)
    months.month_submit(report=september, actor=scene.head, now=NOW)

    queue = page(scene.bureau).context["queue"]

    assert (queue["before"], queue["after"], queue["count"]) == (september, None, 2)


def test_the_page_asks_the_same_number_of_questions_whatever_the_number_of_elements(
    client, scene, django_assert_max_num_queries
):
    scene.fill()
    scene.submit()
    scene.give_back()
    for number in range(30):
        element = DataElementFactory(code=f"more{number}", name=f"数据{number}", position=100 + number)
        ProgrammeElementFactory(programme=scene.programme, element=element)
    client.force_login(scene.clerk)

    with django_assert_max_num_queries(18):
        client.get(scene.url)


@pytest.mark.parametrize("month", [OCTOBER, SEPTEMBER, date(2024, 10, 1)])
def test_a_page_that_shows_demonstration_figures_is_marked(scene, page, month):
    unmarked = page(scene.clerk)
    MonthlyReportFactory(village=scene.village, month=month, is_demonstration=True)

    assert "演示数据" not in unmarked.text
    assert "演示数据" in page(scene.clerk).text


@pytest.mark.parametrize(
    "forged",
    [
        {"version": "x"},
        {"version": "-1"},
        {"version": "9" * 40},
        {"version": "٣"},
        {"conflict": "x"},
        {"conflict": "999999"},
        {"then": "x"},
        {"v999999": "1"},
        {"vx": "1"},
    ],
)
def test_a_forged_form_is_no_error_and_overwrites_nobody(scene, page, forged):
    scene.save({scene.due: 1480})
    typed = scene.typed(pension_due="1500")
    scene.save({scene.due: 1490}, actor=scene.head)

    response = page(scene.clerk, typed | forged)

    assert response.status_code == 200
    assert scene.value(scene.due) == 1490


def test_the_month_leads_to_its_neighbours_but_not_into_the_future(scene, page):
    october = page(scene.clerk).context
    november = page(scene.clerk, url=f"/indicators/months/{scene.village.code}/2025/11/").context

    assert october["before_url"].endswith("/2025/9/")
    assert october["after_url"].endswith("/2025/11/")
    assert november["after_url"] == ""


def test_a_department_finds_its_own_figures_above_all_others(scene, page):
    groups = page(scene.officer).context["sheet"].groups

    assert (groups[0].name, [cell.element for cell in groups[0].cells]) == (
        "本单位填报的数据",
        [scene.medical],
    )
    assert [group.name for group in groups[1:]] == ["社会保障", "人居环境", "基层治理"]


def test_a_village_is_shown_and_misses_only_what_its_kind_is_asked_for(scene, page):
    scene.ask_only(scene.due, scene.medical)

    response = page(scene.clerk)

    assert f'name="v{scene.due.pk}"' not in response.text
    assert "医保参保人数" not in response.text
    assert f'name="v{scene.insured.pk}"' in response.text


def test_the_reviewer_is_shown_only_what_the_village_s_kind_is_asked_for(scene, page):
    scene.fill()
    scene.submit()
    scene.ask_only(scene.due)

    assert "应参保人数" not in page(scene.bureau).text
