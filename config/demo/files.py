"""The demonstration's data files, read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from config.demo.paths import LAST_QUARTER, codes_from, steps
from indicators.models import Level, Qualifier, RuleName, Shape
from indicators.models.rules import RangeDirection
from indicators.models.targets import CountsAs
from provinces.datafiles import (
    Column,
    DataFileError,
    Row,
    choice_of,
    decimal_with,
    integer,
    iso_date,
    read_rows,
    refuse,
)
from resolutions.models import DocumentKind

DATA = Path(__file__).parent / "data"

EACH, WHOLE = "each", "whole"

_number = decimal_with(4)

_DOCUMENT_COLUMNS = [
    Column("key", required=True),
    Column("issuer", required=True, longest=200),
    Column("number", required=True, longest=60),
    Column("issued_on", required=True, parse=iso_date),
    Column("kind", required=True, parse=choice_of(*DocumentKind.values)),
    Column("unit", required=True),
    Column("valid_from", required=True, parse=iso_date),
    Column("valid_to", parse=iso_date),
    Column("title_vi", required=True, longest=500),
    Column("title_en", longest=500),
    Column("implements"),
]
_RULE = [
    Column("rule", parse=choice_of(*RuleName.values)),
    Column("threshold", parse=_number),
]
_TARGET_COLUMNS = [
    Column("plan", required=True),
    Column("code", required=True, longest=20),
    Column("parent"),
    Column("counts_as", parse=choice_of(*CountsAs.values)),
    Column("indicator"),
    Column("level", required=True, parse=choice_of(*Level.values)),
    *_RULE,
    Column("low", parse=_number),
    Column("high", parse=_number),
    Column("direction", parse=choice_of(*RangeDirection.values)),
    Column("years", parse=integer),
    Column("baseline", parse=_number),
    Column("baseline_on", parse=iso_date),
    Column("due_on", parse=iso_date),
    Column("shape", parse=choice_of(*Shape.values)),
    Column("window_from", parse=iso_date),
    Column("counts_from", parse=iso_date),
    Column("milestones"),
    Column("linked_to"),
    Column("continues"),
    Column("owner"),
    Column("declared", parse=choice_of("done", "judged")),
    Column("declared_on", parse=iso_date),
    Column("reason"),
    Column("name_vi", longest=400),
]
_PART_COLUMNS = [
    Column("plan", required=True),
    Column("code", required=True),
    Column("position", required=True, parse=integer),
    Column("indicator", required=True),
    Column("level", required=True, parse=choice_of(*Level.values)),
    *_RULE,
    Column("name_vi", longest=400),
]
_REVISION_COLUMNS = [
    Column("plan", required=True),
    Column("code", required=True),
    Column("number", required=True, parse=integer),
    Column("effective_on", required=True, parse=iso_date),
    Column("document", required=True),
    Column("threshold", required=True, parse=_number),
    Column("due_on", required=True, parse=iso_date),
]
_SERIES_COLUMNS = [
    Column("unit", required=True, parse=choice_of(*LAST_QUARTER)),
    Column("indicator", required=True),
    Column("level", required=True, parse=choice_of(*Level.values)),
    Column("bodies", required=True, parse=choice_of(EACH, WHOLE)),
    Column("first", required=True),
    Column("size", parse=integer),
    Column("path", required=True),
    Column("qualifier", parse=choice_of(*Qualifier.values)),
]


def documents() -> list[Row]:
    return read_rows(DATA / "documents.csv", _DOCUMENT_COLUMNS, unique=["key"])


def targets() -> list[Row]:
    return read_rows(DATA / "targets.csv", _TARGET_COLUMNS, unique=["plan", "code"])


def parts() -> list[Row]:
    return read_rows(DATA / "parts.csv", _PART_COLUMNS, unique=["plan", "code", "position"])


def revisions() -> list[Row]:
    return read_rows(DATA / "revisions.csv", _REVISION_COLUMNS, unique=["plan", "code", "number"])


_PROVINCE_COLUMNS = [
    Column("indicator", required=True),
    Column("level", required=True, parse=choice_of(*Level.values)),
    Column("first", parse=integer),
    Column("last", parse=integer),
    Column("spread", parse=integer),
    Column("size", required=True, parse=integer),
    Column("target"),
]


def provinces() -> list[Row]:
    return read_rows(DATA / "provinces.csv", _PROVINCE_COLUMNS, unique=["indicator", "level"])


def milestones(cell: str) -> list[tuple[date, Decimal]]:
    """``2025-12-31:62 2026-06-30:71``: days with the value wanted by then."""
    pairs = (each.split(":") for each in cell.split())
    return [(iso_date(day), _number(value)) for day, value in pairs]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of series.csv: an indicator of a province at a level through successive periods.

    ``bodies`` says whether each body of the level files its own part or one agency files the whole;
    ``size`` is the denominator of all together (of a rank, how many are ranked).
    """

    unit: str
    indicator: str
    level: str
    bodies: str
    first: str
    size: int | None
    path: str
    qualifier: str

    @property
    def is_yearly(self) -> bool:
        return "-" not in self.first


def series() -> list[Series]:
    rows = read_rows(DATA / "series.csv", _SERIES_COLUMNS, unique=["unit", "indicator", "level", "bodies"])
    refuse([mistake for row in rows for mistake in _path_mistakes(row)])
    return [Series(**(row.values | {"qualifier": row["qualifier"] or Qualifier.OFFICIAL})) for row in rows]


def _path_mistakes(row: Row) -> Iterator[DataFileError]:
    try:
        steps(row["path"], len(codes_from(row["first"], row["unit"])))
    except ValueError as problem:
        yield row.error("path", str(problem))
