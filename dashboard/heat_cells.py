"""Rows, columns and cells of a heat map, and the cells as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString

from indicators.scoreboards import MET


@dataclass(frozen=True)
class HeatCell:
    target_id: int
    status: str
    css: str
    text: str
    said: str
    label: str
    url: str
    counts: bool
    is_illustrative: bool


@dataclass
class HeatLine:
    """A row or a column with its sums: met or exceeded, of those that count."""

    label: str
    title: str = ""
    sub: str = ""
    url: str = ""
    cells: list[HeatCell | None] = field(default_factory=list)
    # The cells as HTML: a template loop over three thousand of them costs more than all else together.
    markup: str = ""
    met: int = 0
    total: int = 0

    def add(self, cell: HeatCell) -> None:
        self.total += cell.counts
        self.met += cell.counts and cell.status in MET


_CELL = (
    '<td class="is-{css}"><a href="{url}" title="{label}" aria-label="{label}">'
    '<svg class="icon" aria-hidden="true"><use href="{icons}#{css}"/></svg>{text}</a></td>'
)
_TEXT = "<span>{text}</span>"
_NOTHING = '<td class="heat-none"><span class="visually-hidden">{text}</span></td>'


def cells_as_html(
    cells: Iterable[HeatCell | None], icons: str, nothing: str, *, with_text: bool
) -> SafeString:
    """Cells of one row; `with_text` writes the value beside the icon of its state."""
    empty = format_html(_NOTHING, text=nothing)
    parts = []
    for cell in cells:
        if cell is None:
            parts.append(empty)
            continue
        text = format_html(_TEXT, text=cell.text) if with_text and cell.text else ""
        parts.append(format_html(_CELL, css=cell.css, url=cell.url, label=cell.label, icons=icons, text=text))
    return SafeString("".join(parts))
