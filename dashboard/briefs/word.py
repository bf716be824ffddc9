"""The brief as a Word document, from the built-in template or the office's own."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Twips
from docxtpl import DocxTemplate, InlineImage

from dashboard.briefs.sandbox import PlainSandbox

WIDTH = Mm(162)


class _Picture(InlineImage):
    """A chart within the text, with words for those who cannot see it."""

    words = ""

    def _insert_image(self) -> str:
        drawn: str = super()._insert_image()
        drawn = drawn.replace("<wp:inline ", '<wp:inline distT="0" distB="0" distL="0" distR="0" ', 1)
        return re.sub(r"(<wp:docPr\b[^>]*?)(/?>)", rf"\1 descr={quoteattr(self.words)}\2", drawn, count=1)


def word_of(template: bytes, material: dict[str, Any], charts: dict[str, bytes]) -> bytes:
    """Renders the template. Raises a jinja2.TemplateError for what it may not say, and others if damaged.

    ``charts`` are pictures, printed by their tag: `{{ chart_states }}`.
    """
    document = DocxTemplate(io.BytesIO(template))
    pictures = {f"chart_{name}": _picture(document, name, png, material) for name, png in charts.items()}
    document.render({**material, **pictures}, PlainSandbox(), autoescape=True)
    for table in document.docx.element.body.iter(qn("w:tbl")):
        _fit(table)
    _say_what_it_is(document, material)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _picture(document: DocxTemplate, name: str, png: bytes, material: dict[str, Any]) -> _Picture:
    picture = _Picture(document, io.BytesIO(png), width=WIDTH)
    picture.words = chart_words(name, material)
    return picture


def chart_words(name: str, material: dict[str, Any]) -> str:
    if name == "states":
        said = ", ".join(f"{each['word']} {each['count']}" for each in material["states"])
        return f"Biểu đồ chỉ tiêu theo trạng thái: {said}."
    said = "; ".join(f"{each['label']} {each['met']}/{each['total']}" for each in material["by"]["document"])
    return f"Biểu đồ chỉ tiêu đạt và vượt theo văn bản: {said}."


def _fit(table: Any) -> None:
    """Columns that a loop made get their places: the first one takes the room that the others leave.

    Done only where the table says how wide it is and its cells do not add up to that.
    """
    whole = table.tblPr.find(qn("w:tblW"))
    rows = [row.tc_lst for row in table.tr_lst]
    widest: list[Any] = max(rows, key=len, default=[])
    widths = [cell.width for cell in widest]
    if whole is None or whole.get(qn("w:type")) != "dxa" or not widths or None in widths:
        return
    wanted = Twips(int(float(whole.get(qn("w:w")))))
    if abs(sum(widths) - wanted) < Mm(1):
        return
    first = max(wanted - sum(widths[1:]), wanted // 5)
    rest = sum(widths[1:]) or 1
    widths = [first, *(each * (wanted - first) // rest for each in widths[1:])]
    grid = table.tblGrid
    for column in list(grid.gridCol_lst):
        grid.remove(column)
    for each in widths:
        grid.add_gridCol().w = Emu(each)
    for cells in rows:
        if len(cells) == len(widths):
            for cell, each in zip(cells, widths, strict=True):
                cell.width = Emu(each)


def _say_what_it_is(document: DocxTemplate, material: dict[str, Any]) -> None:
    about = document.docx.core_properties
    about.title = f"Báo cáo {material['subject']}"[:255]
    about.language = "vi-VN"
    about.author = material["form"]["issuer_line"][:255]
    about.last_modified_by = ""
    about.comments = f"SHA-256: {material['edition']['digest']}"
