"""Workbooks of tests: made from rows, or from another workbook with some cells changed."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

Sheets = dict[str, list[list[Any]]]


def sheets_of(content: bytes) -> Sheets:
    """What stands in a workbook, by sheet; rows and cells from A1 on."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def xlsx(sheets: Mapping[str, list[list[Any]]]) -> bytes:
    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell not in ("", None):
                        sheet.write(number, place, cell)
    return kept.getvalue()


def edited(content: bytes, sheet: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]) -> bytes:
    """The workbook with each row of a sheet changed: the row comes and goes by the names of its first row."""
    sheets = sheets_of(content)
    names, headings, *rows = sheets[sheet]
    kept = []
    for row in rows:
        given = dict(zip(names, row, strict=True))
        given |= change(given) or {}
        kept.append([given[name] for name in names])
    return xlsx(sheets | {sheet: [names, headings, *kept]})
