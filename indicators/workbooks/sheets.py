"""Reads one workbook in a process of its own: `python -m indicators.workbooks.sheets xlsx FILE`.

A workbook comes from anybody. A file of some kilobytes can ask for gigabytes once it is unpacked (a cell in
the last row and column, a deflated stream of one letter), and the parser then ends the whole process. So it
runs apart, under limits of memory and time, and only plain values come back: a line of JSON for each row that
holds anything, ``[sheet, row, [cell, …]]``, rows counted from 1 as the spreadsheet shows them.
"""

from __future__ import annotations

import csv
import datetime
import io
import resource
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
from python_calamine import CalamineWorkbook

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 60
MOST_COLUMNS = 60
_DELIMITERS = (";", "\t", ",")

Rows = Iterator[tuple[int, list[Any]]]


def main(kind: str, path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    write = sys.stdout.buffer.write
    for name, rows in [("CSV", _of_csv(path))] if kind == "csv" else _of_book(path):
        for number, cells in rows:
            if any(cell not in ("", None) for cell in cells):
                write(orjson.dumps([name, number, cells[:MOST_COLUMNS]], default=_plain))
                write(b"\n")


def _of_book(path: str) -> Iterator[tuple[str, Rows]]:
    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                yield name, _numbered(sheet.iter_rows(), sheet.start[1])


def _numbered(rows: Iterable[list[Any]], first_column: int) -> Rows:
    """The parser gives empty rows above the used area, but not the empty columns left of it."""
    left = [""] * first_column
    for number, cells in enumerate(rows, 1):
        yield number, left + cells


def _of_csv(path: str) -> Rows:
    """Commas, semicolons (Excel writes them where the comma is the decimal mark) or tabs; UTF-8 or UTF-16."""
    raw = Path(path).read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    yield from enumerate(reader, 1)


def _plain(value: Any) -> str:
    """What JSON has no form for: a length of time is no figure, but its words can be shown."""
    return str(value) if isinstance(value, datetime.timedelta) else repr(value)


if __name__ == "__main__":
    main(*sys.argv[1:3])
