"""Workbooks of tests: made from rows, or from another workbook with some cells changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from csv import writer
from typing import Any
from xml.sax.saxutils import escape

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


def csv(rows: list[list[Any]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def ods(sheets: Mapping[str, list[list[Any]]], cell: Callable[[Any], str] | None = None) -> bytes:
    """The least that LibreOffice would write; ``cell`` makes the XML of one cell."""
    written = cell or _ods_cell
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(written, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES}>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
        '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return kept.getvalue()


def _ods_cell(value: Any) -> str:
    if value in ("", None):
        return "<table:table-cell/>"
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
