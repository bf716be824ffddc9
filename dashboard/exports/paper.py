"""A table as a Word document: landscape A4, its headings repeated on every page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dashboard.briefs.docx_parts import CENTRE, GREY, LEFT, MEDIA_TYPE, RIGHT, field, fill, say, shape, table
from indicators.exports import file_name

FONT = "Times New Roman"
# What XML cannot hold; a name may have been pasted from anywhere.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    heading: str
    width: float
    """Millimetres; together they fill the 250 between the margins."""
    is_figure: bool = False


@dataclass(frozen=True)
class Paper:
    """Words alone: figures as the page writes them. After a cell's first line the others are small."""

    title: str
    about: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


def send_word(paper: Paper) -> HttpResponse:
    """The document as a file to keep, named after what it shows."""
    response = HttpResponse(as_word(paper), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{file_name(paper.title)}.docx"'
    return response


def as_word(paper: Paper) -> bytes:
    made = Document()
    _set_up(made, paper.title)
    say(shape(made.add_paragraph(), CENTRE, 0, 4), _written(paper.title), 14, bold=True)
    for line in paper.about:
        say(shape(made.add_paragraph(), CENTRE, 0, 1), _written(line), 10.5, colour=GREY)
    shape(made.add_paragraph(), LEFT)
    drawn = table(made, [column.width for column in paper.columns], len(paper.rows) + 1)
    head, *lines = drawn.rows
    for cell, column in zip(head.cells, paper.columns, strict=True):
        fill(cell, _written(column.heading), 10.5, head=True)
    for line, row in zip(lines, paper.rows, strict=True):
        for cell, column, words in zip(line.cells, paper.columns, row, strict=True):
            first, *more = _written(words).split("\n")
            fill(cell, first, 10.5, align=RIGHT if column.is_figure else LEFT)
            for each in more:
                say(shape(cell.add_paragraph(), LEFT, 0, 1), each, 9, colour=GREY)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _written(words: str) -> str:
    return _UNWRITABLE.sub("", words)


def _set_up(made: Any, title: str) -> None:
    """The page, the font of official papers, the language for the reader's spelling, the page number."""
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(25), Mm(22)
    section.top_margin = section.bottom_margin = Mm(18)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(11)
    properties = normal.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    made.core_properties.title = _written(title)[:255]
    made.core_properties.author = ""
    made.core_properties.language = "en-US" if get_language() == "en" else "vi-VN"
    field(shape(section.footer.paragraphs[0], CENTRE), "PAGE", 10)
