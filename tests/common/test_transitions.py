"""The mechanism that reads a workflow's table, without any model."""

from datetime import UTC, date, datetime

import pytest

from common.transitions import Attempt, Transition, TransitionError, Workflow, is_late

DESK = Workflow(
    name="来文",
    labels={"draft": "草稿", "sent": "已送", "closed": "已办结"},
    transitions=(
        Transition(
            name="send",
            label="送出",
            sources=frozenset({"draft"}),
            target="sent",
            permission="send",
            opens="opens",
            closes="closes",
            due="due",
        ),
        Transition(
            name="close",
            label="办结",
            sources=frozenset({"sent"}),
            target="closed",
            permission="close",
            comment_required=True,
            deadline_required=True,
            four_eyes=frozenset({"send"}),
        ),
    ),
)
NOON = datetime(2025, 11, 12, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
CALENDAR = {"opens": date(2025, 11, 1), "closes": date(2025, 11, 30), "due": date(2025, 11, 20)}


def attempt(status: str = "sent", **more) -> Attempt:
    given = {"actor_id": 1, "now": NOON, "comment": "已办", "deadline": date(2025, 12, 1)}
    return Attempt(status=status, **{**given, **more})


def refusals(name: str, tried: Attempt) -> str:
    with pytest.raises(TransitionError) as refused:
        DESK.check(DESK[name], tried)
    return str(refused.value)


def test_a_step_with_everything_in_order_passes():
    DESK.check(DESK["close"], attempt())


def test_an_unknown_step_is_refused_by_name():
    with pytest.raises(TransitionError, match="来文没有“burn”这一步。"):
        DESK["burn"]


def test_a_wrong_status_is_named_in_words():
    assert refusals("close", attempt("draft")) == "现在的状态是“草稿”，不能办结。"


def test_who_took_an_earlier_step_may_not_take_this_one():
    own = attempt(earlier_actors={"send": frozenset({1})})

    assert "请由其他人办理" in refusals("close", own)


def test_a_step_taken_twice_counts_for_both_who_took_it():
    for person in (1, 2):
        tried = attempt(actor_id=person, earlier_actors={"send": frozenset({1, 2})})
        assert "请由其他人办理" in refusals("close", tried)


def test_an_earlier_step_that_the_table_does_not_name_binds_nobody():
    DESK.check(DESK["close"], attempt(earlier_actors={"read": frozenset({1})}))


@pytest.mark.parametrize("comment", ["", "   ", "\n"])
def test_a_reason_of_blanks_is_no_reason(comment: str):
    assert refusals("close", attempt(comment=comment)) == "请写明办结的理由。"


def test_a_missing_or_past_deadline_is_refused():
    assert refusals("close", attempt(deadline=None)) == "请写明办结的期限。"
    assert refusals("close", attempt(deadline=date(2025, 11, 11))) == "期限不能早于今天。"


def test_a_deadline_today_is_accepted():
    DESK.check(DESK["close"], attempt(deadline=date(2025, 11, 12)))


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (datetime(2025, 10, 31, 15, 59, tzinfo=UTC), "2025-11-01 起才能送出。"),
        (datetime(2025, 11, 30, 16, 0, tzinfo=UTC), "已过 2025-11-30 的期限，不能再送出。"),
    ],
)
def test_the_calendar_counts_days_in_local_time(moment: datetime, sentence: str):
    assert refusals("send", attempt("draft", now=moment, calendar=CALENDAR)) == sentence


@pytest.mark.parametrize(
    "moment",
    [datetime(2025, 10, 31, 16, 0, tzinfo=UTC), datetime(2025, 11, 30, 15, 59, tzinfo=UTC)],
)
def test_the_first_and_the_last_day_are_inside(moment: datetime):
    DESK.check(DESK["send"], attempt("draft", now=moment, calendar=CALENDAR))


def test_a_day_that_the_calendar_does_not_know_bounds_nothing():
    DESK.check(DESK["send"], attempt("draft", calendar={}))


def test_a_step_after_its_due_day_is_late_and_not_refused():
    on_the_day = attempt("draft", now=datetime(2025, 11, 20, 15, 59, tzinfo=UTC), calendar=CALENDAR)
    after = attempt("draft", now=datetime(2025, 11, 20, 16, 0, tzinfo=UTC), calendar=CALENDAR)

    DESK.check(DESK["send"], after)

    assert is_late(DESK["send"], after)
    assert not is_late(DESK["send"], on_the_day)
    assert not is_late(DESK["close"], attempt(calendar=CALENDAR))


def test_obstacles_are_what_typing_cannot_mend():
    nothing_typed = attempt(comment="", deadline=None)

    assert list(DESK.obstacles(DESK["close"], nothing_typed)) == []
    assert list(DESK.obstacles(DESK["close"], attempt("draft"))) == ["现在的状态是“草稿”，不能办结。"]


def test_available_steps_are_those_of_the_status_that_are_granted():
    assert [step.name for step in DESK.available("draft", lambda permission: True)] == ["send"]
    assert list(DESK.available("draft", lambda permission: permission == "close")) == []
