"""Small pieces of a Word document that python-docx has no words for."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

CENTRE, RIGHT, LEFT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEAD_FILL = "EEF0F4"
# What stands behind the width among the properties of a table, by the schema.
_AFTER_WIDTH = (
    *("w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar"),
    "w:tblLook",
)
GREY = RGBColor(0x56, 0x5C, 0x68)


def element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def say(paragraph: Any, words: str, size: float = 0, **marks: Any) -> Any:
    """Adds text; `bold`, `italic` and a colour by name."""
    run = paragraph.add_run(words)
    if size:
        run.font.size = Pt(size)
    colour = marks.pop("colour", None)
    if colour is not None:
        run.font.color.rgb = colour
    for name, value in marks.items():
        setattr(run, name, value)
    return paragraph


def shape(paragraph: Any, align: Any = None, before: float = 0, after: float = 0, indent: float = 0) -> Any:
    """Alignment, and room above and below in points; the first line's indent in millimetres."""
    form = paragraph.paragraph_format
    if align is not None:
        form.alignment = align
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.first_line_indent = Mm(indent)
    return paragraph


def rule(cell: Any, side_indent: float) -> None:
    """A line as wide as the cell less both indents (mm)."""
    paragraph = shape(cell.add_paragraph(), CENTRE)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(side_indent)
    paragraph.paragraph_format.line_spacing = Pt(6)
    borders = element("w:pBdr")
    borders.append(element("w:top", val="single", sz="6", space="1", color="auto"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def field(paragraph: Any, code: str, size: float) -> None:
    """A field that Word fills in, such as PAGE."""
    run = paragraph.add_run()
    run.font.size = Pt(size)
    run._r.append(element("w:fldChar", fldCharType="begin"))
    instruction = element("w:instrText")
    instruction.text = code
    run._r.append(instruction)
    run._r.append(element("w:fldChar", fldCharType="end"))


def table(document: Any, widths: list[float], rows: int, *, whole: float = 0, lined: bool = True) -> Any:
    """A table of fixed widths (mm), `whole` wide once a loop has made its columns.

    Its first row is repeated on every page where it is lined.
    """
    made = document.add_table(rows=rows, cols=len(widths))
    made.autofit = False
    if lined:
        made.style = "Table Grid"
        row = made.rows[0]._tr.get_or_add_trPr()
        row.append(element("w:tblHeader"))
    properties = made._tbl.tblPr
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    width = element("w:tblW", w=str(round(Mm(whole or sum(widths)).twips)), type="dxa")
    properties.insert_element_before(width, *_AFTER_WIDTH)
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="45" if lined else "0", type="dxa"))
    properties.insert_element_before(margins, "w:tblLook")
    for column, each in zip(made.columns, widths, strict=True):
        column.width = Mm(each)
    for line in made.rows:
        line._tr.get_or_add_trPr().append(element("w:cantSplit"))
        for cell, each in zip(line.cells, widths, strict=True):
            cell.width = Mm(each)
    return made


def fill(
    cell: Any, words: str, size: float = 11, *, align: Any = LEFT, head: bool = False, **marks: Any
) -> Any:
    """Puts text into a cell, as a heading with its ground."""
    paragraph = shape(cell.paragraphs[0], CENTRE if head else align, 1, 1)
    paragraph.paragraph_format.line_spacing = 1.0
    say(paragraph, words, size, **({"bold": True} if head else {}), **marks)
    properties = cell._tc.get_or_add_tcPr()
    if head:
        properties.append(element("w:shd", val="clear", color="auto", fill=_HEAD_FILL))
    properties.append(element("w:vAlign", val="center"))
    return paragraph
