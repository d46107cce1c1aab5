"""The two files the tests load: the programme of 灵武, and the small example of the documentation."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINGWU = (ROOT / "programmes" / "lingwu.yaml").read_text()
SMALL = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "programme-format.md").read_text(), re.DOTALL)[-1]


def changed(old: str, new: str, *, text: str = SMALL) -> str:
    """Return the sample with one passage replaced, which must stand there exactly once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(passage: str, *, text: str) -> int:
    """Return the number of the line on which a passage begins."""
    return text[: text.index(passage)].count("\n") + 1
