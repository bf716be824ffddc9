"""The prefilled workbook: the rows of one report or of many, to be filled in with Excel or LibreOffice."""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from indicators import figures
from indicators.entry.grid import said, span_of
from indicators.entry.places import Place
from indicators.entry.rows import EntryRow
from indicators.models import Answer, VersionState
from indicators.workbooks.columns import COLUMNS, labels

_FIRST_ROW = 2  # below the hidden names and the headings
_FROZEN = [column.name for column in COLUMNS].index("level_name")
# Beyond fifteen digits a spreadsheet keeps another number than was written.
_EXACT_DIGITS = 15
_A4 = 9
_GREY, _RED = "#EEF0F3", "#A4161A"
SheetRow = tuple[Place, EntryRow]


def write_book(rows: Iterable[SheetRow]) -> bytes:
    """An xlsx of these cells. Only what is to be typed is open; nothing typed can become a formula."""
    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as book:
        _guide(book)
        _figures(book, rows)
    return kept.getvalue()


def _guide(book: Workbook) -> None:
    """Instructions in Vietnamese, and in the reader's language where that is another one."""
    for language in dict.fromkeys(("vi", get_language() or "vi")):
        with override(language):
            sheet = book.add_worksheet(_("Guide"))
            head = book.add_format({"bold": True, "font_size": 14, "font_color": _RED})
            text = book.add_format({"text_wrap": True, "valign": "top"})
            sheet.hide_gridlines(2)
            sheet.set_column(0, 0, 4)
            sheet.set_column(1, 1, 110, text)
            sheet.write_string(0, 0, _("How to fill in this workbook"), head)
            for number, line in enumerate(_instructions(), 1):
                sheet.write_number(number, 0, number)
                sheet.write_string(number, 1, line, text)
            sheet.protect()
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.fit_to_pages(1, 0)


def _instructions() -> list[str]:
    words = {
        "sheet": _("Figures"),
        "answer": _("Answer"),
        "missing": Answer.MISSING.label,
        "nothing": Answer.NOTHING_AROSE.label,
    }
    return [
        _("Fill in the white cells of the sheet “%(sheet)s” only; grey cells are locked.") % words,
        _(
            "A rate has a numerator and a denominator; the portal computes the percentage. "
            "Other indicators have a result."
        ),
        _("Write 98,90 or 146.587 as you do everywhere; type 98,9 for a percentage, without the % sign."),
        _("No figure? Choose “%(missing)s” in the column “%(answer)s” and a reason; never write 0 instead.")
        % words,
        _("Nothing happened in the period? Choose “%(nothing)s”; it counts as reported.") % words,
        _("Rows that you leave blank stay as not entered yet."),
        _("You may sort and filter the rows. Hidden columns hold the portal's own keys; leave them alone."),
        _(
            "Upload the workbook in the portal: it lists every cell to be mended and every change, "
            "and writes nothing before you confirm."
        ),
        _("Figures that somebody else changed after you downloaded this workbook are never overwritten."),
    ]


def _figures(book: Workbook, rows: Iterable[SheetRow]) -> None:
    sheet = book.add_worksheet(_("Figures"))
    formats = _formats(book)
    for place, column in enumerate(COLUMNS):
        open_format = formats["number" if column.name in _NUMBERS else "text"]
        form = open_format if column.is_entered else formats["locked"]
        sheet.set_column(place, place, column.width, form, {"hidden": column.is_hidden})
        sheet.write_string(0, place, column.name)
        sheet.write_string(1, place, str(column.heading), formats["head"])
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 32)
    sheet.freeze_panes(_FIRST_ROW, _FROZEN)
    last = _FIRST_ROW - 1
    for last, (place_of, row) in enumerate(rows, _FIRST_ROW):
        _one_row(sheet, last, place_of, row, formats)
    sheet.autofilter(1, 0, max(last, 1), len(COLUMNS) - 1)
    _choices(sheet, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:T{max(last, 1) + 1}"})
    allowed = ("sort", "autofilter", "format_columns", "format_rows", "select_locked_cells")
    sheet.protect("", dict.fromkeys(allowed, True))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.activate()


_NUMBERS = ("numerator", "denominator", "value")


def _formats(book: Workbook) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#D5D8DE", "valign": "top"}
    return {
        "head": book.add_format(
            {
                **line,
                "bold": True,
                "bg_color": _RED,
                "font_color": "white",
                "text_wrap": True,
                "valign": "vcenter",
            }
        ),
        "locked": book.add_format({**line, "bg_color": _GREY, "text_wrap": True}),
        "locked_number": book.add_format({**line, "bg_color": _GREY, "align": "right"}),
        "number": book.add_format({**line, "locked": False, "num_format": "#,##0.####", "align": "right"}),
        "text": book.add_format({**line, "locked": False, "text_wrap": True}),
        "closed": book.add_format({**line, "bg_color": _GREY}),
    }


def _one_row(sheet: Worksheet, at: int, place: Place, row: EntryRow, formats: dict[str, Any]) -> None:
    for column, cell in enumerate(_cells(place, row)):
        name = COLUMNS[column].name
        form = formats["number" if name in _NUMBERS else "text"]
        if not COLUMNS[column].is_entered:
            form = formats["locked_number" if name in ("last", "last_year") else "locked"]
        elif name in _closed(row):
            form = formats["closed"]
        if cell is None or cell == "":
            sheet.write_blank(at, column, None, form)
        elif isinstance(cell, Decimal | int) and len(Decimal(cell).as_tuple().digits) <= _EXACT_DIGITS:
            sheet.write_number(at, column, cell, form)
        else:
            sheet.write_string(at, column, _text(cell), form)


def _text(cell: Any) -> str:
    """A number too long for a spreadsheet goes as the words it would be typed with."""
    return f"{cell:f}".replace(".", ",") if isinstance(cell, Decimal) else str(cell)


def _closed(row: EntryRow) -> tuple[str, ...]:
    """Columns that the indicator has no use for."""
    return () if row.is_ratio else ("numerator", "denominator")


def _cells(place: Place, row: EntryRow) -> list[Any]:
    definition, newest = row.definition, row.working
    # What was withdrawn is not proposed again.
    version = None if newest and newest.state == VersionState.WITHDRAWN else newest
    answer = version.answer if version and version.answer != Answer.VALUE else ""
    return [
        place.unit.ref,
        place.agency.ref if place.agency else "",
        place.period.code,
        row.level,
        newest.number if newest else 0,
        place.name,
        row.indicator.code,
        _title(row),
        figures.level(row.level, place.unit.tier),
        figures.unit_word(definition.unit_of_measure),
        version.numerator if version else None,
        version.denominator if version else None,
        version.value if version else None,
        str(Answer(answer).label) if answer else "",
        version.get_missing_reason_display() if version and version.missing_reason else "",
        version.get_qualifier_display() if version else "",
        version.note if version else "",
        version.justification if version else "",
        said(row.last, row) if row.last else "",
        said(row.last_year, row) if row.last_year else "",
    ]


def _title(row: EntryRow) -> str:
    """The indicator, with what its numerator and denominator count where it is a rate."""
    definition = row.definition
    parts = [row.indicator.name]
    if row.is_ratio and definition.numerator_vi:
        parts.append(f"({definition.numerator_vi} / {definition.denominator_vi})")
    span = span_of(definition)
    return " ".join([*parts, f"[{span}]"] if span else parts)


def _choices(sheet: Worksheet, last: int) -> None:
    if last < _FIRST_ROW:
        return
    for place, column in enumerate(COLUMNS):
        if column.name not in ("answer", "missing_reason", "qualifier"):
            continue
        sheet.data_validation(
            _FIRST_ROW,
            place,
            last,
            place,
            {
                "validate": "list",
                "source": labels(column.name),
                "error_title": _("Choose from the list"),
                "error_message": _("Choose one of the words of the list, or leave the cell blank."),
            },
        )
