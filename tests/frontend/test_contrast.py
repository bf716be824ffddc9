"""Text holds WCAG AA (4.5 : 1) on what it stands on, by day and by night."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text()
LIGHT, AUTO_DARK, CHOSEN_DARK = (
    dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", block))
    for block in re.findall(r":root[^{]*\{\s*color-scheme[^}]*\}", CSS)
)
THEMES = {"light": LIGHT, "dark": {**LIGHT, **CHOSEN_DARK}}
STATES = re.findall(r"^\.is-([a-z-]+) ", CSS, re.MULTILINE)
PAIRS = [
    *((f"{state}-text", ground) for state in STATES for ground in (f"{state}-tint", "card")),
    *((ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("card", "ground", "hover")),
    ("accent-text", "card"),
    ("accent-text", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("good", "card"),
    ("bad", "card"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_contrast(theme, text, ground):
    colours = THEMES[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_focus_ring_contrast(theme):
    assert contrast(THEMES[theme]["ring"], THEMES[theme]["card"]) >= 3


def test_dark_theme_is_the_same_chosen_or_preferred():
    assert AUTO_DARK == CHOSEN_DARK
