"""A drawing of a page at a fixed size: shares of its width and height become places, links become groups."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

_ACROSS = ("x", "x1", "x2", "cx", "width")
_DOWN = ("y", "y1", "y2", "cy", "height")
_OF_PAGES = ("href", "role", "tabindex", "focusable", "id")
_STRETCH = Decimal(1000)


def shown(number: Decimal) -> str:
    """`12.5`, never with zeros that say nothing or an exponent."""
    text = format(number.quantize(Decimal("0.01")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def place(element: ET.Element, width: Decimal, height: Decimal) -> None:
    """Everything in a drawing of so many units across and down; what stretches on the page is stretched.

    The points of a stretched part are multiplied instead of its drawing, so that its strokes stay even.
    """
    for child in list(element):
        if "stretch" in child.get("class", "").split():
            _stretch(child, width, height)
        else:
            place(child, width, height)
    if element.tag == "a":
        element.tag = "g"
    for name in [*element.attrib]:
        if name.startswith(("aria-", "data-")) or (name in _OF_PAGES and element.tag != "pattern"):
            del element.attrib[name]
    for names, whole in ((_ACROSS, width), (_DOWN, height)):
        for name in names:
            value = element.get(name, "")
            if value.endswith("%"):
                element.set(name, shown(Decimal(value[:-1]) * whole / 100))


def _stretch(group: ET.Element, width: Decimal, height: Decimal) -> None:
    group.tag = "g"
    for name in ("width", "height", "viewBox", "preserveAspectRatio", "overflow"):
        group.attrib.pop(name, None)
    for line in group:
        pairs = (pair.split(",") for pair in line.get("points", "").split())
        line.set(
            "points",
            " ".join(
                f"{shown(Decimal(x) * width / _STRETCH)},{shown(Decimal(y) * height / _STRETCH)}"
                for x, y in pairs
            ),
        )
