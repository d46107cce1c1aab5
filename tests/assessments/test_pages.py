"""Every page of the yearly workflow: who may open it, what it shows, how many queries it costs."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Application, Award, Opinion, SupervisionOrder
from assessments.services.supervision import order_issue
from indicators.models import Judgement, MonthlyReport, Standard
from tests.assessments.scene import NOW, Scene
from tests.assessments.test_snapshots import PDF
from tests.factories import EnrolmentFactory, TownshipFactory, UserFactory, VillageFactory

EVERYBODY = ["clerk", "head", "department", "bureau", "city", "leader", "administrator", "auditor"]
READERS = [role for role in EVERYBODY if role != "administrator"]


@pytest.fixture(autouse=True)
def _in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: NOW)


def browse(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, application: Application, *more) -> str:
    return reverse(f"assessments:{name}", args=[application.pk, *more])


# --- who may open what ---------------------------------------------------------------------------

# page -> (status in which it is of use, the roles that may open it)
PAGES = {
    "detail": ("municipal_review", READERS),
    "report": ("municipal_review", READERS),
    "self_check": ("self_check", ["clerk", "head"]),
    "evidence": ("self_check", ["clerk", "head"]),
    "opinions": ("municipal_review", ["department"]),
    "judgements": ("municipal_review", ["bureau"]),
    "return": ("municipal_review", ["bureau"]),
    "award": ("city_review", ["city"]),
    "payment": ("awarded", ["bureau"]),
    "recheck": ("awarded", ["bureau"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_its_people_and_nobody_else(scene: Scene, name: str):
    status, allowed = PAGES[name]
    application = scene.reach(status)
    url = page(name, application, *([scene.measured.pk] if name == "evidence" else []))

    codes = {role: browse(scene.person(role)).get(url).status_code for role in EVERYBODY}

    assert codes == {role: 200 if role in allowed else 403 for role in EVERYBODY}


@pytest.mark.parametrize("name", PAGES)
def test_out_of_the_division_nothing_is_found(scene: Scene, name: str):
    application = scene.reach(PAGES[name][0])
    url = page(name, application, *([scene.measured.pk] if name == "evidence" else []))
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(roles=["head", "bureau", "city", "department"], organisation=neighbour)

    assert browse(stranger).get(url).status_code == 404
    assert browse(stranger).post(url).status_code in (404, 405)


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_sent_to_the_login(scene: Scene, name: str):
    application = scene.reach(PAGES[name][0])
    url = page(name, application, *([scene.measured.pk] if name == "evidence" else []))

    response = Client().get(url)

    assert response.status_code == 302
    assert "/login/" in response.url


@pytest.mark.parametrize("status", ["self_check", "returned", "city_review", "awarded", "failed", "revoked"])
def test_the_application_reads_well_in_every_status(scene: Scene, status: str):
    application = scene.reach(status)

    for role in READERS:
        assert browse(scene.person(role)).get(application.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_lists_open_for_readers(scene: Scene, role: str):
    scene.reach("submitted")
    client = browse(scene.person(role))

    codes = {client.get(reverse(f"assessments:{name}")).status_code for name in ("list", "orders")}

    assert codes == {403 if role == "administrator" else 200}


# --- the list ------------------------------------------------------------------------------------


def test_the_list_says_where_each_stands_and_by_when(scene: Scene):
    scene.reach("municipal_review")

    text = browse(scene.leader).get(reverse("assessments:list")).content.decode()

    assert "评估验收中" in text
    assert "农办和成员单位" in text
    assert "还有 28 天" in text


def test_the_list_is_narrowed_and_odd_conditions_narrow_nothing(scene: Scene):
    scene.reach("submitted")
    client, url = browse(scene.leader), reverse("assessments:list")

    narrowed = client.get(url, {"year": "2024"}).content.decode()
    odd = client.get(url, {"year": "abc", "status": "gone", "page": "99"}).content.decode()

    assert "没有符合条件的申请" in narrowed
    assert "泾灵南村" in odd


def test_the_list_costs_the_same_however_long_it_is(scene: Scene, django_assert_max_num_queries):
    for number in range(12):
        village = VillageFactory(code=f"6401811012{number:02}", name=f"村{number}")
        EnrolmentFactory(village=village)
        Application.objects.create(
            programme=scene.programme, village=village, year=2025, created_by=scene.clerk, created_at=NOW
        )
    client = browse(scene.bureau)

    with django_assert_max_num_queries(14):
        client.get(reverse("assessments:list"))


def test_the_page_of_an_application_has_a_budget(scene: Scene, django_assert_max_num_queries):
    application = scene.reach("municipal_review")
    scene.say(application, "needs_work", "台账不全")
    client = browse(scene.bureau)

    with django_assert_max_num_queries(26):
        client.get(application.get_absolute_url())


# --- beginning and writing -----------------------------------------------------------------------


def test_a_township_begins_from_the_list_and_lands_on_the_sheet(scene: Scene):
    client = browse(scene.clerk)
    assert "发起自查" in client.get(reverse("assessments:list")).content.decode()

    response = client.post(reverse("assessments:open", args=[scene.enrolment.pk]))

    assert response.url == page("self_check", Application.objects.get())


def test_beginning_twice_is_answered_with_a_sentence(scene: Scene):
    scene.open()

    response = browse(scene.clerk).post(reverse("assessments:open", args=[scene.enrolment.pk]), follow=True)

    assert "已经发起过" in response.content.decode()
    assert Application.objects.count() == 1


def test_an_enrolment_out_of_reach_is_not_found(scene: Scene):
    other = EnrolmentFactory(village=VillageFactory(code="640181201212", name="泾兴村"))

    response = browse(scene.clerk).post(reverse("assessments:open", args=[other.pk]))

    assert response.status_code == 404


def test_the_self_check_is_saved_from_its_page(scene: Scene):
    application = scene.open()

    response = browse(scene.clerk).post(
        page("self_check", application),
        {"version": "1", "report": "新报告", f"statement_{scene.measured.pk}": "全员参保"},
    )

    application.refresh_from_db()
    assert response.status_code == 302
    assert application.self_check_report == "新报告"
    assert application.items.get(standard=scene.measured).statement == "全员参保"


def test_the_second_of_two_writers_is_told_and_loses_nothing(scene: Scene):
    application = scene.open()
    url = page("self_check", application)
    browse(scene.head).post(url, {"version": "1", "report": "负责人写的"})

    response = browse(scene.clerk).post(url, {"version": "1", "report": "填报员写的"})

    text = response.content.decode()
    application.refresh_from_db()
    assert application.self_check_report == "负责人写的"
    assert "有人保存过这份自查" in text
    assert "填报员写的" in text
    assert "负责人写的" in text
    assert 'name="version" value="2"' in text


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_forged_version_saves_nothing(scene: Scene, version: str):
    application = scene.open()

    response = browse(scene.clerk).post(page("self_check", application), {"version": version, "report": "x"})

    application.refresh_from_db()
    assert response.status_code == 200
    assert application.version == 1


def test_a_report_of_a_whole_book_is_refused_at_the_field(scene: Scene):
    application = scene.open()

    response = browse(scene.clerk).post(
        page("self_check", application), {"version": "1", "report": "长" * 20_001}
    )

    assert response.status_code == 200
    assert "20000" in response.content.decode() or "20,000" in response.content.decode()


def test_writing_is_over_once_it_is_handed_in(scene: Scene):
    application = scene.reach("submitted")

    response = browse(scene.clerk).post(
        page("self_check", application), {"version": "1", "report": "x"}, follow=True
    )

    assert "不能修改自查内容" in response.content.decode()


def test_evidence_is_added_chosen_and_taken_off(scene: Scene):
    application = scene.open()
    client, url = browse(scene.clerk), page("evidence", application, scene.measured.pk)
    upload = SimpleUploadedFile("roster.pdf", PDF, "application/pdf")

    client.post(url, {"title": "参保花名册", "file": upload})
    evidence = scene.village.evidence.get()
    client.post(page("evidence_choose", application, scene.judged.pk), {"evidence": evidence.pk})
    client.post(page("evidence_detach", application, scene.measured.pk), {"evidence": evidence.pk})

    assert list(application.items.get(standard=scene.judged).evidence.all()) == [evidence]
    assert not application.items.get(standard=scene.measured).evidence.exists()


def test_a_program_that_pretends_to_be_a_pdf_is_refused(scene: Scene):
    application = scene.open()
    upload = SimpleUploadedFile("roster.pdf", b"MZ\x90\x00 not a pdf", "application/pdf")

    response = browse(scene.clerk).post(
        page("evidence", application, scene.measured.pk), {"title": "花名册", "file": upload}
    )

    assert response.status_code == 200
    assert not scene.village.evidence.exists()


@pytest.mark.parametrize("forged", ["", "abc", "999999"])
def test_a_forged_file_is_not_found(scene: Scene, forged: str):
    application = scene.open()

    response = browse(scene.clerk).post(
        page("evidence_detach", application, scene.measured.pk), {"evidence": forged}
    )

    assert response.status_code == 404


# --- steps ---------------------------------------------------------------------------------------


def take(user, application: Application, name: str, **given):
    data = {f"{name}-{key}": value for key, value in given.items()}
    return browse(user).post(page("step", application, name), data, follow=True)


def test_a_step_is_taken_from_the_page(scene: Scene):
    application = scene.open()

    response = take(scene.head, application, "submit")

    application.refresh_from_db()
    assert application.status == "submitted"
    assert "已办理：提交验收申请" in response.content.decode()


def test_a_step_that_is_not_possible_now_says_so_and_changes_nothing(scene: Scene):
    application = scene.reach("submitted")

    response = take(scene.head, application, "submit")

    assert response.status_code == 200
    assert "不能提交验收申请" in response.content.decode()
    assert application.steps.filter(name="submit").count() == 1


def test_a_step_of_somebody_else_is_forbidden(scene: Scene):
    application = scene.reach("submitted")

    assert take(scene.clerk, application, "start_review").status_code == 403
    assert take(scene.city, application, "start_review").status_code == 403


@pytest.mark.parametrize("name", ["award", "return", "open", "burn"])
def test_a_step_that_has_no_such_address_is_not_found(scene: Scene, name: str):
    application = scene.reach("city_review")

    assert take(scene.city, application, name).status_code == 404


def test_steps_are_not_taken_by_a_link(scene: Scene):
    application = scene.open()

    assert browse(scene.head).get(page("step", application, "submit")).status_code == 405


def test_a_fail_without_reason_comes_back_as_typed_with_the_field_marked(scene: Scene):
    application = scene.reach("municipal_review")

    response = take(scene.bureau, application, "fail", comment="  ")

    application.refresh_from_db()
    assert application.status == "municipal_review"
    assert 'id="id_fail-comment_error"' in response.content.decode()


def test_a_pass_that_waits_for_judgements_leads_to_them(scene: Scene):
    application = scene.reach("municipal_review")
    client = browse(scene.bureau)

    before = client.get(application.get_absolute_url()).content.decode()
    scene.judge(application)
    after = client.get(application.get_absolute_url()).content.decode()

    assert "作评审判定（还有 1 项）" in before
    assert "先判定 1 项标准才能通过" in before
    assert "作评审判定（" not in after
    assert "通过，报请市级复审复验" in after


def test_the_reason_of_a_pass_is_asked_where_something_speaks_against_it(scene: Scene):
    application = scene.reach("municipal_review")
    scene.judge(application)
    scene.say(application, "fail", "台账没有")

    refused = take(scene.bureau, application, "pass", comment="")
    take(scene.bureau, application, "pass", comment="年底前补齐")

    application.refresh_from_db()
    assert 'id="id_pass-comment_error"' in refused.content.decode()
    assert application.status == "municipal_passed"


def test_the_own_application_shows_why_it_is_not_ones_to_decide(scene: Scene):
    both = UserFactory(roles=["head", "bureau"], organisation=scene.bureau_office)
    scene.head = both
    application = scene.reach("submitted")

    text = browse(both).get(application.get_absolute_url()).content.decode()

    assert "请由其他人办理" in text
    assert page("step", application, "start_review") not in text


def test_more_time_is_given_from_the_page(scene: Scene):
    application = scene.open()

    take(scene.bureau, application, "extend_self_check", comment="大雪", deadline="2025-12-03")

    application.refresh_from_db()
    assert application.deadline == date(2025, 12, 3)


@pytest.mark.parametrize("deadline", ["", "2025-13-45", "昨天", "2025-11-01"])
def test_an_impossible_deadline_is_refused(scene: Scene, deadline: str):
    application = scene.open()

    take(scene.bureau, application, "extend_self_check", comment="大雪", deadline=deadline)

    application.refresh_from_db()
    assert application.deadline is None


# --- what is shown -------------------------------------------------------------------------------


def test_reviewers_see_the_frozen_figures(scene: Scene):
    application = scene.reach("municipal_review")
    scene.insure(24)

    text = browse(scene.bureau).get(application.get_absolute_url()).content.decode()

    assert "98.5" in text
    assert "提交时冻结" in text


def test_an_earlier_round_can_be_read_again(scene: Scene):
    application = scene.reach("returned")
    scene.insure(198)
    scene.mend(application)
    scene.submit(application)
    client = browse(scene.bureau)

    now = client.get(application.get_absolute_url()).content.decode()
    then = client.get(application.get_absolute_url(), {"round": "1"}).content.decode()

    assert "99<span" in now
    assert "98.5<span" in then


@pytest.mark.parametrize("round_", ["0", "7", "abc", "1e9", "99999999999"])
def test_a_round_that_never_was_does_not_break_the_page(scene: Scene, round_: str):
    application = scene.reach("submitted")

    response = browse(scene.bureau).get(application.get_absolute_url(), {"round": round_})

    assert response.status_code == 200


def test_a_department_sees_its_own_standards_and_opinions_only(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application, "needs_work", "台账差 12 人")
    party = UserFactory(roles=["department"], organisation=scene.party)

    text = browse(party).get(application.get_absolute_url()).content.decode()

    assert "Q01" in text
    assert "基本医疗保险参保率" not in text
    assert "台账差 12 人" not in text


def test_words_of_others_are_shown_as_words(scene: Scene):
    application = scene.open()
    item = application.items.get(standard=scene.measured)
    item.statement = "<script>alert(1)</script>"
    item.save()

    text = browse(scene.leader).get(application.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("name", ["detail", "self_check", "report"])
def test_figures_that_are_made_up_say_so_on_every_page_that_shows_them(scene: Scene, name: str):
    application = scene.open()
    client = browse(scene.clerk)
    plain = client.get(page(name, application)).content.decode()

    MonthlyReport.objects.update(is_demonstration=True)
    marked = client.get(page(name, application)).content.decode()

    assert "demo-mark" not in plain
    assert "demo-mark" in marked


def test_demonstration_data_say_so(scene: Scene):
    application = scene.reach("awarded")
    Application.objects.update(is_demonstration=True)
    Award.objects.update(is_demonstration=True)

    text = browse(scene.leader).get(application.get_absolute_url()).content.decode()

    assert "演示数据" in text


# --- opinions, judgements, return ----------------------------------------------------------------


def test_a_department_gives_its_opinions_on_one_page(scene: Scene):
    application = scene.reach("municipal_review")
    prefix = f"standard-{scene.measured.pk}"

    browse(scene.department).post(
        page("opinions", application),
        {f"{prefix}-outcome": "needs_work", f"{prefix}-note": "差 12 人", f"{prefix}-is_on_site": "on"},
    )

    opinion = Opinion.objects.get()
    assert (opinion.outcome, opinion.note, opinion.is_on_site) == ("needs_work", "差 12 人", True)


def test_what_a_department_says_alike_stands_together(scene: Scene):
    scene.judged.departments.add(scene.insurance)
    application = scene.reach("municipal_review")
    prefix = "standard-{}-outcome"
    data = {prefix.format(standard.pk): "pass" for standard in (scene.measured, scene.judged)}
    browse(scene.department).post(page("opinions", application), data)

    said = browse(scene.bureau).get(application.get_absolute_url()).context["opinions"]

    assert [line["codes"] for line in said] == ["S12、Q01"]


def test_lines_left_alone_say_nothing(scene: Scene):
    scene.judged.departments.add(scene.insurance)
    application = scene.reach("municipal_review")

    browse(scene.department).post(
        page("opinions", application), {f"standard-{scene.measured.pk}-outcome": "pass"}
    )

    assert Opinion.objects.get().standard == scene.measured


def test_an_objection_without_reason_is_marked_at_its_line(scene: Scene):
    application = scene.reach("municipal_review")
    prefix = f"standard-{scene.measured.pk}"

    response = browse(scene.department).post(page("opinions", application), {f"{prefix}-outcome": "fail"})

    assert "请写明理由" in response.content.decode()
    assert not Opinion.objects.exists()


def test_a_forged_standard_is_not_spoken_about(scene: Scene):
    application = scene.reach("municipal_review")

    browse(scene.department).post(
        page("opinions", application), {f"standard-{scene.judged.pk}-outcome": "pass"}
    )

    assert not Opinion.objects.exists()


def test_an_opinion_after_the_decision_is_refused_with_a_sentence(scene: Scene):
    application = scene.reach("municipal_passed")

    response = browse(scene.department).post(
        page("opinions", application), {f"standard-{scene.measured.pk}-outcome": "pass"}
    )

    assert "不能填写成员单位意见" in response.content.decode()


def test_the_bureau_judges_on_its_page(scene: Scene):
    application = scene.reach("municipal_review")
    prefix = f"standard-{scene.judged.pk}"
    data = {"standard": scene.judged.pk, f"{prefix}-is_met": "1", f"{prefix}-note": "现场查看"}

    browse(scene.bureau).post(page("judgements", application), data)

    assert Judgement.objects.get().is_met


def test_a_judgement_of_what_is_measured_is_not_taken(scene: Scene):
    application = scene.reach("municipal_review")
    prefix = f"standard-{scene.measured.pk}"
    data = {"standard": scene.measured.pk, f"{prefix}-is_met": "1", f"{prefix}-note": "现场查看"}

    response = browse(scene.bureau).post(page("judgements", application), data)

    assert response.status_code == 200
    assert not Judgement.objects.exists()


def test_the_return_is_drafted_from_the_objections(scene: Scene):
    application = scene.reach("municipal_review")
    scene.say(application, "needs_work", "台账差 12 人")

    text = browse(scene.bureau).get(page("return", application)).content.decode()

    assert "医保局：台账差 12 人" in text


def test_the_bureau_sends_back_with_items(scene: Scene):
    application = scene.reach("municipal_review")
    data = {
        "comment": "不全",
        "deadline": "2025-11-30",
        "general": "补会议记录\n\n补照片",
        f"standard_{scene.measured.pk}": "补齐台账",
    }

    browse(scene.bureau).post(page("return", application), data)

    application.refresh_from_db()
    assert application.status == "returned"
    assert [item.text for item in application.rectifications.order_by("pk")] == [
        "补齐台账",
        "补会议记录",
        "补照片",
    ]


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"general": ""}, "请至少写一项整改事项"),
        ({"comment": ""}, "请填写这一项"),
        ({"deadline": "2025-11-01"}, "期限不能早于今天"),
        ({"general": "长" * 501}, "不超过 500 字"),
    ],
)
def test_a_return_that_lacks_something_comes_back(scene: Scene, lacking, sentence: str):
    application = scene.reach("municipal_review")
    data = {"comment": "不全", "deadline": "2025-11-30", "general": "补照片", **lacking}

    response = browse(scene.bureau).post(page("return", application), data)

    application.refresh_from_db()
    assert sentence in response.content.decode()
    assert application.status == "municipal_review"


def test_items_are_reported_and_closed_on_the_page(scene: Scene):
    item = scene.reach("returned").rectifications.get()
    report = reverse("assessments:rectification_step", args=[item.pk, "report"])
    close = reverse("assessments:rectification_step", args=[item.pk, "close"])

    browse(scene.clerk).post(report, {"comment": "已补录"})
    browse(scene.bureau).post(close)

    item.refresh_from_db()
    assert item.status == "closed"


def test_an_item_out_of_reach_or_a_step_that_never_was_is_not_found(scene: Scene):
    item = scene.reach("returned").rectifications.get()
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(roles=["head"], organisation=neighbour)

    url = reverse("assessments:rectification_step", args=[item.pk, "report"])
    odd = reverse("assessments:rectification_step", args=[item.pk, "burn"])

    assert browse(stranger).post(url, {"comment": "x"}).status_code == 404
    assert browse(scene.clerk).post(odd).status_code == 404


# --- award ---------------------------------------------------------------------------------------


def test_the_title_is_given_with_its_funds(scene: Scene):
    application = scene.reach("city_review")

    response = browse(scene.city).post(
        page("award", application), {"award_date": "2025-11-12", "funds": "1,050.5"}, follow=True
    )

    assert Award.objects.get().funds == 1050.5
    assert "1,050.50 万元" in response.content.decode()


@pytest.mark.parametrize("funds", ["", "-1", "很多", "NaN", "Infinity", "1e30", "0.00001"])
def test_odd_funds_award_nothing(scene: Scene, funds: str):
    application = scene.reach("city_review")

    response = browse(scene.city).post(
        page("award", application), {"award_date": "2025-11-12", "funds": funds}
    )

    application.refresh_from_db()
    assert response.status_code == 200
    assert application.status == "city_review"


def test_a_second_award_is_refused_with_a_sentence(scene: Scene):
    application = scene.reach("awarded")

    response = browse(scene.city).post(page("award", application), {"award_date": "2025-11-12", "funds": "1"})

    assert "已授牌" in response.content.decode()
    assert Award.objects.count() == 1


def test_funds_are_paid_from_the_page_once_per_form(scene: Scene):
    application = scene.reach("awarded")
    client, url = browse(scene.bureau), page("payment", application)
    form = client.get(url).context["form"]
    data = {"amount": "20", "paid_date": "2025-11-12", "token": str(form["token"].value())}

    client.post(url, data)
    client.post(url, data)

    assert Award.objects.get().paid == 20


def test_too_much_is_refused_at_the_form(scene: Scene):
    application = scene.reach("awarded")
    client, url = browse(scene.bureau), page("payment", application)
    token = client.get(url).context["form"]["token"].value()

    response = client.post(url, {"amount": "51", "paid_date": "2025-11-12", "token": str(token)})

    assert "登记不下" in response.content.decode()


@pytest.mark.parametrize("name", ["payment", "recheck"])
def test_without_a_title_there_is_nothing_to_pay_or_recheck(scene: Scene, name: str):
    application = scene.reach("city_review")

    assert browse(scene.bureau).get(page(name, application)).status_code == 404


def test_a_recheck_is_recorded_from_the_page(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    application = scene.reach("awarded")
    monkeypatch.setattr("common.clock.now", lambda: NOW.replace(year=2026))

    browse(scene.bureau).post(
        page("recheck", application), {"year": "2026", "outcome": "kept", "note": "查看台账"}
    )

    assert Award.objects.get().rechecks.get().outcome == "kept"


# --- supervision ---------------------------------------------------------------------------------


def issue(scene: Scene) -> SupervisionOrder:
    return order_issue(
        village=scene.village,
        organisation=scene.insurance,
        text="查清未参保的 12 人",
        deadline=date(2025, 11, 20),
        actor=scene.leader,
        now=NOW,
    )


def test_a_leader_writes_an_order(scene: Scene):
    data = {
        "village": scene.village.pk,
        "organisation": scene.insurance.pk,
        "text": "查清未参保的 12 人",
        "deadline": "2025-11-20",
    }

    response = browse(scene.leader).post(reverse("assessments:order_new"), data)

    assert response.url == SupervisionOrder.objects.get().get_absolute_url()


@pytest.mark.parametrize("role", [role for role in EVERYBODY if role != "leader"])
def test_only_a_leader_opens_the_form(scene: Scene, role: str):
    assert browse(scene.person(role)).get(reverse("assessments:order_new")).status_code == 403


def test_a_village_elsewhere_cannot_be_chosen(scene: Scene):
    elsewhere = EnrolmentFactory(village=VillageFactory(code="640121101219", name="外县村")).village
    data = {
        "village": elsewhere.pk,
        "organisation": scene.insurance.pk,
        "text": "查",
        "deadline": "2025-11-20",
    }

    response = browse(scene.leader).post(reverse("assessments:order_new"), data)

    assert response.status_code == 200
    assert not SupervisionOrder.objects.exists()


def test_an_order_is_answered_by_its_office_on_its_page(scene: Scene):
    order = issue(scene)
    url = reverse("assessments:order_step", args=[order.pk, "answer"])

    assert "答复" in browse(scene.department).get(order.get_absolute_url()).content.decode()
    assert url not in browse(scene.clerk).get(order.get_absolute_url()).content.decode()
    assert browse(scene.clerk).post(url, {"answer-comment": "x"}).status_code == 403

    browse(scene.department).post(url, {"answer-comment": "已查清"})

    order.refresh_from_db()
    assert order.status == "answered"


def test_an_order_out_of_reach_is_not_found(scene: Scene):
    order = issue(scene)
    neighbour = TownshipFactory(name="白土岗乡", division_code="640181201")
    stranger = UserFactory(roles=["clerk"], organisation=neighbour)

    assert browse(stranger).get(order.get_absolute_url()).status_code == 404


def test_an_answer_without_words_is_marked(scene: Scene):
    order = issue(scene)

    response = browse(scene.department).post(
        reverse("assessments:order_step", args=[order.pk, "answer"]), {"answer-comment": " "}
    )

    order.refresh_from_db()
    assert "请填写这一项" in response.content.decode()
    assert order.status == "issued"


def test_the_orders_list_costs_the_same_however_long_it_is(scene: Scene, django_assert_max_num_queries):
    for _ in range(12):
        issue(scene)
    client = browse(scene.leader)

    with django_assert_max_num_queries(10):
        client.get(reverse("assessments:orders"))


def test_every_standard_of_the_scene_has_a_page_for_its_evidence(scene: Scene):
    application = scene.open()

    missing = page("evidence", application, Standard.objects.latest("pk").pk + 1)

    assert browse(scene.clerk).get(missing).status_code == 404
