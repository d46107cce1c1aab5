"""Why a month is not written or not signed: refusals that a page answers in its own way."""

from collections.abc import Collection, Sequence

from common.transitions import TransitionError
from indicators.findings import Finding
from indicators.models import CellNote, DataElement, ValueChange
from indicators.models.catalogue import AskedElement

MOST_NAMES = 5


class MonthClosed(TransitionError):
    """The month's figures cannot change now."""


class FiguresFrozen(MonthClosed):
    """The month came back for some figures only, and these are others."""

    def __init__(self, frozen: Sequence[DataElement], marked: Collection[DataElement]) -> None:
        super().__init__(
            f"这个月只退回了{_names(marked)}，其他数据不能改：{_names(frozen)}没有保存。"
            "确实需要改的，请向振兴局申请一并退回。"
        )
        self.frozen = frozen


class StaleVersion(TransitionError):
    """Somebody saved the month since it was read: who changed what, and the version it has now."""

    def __init__(self, version: int, changes: Sequence[ValueChange]) -> None:
        super().__init__("您打开这一页以后，有人改过这个月的数据，请核对后再办理。")
        self.version = version
        self.changes = changes


class StaleNote(TransitionError):
    """Somebody else wrote the same remark since it was read."""

    def __init__(self, version: int, note: CellNote, changes: Sequence[ValueChange]) -> None:
        remark = note.remark or "（清空）"
        super().__init__(f"您打开这一页以后，{note.by}改过“{note.element}”的说明：{remark}。请核对后再保存。")
        self.version = version
        self.note = note
        self.changes = changes  # figures that were changed meanwhile


class BrokenRules(TransitionError):
    """Figures contradict each other: every hard finding, in one go."""

    def __init__(self, problems: Sequence[Finding], deed: str = "上报") -> None:
        self.heading = f"还没有{deed}：有 {len(problems)} 处数据不对，请改正后再{deed}。"
        super().__init__(self.heading + "".join(problem.sentence for problem in problems))
        self.problems = problems


class Unexplained(TransitionError):
    """Figures are unusual, and nobody has written why."""

    def __init__(self, problems: Sequence[Finding]) -> None:
        self.heading = f"还没有上报：有 {len(problems)} 处数据要核对，确属实际的请写说明。"
        super().__init__(self.heading + "".join(problem.sentence for problem in problems))
        self.problems = problems


class MissingFigures(TransitionError):
    """Figures are empty, and whoever submits has not said that the month goes without them."""

    def __init__(self, missing: Sequence[AskedElement]) -> None:
        super().__init__(f"还有 {len(missing)} 项没有填，请补填，或确认按“缺数据”上报。")
        self.missing = missing


def _names(elements: Collection[DataElement]) -> str:
    named = "、".join(f"“{element}”" for element in list(elements)[:MOST_NAMES])
    return named if len(elements) <= MOST_NAMES else f"{named}等 {len(elements)} 项"
