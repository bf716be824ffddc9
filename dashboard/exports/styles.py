"""The style sheets of the pages as attributes of a drawing, which then needs neither them nor a browser.

Only what drawings use: class selectors, custom properties, the light palette. What a programme that draws
SVG does not know (custom properties, `px`, transforms of CSS) is resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

from django.conf import settings

SHEETS = ("tokens.css", "charts.css", "side-by-side.css")
# Everything about looks that a drawing may carry as attributes.
KEPT = (
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"),
    *("stroke-linecap", "font-size", "font-weight", "text-anchor", "paint-order", "opacity"),
)
Chain = Sequence[tuple[str, frozenset[str]]]


@dataclass(frozen=True)
class Rule:
    """One selector: compounds from the outermost inwards, each a tag (or nothing) and its classes."""

    compounds: tuple[tuple[str, frozenset[str]], ...]
    declared: tuple[tuple[str, str], ...]

    @property
    def weight(self) -> tuple[int, int]:
        """Classes, then tags: what CSS calls the specificity."""
        classes = sum(len(names) for _tag, names in self.compounds)
        return classes, sum(tag not in ("", "*") for tag, _names in self.compounds)

    def fits(self, chain: Chain) -> bool:
        """Whether it speaks of the last element of a chain of ancestors."""
        if not _is(self.compounds[-1], chain[-1]):
            return False
        left = list(self.compounds[:-1])
        for each in reversed(chain[:-1]):
            if left and _is(left[-1], each):
                left.pop()
        return not left


def _is(compound: tuple[str, frozenset[str]], element: tuple[str, frozenset[str]]) -> bool:
    return compound[0] in ("", "*", element[0]) and compound[1] <= element[1]


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[a-z-]+[^{;]*\{(?:[^{}]|\{[^{}]*\})*\}")
_COMPOUND = re.compile(r"(?P<tag>[a-z]+|\*)?(?P<classes>(?:\.[\w-]+)*)")


@lru_cache(maxsize=1)
def sheet() -> tuple[dict[str, str], list[Rule]]:
    """The custom properties of the light palette, and the rules in the order they win."""
    folder = Path(settings.BASE_DIR) / "static" / "css"
    root: dict[str, str] = {}
    rules: list[Rule] = []
    for name in SHEETS:
        text = _AT_RULE.sub("", _COMMENT.sub("", (folder / name).read_text()))
        for selectors, body in _BLOCK.findall(text):
            declared = tuple(_declared(body))
            for selector in selectors.split(","):
                if selector.strip() == ":root":
                    root.update(declared)
                elif compounds := _compounds(selector):
                    rules.append(Rule(compounds, declared))
    return root, sorted(rules, key=lambda rule: rule.weight)


def _declared(body: str) -> Iterator[tuple[str, str]]:
    for line in body.split(";"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _compounds(selector: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Nothing for what no drawing is in: a pointer over it, a focus, a child of a certain kind."""
    found = []
    for word in selector.split():
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return ()
        found.append((match["tag"] or "", frozenset(match["classes"].split(".")) - {""}))
    return tuple(found)


def attributes_of(chain: Chain, inherited: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the sheets say of an element as SVG attributes, and the custom properties it hands down."""
    _root, rules = sheet()
    found: dict[str, str] = {}
    for rule in rules:
        if rule.fits(chain):
            found |= dict(rule.declared)
    known = inherited | {name: value for name, value in found.items() if name.startswith("--")}
    looks = {name: _plain(resolved(found[name], known)) for name in KEPT if name in found}
    if moved := _moved(found.get("transform", "")):
        looks["transform"] = moved
    return looks, known


_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_LENGTH = re.compile(r"(?<![\w.])(-?\d*\.?\d+)px")
_TRANSLATE = re.compile(r"translate(X?)\(([^)]*)\)")


def resolved(value: str, known: dict[str, str]) -> str:
    """Without custom properties; one that nothing sets is an error of the style sheet."""
    while found := _VARIABLE.search(value):
        value = value.replace(found[0], known[found[1]])
    return value


def _plain(value: str) -> str:
    return _LENGTH.sub(r"\1", value)


def _moved(transform: str) -> str:
    match = _TRANSLATE.fullmatch(transform)
    if match is None:
        return ""
    across, _comma, down = _plain(match[2]).partition(",")
    return f"translate({across.strip()} {down.strip() or 0})"


def dress(element: ET.Element, around: Chain = ()) -> None:
    """Give an element and all within it their looks as attributes, and take its classes away."""
    root, _rules = sheet()
    _dress(element, list(around), dict(root))


def _dress(element: ET.Element, above: list[tuple[str, frozenset[str]]], inherited: dict[str, str]) -> None:
    classes = frozenset(element.attrib.pop("class", "").split())
    chain = [*above, (element.tag, classes)]
    looks, known = attributes_of(chain, inherited)
    element.attrib.update(looks)
    for child in element:
        _dress(child, chain, known)
