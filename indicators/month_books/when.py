"""Of what time a sheet is, as it says itself: by a title above the heads, else its name, else the file's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from indicators.month_books import titles
from indicators.month_books.headings import Heads
from indicators.month_books.periods import bare_month, is_stretch, month_in, years_in
from indicators.month_books.reading import Row, SheetOutline


@dataclass(frozen=True)
class Said:
    """What is said of the time: a month; a year; whether the figures are of more than a month."""

    month: date | None = None
    year: int | None = None
    is_stretch: bool = False
    is_open: bool = False  # it is not the chosen month, and which one is for the person to say


def said_of(sheet: SheetOutline, heads: Heads, month: date, file: str = "") -> Said:
    """What a sheet says, beside the month that was chosen at the upload."""
    texts = [text for row in sheet.head[: heads.first] for text in _title_texts(row)]
    everything = [*texts, sheet.name, file]
    found = _month(texts, sheet.name, file, month.year)
    years = next((years for text in everything if (years := years_in(text))), [])
    year = month.year if not years or month.year in years else years[0]
    stretch = any(map(is_stretch, everything))
    is_open = found is None and (year != month.year or stretch or _is_number(sheet.name, month))
    return Said(found, year if years else None, stretch, is_open)


def said_month(sheet: SheetOutline, heads: Heads, year: int) -> date | None:
    """The month that a title above the heads names, or else the sheet's own name."""
    texts = [text for row in sheet.head[: heads.first] for text in _title_texts(row)]
    return _month(texts, sheet.name, "", year)


def caption_of(sheet: SheetOutline, heads: Heads) -> str:
    """The title above the heads, without figures."""
    cells = (cell for row in sheet.head[: heads.first] for cell in row if isinstance(cell, str))
    return next((said for cell in cells if (said := titles.caption(cell))), "")


def _month(texts: Sequence[str], sheet: str, file: str, year: int) -> date | None:
    """The first month of titles, sheet and file; one with its year goes before those without."""
    year = next((years[0] for text in [*texts, sheet, file] if (years := years_in(text))), year)
    for places in ([*texts], [sheet], [file]):
        for known in (None, year):
            if found := next((month for text in places if (month := month_in(text, known))), None):
                return found
        if places == [sheet] and len(titles.plain(sheet)) > 1 and (number := bare_month(sheet)):
            return date(year, number, 1)
    return None


def _is_number(sheet: str, month: date) -> bool:
    """Whether a sheet is called 9 while another month was chosen: the ninth month, or the ninth table."""
    return bare_month(sheet) not in (None, month.month)


def _title_texts(row: Row) -> Iterator[str]:
    """What may name a month: texts, and a first of a month, unless the row says when it was filled in."""
    texts = [cell for cell in row if isinstance(cell, str)]
    days = [cell for cell in row if isinstance(cell, date) and cell.day == 1]
    if any(titles.is_filling_day(text) for text in texts):
        yield from (text for text in texts if not titles.plain(text)[:1].isdigit())
        return
    yield from texts
    yield from (f"{day.year}年{day.month}月" for day in days)
