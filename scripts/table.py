"""Tables for a terminal, in which a Chinese character is two columns wide."""

import unicodedata


def aligned(rows: list[list[str]]) -> str:
    """The rows as lines, every column as wide as its widest cell; the first row is the heading."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    heading, *body = [
        "  ".join(_padded(*cell) for cell in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(f"  {line}" for line in [heading, "  ".join("-" * width for width in widths), *body])


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
