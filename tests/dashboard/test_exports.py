"""Lists as files: what the page shows, narrowed as it is narrowed, exact, and never a formula."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from python_calamine import CalamineWorkbook

from indicators.exports import Exact, Table, as_csv, as_xlsx, exact_text, file_name
from indicators.models import Provenance
from tests.factories.results import make_document

PAGE = {"unit": "P58", "period": "2023"}


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_scoreboard_is_exported_as_shown(reads, judge):
    judge("met", value=Decimal("97.2250"), name_vi="Chữ ký số", threshold="95")
    judge("missed", numerator=Decimal(1), denominator=Decimal(3), name_vi="Phủ sóng")
    answer = reads.get("/scoreboard/", PAGE | {"export": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="chi-tieu-cua-tinh-ninh-thuan-nam-2023.csv"'
    first, second = rows_of(answer)
    assert (first["Chỉ tiêu"], first["Kết quả"], first["Trạng thái"]) == ("Chữ ký số", "97.225", "Đạt")
    # A third has no last digit; what it was computed from stands beside it, exactly.
    assert second["Kết quả"].startswith("33.3333333333")
    assert (second["Tử số"], second["Mẫu số"]) == ("1", "3")


def test_export_is_narrowed_as_the_page_is(reads, judge, places):
    other = make_document(places.ninh_thuan, "99/KH-UBND")
    judge("met", name_vi="Một")
    judge("met", name_vi="Hai", document=other)
    found = rows_of(reads.get("/scoreboard/", PAGE | {"document": other.pk, "export": "csv"}))
    assert [row["Chỉ tiêu"] for row in found] == ["Hai"]


def test_missing_figure_is_a_word_and_zero_a_number(reads, judge):
    judge("no_data", name_vi="Thiếu")
    judge("missed", name_vi="Không", value=Decimal(0))
    missing, zero = sorted(
        rows_of(reads.get("/scoreboard/", PAGE | {"export": "csv"})), key=lambda row: row["Kết quả"]
    )[::-1]
    assert missing["Kết quả"] == "Chưa có số liệu"
    assert zero["Kết quả"] == "0"


def test_illustrative_rows_say_so(reads, judge):
    judge("met", value=Decimal(95), provenance=Provenance.ILLUSTRATIVE)
    [row] = rows_of(reads.get("/scoreboard/", PAGE | {"export": "csv"}))
    assert row["Dữ liệu minh họa"] == "có"


def test_workbook_holds_the_same_rows_as_numbers(reads, judge):
    judge("met", value=Decimal("97.2250"), name_vi="Chữ ký số")
    answer = reads.get("/scoreboard/", PAGE | {"export": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "Chỉ tiêu của Tỉnh Ninh Thuận, Năm 2023"
    assert sheet[1][0].startswith("1/1 chỉ tiêu đạt và vượt")
    head = next(place for place, row in enumerate(sheet) if "Kết quả" in row)
    row = dict(zip(sheet[head], sheet[head + 1], strict=True))
    assert (row["Chỉ tiêu"], row["Kết quả"]) == ("Chữ ký số", 97.225)


def test_target_over_time_is_exported(reads, judge):
    judged = judge("met", value=Decimal(95))
    [row] = rows_of(reads.get(f"/targets/{judged.target_id}/", {"export": "csv"}))
    assert (row["Kỳ"], row["Kết quả"], row["Trạng thái"]) == ("Năm 2023", "95", "Đạt")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_text_is_never_a_formula(text):
    table = Table("Bảng", ["Tên"], [[text]])
    assert as_csv(table).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(table))).get_sheet_by_index(0).to_python()
    assert sheet[-1][0].strip() == text.strip()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("98.90"), "98.9"),
        (Fraction(1, 8), "0.125"),
        (Fraction(2, 3), "0.666666666667"),
        (Decimal("146587"), "146587"),
        (0, "0"),
        (Decimal("-9.48"), "-9.48"),
        (100, "100"),
    ],
)
def test_number_is_written_with_all_its_digits(value, text):
    assert exact_text(Exact(value)) == text


def test_days_are_iso_in_csv():
    assert as_csv(Table("Bảng", ["Ngày"], [[date(2025, 7, 1)]])).decode().splitlines()[1] == "2025-07-01"


def test_file_name_has_plain_letters():
    assert file_name("Chỉ tiêu của Đắk Lắk, Quý III/2025") == "chi-tieu-cua-dak-lak-quy-iii2025"


def test_unknown_kind_of_file_is_the_page(reads, judge):
    judge("met")
    assert reads.get("/scoreboard/", PAGE | {"export": "exe"})["Content-Type"].startswith("text/html")


def test_page_offers_both_files_with_its_filters(reads, judge):
    judge("met")
    html = reads.get("/scoreboard/", PAGE | {"level": "total"}).content.decode()
    assert "?unit=P58&amp;period=2023&amp;level=total&amp;export=xlsx" in html


def test_name_that_begins_like_a_formula_stays_text(reads, judge):
    judge("met", name_vi="=1+1", value=Decimal(1))
    [row] = rows_of(reads.get("/scoreboard/", PAGE | {"export": "csv"}))
    assert row["Chỉ tiêu"] == "'=1+1"


def test_workbook_of_one_moment_has_the_same_bytes():
    table, moment = Table("Bảng", ["Tên"], [["Một"]]), datetime(2026, 9, 30, tzinfo=UTC)
    assert as_xlsx(table, moment) == as_xlsx(table, moment)
    assert as_xlsx(table, moment) != as_xlsx(table, datetime(2026, 10, 1, tzinfo=UTC))
