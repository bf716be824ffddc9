"""Strict reading of CSV data files: every mistake is found and named, and a file with one loads nothing.

    rows = read_rows(path, [Column("ref", required=True), Column("day", parse=iso_date)])
    for row in rows:
        if row["parent"] not in known:
            errors.append(row.error("parent", gettext("There is no unit with this reference.")))
    refuse(errors)

Files are UTF-8 with one header line; cells are trimmed and NFC. An empty cell gives "" where the column is
text and None elsewhere. Numbers carry the point and days are ISO: these are data files, not forms.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from re import fullmatch
from typing import Any

from django.utils.translation import gettext, ngettext

Parser = Callable[[str], Any]
"""Turns a cell that is not empty into its value, or raises ValueError with a translated sentence."""


@dataclass(frozen=True)
class DataFileError:
    """One mistake: `line` counts from 1 with the header, 0 is the whole file."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [self.file, *([str(self.line)] if self.line else []), *([self.column] if self.column else [])]
        return f"{':'.join(place)}: {self.message}"


class DataFileErrors(Exception):  # noqa: N818 (it carries several)
    """All mistakes found; str() is one line each, as file:line:column: message."""

    def __init__(self, errors: Iterable[DataFileError]):
        self.errors = list(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


def refuse(errors: Sequence[DataFileError]) -> None:
    """Raise DataFileErrors if there is any."""
    if errors:
        raise DataFileErrors(sorted(errors, key=lambda error: (error.file, error.line)))


# Parsers.


def text(cell: str) -> str:
    return cell


def iso_date(cell: str) -> date:
    """2025-07-01."""
    if fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    raise ValueError(gettext("“%(cell)s” is not a day; write it as 2025-07-01.") % {"cell": cell})


def exact_decimal(cell: str) -> Decimal:
    """12, -0.5: digits and a point, exactly as written; no thousands, no exponent."""
    if fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell):
        return Decimal(cell)
    raise ValueError(gettext("“%(cell)s” is not a number; write it as 1234.5.") % {"cell": cell})


def decimal_with(places: int) -> Parser:
    """A parser for an exact decimal of at most so many places, so that storing it never rounds."""

    def parse(cell: str) -> Decimal:
        value = exact_decimal(cell)
        if len(cell.partition(".")[2]) > places:
            raise ValueError(
                gettext("“%(cell)s” has more than %(places)d decimal places.")
                % {"cell": cell, "places": places}
            )
        return value

    return parse


def integer(cell: str) -> int:
    if fullmatch(r"-?[0-9]+", cell):
        return int(cell)
    raise ValueError(gettext("“%(cell)s” is not a whole number.") % {"cell": cell})


def choice_of(*choices: str) -> Parser:
    """A parser for one of these words: choice_of("whole", "part"), choice_of(*Tier.values)."""

    def parse(cell: str) -> str:
        if cell in choices:
            return cell
        known = ", ".join(choices)
        raise ValueError(gettext("“%(cell)s” is not one of: %(known)s.") % {"cell": cell, "known": known})

    return parse


# Reading.


@dataclass(frozen=True)
class Column:
    """One column of a file; `longest` is how many characters a text may have."""

    name: str
    required: bool = False
    parse: Parser = text
    longest: int | None = None


@dataclass
class Row:
    """One record with its parsed values: row["ref"]."""

    file: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def error(self, column: str, message: str) -> DataFileError:
        return DataFileError(self.file, self.line, column, message)

    def unknown(self, column: str) -> DataFileError:
        """The cell refers to something that does not exist."""
        return self.error(
            column, gettext("“%(cell)s” refers to nothing known.") % {"cell": self.values.get(column)}
        )


def read_rows(
    path: Path,
    columns: Sequence[Column],
    *,
    unique: Sequence[str] = (),
    errors: list[DataFileError] | None = None,
) -> list[Row]:
    """The records of a file, or DataFileErrors with every mistake in it.

    `columns` are all columns of the file, in any order. `unique` names those that together may occur once.
    A caller reading several files passes a list as `errors`: mistakes are added to it instead of raised and
    the sound rows are returned, so that one `refuse(errors)` tells everything at once.
    """
    reading = _Reading(path.name, columns, unique)
    rows = reading.rows(path)
    if errors is None:
        refuse(reading.errors)
    else:
        errors.extend(reading.errors)
    return rows


class _Reading:
    def __init__(self, file: str, columns: Sequence[Column], unique: Sequence[str]):
        self.file = file
        self.columns = {column.name: column for column in columns}
        self.unique = unique
        self.errors: list[DataFileError] = []

    def complain(self, line: int, column: str, message: str) -> None:
        self.errors.append(DataFileError(self.file, line, column, message))

    def rows(self, path: Path) -> list[Row]:
        content = self.decode(path)
        if content is None:
            return []
        records = self.records(content)
        if not records:
            if not self.errors:
                self.complain(0, "", gettext("The file is empty; it needs a header line."))
            return []
        header = self.header(*records[0])
        if header is None:
            return []
        parsed = (self.row(line, header, cells) for line, cells in records[1:])
        return self.without_repeats([row for row in parsed if row is not None])

    def decode(self, path: Path) -> str | None:
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.complain(0, "", gettext("The file cannot be read: %(why)s.") % {"why": error.strerror})
            return None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            before = raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start]
            self.complain(
                line,
                self.column_at(raw, line, before),
                gettext("This is not UTF-8 text; save the file as “CSV UTF-8”."),
            )
            return None

    @staticmethod
    def column_at(raw: bytes, line: int, before: bytes) -> str:
        """The header's word over the broken byte, as far as the bytes allow to tell."""
        header = raw.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip()
        names = next(csv.reader([header]), [])
        place = len(next(csv.reader([before.decode("utf-8", "replace") or " "]))) - 1
        return names[place] if line > 1 and place < len(names) else ""

    def records(self, content: str) -> list[tuple[int, list[str]]]:
        """Each record with the line it starts on; blank lines are left out."""
        found, start = [], 1
        reader = csv.reader(io.StringIO(content, newline=""), strict=True)
        try:
            for cells in reader:
                if cells:
                    found.append((start, [unicodedata.normalize("NFC", cell.strip()) for cell in cells]))
                start = reader.line_num + 1
        except csv.Error as error:
            self.complain(start, "", gettext("The line is not valid CSV: %(why)s.") % {"why": error})
            return []
        return found

    def header(self, line: int, names: list[str]) -> list[str] | None:
        if len(names) == 1 and ";" in names[0]:
            self.complain(
                line, "", gettext("The cells are separated by semicolons; save the file with commas.")
            )
            return None
        before = len(self.errors)
        for name in self.columns:
            if name not in names:
                self.complain(line, name, gettext("This column is missing."))
        for name in dict.fromkeys(names):
            if name not in self.columns:
                self.complain(line, name, gettext("This column is not known; check its spelling."))
            elif names.count(name) > 1:
                self.complain(line, name, gettext("This column occurs more than once."))
        return names if len(self.errors) == before else None

    def row(self, line: int, header: list[str], cells: list[str]) -> Row | None:
        if len(cells) != len(header):
            # The first column without a cell, or the last one that has cells beyond it.
            column = header[min(len(cells), len(header) - 1)]
            self.complain(
                line,
                column,
                ngettext(
                    "The line has %(found)d cell, the header has %(expected)d.",
                    "The line has %(found)d cells, the header has %(expected)d.",
                    len(cells),
                )
                % {"found": len(cells), "expected": len(header)},
            )
            return None
        row, sound = Row(self.file, line), True
        for name, cell in zip(header, cells, strict=True):
            try:
                row.values[name] = self.value(self.columns[name], cell)
            except ValueError as error:
                self.complain(line, name, str(error))
                sound = False
        return row if sound else None

    @staticmethod
    def value(column: Column, cell: str) -> Any:
        if column.longest and len(cell) > column.longest:
            raise ValueError(
                gettext("This is longer than %(longest)d characters.") % {"longest": column.longest}
            )
        if cell:
            return column.parse(cell)
        if column.required:
            raise ValueError(gettext("This must not be empty."))
        return "" if column.parse is text else None

    def without_repeats(self, rows: list[Row]) -> list[Row]:
        if not self.unique:
            return rows
        first: dict[tuple, Row] = {}
        for row in rows:
            key = tuple(row[name] for name in self.unique)
            if first.setdefault(key, row) is not row:
                self.complain(
                    row.line,
                    self.unique[-1],
                    gettext("“%(key)s” stands on line %(line)d already.")
                    % {"key": " | ".join(str(part) for part in key), "line": first[key].line},
                )
        return list(first.values())
