"""The page of one figure, the remarks on the month's form, and the page of the rules."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from indicators.models import CellNote, MonthlyReport
from indicators.services import notes
from indicators.services.carrying import month_carry
from indicators.services.notes import NoteText
from tests.common.test_uploads import PDF
from tests.factories import (
    DataElementFactory,
    OrganisationFactory,
    ProgrammeElementFactory,
    TownshipFactory,
    UserFactory,
    ValidationRuleFactory,
)
from tests.indicators.month_scene import NOW, OCTOBER, SEPTEMBER, set_scene
from villages.models import Evidence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]

JSON = {"Accept": "application/json"}


@pytest.fixture
def scene():
    return set_scene()


@pytest.fixture
def page(client, scene):
    def go(user, data=None, url=None, **more):
        client.force_login(user)
        url = url or figure_url(scene, scene.due)
        return client.get(url, **more) if data is None else client.post(url, data, follow=True, **more)

    return go


def figure_url(scene, element):
    return f"{scene.url}figures/{element.pk}/"


def remark(scene, element):
    return CellNote.objects.get(report=scene.report, element=element).remark


def say(scene, element, text, *, na=False, actor=None):
    report = MonthlyReport.objects.filter(village=scene.village, month=OCTOBER).first()
    return notes.note_save(
        village=scene.village,
        month=OCTOBER,
        element=element,
        text=NoteText(text, na),
        seen_version=report.version if report else 0,
        actor=actor or scene.clerk,
        now=NOW,
    )


# --- the page of a figure ----------------------------------------------------------------------


def test_a_figure_shows_its_past_its_remark_and_who_changed_it(scene, page):
    scene.save({scene.due: 1470}, month=SEPTEMBER)
    month_carry(village=scene.village, month=OCTOBER, actor=scene.clerk, now=NOW)
    scene.save({scene.due: 1480}, actor=scene.head)
    say(scene, scene.due, "新迁入 <b>12</b> 户。")

    response = page(scene.bureau)

    assert "上月 1,470" in response.text
    assert "新迁入 &lt;b&gt;12&lt;/b&gt; 户。" in response.text
    steps = [(step["who"], step["action"], step["from"], step["to"]) for step in response.context["history"]]
    assert steps == [("王镇长", "填报", "1,470", "1,480"), ("张三", "沿用上月", "—", "1,470")]


def test_a_remark_is_written_on_the_page(scene, page):
    response = page(scene.clerk, {"version": "0", "remark": "新迁入 12 户。"})

    assert "说明已保存。" in response.text
    assert remark(scene, scene.due) == "新迁入 12 户。"


def test_a_remark_that_cannot_be_comes_back_as_typed(scene, page):
    response = page(scene.clerk, {"version": "0", "remark": "长" * 301})

    assert "长" * 301 in response.text
    assert not CellNote.objects.exists()


def test_a_remark_over_somebody_else_s_is_asked_about_and_can_be_saved_then(scene, page):
    scene.save({scene.due: 1480})
    say(scene, scene.due, "王镇长写的。", actor=scene.head)

    refused = page(scene.clerk, {"version": "1", "remark": "张三写的。"})
    assert "王镇长改过“应参保人数”的说明：王镇长写的。" in refused.text
    assert "张三写的。</textarea>" in refused.text
    assert 'name="version" value="2"' in refused.text
    page(scene.clerk, {"version": "2", "remark": "张三写的。"})

    assert remark(scene, scene.due) == "张三写的。"


def test_a_department_s_figure_can_be_explained_but_not_exempted_by_the_township(scene, page):
    response = page(scene.clerk, url=figure_url(scene, scene.medical))

    assert 'name="remark"' in response.text
    assert "is_not_applicable" not in response.text


@pytest.mark.parametrize("role", ["bureau", "city", "leader", "auditor"])
def test_who_only_reads_has_no_form_and_cannot_send_one(scene, page, role):
    reader = UserFactory(roles=[role])

    assert 'name="remark"' not in page(reader).text
    assert page(reader, {"version": "0", "remark": "x"}).status_code == 403
    assert page(reader, {}, url=f"{figure_url(scene, scene.due)}files/").status_code == 403
    assert not CellNote.objects.exists()


def test_another_township_finds_no_such_figure(scene, page):
    other = TownshipFactory(name="白土岗乡", division_code="640181201")

    assert page(UserFactory(organisation=other, roles=["clerk"])).status_code == 404


def test_a_figure_that_the_village_is_not_asked_for_is_not_found(scene, page):
    extra = DataElementFactory(code="extra", name="另一项")

    assert page(scene.clerk, url=figure_url(scene, extra)).status_code == 404


def test_a_month_that_has_not_come_is_not_found(scene, page):
    url = f"/indicators/months/{scene.village.code}/2025/12/figures/{scene.due.pk}/"

    assert page(scene.clerk, url=url).status_code == 404


def test_a_file_is_uploaded_chosen_and_taken_off(scene, page):
    files_url = f"{figure_url(scene, scene.due)}files/"

    page(scene.clerk, {"title": "花名册", "file": SimpleUploadedFile("花名册.pdf", PDF)}, url=files_url)
    evidence = Evidence.objects.get()
    shown = page(scene.bureau)
    page(scene.clerk, {"remove": evidence.pk}, url=files_url)
    gone = list(CellNote.objects.get().evidence.all())
    page(scene.clerk, {"evidence": evidence.pk}, url=files_url)

    assert f"/villages/evidence/{evidence.pk}/" in shown.text or evidence.get_absolute_url() in shown.text
    assert gone == []
    assert list(CellNote.objects.get().evidence.all()) == [evidence]


def test_without_a_file_nothing_is_hung_on_and_it_is_said(scene, page):
    response = page(scene.clerk, {"title": ""}, url=f"{figure_url(scene, scene.due)}files/")

    assert "请选一份已存的材料，或上传新的。" in response.text


def test_taking_off_what_is_not_there_is_not_found(scene, page):
    url = f"{figure_url(scene, scene.due)}files/"

    assert page(scene.clerk, {"remove": "999"}, url=url).status_code == 404
    assert page(scene.clerk, {"remove": "x"}, url=url).status_code == 404


# --- what a script gets ------------------------------------------------------------------------


def test_a_script_reads_the_note_of_a_cell(scene, page):
    say(scene, scene.due, "新迁入 12 户。")

    answer = page(scene.clerk, headers=JSON).json()

    assert (answer["version"], answer["remark"], answer["is_not_applicable"]) == (1, "新迁入 12 户。", False)
    assert (answer["by"], answer["at"], answer["is_open"]) == ("张三", "2025-11-12T09:00+08:00", True)


def test_a_script_writes_the_note_of_a_cell(scene, page):
    answer = page(scene.clerk, {"version": "0", "remark": "搬迁", "is_not_applicable": "on"}, headers=JSON)

    assert answer.status_code == 200
    assert answer.json()["is_not_applicable"] is True
    assert answer.json()["version"] == 1


def test_a_script_is_told_why_a_note_was_not_kept(scene, page):
    no_reason = page(scene.clerk, {"version": "0", "is_not_applicable": "on"}, headers=JSON)
    scene.fill()
    scene.submit()
    closed = page(scene.clerk, {"version": "2", "remark": "说明"}, headers=JSON)

    assert (no_reason.status_code, no_reason.json()["error"]) == (400, "请写明本月为什么不适用。")
    assert (closed.status_code, "已于 11-12 上报" in closed.json()["error"]) == (409, True)


def test_a_script_gets_the_question_that_a_figure_raises(scene, page):
    scene.programme.rules.update(severity="soft")
    scene.save({scene.due: 1480, scene.insured: 1520})

    answer = page(scene.clerk, url=figure_url(scene, scene.insured), headers=JSON).json()

    assert answer["question"] == "参保人数（1,520）大于应参保人数（1,480），请核对；确属实际请写明原因。"
    assert answer["wants_remark"] is True


# --- remarks on the month's form ---------------------------------------------------------------


def month_form(scene, **more):
    seen = {
        note.element_id: [note.remark, note.is_not_applicable]
        for note in CellNote.objects.filter(report__village=scene.village)
    }
    remarks = {f"remark{pk}": text for pk, (text, _) in seen.items()}
    return scene.typed() | {"notes_seen": json.dumps(seen)} | remarks | more


def test_a_remark_is_saved_with_the_figures_as_one_version(scene, page):
    data = month_form(scene, **{f"v{scene.due.pk}": "1480", f"remark{scene.due.pk}": "新迁入 12 户。"})

    page(scene.clerk, data, url=scene.url)

    assert (scene.value(scene.due), remark(scene, scene.due)) == (1480, "新迁入 12 户。")
    assert scene.report.version == 1


def test_a_remark_alone_is_said_to_be_saved(scene, page):
    response = page(scene.clerk, month_form(scene, **{f"remark{scene.due.pk}": "无变化。"}), url=scene.url)

    assert "已保存 1 条说明。" in response.text


def test_a_remark_left_alone_does_not_overwrite_a_newer_one(scene, page):
    say(scene, scene.due, "旧的。")
    data = month_form(scene, **{f"v{scene.insured.pk}": "1410"})
    say(scene, scene.due, "王镇长新写的。", actor=scene.head)

    page(scene.clerk, data, url=scene.url)

    assert remark(scene, scene.due) == "王镇长新写的。"
    assert scene.value(scene.insured) == 1410


def test_a_remark_that_both_wrote_is_asked_about_and_nothing_typed_is_lost(scene, page):
    say(scene, scene.due, "旧的。")
    changed = {f"v{scene.insured.pk}": "1410", f"remark{scene.due.pk}": "张三写的。"}
    data = month_form(scene, **changed)
    say(scene, scene.due, "王镇长写的。", actor=scene.head)

    response = page(scene.clerk, data, url=scene.url)

    assert "王镇长改过“应参保人数”的说明：王镇长写的。" in response.text
    texts = {cell.element: (cell.text, cell.note.remark) for cell in response.context["sheet"].cells}
    assert texts[scene.insured][0] == "1410"
    assert texts[scene.due][1] == "张三写的。"
    assert scene.value(scene.insured) is None


def test_not_applicable_is_ticked_on_the_form_and_asks_for_its_reason(scene, page):
    tick = {f"na{scene.greening.pk}": "on", f"remark{scene.greening.pk}": ""}

    refused = page(scene.clerk, month_form(scene, **tick), url=scene.url)
    kept = page(
        scene.clerk, month_form(scene, **(tick | {f"remark{scene.greening.pk}": "搬迁"})), url=scene.url
    )

    assert "请写明本月为什么不适用。" in refused.text
    assert "本月不适用" in kept.text
    assert CellNote.objects.get(element=scene.greening).is_not_applicable


def test_a_figure_and_not_applicable_at_once_are_refused_at_the_cell(scene, page):
    both = {
        f"na{scene.greening.pk}": "on",
        f"remark{scene.greening.pk}": "搬迁",
        f"v{scene.greening.pk}": "1",
    }

    response = page(scene.clerk, month_form(scene, **both), url=scene.url)

    assert "标了“本月不适用”的，不能同时填数。" in response.text
    assert not MonthlyReport.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "[]", "[1]", '{"a": 1}', '{"1": ["x"]}', "null", '{"1": null}'])
def test_a_forged_list_of_what_was_seen_is_no_error(scene, page, seen):
    data = month_form(scene, notes_seen=seen, **{f"remark{scene.due.pk}": "说明"})

    assert page(scene.clerk, data, url=scene.url).status_code == 200
    assert remark(scene, scene.due) == "说明"


def test_what_is_unusual_is_said_beside_the_cell_with_room_for_the_reason(scene, page):
    ValidationRuleFactory(
        programme=scene.programme,
        code="jump",
        kind="change",
        severity="soft",
        expression="",
        message="",
        elements=["pension_due"],
        against="month",
        limit=30,
    )
    scene.save({scene.due: 1000}, month=SEPTEMBER)
    scene.fill()
    submit = {"then": "submit"}

    asked = page(scene.head, month_form(scene) | submit, url=scene.url)
    done = page(
        scene.head, month_form(scene, **{f"remark{scene.due.pk}": "新迁入。"}) | submit, url=scene.url
    )

    assert "还没有上报：有 1 处数据要核对，确属实际的请写说明。" in asked.text
    (cell,) = asked.context["sheet"].questioned
    assert (cell.element, cell.wants_remark) == (scene.due, True)
    assert "已上报给乡村振兴局" in done.text


def test_the_reviewer_reads_question_remark_and_files(scene, page):
    scene.programme.rules.update(severity="soft")
    scene.fill()
    scene.save({scene.insured: 1520})
    say(scene, scene.insured, "外地转回。")
    scene.submit()

    response = page(scene.bureau, url=scene.url)

    assert "参保人数（1,520）大于应参保人数（1,480）" in response.text
    assert "说明：外地转回。" in response.text


def test_who_owes_an_empty_figure_is_said(scene, page):
    shown = page(scene.clerk, url=scene.url).text

    assert "由医保局填报，还没有填" in shown
    assert "已填 0 项，共 6 项，还等医保局 1 项。" in shown


# --- the rules in words ------------------------------------------------------------------------


def test_every_rule_is_listed_in_words_with_its_severity(scene, page):
    scene.due.is_cumulative = True
    scene.due.save()
    fields = {"programme": scene.programme, "expression": "", "elements": ["greening"], "severity": "soft"}
    ValidationRuleFactory(
        code="jump", kind="change", against="month", limit=30, message="请附名单。", **fields
    )
    ValidationRuleFactory(code="odd", kind="outlier", limit=5, message="", **fields)

    response = page(scene.clerk, url="/indicators/rules/lingwu/")

    rows = [(row.words, row.severity, row.elements) for row in response.context["rows"]]
    assert rows == [
        ("参保人数 ≤ 应参保人数", "不符合不能上报", ["参保人数", "应参保人数"]),
        ("比上月增减不超过 30%", "不符合要写说明", ["绿化覆盖率"]),
        ("偏离以往各月中位数不超过 5 倍（绝对中位差）", "不符合要写说明", ["绿化覆盖率"]),
    ]
    assert "当年累计数，各月只增不减" in response.text
    limits = dict(response.context["limits"])
    assert limits[scene.greening] == "最多 1 位小数，不小于 0%，不大于 100%"
    assert limits[scene.plan] == "是或否"
    assert limits[scene.stars] == "整数，不小于 1星，不大于 5星"


def test_the_month_leads_to_its_rules(scene, page):
    assert 'href="/indicators/rules/lingwu/"' in page(scene.clerk, url=scene.url).text


def test_a_programme_without_rules_says_so(scene, page):
    scene.programme.rules.all().delete()

    assert "没有校验规则" in page(scene.clerk, url="/indicators/rules/lingwu/").text


def test_another_county_s_rules_are_not_found(scene, page):
    elsewhere = OrganisationFactory(name="别县乡村振兴局", division_code="640121")

    stranger = UserFactory(organisation=elsewhere, roles=["bureau"])
    assert page(stranger, url="/indicators/rules/lingwu/").status_code == 404


def test_an_administrator_reads_no_rules(scene, page):
    assert page(UserFactory(roles=["administrator"]), url="/indicators/rules/lingwu/").status_code == 403


def test_the_rules_of_many_figures_take_no_more_queries(client, scene, django_assert_max_num_queries):
    for number in range(20):
        element = DataElementFactory(code=f"more{number}", name=f"数据{number}")
        ProgrammeElementFactory(programme=scene.programme, element=element)
        ValidationRuleFactory(programme=scene.programme, code=f"r{number}", expression=f"more{number} <= 5")
    client.force_login(scene.clerk)

    with django_assert_max_num_queries(12):
        client.get("/indicators/rules/lingwu/")
