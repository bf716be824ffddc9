"""An indicator's data as CSV on the Web (W3C, 17/12/2015): the table, and the metadata that describe it.

The table holds every figure of the indicator that the asker may see, one a row: what units and agencies
reported and had approved (`source` reported: their reach of cells), and what was pooled from it (`source`
pooled: their reach of results). A body that has approved nothing has no row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts.permissions import Principal
from indicators.api.numbers import number, stored
from indicators.models import (
    Answer,
    Indicator,
    Level,
    Measurement,
    MissingReason,
    Provenance,
    Qualifier,
    RollUp,
    RollUpBasis,
)
from indicators.models.results import RollUpAnswer

BATCH = 500
CONTEXT = "http://www.w3.org/ns/csvw"
REPORTED, POOLED = "reported", "pooled"
ANSWERS = list(
    dict.fromkeys([*(each for each in Answer.values if each != Answer.UNANSWERED), *RollUpAnswer.values])
)


@dataclass(frozen=True)
class Column:
    """One column; its name is the heading of the file, whatever the reader's language."""

    name: str
    vi: str
    en: str
    datatype: Any
    required: bool = True


def _one_of(choices: Iterable[str]) -> dict[str, str]:
    return {"base": "string", "format": f"^({'|'.join(choices)})$"}


COLUMNS = [
    Column("source", "Nguồn", "Source", _one_of((REPORTED, POOLED))),
    Column("id", "Mã bản ghi", "Record", {"base": "integer", "minimum": 1}),
    Column("indicator", "Mã chỉ tiêu", "Indicator", "string"),
    Column("unit", "Mã đơn vị", "Unit", "string"),
    Column("unit_name", "Tên đơn vị", "Name of the unit", "string"),
    Column("agency", "Mã cơ quan", "Agency reporting its own part", "string", required=False),
    Column("level", "Cấp", "Level", _one_of(Level.values)),
    Column("period", "Kỳ báo cáo", "Period", "string"),
    Column("period_from", "Từ ngày", "First day", "date"),
    Column("period_to", "Đến ngày", "Day judged at", "date"),
    Column("answer", "Trả lời", "Answer", _one_of(ANSWERS)),
    Column("missing_reason", "Lý do thiếu", "Why missing", _one_of(MissingReason.values), required=False),
    Column("numerator", "Tử số", "Numerator", "decimal", required=False),
    Column("denominator", "Mẫu số", "Denominator", "decimal", required=False),
    Column("value", "Giá trị", "Value", "decimal", required=False),
    Column("owing", "Số đơn vị phải báo cáo", "Bodies owing", "nonNegativeInteger", required=False),
    Column("reporting", "Số đơn vị đã báo cáo", "Bodies reporting", "nonNegativeInteger", required=False),
    Column("is_partial", "Chưa đủ đơn vị báo cáo", "Too few reporting", "boolean"),
    Column("basis", "Cơ sở đơn vị", "Basis", _one_of(RollUpBasis.values)),
    Column("qualifier", "Mức độ chính thức", "Qualifier", _one_of(Qualifier.values)),
    Column("provenance", "Xuất xứ", "Provenance", _one_of(Provenance.values)),
    Column("definition", "Mã định nghĩa", "Definition", "integer"),
    Column("version", "Phiên bản", "Version", "positiveInteger"),
    Column("updated_at", "Thời điểm", "Time", "dateTime"),
]
"""Why every number may be empty: only an `answer` of `value` has numbers; a value of 0 is written as 0."""
_NAMES = [each.name for each in COLUMNS]
_NUMBERS = [_NAMES.index(each) for each in ("numerator", "denominator", "value")]
_PARTIAL = _NAMES.index("is_partial")
_MOMENT = _NAMES.index("updated_at")
_SHARED = {
    "id": "pk",
    "indicator": "indicator__code",
    "unit": "unit__ref",
    "unit_name": "unit__name",
    "level": "level",
    "period": "period__code",
    "period_from": "period__starts_on",
    "period_to": "period__assessed_on",
    "answer": "answer",
    "definition": "definition_id",
}


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _rows(rows: QuerySet[Any, Any], source: str, columns: dict[str, Any]) -> QuerySet[Any, Any]:
    """The columns in the order of the file; what is not a column's name is an expression."""
    whole = (
        columns
        | {"source": _text(source)}
        | {each: stored(each) for each in ("numerator", "denominator", "value")}
    )
    named = {f"c_{name}": F(made) if isinstance(made, str) else made for name, made in whole.items()}
    return rows.annotate(**named).order_by("pk").values_list(*(f"c_{name}" for name in _NAMES))


def rows_of(indicator: Indicator, who: Principal) -> Iterator[tuple[Any, ...]]:
    """Every figure of the indicator that somebody may see, read as it is taken: memory stays flat."""
    nothing = Value(None, output_field=IntegerField())
    cells = Measurement.objects.visible_to(who).filter(indicator=indicator).exclude(answer=Answer.UNANSWERED)
    reported = _rows(
        cells,
        REPORTED,
        {
            **_SHARED,
            "agency": "agency__ref",
            **{name: name for name in ("missing_reason", "qualifier", "provenance")},
            "owing": nothing,
            "reporting": nothing,
            "is_partial": Value(value=False, output_field=BooleanField()),
            "basis": _text(RollUpBasis.AS_REPORTED),
            "version": "approved_version__number",
            "updated_at": Coalesce("approved_version__approved_at", "updated_at"),
        },
    )
    pooled = _rows(
        RollUp.objects.visible_to(who).filter(indicator=indicator).knowing_partial(),
        POOLED,
        {
            **_SHARED,
            "agency": Value(None, output_field=CharField()),
            "missing_reason": _text(""),
            "owing": "owing",
            "reporting": "reporting",
            "is_partial": "is_partial",
            "basis": "basis",
            "qualifier": _either("is_preliminary", Qualifier.PRELIMINARY, Qualifier.OFFICIAL),
            "provenance": _either("is_illustrative", Provenance.ILLUSTRATIVE, Provenance.REPORTED),
            "version": "version",
            "updated_at": "computed_at",
        },
    )
    for row in chain(reported.iterator(BATCH), pooled.iterator(BATCH)):
        yield _plain(row)


def _either(flag: str, yes: str, no: str) -> Case:
    return Case(When(**{flag: True}, then=_text(yes)), default=_text(no))


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    cells = list(row)
    for place in _NUMBERS:
        cells[place] = number(cells[place])
    cells[_PARTIAL] = "true" if cells[_PARTIAL] else "false"
    cells[_MOMENT] = cells[_MOMENT].isoformat().replace("+00:00", "Z")
    return tuple(cells)


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def lines_of(rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    """The file, some hundred lines at a time: UTF-8, one heading, CRLF, empty cells for nothing."""
    write = csv.writer(_Line(), lineterminator="\r\n").writerow
    kept = [write(_NAMES)]
    for row in rows:
        kept.append(write(row))
        if len(kept) >= BATCH:
            yield "".join(kept).encode()
            kept = []
    yield "".join(kept).encode()


def metadata_of(indicator: Indicator, url: str) -> dict[str, Any]:
    """The metadata of the table at an address that may be relative to their own."""
    name_en = indicator.name_en or indicator.name_vi
    title = [_said(f"{indicator.code} {indicator.name_vi}", "vi"), _said(f"{indicator.code} {name_en}", "en")]
    found = {
        "@context": [CONTEXT, {"@language": "vi"}],
        "url": url,
        "dc:title": title,
        "dc:description": [
            _said(
                "Mỗi dòng là một số liệu của chỉ tiêu mà người đọc được xem: số đã báo cáo và được phê duyệt "
                "(reported), số tổng hợp từ các đơn vị (pooled). Ô trống nghĩa là không có, không phải 0.",
                "vi",
            ),
            _said(
                "Each row is one figure of the indicator that the reader may see: reported and approved, or "
                "pooled from units. An empty cell means nothing is there, never 0.",
                "en",
            ),
        ],
        "dc:provenance": [
            _said(
                "Do các cơ quan, đơn vị báo cáo trên cổng, người thứ hai phê duyệt; số tổng hợp do cổng tính "
                "từ các số đã duyệt.",
                "vi",
            ),
            _said(
                "Reported on the portal by the bodies that owe it and approved by a second person; the "
                "portal pools approved figures.",
                "en",
            ),
        ],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "null": [""],
        "tableSchema": {
            "columns": [_described(each) for each in COLUMNS],
            "primaryKey": ["source", "id"],
        },
    }
    if indicator.legal_basis:
        found["dc:source"] = _said(indicator.legal_basis, "vi")
    return found


def _said(words: str, language: str) -> dict[str, str]:
    return {"@value": words, "@language": language}


def _described(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        # The heading itself is a title of no language: a reader compares headings with titles.
        "titles": {"und": column.name, "vi": column.vi, "en": column.en},
        "datatype": column.datatype,
        "required": column.required,
    }
