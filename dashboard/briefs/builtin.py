"""Builds the portal's own Word template: Decree 30/2020/NĐ-CP, annex I, with tags.

The file in `templates/` is what `manage.py make_brief_template` wrote; an office downloads it, changes it in
Word and uploads it as its own.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dashboard.briefs.docx_parts import (
    CENTRE,
    GREY,
    JUSTIFY,
    LEFT,
    RIGHT,
    element,
    field,
    fill,
    rule,
    say,
    shape,
    table,
)  # fmt: skip
from dashboard.briefs.material import GROUPS

BUILT_IN = Path(__file__).resolve().parent / "templates" / "bao-cao.docx"
_FONT = "Times New Roman"
_WIDE = 163.0
_LANDSCAPE = 257.0


def built_in_template() -> bytes:
    document = Document()
    _styles(document)
    _page(document.sections[0])
    _top(document)
    _results(document)
    _groups(document)
    _unmet(document)
    _requests(document)
    _signature(document)
    _annex(document)
    about = document.core_properties
    about.author = about.comments = ""
    about.title, about.language = "Báo cáo", "vi-VN"
    about.created = about.modified = datetime(2026, 1, 1, tzinfo=UTC)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _styles(document: Any) -> None:
    for name, size in (("Normal", 13.5), ("Heading 1", 13.5), ("Heading 2", 13.5)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for each in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{each}"), None)
        for each in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{each}"), _FONT)
    normal = document.styles["Normal"]
    normal.element.get_or_add_rPr().append(element("w:lang", val="vi-VN", eastAsia="vi-VN"))
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.15
    for name, is_italic in (("Heading 1", False), ("Heading 2", True)):
        style = document.styles[name]
        for colour in style.element.rPr.findall(qn("w:color")):
            style.element.rPr.remove(colour)
        style.font.bold, style.font.italic = True, is_italic
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(17)
    section.header_distance = section.footer_distance = Mm(10)
    # The page number stands above the text, and not on the first page.
    section.different_first_page_header_footer = True
    head = shape(section.header.paragraphs[0], CENTRE)
    field(head, "PAGE", 13)
    for foot in (section.footer, section.first_page_footer):
        words = (
            "Số liệu theo Bản công bố số {{ edition.number }}, ngày {{ edition.closed_on }} · "
            "SHA-256: {{ edition.digest }}"
        )
        say(shape(foot.paragraphs[0], CENTRE), words, 7.5, colour=GREY)


def _top(document: Any) -> None:
    made = table(document, [62, _WIDE - 62], 1, lined=False)
    left, right = made.rows[0].cells
    first = left.paragraphs[0]
    say(shape(first, CENTRE), "{%p if form.issuer_above %}", 12.5)
    say(shape(left.add_paragraph(), CENTRE), "{{ form.issuer_above }}", 12.5)
    say(shape(left.add_paragraph(), CENTRE), "{%p endif %}", 12.5)
    say(shape(left.add_paragraph(), CENTRE), "{{ form.issuer }}", 12.5, bold=True)
    rule(left, 19)
    say(shape(left.add_paragraph(), CENTRE, 2), "Số: {{ form.number }}", 13)
    say(shape(right.paragraphs[0], CENTRE), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12.5, bold=True)
    say(shape(right.add_paragraph(), CENTRE), "Độc lập - Tự do - Hạnh phúc", 13.5, bold=True)
    rule(right, 23)
    words = "{% if form.place %}{{ form.place }}, {% endif %}{{ form.date }}"
    say(shape(right.add_paragraph(), CENTRE, 2), words, 13.5, italic=True)
    say(shape(document.add_paragraph(), CENTRE, 16), "BÁO CÁO", 14, bold=True)
    say(shape(document.add_paragraph(), CENTRE, 0, 3), "{{ subject }}", 14, bold=True)
    rule(document, 62)


def _heading(document: Any, words: str, level: int = 1) -> None:
    document.add_heading(words, level)


def _text(document: Any, *said: tuple[str, dict[str, Any]] | str, after: float = 5) -> Any:
    paragraph = shape(document.add_paragraph(), JUSTIFY, 0, after, 11)
    for each in said:
        words, marks = (each, {}) if isinstance(each, str) else each
        say(paragraph, words, **marks)
    return paragraph


def _tag(document: Any, words: str) -> None:
    """A line of its own for a condition or loop; it leaves nothing behind."""
    document.add_paragraph(words)


def _chart(document: Any, name: str) -> None:
    shape(document.add_paragraph(f"{{{{ chart_{name} }}}}"), CENTRE, 4, 4)


def _results(document: Any) -> None:
    _heading(document, "I. KẾT QUẢ CHUNG")
    _tag(document, "{%p for sentence in headline.sentences %}")
    _text(document, "{{ sentence }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if states %}")
    _chart(document, "states")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if results %}")
    _text(document, "{{ results }}")
    _tag(document, "{%p endif %}")


def _groups(document: Any) -> None:
    _heading(document, "II. KẾT QUẢ THEO VĂN BẢN, CẤP, TRỤ CỘT VÀ CƠ QUAN CHỦ TRÌ")
    for kind, words in GROUPS.items():
        _tag(document, f"{{%p if by.{kind} %}}")
        _heading(document, words, 2)
        if kind == "document":
            _chart(document, "documents")
        _group_table(document, kind)
        _tag(document, "{%p endif %}")


def _group_table(document: Any, kind: str) -> None:
    """A column for each state that occurs; the first column gives the room."""
    made = table(document, [44, 11.5, 11.5, 5, 12.4, 5, 17.6], 5, whole=_WIDE)
    head, loop, row, end, total = made.rows
    heads = ("Nội dung", "Tổng số", "Đạt và vượt", "{%tc for state in states %}", "{{ state.word }}")
    for cell, words in zip(head.cells, (*heads, "{%tc endfor %}", "Tỷ lệ"), strict=True):
        fill(cell, words, 9.5, head=True)
    loop.cells[0].paragraphs[0].text = f"{{%tr for row in by.{kind} %}}"
    each = fill(row.cells[0], "{{ row.label }}")
    say(each, "{% if row.sub %}\n{{ row.sub }}{% endif %}", 9.5, italic=True)
    figures = ("{{ row.total }}", "{{ row.met }}", "{%tc for count in row.counts %}", "{{ count }}")
    for place, words in enumerate((*figures, "{%tc endfor %}", "{{ row.share }}"), 1):
        fill(row.cells[place], words, align=RIGHT, bold=place == 2)
    end.cells[0].paragraphs[0].text = "{%tr endfor %}"
    for paragraph in (cell.paragraphs[0] for line in (head, row) for cell in line.cells):
        paragraph.paragraph_format.keep_with_next = True
    fill(total.cells[0], "Toàn bộ", bold=True)
    sums = ("{{ headline.total }}", "{{ headline.met }}", "{%tc for state in states %}", "{{ state.count }}")
    for place, words in enumerate((*sums, "{%tc endfor %}", "{{ headline.share }}"), 1):
        fill(total.cells[place], words, align=RIGHT, bold=True)


def _unmet(document: Any) -> None:
    _heading(document, "III. CHỈ TIÊU CHƯA ĐẠT, CÓ NGUY CƠ HOẶC CHƯA CÓ SỐ LIỆU")
    _tag(document, "{%p if unmet %}")
    made = table(document, [46, 22, 22, 25, 22, 26], 4)
    head, loop, row, end = made.rows
    heads = ("Chỉ tiêu", "Kế hoạch", "Kết quả", "Còn thiếu", "Cần đạt, dự báo (ước tính)")
    for cell, words in zip(head.cells, (*heads, "Trạng thái, cơ quan chủ trì"), strict=True):
        fill(cell, words, head=True)
    loop.cells[0].paragraphs[0].text = "{%tr for row in unmet %}"
    name = fill(row.cells[0], "{{ row.code }} {{ row.name }}\n")
    say(name, "{{ row.document }} · {{ row.place }}", 9.5, italic=True)
    for cell, words in zip(row.cells[1:4], ("asked", "value", "gap"), strict=True):
        fill(cell, f"{{{{ row.{words} }}}}", align=RIGHT)
    fill(row.cells[4], "{{ row.outlook }}")
    owner = fill(row.cells[5], "{{ row.status }}", bold=True)
    say(
        owner,
        "{% if row.notes %} ({{ row.notes }}){% endif %}{% if row.owner %}\n{{ row.owner }}{% endif %}",
        11,
    )
    end.cells[0].paragraphs[0].text = "{%tr endfor %}"
    _footnote(document)
    _tag(document, "{%p else %}")
    _text(document, "Không có.")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if reasons %}")
    _heading(document, "Khó khăn, nguyên nhân", 2)
    _tag(document, "{%p for each in reasons %}")
    body = ("{{ each.body }}", {"bold": True})
    _text(document, body, "{% if each.targets %} (chỉ tiêu {{ each.targets }}){% endif %}:", after=2)
    for name_of, words in (("difficulties", "Khó khăn"), ("causes", "Nguyên nhân")):
        _tag(document, f"{{%p if each.{name_of} %}}")
        _text(document, f"{words}: {{{{ each.{name_of} }}}}")
        _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")


def _footnote(document: Any) -> None:
    _tag(document, "{%p if has_illustrative %}")
    words = "(*) Số liệu minh họa, không phải số liệu chính thức."
    say(shape(document.add_paragraph(), LEFT, 4), words, 10.5, italic=True)
    _tag(document, "{%p endif %}")


def _requests(document: Any) -> None:
    _heading(document, "IV. ĐỀ NGHỊ, KIẾN NGHỊ")
    _tag(document, "{%p if not proposals %}")
    _text(document, "Không có.")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for each in proposals %}")
    _text(document, ("{{ each.body }}", {"bold": True}), ": {{ each.text }}")
    _tag(document, "{%p endfor %}")
    words = (
        "Trên đây là {{ subject_within }}; kết quả của từng chỉ tiêu nêu tại Phụ lục kèm theo Báo cáo này./."
    )
    _text(document, words, after=14).paragraph_format.keep_with_next = True


def _signature(document: Any) -> None:
    made = table(document, [_WIDE - 85, 85], 1, lined=False)
    left, right = made.rows[0].cells
    say(shape(left.paragraphs[0], LEFT), "Nơi nhận:", 12, bold=True, italic=True)
    say(shape(left.add_paragraph()), "{%p for each in form.recipients %}", 11)
    words = "- {{ each }}{% if loop.last %}.{% else %};{% endif %}"
    say(shape(left.add_paragraph()), words, 11)
    say(shape(left.add_paragraph()), "{%p endfor %}", 11)
    say(shape(right.paragraphs[0], CENTRE), "{%p if form.authority %}", 13.5)
    say(shape(right.add_paragraph(), CENTRE), "{{ form.authority }}", 13.5, bold=True)
    say(shape(right.add_paragraph(), CENTRE), "{%p endif %}", 13.5)
    say(shape(right.add_paragraph(), CENTRE, 0, 64), "{{ form.title }}", 13.5, bold=True)
    say(shape(right.add_paragraph(), CENTRE), "{{ form.name }}", 13.5, bold=True)


def _annex(document: Any) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.different_first_page_header_footer = False
    document.add_heading("PHỤ LỤC: KẾT QUẢ CỦA TỪNG CHỈ TIÊU", 1).alignment = CENTRE
    words = "(Kèm theo Báo cáo số {{ form.number }} của {{ form.issuer_line }})"
    say(shape(document.add_paragraph(), CENTRE), words, 13, italic=True)
    _tag(document, "{%p for document in documents %}")
    _heading(document, "{{ document.number }}{% if document.title %} – {{ document.title }}{% endif %}", 2)
    _tag(document, "{%p if document.note %}")
    say(shape(document.add_paragraph(), LEFT, 0, 4), "{{ document.note }}", 10.5, italic=True)
    _tag(document, "{%p endif %}")
    made = table(document, [19, _LANDSCAPE - 193, 33, 33, 30, 46, 32], 7)
    head, loop, condition, heading, end_of_heading, row, end = made.rows
    heads = ("Mã", "Chỉ tiêu", "Kế hoạch", "Kết quả", "Trạng thái", "Cơ quan chủ trì", "Ghi chú")
    for cell, said in zip(head.cells, heads, strict=True):
        fill(cell, said, head=True)
    loop.cells[0].paragraphs[0].text = "{%tr for row in document.rows %}"
    condition.cells[0].paragraphs[0].text = "{%tr if row.heading %}"
    whole = heading.cells[0].merge(heading.cells[-1])
    fill(whole, "{{ row.heading }}", bold=True)
    end_of_heading.cells[0].paragraphs[0].text = "{%tr endif %}"
    fill(row.cells[0], "{{ row.code }}")
    say(fill(row.cells[1], "{{ row.name }} "), "({{ row.place }})", 9.5, italic=True)
    for place, name in ((2, "asked"), (3, "value"), (4, "status"), (5, "owner"), (6, "notes")):
        fill(row.cells[place], f"{{{{ row.{name} }}}}", align=RIGHT if place in (2, 3) else LEFT)
    end.cells[0].paragraphs[0].text = "{%tr endfor %}"
    _tag(document, "{%p endfor %}")
    _footnote(document)
