"""The documents speak of what exists."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.sources import ROOMS

DOCS = Path(settings.BASE_DIR) / "docs"
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
PARTS = ["Situation", "Decision", "Consequence"]
HALF_A_PAGE = 2_500
# Django's own and the libraries' models are explained elsewhere.
NOT_OURS = {"axes", "admin", "auth", "contenttypes", "sessions"}


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text())

    broken = [link for link in links if "://" not in link and not (document.parent / link).exists()]

    assert broken == []


def test_the_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_half_a_page_of_situation_decision_consequence(decision):
    text = decision.read_text()

    headings = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)

    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert [heading for heading in headings if heading in PARTS] == PARTS
    assert len(text) < HALF_A_PAGE


def test_the_architecture_names_every_room():
    text = (DOCS / "architecture.md").read_text()

    missing = [room for room in ROOMS if f"| `{room}/` |" not in text]

    assert missing == []


def test_the_glossary_names_every_model_that_people_speak_of():
    text = (DOCS / "glossary.md").read_text()
    words = tuple(re.findall(r"\b[A-Z][A-Za-z]{3,}\b", text))
    ours = [model.__name__ for model in apps.get_models() if model._meta.app_label not in NOT_OURS]

    missing = [name for name in ours if not name.startswith(words) and name.removesuffix("Step") not in text]

    assert missing == []
