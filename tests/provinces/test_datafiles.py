"""Every kind of mistake in a data file is named with file, line and column."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from provinces.datafiles import (
    Column,
    DataFileError,
    DataFileErrors,
    choice_of,
    decimal_with,
    exact_decimal,
    integer,
    iso_date,
    read_rows,
)

COLUMNS = [
    Column("ref", required=True, longest=5),
    Column("day", parse=iso_date),
    Column("value", parse=exact_decimal),
    Column("note"),
]
HEADER = "ref,day,value,note\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.csv"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def mistakes(
    file: Path, content: str | bytes, columns=COLUMNS, unique=("ref",)
) -> list[tuple[int, str, str]]:
    """Each mistake as its line, column and message; the file is always the one read."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataFileErrors) as raised:
        read_rows(file, columns, unique=unique)
    assert {error.file for error in raised.value.errors} == {"some.csv"}
    return [(error.line, error.column, error.message) for error in raised.value.errors]


def test_sound_file_gives_parsed_rows(file: Path) -> None:
    file.write_text(HEADER + 'a,2025-07-01,1.50,"một, hai"\nb,,,\n', encoding="utf-8")
    first, second = read_rows(file, COLUMNS, unique=["ref"])
    assert first.values == {"ref": "a", "day": date(2025, 7, 1), "value": Decimal("1.50"), "note": "một, hai"}
    assert (second["day"], second["value"], second["note"]) == (None, None, "")


def test_sound_file_may_have_a_mark_blank_lines_and_another_order(file: Path) -> None:
    file.write_bytes("\ufeffnote,value,day,ref\r\n\r\nx,1,2025-07-01, a \r\n".encode())
    (row,) = read_rows(file, COLUMNS)
    assert (row["ref"], row.line) == ("a", 3)


def test_cells_are_composed(file: Path) -> None:
    file.write_text(HEADER + "a,,,Ho\u0300a\n", encoding="utf-8")
    assert read_rows(file, COLUMNS)[0]["note"] == "Hòa"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileErrors, match=r"^gone\.csv: The file cannot be read: No such file"):
        read_rows(tmp_path / "gone.csv", COLUMNS)


def test_empty_file_is_refused(file: Path) -> None:
    assert mistakes(file, "") == [(0, "", "The file is empty; it needs a header line.")]


def test_missing_column_is_named(file: Path) -> None:
    assert mistakes(file, "ref,day,note\n") == [(1, "value", "This column is missing.")]


def test_unknown_column_is_named(file: Path) -> None:
    found = mistakes(file, "ref,day,value,note,extra\n")
    assert found == [(1, "extra", "This column is not known; check its spelling.")]


def test_repeated_column_is_named(file: Path) -> None:
    assert mistakes(file, "ref,day,value,note,day\n") == [(1, "day", "This column occurs more than once.")]


def test_semicolons_are_explained(file: Path) -> None:
    ((line, _column, message),) = mistakes(file, "ref;day;value;note\na;;;\n")
    assert (line, message) == (1, "The cells are separated by semicolons; save the file with commas.")


def test_bad_utf8_names_line_and_column(file: Path) -> None:
    found = mistakes(file, HEADER.encode() + b"a,,,fine\nb,,,H\xf2a\n")
    assert found == [(3, "note", "This is not UTF-8 text; save the file as “CSV UTF-8”.")]


@pytest.mark.parametrize(("line", "column"), [("a,,", "note"), ("a,,,,", "note"), ("a", "day")])
def test_wrong_number_of_cells_names_where_it_breaks(file: Path, line: str, column: str) -> None:
    ((number, found, message),) = mistakes(file, HEADER + line + "\n")
    assert (number, found) == (2, column)
    assert message.endswith("the header has 4.")


def test_unclosed_quote_names_its_line(file: Path) -> None:
    ((line, _column, message),) = mistakes(file, HEADER + 'a,,,ok\nb,,,"open\nc,,,\n')
    assert line == 3
    assert message.startswith("The line is not valid CSV")


def test_empty_required_cell_is_named(file: Path) -> None:
    assert mistakes(file, HEADER + ",,,x\n") == [(2, "ref", "This must not be empty.")]


def test_too_long_text_is_named(file: Path) -> None:
    assert mistakes(file, HEADER + "abcdef,,,\n") == [(2, "ref", "This is longer than 5 characters.")]


@pytest.mark.parametrize("cell", ["01/07/2025", "2025-7-1", "20250701", "2025-02-30", "hôm nay"])
def test_bad_day_is_named(file: Path, cell: str) -> None:
    found = mistakes(file, HEADER + f"a,{cell},,\n")
    assert found == [(2, "day", f"“{cell}” is not a day; write it as 2025-07-01.")]


@pytest.mark.parametrize("cell", ["1.5.0", "1e3", "NaN", "x", "1_000", "٣"])
def test_bad_number_is_named(file: Path, cell: str) -> None:
    found = mistakes(file, HEADER + f"a,,{cell},\n")
    assert found == [(2, "value", f"“{cell}” is not a number; write it as 1234.5.")]


def test_bad_number_with_a_comma_is_named(file: Path) -> None:
    found = mistakes(file, HEADER + 'a,,"98,9",\n')
    assert found == [(2, "value", "“98,9” is not a number; write it as 1234.5.")]


def test_repeated_key_names_the_first_line(file: Path) -> None:
    found = mistakes(file, HEADER + "a,,,\nb,,,\na,,,\n")
    assert found == [(4, "ref", "“a” stands on line 2 already.")]


def test_repeated_key_of_two_columns_shows_both(file: Path) -> None:
    found = mistakes(file, HEADER + "a,2025-07-01,,\na,2025-07-01,1,\n", unique=["ref", "day"])
    assert found == [(3, "day", "“a | 2025-07-01” stands on line 2 already.")]


def test_all_mistakes_are_found_at_once(file: Path) -> None:
    found = mistakes(file, HEADER + ",x,,\nb,,y,\nc,,,\nc,,,\n")
    assert [(line, column) for line, column, _message in found] == [
        (2, "ref"),
        (2, "day"),
        (3, "value"),
        (5, "ref"),
    ]


def test_line_of_a_row_after_a_cell_with_line_breaks(file: Path) -> None:
    found = mistakes(file, HEADER + 'a,,,"one\ntwo"\nb,x,,\n')
    assert [(line, column) for line, column, _message in found] == [(4, "day")]


def test_collected_mistakes_do_not_raise(file: Path) -> None:
    file.write_text(HEADER + "a,x,,\nb,,,\n")
    errors: list[DataFileError] = []
    rows = read_rows(file, COLUMNS, errors=errors)
    assert [row["ref"] for row in rows] == ["b"]
    assert [str(error) for error in errors] == ["some.csv:2:day: “x” is not a day; write it as 2025-07-01."]


def test_messages_are_in_the_language_of_the_reader(file: Path, monkeypatch) -> None:
    monkeypatch.setattr("provinces.datafiles.gettext", lambda message: f"[vi] {message}")
    assert mistakes(file, HEADER + ",,,\n") == [(2, "ref", "[vi] This must not be empty.")]


@pytest.mark.parametrize(
    ("parse", "cell", "value"),
    [
        (integer, "-12", -12),
        (exact_decimal, "0.10", Decimal("0.10")),
        (decimal_with(2), "1.25", Decimal("1.25")),
        (choice_of("whole", "part"), "part", "part"),
        (iso_date, "2024-02-29", date(2024, 2, 29)),
    ],
)
def test_parser_reads(parse, cell: str, value: object) -> None:
    assert parse(cell) == value


@pytest.mark.parametrize(
    ("parse", "cell", "message"),
    [
        (integer, "1.0", "“1.0” is not a whole number."),
        (decimal_with(2), "1.255", "“1.255” has more than 2 decimal places."),
        (choice_of("whole", "part"), "half", "“half” is not one of: whole, part."),
    ],
)
def test_parser_refuses(parse, cell: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        parse(cell)
