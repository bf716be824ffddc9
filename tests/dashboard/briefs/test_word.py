"""The Word file: the layout of the decree, and what the built-in template is."""

import io
import zipfile

import pytest
from docx import Document
from docx.shared import Mm

from dashboard.briefs import apart
from dashboard.briefs.builtin import BUILT_IN, built_in_template
from tests.dashboard.briefs.sample import FACTS, HEAD, material, words_of_docx


@pytest.fixture(scope="module")
def made():
    return apart.word(material(), FACTS.closed_at, BUILT_IN.read_bytes())


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_kept_template_is_what_the_command_makes():
    assert parts(BUILT_IN.read_bytes()) == parts(built_in_template())


def test_page_is_that_of_the_decree(made):
    first, annex = Document(io.BytesIO(made)).sections
    assert abs(first.page_width - Mm(210)) < 999
    assert abs(first.page_height - Mm(297)) < 999
    assert Mm(20) - 999 <= first.top_margin <= Mm(25)
    assert Mm(30) - 999 <= first.left_margin <= Mm(35)
    assert Mm(15) <= first.right_margin <= Mm(20)
    assert first.different_first_page_header_footer
    assert annex.page_width > annex.page_height


def test_letters_are_times_new_roman(made):
    assert Document(io.BytesIO(made)).styles["Normal"].font.name == "Times New Roman"


def test_letterhead_of_the_decree(made):
    words = words_of_docx(made)
    for each in (
        "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Số: 714/BC-UBND",
        "Khánh Hòa, ngày 08 tháng 01 năm 2026",
        "- Thường trực Tỉnh ủy; - Lưu: VT, KGVX.",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Nguyễn Văn An",
        f"Bản công bố số 3, ngày 25/01/2024 · SHA-256: {FACTS.digest}",
    ):
        assert each in words


def test_no_tag_is_left(made):
    assert "{" not in words_of_docx(made)


def test_document_says_its_title_and_language(made):
    about = Document(io.BytesIO(made)).core_properties
    assert (about.title, about.language) == (f"Báo cáo {HEAD.subject}", "vi-VN")


def test_text_with_markup_and_control_characters_stays_text():
    hostile = material()
    hostile["proposals"] = [{"body": "A & B <w:p>", "text": "{{ unit }} {% if %}\ndòng hai"}]
    words = words_of_docx(apart.word(hostile, FACTS.closed_at, BUILT_IN.read_bytes()))
    assert "A & B <w:p>: {{ unit }} {% if %} dòng hai" in words


def test_columns_of_states_fill_the_table(made):
    table = next(each for each in Document(io.BytesIO(made)).tables if each.cell(0, 0).text == "Nội dung")
    widths = [cell.width for cell in table.rows[0].cells]
    assert len(widths) == 4 + 6
    assert abs(sum(widths) - Mm(163)) < Mm(1)
