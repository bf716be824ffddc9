"""Letters on the five classes of a map, and the lines of a chart, stand out by day and by night."""

import re
from pathlib import Path

import pytest

from tests.frontend.test_contrast import THEMES, contrast

CSS = (Path(__file__).resolve().parents[2] / "static/css/side-by-side.css").read_text()
LIGHT, AUTO_DARK, CHOSEN_DARK = (
    dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", block))
    for block in re.findall(r":root[^{]*\{\s*--class-1[^}]*\}", CSS)
)
COLOURS = {"light": LIGHT, "dark": CHOSEN_DARK}


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("number", range(1, 6))
def test_letters_on_a_class(theme: str, number: int) -> None:
    letters = "on-low" if number <= 3 else "on-high"
    assert contrast(COLOURS[theme][letters], COLOURS[theme][f"class-{number}"]) >= 4.5


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("number", range(1, 7))
def test_line_of_a_chart(theme: str, number: int) -> None:
    assert contrast(COLOURS[theme][f"series-{number}"], THEMES[theme]["card"]) >= 3


def test_dark_colours_are_the_same_chosen_or_preferred() -> None:
    assert AUTO_DARK == CHOSEN_DARK
