"""The PDF: tagged, titled, in Vietnamese, laid out as the decree asks, the same bytes every time."""

import io

import pytest
from pypdf import PdfReader

from dashboard.briefs import apart
from tests.dashboard.briefs.sample import FACTS, HEAD, material, words_of_pdf


@pytest.fixture(scope="module")
def made():
    return apart.pdf(material(), FACTS.closed_at)


def test_pdf_is_tagged_titled_and_vietnamese(made):
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith("vi")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"Báo cáo {HEAD.subject}"


def test_pdf_says_that_it_is_ua_and_a(made):
    about = PdfReader(io.BytesIO(made)).trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in about
    assert "<pdfaid:part>2<" in about


def test_pages_are_a4_and_the_annex_lies_across(made):
    pages = PdfReader(io.BytesIO(made)).pages
    sizes = [tuple(round(float(each) * 25.4 / 72) for each in page.mediabox[2:]) for page in pages]
    assert sizes[0] == (210, 297)
    assert sizes[-1] == (297, 210)


def test_page_number_stands_from_the_second_page_on(made):
    pages = [page.extract_text().strip() for page in PdfReader(io.BytesIO(made)).pages]
    assert not pages[0].startswith("1")
    assert pages[1].startswith("2")


def test_letterhead_of_the_decree(made):
    words = words_of_pdf(made)
    for each in (
        "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Số: 714/BC-UBND",
        "Khánh Hòa, ngày 08 tháng 01 năm 2026",
        "BÁO CÁO Kết quả thực hiện",
        "Nơi nhận:",
        "- Thường trực Tỉnh ủy; - Lưu: VT, KGVX.",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "Nguyễn Văn An",
        f"Bản công bố số 3, ngày 25/01/2024 · SHA-256: {FACTS.digest}",
    ):
        assert each in words


def test_same_edition_and_letterhead_give_the_same_bytes(made):
    assert apart.pdf(material(), FACTS.closed_at) == made


def test_markup_in_a_text_stays_text():
    hostile = material()
    hostile["proposals"] = [{"body": "#panic()", "text": '*a* $x$ #read("/etc/passwd") \\ @b <c> {{ d }}'}]
    words = words_of_pdf(apart.pdf(hostile, FACTS.closed_at))
    assert '#panic(): *a* $x$ #read("/etc/passwd") \\ @b <c> {{ d }}' in words
