"""docs/workflow.md: every workflow of the platform, drawn from its table."""

from collections.abc import Iterable, Iterator

from accounts.models import Role
from accounts.permissions import GRANTS
from assessments.workflow import APPLICATION, RECTIFICATION, SUPERVISION
from common.transitions import Transition, Workflow
from indicators.workflow import MONTH
from projects.workflow import PROJECT

WORKFLOWS = (MONTH, PROJECT, APPLICATION, RECTIFICATION, SUPERVISION)
HEAD = """# Workflows

Drawn from the tables in `*/workflow.py` by `manage.py draw_workflows`; a test holds this page to them. Change
a table, run the command, commit both. Not in the tables: what a step asks for besides (the services say so),
and that nobody acts outside the division of the organisation.
"""
COLUMNS = ("step", "中文", "from", "to", "who", "needs", "not by who took", "calendar")


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(workflow) for workflow in WORKFLOWS)])


def _section(workflow: Workflow) -> str:
    lines = [f"## {workflow.name}", "", "```mermaid", *_diagram(workflow), "```", "", *_table(workflow), ""]
    return "\n".join(lines)


def _diagram(workflow: Workflow) -> Iterator[str]:
    yield "stateDiagram-v2"
    for status, label in workflow.labels.items():
        yield f'    state "{label}" as {status}'
    for transition in workflow.transitions:
        for source in _in_order(workflow, transition.sources):
            yield f"    {source} --> {transition.target} : {transition.label}"


def _table(workflow: Workflow) -> Iterator[str]:
    yield _row(COLUMNS)
    yield _row("---" for _ in COLUMNS)
    for transition in workflow.transitions:
        sources = "、".join(workflow.labels[source] for source in _in_order(workflow, transition.sources))
        yield _row(
            [
                f"`{transition.name}`",
                transition.label,
                sources,
                workflow.labels[transition.target],
                _who(transition),
                _needs(transition),
                ", ".join(f"`{name}`" for name in sorted(transition.four_eyes)),
                _calendar(transition),
            ]
        )


def _in_order(workflow: Workflow, statuses: frozenset[str]) -> list[str]:
    return [status for status in workflow.labels if status in statuses]


def _who(transition: Transition) -> str:
    return "、".join(Role(role).label for role, granted in GRANTS.items() if transition.permission in granted)


def _needs(transition: Transition) -> str:
    needs = [transition.comment_word] if transition.comment_required else []
    return "、".join([*needs, *(["期限"] if transition.deadline_required else [])])


def _calendar(transition: Transition) -> str:
    bounds = {"from": transition.opens, "until": transition.closes, "late after": transition.due}
    return ", ".join(f"{word} `{name}`" for word, name in bounds.items() if name)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
