"""The documents speak of what exists."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.sources import ROOMS

DOCS = Path(settings.BASE_DIR) / "docs"
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
HALF_A_PAGE = 2_000
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
    assert headings == ["Situation", "Decision", "Consequence"]
    assert len(text) < HALF_A_PAGE


def test_the_architecture_names_every_room():
    text = (DOCS / "architecture.md").read_text()

    missing = [room for room in ROOMS if f"| `{room}/` |" not in text]

    assert missing == []


def test_the_glossary_names_every_model_that_people_speak_of():
    text = (DOCS / "glossary.md").read_text()
    ours = [model for model in apps.get_models() if model._meta.app_label not in NOT_OURS]

    missing = [model.__name__ for model in ours if not _is_spoken_of(model.__name__, text)]

    assert missing == []


def _is_spoken_of(name: str, text: str) -> bool:
    """Steps and other parts of a model go with the model whose name they carry."""
    return any(re.search(rf"\b{part}", text) for part in (name, name.removesuffix("Step")))
