"""The drawn workflows say what the tables say."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command

from assessments.diagrams import WORKFLOWS, document
from assessments.workflow import APPLICATION


def test_the_page_of_workflows_is_up_to_date():
    written = (settings.BASE_DIR / "docs" / "workflow.md").read_text(encoding="utf-8")

    assert written == document(), "manage.py draw_workflows writes it anew"


def test_every_transition_is_drawn_from_each_of_its_sources():
    page = document()

    for workflow in WORKFLOWS:
        for transition in workflow.transitions:
            for source in transition.sources:
                assert f"    {source} --> {transition.target} : {transition.label}\n" in page


def test_the_table_says_who_and_what_is_needed():
    row = next(line for line in document().splitlines() if line.startswith("| `return` | 退回整改"))

    assert "乡村振兴局/农办" in row
    assert "理由、期限" in row
    assert "`resubmit`, `submit`" in row
    assert "late after `municipal_review_closes`" in row


def test_the_command_writes_the_page(tmp_path, settings):
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path

    call_command("draw_workflows", stdout=StringIO())

    assert (tmp_path / "docs" / "workflow.md").read_text(encoding="utf-8") == document()


def test_every_status_can_be_left_or_is_an_end():
    ends = {"failed", "revoked"}
    left = {source for transition in APPLICATION.transitions for source in transition.sources}

    assert set(APPLICATION.labels) - left == ends
