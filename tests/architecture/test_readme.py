"""What the README files promise exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from accounts.models import Role

PROJECT = Path(__file__).resolve().parents[2]
README = [PROJECT / "README.md", PROJECT / "README.zh-CN.md"]


@pytest.fixture(params=README, ids=lambda path: path.name)
def text(request: pytest.FixtureRequest) -> str:
    return request.param.read_text()


def test_every_make_command_exists(text: str):
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))

    assert {"demo", "demo-reset", "test"} <= named
    assert named - targets == set()


def test_every_management_command_exists(text: str):
    named = set(re.findall(r"manage\.py ([a-z_]+)", text))

    assert named
    assert named - set(get_commands()) == set()


def test_every_link_leads_to_a_file(text: str):
    links = re.findall(r"\]\(([^)#:]+)\)", text)

    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_every_role_is_explained(text: str):
    assert [label for label in Role.labels if label not in text] == []
