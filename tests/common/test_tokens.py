"""The colours: readable in both themes, and none used that is not defined."""

import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
TINTED = ["met", "near", "unmet", "info", "primary"]
PAIRS = [
    *[(ink, ground) for ink in ("text", "muted") for ground in ("bg", "surface", "raised")],
    *[(ink, ground) for ink in (*TINTED, "gap-ink") for ground in ("bg", "surface")],
    *[(ink, f"{ink}-tint") for ink in TINTED],
    ("gap-ink", "gap-tint"),
    ("primary-ink", "primary"),
    ("primary-ink", "unmet"),
    ("side-text", "side"),
    ("side-text", "side-active"),
]


def theme(name):
    """The colours of one theme, by token name without the prefix."""
    block = re.search(rf'\[data-bs-theme="{name}"\] {{(.*?)\n}}', TOKENS, re.DOTALL).group(1)
    return dict(re.findall(r"--sf-([a-z0-9-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read_on_their_ground(name, ink, ground):
    colours = theme(name)

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_edge_of_a_control_can_be_seen(name):
    colours = theme(name)

    assert contrast(colours["control"], colours["surface"]) >= 3
    assert contrast(colours["control"], colours["bg"]) >= 3


def test_every_token_in_use_is_defined():
    defined = set(re.findall(r"(--sf-[\w-]+):", TOKENS))
    files = [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]
    used = {token for path in files for token in re.findall(r"--sf-[a-z][\w-]*\w", path.read_text())}

    assert used - defined == {"--sf-chart"}  # the scripts add its number
