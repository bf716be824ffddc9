"""A picture of a chart with title, legend and what it shows: as SVG that stands alone, and as PNG."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import typst

from dashboard.exports.lettering import lines_of, width_of
from dashboard.exports.styles import dress, resolved, sheet

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "'Be Vietnam Pro', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MARGIN = 24
TITLE, TEXT, SMALL = 18, 13, 12
KEY_GAP, ITEM_GAP, LEGEND_LINE = 7, 20, 22
# Two points of the picture for one of the drawing, which has 96 to the inch.
PPI = 192
_PAGE = Path(__file__).resolve().parent / "picture.typ"


@dataclass(frozen=True)
class Key:
    """A line of the legend: its sign as an element with classes, how wide that is, and its words."""

    sign: ET.Element
    width: int
    text: str


@dataclass
class Picture:
    """`plot` is placed already and still has its classes; `left` to `below` is room for what overhangs it."""

    title: str
    about: list[str]
    plot: ET.Element
    width: int
    height: int
    keys: list[Key] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left: int = 0
    right: int = 0
    above: int = 0
    below: int = 0
    around: tuple[tuple[str, frozenset[str]], ...] = ()


def as_svg(picture: Picture) -> bytes:
    """One file that needs no other: no scripts, no references, all looks as attributes."""
    inner = picture.left + picture.width + picture.right
    width = inner + 2 * MARGIN
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    ET.SubElement(root, "title").text = picture.title
    ET.SubElement(root, "desc").text = " · ".join([*picture.about, *picture.notes])
    ground = ET.SubElement(root, "rect", {"fill": colour("--card")})
    at = _Column(root, MARGIN, inner)
    at.write(picture.title, TITLE, "--ink", bold=True)
    for line in picture.about:
        at.write(line, TEXT, "--ink-2")
    at.y += 14 + picture.above
    plot = deepcopy(picture.plot)
    dress(plot, picture.around)
    plot.tag = "g"
    plot.attrib.clear()
    plot.set("transform", f"translate({MARGIN + picture.left} {at.y})")
    root.append(plot)
    at.y += picture.height + picture.below
    at.legend(picture.keys)
    for line in picture.notes:
        at.y += 4
        at.write(line, SMALL, "--ink-2")
    height = at.y + MARGIN - 4
    size = {"width": str(width), "height": str(height)}
    ground.attrib.update(size)
    root.attrib.update({**size, "viewBox": f"0 0 {width} {height}", "font-family": FAMILY})
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def as_png(picture: Picture) -> bytes:
    """The same drawing with its letters in the typeface of the pages, twice as fine as on screen."""
    made = typst.compile(
        _PAGE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="png",
        ppi=PPI,
        sys_inputs={"svg": as_svg(picture).decode()},
    )
    assert isinstance(made, bytes)  # noqa: S101 (one page is one picture)
    return made


def colour(name: str) -> str:
    root, _rules = sheet()
    return resolved(f"var({name})", root)


class _Column:
    """Writes one thing below the other; `y` is where the next begins."""

    def __init__(self, root: ET.Element, x: int, width: int) -> None:
        self.root, self.x, self.width, self.y = root, x, width, MARGIN

    def write(self, text: str, size: int, shade: str, *, bold: bool = False) -> None:
        for line in lines_of(text, size, self.width):
            self._text(line, self.x, self.y + size, size, shade, bold=bold)
            self.y += size + 7

    def _text(self, text: str, x: int, y: int, size: int, shade: str, *, bold: bool = False) -> None:
        looks = {"x": str(x), "y": str(y), "font-size": str(size), "fill": colour(shade)}
        if bold:
            looks["font-weight"] = "600"
        ET.SubElement(self.root, "text", looks).text = text

    def legend(self, keys: Iterable[Key]) -> None:
        """Signs with their words, as many in a line as fit."""
        listed = list(keys)
        if not listed:
            return
        self.y += 14
        x = 0
        for key in listed:
            wide = key.width + KEY_GAP + width_of(key.text, TEXT)
            if x and x + wide > self.width:
                x, self.y = 0, self.y + LEGEND_LINE
            sign = ET.SubElement(self.root, "g", {"transform": f"translate({self.x + x} {self.y})"})
            sign.append(deepcopy(key.sign))
            dress(sign)
            self._text(key.text, self.x + x + key.width + KEY_GAP, self.y + 12, TEXT, "--ink-2")
            x += wide + ITEM_GAP
        self.y += LEGEND_LINE
