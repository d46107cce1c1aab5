"""A month that came back for some figures: only these open again, and the next look is at what changed."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators.models import CellNote, ValueChange
from indicators.openness import open_elements, open_elements_of
from indicators.services import months, notes
from indicators.services.carrying import month_carry
from indicators.services.figures import write_figures
from indicators.services.months import FiguresFrozen, NoteText
from tests.factories import ValidationRuleFactory
from tests.indicators.month_scene import NOW, OCTOBER, set_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture
def scene():
    return set_scene()


@pytest.fixture
def returned(scene):
    """October came back for 绿化覆盖率 alone."""
    scene.fill()
    scene.submit()
    scene.give_back(comment="", marks={scene.greening.pk: " 与上月相差太大，请核实。 "})
    return scene


def asked(scene):
    return [element.pk for element in scene.elements]


def say(scene, element, remark):
    return notes.note_save(
        village=scene.village,
        month=OCTOBER,
        element=element,
        text=NoteText(remark),
        seen_version=scene.report.version,
        actor=scene.clerk,
        now=NOW,
    )


def test_a_return_marks_its_figures_and_its_reason_names_them(returned):
    report = returned.report

    assert CellNote.objects.marks(report) == {returned.greening.pk: "与上月相差太大，请核实。"}
    assert report.last_step("return").comment == "请核对标出的 1 项：“绿化覆盖率”。"
    trail = AuditEvent.objects.about(report).get(action="月报：标出退回的数据")
    assert trail.detail["marks"] == {"greening": "与上月相差太大，请核实。"}


def test_a_reason_of_its_own_stays_the_reason(scene):
    scene.fill()
    scene.submit()

    scene.give_back(comment="请尽快。", marks={scene.greening.pk: "请核实。"})

    assert scene.report.last_step("return").comment == "请尽快。"


def test_without_reason_and_marks_nothing_is_returned(scene):
    scene.fill()
    scene.submit()

    with pytest.raises(TransitionError, match="请写明退回的理由"):
        scene.give_back(comment=" ", marks={scene.greening.pk: "  "})

    assert scene.report.status == "submitted"


@pytest.mark.parametrize(
    ("marks", "refusal"), [({0: "请核实。"}, "没有这一项数据"), ({"greening": "长" * 301}, "最多 300 字")]
)
def test_a_mark_that_cannot_be_is_refused(scene, marks, refusal):
    scene.fill()
    scene.submit()
    marks = {scene.greening.pk if pk == "greening" else pk: text for pk, text in marks.items()}

    with pytest.raises(TransitionError, match=refusal):
        scene.give_back(marks=marks)

    assert not CellNote.objects.exists()


# --- what opens again --------------------------------------------------------------------------


def test_the_marked_figure_opens_and_no_other(returned):
    assert open_elements(returned.report, asked(returned)) == {returned.greening.pk}


def test_a_return_without_marks_opens_everything(scene):
    scene.fill()
    scene.submit()
    scene.give_back()

    assert open_elements(scene.report, asked(scene)) == set(asked(scene))


def test_many_months_are_asked_in_one_query(returned, django_assert_num_queries):
    report = returned.report

    with django_assert_num_queries(1):
        found = open_elements_of([report], {returned.village.pk: asked(returned)})

    assert found == {returned.village.pk: {returned.greening.pk}}


def test_the_marked_figure_is_saved(returned):
    returned.save({returned.greening: 46})

    assert returned.value(returned.greening) == 46


def test_a_frozen_figure_is_not_saved_nor_what_was_typed_beside_it(returned):
    with pytest.raises(FiguresFrozen, match="只退回了“绿化覆盖率”，其他数据不能改：“应参保人数”没有保存"):
        returned.save({returned.greening: 46, returned.due: 1490})

    assert (returned.value(returned.greening), returned.value(returned.due)) == (45.5, 1480)


def test_a_frozen_figure_sent_as_it_stands_disturbs_nobody(returned):
    returned.save({returned.greening: 46, returned.due: 1480})

    assert returned.value(returned.greening) == 46


def test_whatever_brings_figures_the_write_itself_refuses_frozen_ones(returned):
    elements = {returned.due.pk: returned.due}

    with pytest.raises(FiguresFrozen):
        write_figures(returned.report, elements, {returned.due.pk: (1480, 1490)}, returned.clerk, NOW)

    assert returned.value(returned.due) == 1480
    assert returned.report.version == 2


def test_a_frozen_figure_takes_no_remark(returned):
    say(returned, returned.greening, "已核实。")

    with pytest.raises(FiguresFrozen):
        say(returned, returned.due, "也改一下。")


def test_a_department_s_frozen_figure_stays_frozen_to_the_department(returned):
    with pytest.raises(FiguresFrozen):
        returned.save({returned.medical: 1501}, actor=returned.officer)


def test_nothing_frozen_is_carried_over(returned):
    assert month_carry(village=returned.village, month=OCTOBER, actor=returned.clerk, now=NOW) == []


def test_taking_the_month_back_opens_nothing_more(returned):
    returned.submit()

    months.month_withdraw(report=returned.report, actor=returned.head, now=NOW)

    assert returned.report.status == "draft"
    assert open_elements(returned.report, asked(returned)) == {returned.greening.pk}


def test_a_second_return_marks_anew(returned):
    returned.submit()

    returned.give_back(comment="", marks={returned.due.pk: "也请核实。"})

    assert CellNote.objects.marks(returned.report) == {returned.due.pk: "也请核实。"}


def test_accepting_settles_the_marks_and_keeps_the_remarks(returned):
    say(returned, returned.greening, "已实地测量。")
    returned.submit()
    assert CellNote.objects.marks(returned.report)

    returned.accept()

    assert CellNote.objects.marks(returned.report) == {}
    assert CellNote.objects.get(element=returned.greening).remark == "已实地测量。"


def test_what_is_unusual_at_a_frozen_figure_does_not_hold_the_month_up(returned):
    ValidationRuleFactory(
        programme=returned.programme,
        code="new-rule",
        severity="soft",
        expression="pension_due <= 10",
        message="应参保人数（{pension_due}）太多，请核对。",
    )
    returned.save({returned.greening: 46})

    assert returned.submit().status == "submitted"


# --- opening more ------------------------------------------------------------------------------


def test_the_bureau_opens_more_figures_where_one_needs_another(returned):
    months.month_mark(
        report=returned.report, marks={returned.due.pk: "一并核实。"}, actor=returned.bureau, now=NOW
    )

    assert open_elements(returned.report, asked(returned)) == {returned.greening.pk, returned.due.pk}
    returned.save({returned.due: 1490})


def test_the_township_cannot_open_figures_for_itself(returned):
    with pytest.raises(PermissionDenied):
        months.month_mark(
            report=returned.report, marks={returned.due.pk: "我要改。"}, actor=returned.head, now=NOW
        )


def test_a_month_that_is_open_anyway_or_signed_takes_no_more_marks(scene):
    scene.fill()
    marks = {"marks": {scene.due.pk: "请核实。"}, "actor": scene.bureau, "now": NOW}

    for _ in ("open", "signed"):
        with pytest.raises(TransitionError, match="只有按数据项退回、还没有重新上报的月报"):
            months.month_mark(report=scene.report, **marks)
        if scene.report.status == "draft":
            scene.submit()


def test_opening_more_needs_its_sentence(returned):
    with pytest.raises(TransitionError, match="请写明还有哪些数据要改"):
        months.month_mark(report=returned.report, marks={}, actor=returned.bureau, now=NOW)


# --- the pages ---------------------------------------------------------------------------------


def test_the_reviewer_marks_beside_the_figures(client, scene):
    scene.fill()
    scene.submit()
    client.force_login(scene.bureau)

    shown = client.get(scene.url)
    client.post(
        f"/indicators/months/{scene.report.pk}/return/",
        {"version": scene.report.version, "comment": "", f"mark{scene.greening.pk}": "请核实。"},
    )

    assert f'form="return-form" id="mark{scene.greening.pk}"' in shown.text
    assert CellNote.objects.marks(scene.report) == {scene.greening.pk: "请核实。"}


def test_a_mark_comes_back_as_typed_when_the_return_is_not_possible(client, scene):
    scene.fill()
    scene.submit()
    client.force_login(scene.bureau)

    response = client.post(
        f"/indicators/months/{scene.report.pk}/return/",
        {"version": "0", "comment": "", f"mark{scene.greening.pk}": "请<b>核实。"},
        follow=True,
    )

    cell = next(cell for cell in response.context["sheet"].cells if cell.element == scene.greening)
    assert cell.mark_typed == "请<b>核实。"
    assert "请&lt;b&gt;核实。</textarea>" in response.text
    assert scene.report.status == "submitted"


def test_the_township_finds_the_marks_on_top_and_only_these_inputs(client, returned):
    client.force_login(returned.clerk)

    response = client.get(returned.url)

    assert f'<a href="#v{returned.greening.pk}">绿化覆盖率</a>：与上月相差太大，请核实。' in response.text
    inputs = [cell.element for cell in response.context["sheet"].cells if cell.is_open]
    assert inputs == [returned.greening]


def test_a_month_taken_back_after_a_return_still_says_which_figures_it_was_returned_for(client, returned):
    returned.submit()
    months.month_withdraw(report=returned.report, actor=returned.head, now=NOW)
    client.force_login(returned.clerk)

    assert "只退回了 1 项，其他数据不能改" in client.get(returned.url).text


def test_a_forged_cell_is_refused_with_a_sentence(client, returned):
    client.force_login(returned.clerk)

    response = client.post(returned.url, returned.typed(pension_due="1490"), follow=True)

    assert "其他数据不能改" in response.text
    assert returned.value(returned.due) == 1480


def test_the_reviewer_s_next_look_opens_on_the_differences(client, returned):
    returned.save({returned.greening: 44})
    returned.save({returned.greening: "46.5"})
    say(returned, returned.greening, "已实地测量。")
    returned.submit()
    client.force_login(returned.bureau)

    response = client.get(returned.url)

    (edit,) = response.context["edits"]
    assert (edit.element, edit.old, edit.new) == ("绿化覆盖率", "45.5", "46.5")
    assert (edit.remark, edit.mark, edit.who) == ("已实地测量。", "与上月相差太大，请核实。", "张三")
    assert "退回以后改了 1 项" in response.text


def test_a_figure_changed_and_changed_back_is_no_difference_but_a_remark_is(client, returned):
    returned.save({returned.greening: 44})
    returned.save({returned.greening: "45.5"})
    say(returned, returned.greening, "核实无误。")
    returned.submit()
    client.force_login(returned.bureau)

    (edit,) = client.get(returned.url).context["edits"]

    assert (edit.old, edit.new, edit.remark) == ("", "", "核实无误。")


def test_a_month_that_came_back_and_was_not_touched_says_so(client, returned):
    returned.submit()
    client.force_login(returned.bureau)

    assert "退回以后没有改动" in client.get(returned.url).text


def test_a_month_that_never_came_back_shows_no_differences(client, scene):
    scene.fill()
    scene.submit()
    client.force_login(scene.bureau)

    assert client.get(scene.url).context["edits"] is None


def test_the_bureau_opens_more_from_the_page(client, returned):
    client.force_login(returned.bureau)

    shown = client.get(returned.url)
    client.post(
        f"/indicators/months/{returned.report.pk}/mark/",
        {f"mark{returned.due.pk}": "一并核实。", "comment": ""},
    )

    assert "补充退回其他数据" in shown.text
    assert set(CellNote.objects.marks(returned.report)) == {returned.greening.pk, returned.due.pk}


def test_a_return_of_before_versions_were_kept_is_dated_by_its_time(returned):
    returned.save({returned.greening: 46})
    step = returned.report.last_step("return")
    step.version = None

    assert (
        ValueChange.objects.version_of(step) == 3
    )  # every change of this scene has one time: all are before it
