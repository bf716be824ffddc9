"""The three forms of an answer: JSON, and for lists CSV and NDJSON, which are streamed.

All say the same: numbers that must be exact as text, days and moments in ISO 8601, moments in UTC.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

Row = dict[str, Any]


def as_json(value: Any, options: int = 0) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z | options)


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no form in JSON")


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, context: Any = None) -> bytes:
        return b"" if data is None else as_json(data)


class RowRenderer(BaseRenderer):
    """Row after row. A detail is a list of one."""

    content_type: ClassVar[str]
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, context: Any = None) -> bytes:
        return b"" if data is None else self.head(list(data)) + self.rows([data])

    def head(self, names: Sequence[str]) -> bytes:
        """What stands before the rows."""
        return b""

    def rows(self, rows: Iterable[Row]) -> bytes:
        raise NotImplementedError


class NdjsonRenderer(RowRenderer):
    """One JSON object a line."""

    media_type = content_type = "application/x-ndjson"
    format = "ndjson"

    def rows(self, rows: Iterable[Row]) -> bytes:
        return b"".join([as_json(row, orjson.OPT_APPEND_NEWLINE) for row in rows])


class CsvRenderer(RowRenderer):
    """RFC 4180 in UTF-8 with a header row.

    Nothing is an empty cell and zero is 0; `answer`, `status` and `missing_reason` say what an empty cell
    means. Lists and objects within a row are JSON in one cell. For programs: text that a spreadsheet would
    take for a formula is left as it is.
    """

    media_type = "text/csv"
    content_type = "text/csv; charset=utf-8; header=present"
    format = "csv"

    def head(self, names: Sequence[str]) -> bytes:
        return _lines([names])

    def rows(self, rows: Iterable[Row]) -> bytes:
        return _lines([_cell(value) for value in row.values()] for row in rows)


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    written = as_json(value).decode()
    return written[1:-1] if written.startswith('"') else written
