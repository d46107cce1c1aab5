"""The files the tests load: the programme of 灵武, and everything that the documentation shows."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINGWU = (ROOT / "programmes" / "lingwu.yaml").read_text()
GUIDE = (ROOT / "docs" / "programme-format.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
WHOLE = [block for block in BLOCKS if "\nstandards:\n" in block and "format: 1\n" in block]
SMALL, WORKED = WHOLE
[HEAD] = [block for block in BLOCKS if block not in WHOLE and "format: 1\n" in block]
EXAMPLES = {path.stem: path.read_text() for path in sorted((ROOT / "docs" / "examples").glob("*.yaml"))}


def changed(old: str, new: str, *, text: str = SMALL) -> str:
    """Return the sample with one passage replaced, which must stand there exactly once."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(passage: str, *, text: str) -> int:
    """Return the number of the line on which a passage begins."""
    return text[: text.index(passage)].count("\n") + 1


def recipe_file(recipe: str) -> str:
    """Return a recipe under the head that the documentation gives for it."""
    missing = [key for key in ("elements", "indicators", "standards") if f"{key}:" not in recipe]
    return HEAD + recipe + "".join(f"{key}: []\n" for key in missing)


def recipes() -> dict[str, str]:
    """Every recipe of the documentation by the title before it."""
    found = {}
    for block in re.finditer(r"```yaml\n(.*?)```", GUIDE, re.DOTALL):
        if block[1] not in (*WHOLE, HEAD):
            title = re.findall(r"^\*\*([^*\n]+)\*\*", GUIDE[: block.start()], re.MULTILINE)[-1]
            found[title] = block[1]
    return found
