"""Any list as a file: the columns and rows a page shows, as xlsx or csv.

Numbers stay exact: in csv as decimal text with a point and ISO days, as in the API; in xlsx as numbers with
the digits the page shows. Text is text in both: nothing a person typed becomes a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext
from xlsxwriter.workbook import Workbook

from indicators.engine.display import fixed, rounded

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
WIDEST, NARROWEST = 60, 8
# A spreadsheet takes a cell that begins so for a formula, whatever the file says.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Exact:
    """A figure with the decimals it is shown with, None for its own; xlsx shows those, csv all there are."""

    value: Fraction | Decimal | int
    places: int | None = 2


Cell = str | int | date | Exact | None


@dataclass
class Table:
    """What one page lists: its title, what narrows it, headings and rows of the same length."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    about: list[str] = field(default_factory=list)
    """Lines above the headings of the workbook: unit, period, when computed, whether made up."""


def wanted(request: HttpRequest) -> str:
    """`xlsx` or `csv` where the address asks for a file, else nothing."""
    asked = request.GET.get("export", "")
    return asked if asked in KINDS else ""


def asked_list(request: HttpRequest) -> str:
    """Which list of a page that has several; nothing for its own."""
    return request.GET.get("list", "")


def yes(is_so: bool) -> str:
    """A cell that is only filled where something holds."""
    return gettext("yes") if is_so else ""


def illustrative_about(number: int) -> list[str]:
    """The line above a table some of whose figures are made up."""
    return [gettext("Contains illustrative data; its rows say so.")] if number else []


def download(table: Table, kind: str) -> HttpResponse:
    """The table as a file to keep, named after what it shows."""
    content = as_csv(table) if kind == "csv" else as_xlsx(table)
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name(table.title)}.{kind}"'
    return response


def file_name(title: str) -> str:
    """Letters that every system keeps: đ has no plain form that Unicode knows of."""
    return slugify(title.replace("đ", "d").replace("Đ", "D"))[:80] or "export"


def as_csv(table: Table) -> bytes:
    """UTF-8 with its mark, by which Excel knows the letters; one row of headings."""
    kept = io.StringIO()
    lines = csv.writer(kept, lineterminator="\r\n")
    lines.writerow([_quoted(each) for each in table.columns])
    lines.writerows([_plain(cell) for cell in row] for row in table.rows)
    return ("\ufeff" + kept.getvalue()).encode()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Exact):
        return exact_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int) else _quoted(cell)


def exact_text(cell: Exact) -> str:
    """All digits of a decimal; a number without an end, such as a third, at twelve places."""
    value = Fraction(cell.value)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return fixed(value, 12)
    text = fixed(value, 12)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def as_xlsx(table: Table, created: datetime | None = None) -> bytes:
    """One sheet with frozen headings and a filter; what stands above says what is shown.

    With the moment it was created the same table gives the same bytes; without one it is now.
    """
    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as book:
        if created is not None:
            book.set_properties({"created": created})
        sheet = book.add_worksheet()
        title, head, note = (
            book.add_format(words)
            for words in (
                {"bold": True, "font_size": 14},
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
                {"font_color": "#565C68"},
            )
        )
        formats = _Formats(book)
        sheet.write_string(0, 0, table.title, title)
        for line, text in enumerate(table.about, start=1):
            sheet.write_string(line, 0, text, note)
        top = len(table.about) + 2
        widths = [len(each) for each in table.columns]
        for place, name in enumerate(table.columns):
            sheet.write_string(top, place, name, head)
        last = top
        for last, row in enumerate(table.rows, start=top + 1):
            for place, cell in enumerate(row):
                _write(sheet, last, place, cell, formats)
                widths[place] = max(widths[place], len(str(cell)) if isinstance(cell, str) else 12)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width + 1, NARROWEST), WIDEST))
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, last, len(table.columns) - 1)
    return kept.getvalue()


class _Formats:
    """Each format once; a workbook has few."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self._numbers: dict[int | None, Any] = {}

    def number(self, places: int | None) -> Any:
        if places not in self._numbers:
            pattern = "#,##0" + ("." + ("####" if places is None else "0" * places) if places != 0 else "")
            self._numbers[places] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._numbers[places]


def _write(sheet: Any, row: int, place: int, cell: Cell, formats: _Formats) -> None:
    if cell is None:
        return
    if isinstance(cell, Exact):
        # Excel keeps fifteen digits; a Decimal is written with its own, never by way of a float.
        sheet.write_number(row, place, rounded(Fraction(cell.value), 12), formats.number(cell.places))
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell, formats.number(0))
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, formats.day)
    else:
        sheet.write_string(row, place, cell, formats.text)
