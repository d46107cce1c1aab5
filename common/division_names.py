"""What divisions are called, from provinces down to counties (统计用区划代码, 2023-06-30)."""

from functools import cache
from pathlib import Path

from common.divisions import Level

FILE = Path(__file__).with_name("division_names.tsv")
# The levels that statistics put between a province and its counties where there is no prefecture.
GROUPS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})


@cache
def _names() -> dict[str, str]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {code: name for code, _, name in (line.partition("\t") for line in lines)}


def division_name(code: str) -> str:
    """Return the name of a province, prefecture or county, 全国 for the empty code, else the code itself."""
    return _names().get(code, code) if code else "全国"


def full_name(code: str) -> str:
    """Return the name with those of the divisions above it: 宁夏回族自治区银川市灵武市."""
    levels = (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)
    names = [division_name(code[:level]) for level in levels if level <= len(code)]
    return "".join(name for name in names if name not in GROUPS) or division_name(code)
