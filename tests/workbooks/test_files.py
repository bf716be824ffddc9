"""Which files are read at all, how their cells come out, and files made to do harm."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from indicators.models import LineKind, MeasurementVersion
from indicators.workbooks import reading
from indicators.workbooks.reading import WorkbookRefused, address, check_workbook, read_rows
from tests.workbooks.books import csv, edited, ods, sheets_of, xlsx
from tests.workbooks.conftest import SHEET

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cells(content: bytes, kind: str = "xlsx") -> list[tuple[str, int, list[Any]]]:
    return [
        (row.sheet, row.number, [row.typed(place) for place in range(len(row.cells))])
        for row in read_rows(content, kind)
    ]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The archive with one of its parts put in the place of the old one."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return kept.getvalue()


def sheet(rows: bytes) -> bytes:
    """A workbook whose only sheet is written by hand."""
    xml = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN.encode(), rows)
    return with_part(xlsx({"A": [["x"]]}), "xl/worksheets/sheet1.xml", xml)


def number(at: str, value: str = "1") -> bytes:
    return f'<c r="{at}"><v>{value}</v></c>'.encode()


@pytest.mark.parametrize(
    ("column", "row", "expected"), [(0, 1, "A1"), (25, 9, "Z9"), (26, 3, "AA3"), (701, 2, "ZZ2")]
)
def test_address(column, row, expected):
    assert address(column, row) == expected


def test_cells_stand_where_the_spreadsheet_shows_them():
    found = cells(xlsx({"A": [[], [], ["", 98.9, "98,90"], [], ["", "", True]], "B": [["x"]]}))
    assert found == [
        ("A", 3, ["", Decimal("98.9"), "98,90"]),
        ("A", 5, ["", "", Decimal(1)]),
        ("B", 1, ["x"]),
    ]


def test_binary_noise_of_a_spreadsheet_is_no_digit():
    content = xlsx({"A": [[0.1 + 0.2, 1.1 * 3, 146587, 1e15, 314792.25]]})
    assert cells(content)[0][2] == [
        Decimal("0.3"),
        Decimal("3.3"),
        Decimal(146587),
        Decimal(10**15),
        Decimal("314792.25"),
    ]


def test_ods_and_csv_hold_the_same_as_xlsx():
    rows = [["a", "", 98.9], ["", "đ", "=1+1"]]
    assert [each[2] for each in cells(ods({"A": rows}), "ods")] == [
        ["a", "", Decimal("98.9")],
        ["", "đ", "=1+1"],
    ]
    for delimiter in ",;\t":
        assert [each[2] for each in cells(csv(rows, delimiter), "csv")] == [
            ["a", "", "98.9"],
            ["", "đ", "=1+1"],
        ]
    assert cells(csv(rows, "\t", "utf-16"), "csv")[1][2] == ["", "đ", "=1+1"]


@pytest.mark.parametrize("kind", ["ods", "csv"])
def test_report_comes_in_as_ods_and_csv(book, upload, confirm, kind):
    sheets = sheets_of(
        edited(book(), SHEET, lambda row: {"value": "1.234"} if row["indicator"] == "DI-02" else {})
    )
    content = ods(sheets) if kind == "ods" else csv(sheets[SHEET], ";")
    confirm(upload(content, name=f"a.{kind}"))
    assert MeasurementVersion.objects.get().value == 1234


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.xlsb", "a.pdf", "a", "a.xlsx.exe"])
def test_other_kinds_are_refused(name):
    with pytest.raises(WorkbookRefused, match="xlsx, ods"):
        check_workbook(name, xlsx({"A": [["x"]]}))


def test_content_that_is_not_what_its_name_says_is_refused():
    book = xlsx({"A": [["x"]]})
    for name, content in (("a.xlsx", b"%PDF-1.7"), ("a.ods", book), ("a.csv", book), ("a.xlsx", book[:200])):
        with pytest.raises(WorkbookRefused):
            check_workbook(name, content)


def test_macros_are_refused():
    content = with_part(xlsx({"A": [["x"]]}), "xl/vbaProject.bin", b"x")
    with pytest.raises(WorkbookRefused, match="macro"):
        check_workbook("a.xlsx", content)


def test_fifty_megabytes_are_refused():
    with pytest.raises(WorkbookRefused, match="20 MB"):
        check_workbook("a.csv", b"a;b\n" * 13_000_000)


def test_archive_that_says_it_is_huge_is_refused_unread(monkeypatch):
    content = xlsx({"A": [["x"]]})
    monkeypatch.setattr(reading, "MOST_UNPACKED", 100)
    with pytest.raises(WorkbookRefused, match="giải nén"):
        check_workbook("a.xlsx", content)


def test_bomb_of_spaces_ends_in_words():
    """Half a megabyte that unpacks to half a gigabyte."""
    content = with_part(xlsx({"A": [["x"]]}), "xl/worksheets/sheet1.xml", b"")
    kept = io.BytesIO(content)
    with (
        zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/x.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(500):
            part.write(b" " * 1_000_000)
    with pytest.raises(WorkbookRefused, match="giải nén"):
        check_workbook("a.xlsx", kept.getvalue())


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1">' + number("A1") + b'</row><row r="1048576">' + number("XFD1048576") + b"</row>",
        b'<row r="1">' + number("A1") + b'</row><row r="1048576">' + number("ZZ1048576") + b"</row>",
    ],
)
def test_cell_at_the_end_of_the_sheet_does_not_take_the_worker_down(rows):
    with pytest.raises(WorkbookRefused, match="giải nén"):
        cells(sheet(rows))


def test_cell_repeated_without_end_does_not_take_the_worker_down():
    many = (
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{many}</table:table-row>'
    plain = ods({"A": [["mark"]]}, lambda _value: "<table:table-cell/>")
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        xml = archive.read("content.xml").decode()
    start = xml.index("<table:table-row>")
    end = xml.index("</table:table>")
    with pytest.raises(WorkbookRefused):
        cells(with_part(plain, "content.xml", (xml[:start] + row + xml[end:]).encode()), "ods")


def test_a_million_empty_rows_are_as_if_they_were_not_there():
    empty = b"".join(b'<row r="%d"/>' % n for n in range(2, 1_000_000))
    assert len(cells(sheet(b'<row r="1">' + number("A1") + b"</row>" + empty))) == 1


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(WorkbookRefused, match="hơn 3 dòng"):
        cells(xlsx({"A": [["x"]] * 4}))


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b""])
def test_damaged_file_is_refused_in_words(content):
    with pytest.raises(WorkbookRefused, match="hỏng"):
        cells(content)


FORMULAS = ["=cmd|' /C calc'!A0", "=1+1", "+1+1|x", "@SUM(A1)", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_text(book, upload, confirm, text):
    """In a figure it is refused, in a note it is kept as it is, and it leaves the portal as text again."""
    sent = upload(edited(book(), SHEET, lambda row: {"value": text} if row["indicator"] == "DI-02" else {}))
    assert list(sent.lines.values_list("kind", "code")) == [(LineKind.PROBLEM, "number_unreadable")]
    changed = {"value": 3, "note": text}
    confirm(upload(edited(book(), SHEET, lambda row: changed if row["indicator"] == "DI-02" else {})))
    assert MeasurementVersion.objects.get().note == text
    with zipfile.ZipFile(io.BytesIO(book())) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
    sent = upload(book())
    assert (sent.state, sent.lines.count()) == ("done", 0)
