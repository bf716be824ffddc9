"""The reference files of units and agencies, read and checked as a whole before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext

from .datafiles import (
    Column,
    DataFileError,
    Row,
    choice_of,
    decimal_with,
    iso_date,
    read_rows,
    refuse,
)
from .models import Share, Tier

_UNIT_COLUMNS = [
    Column("ref", required=True, longest=20),
    Column("code", required=True, longest=10),
    Column("tier", required=True, parse=choice_of(*Tier.values)),
    Column("kind", longest=20),
    Column("name", required=True, longest=100),
    Column("parent_ref"),
    Column("valid_from", parse=iso_date),
    Column("valid_to", parse=iso_date),
    Column("lat", parse=decimal_with(6)),
    Column("lon", parse=decimal_with(6)),
    Column("area_km2", parse=decimal_with(4)),
]
_SUCCESSION_COLUMNS = [
    Column("predecessor_ref", required=True),
    Column("successor_ref", required=True),
    Column("share", required=True, parse=choice_of(*Share.values)),
    Column("effective_on", required=True, parse=iso_date),
]
_RENAMING_COLUMNS = [
    Column("ref", required=True),
    Column("name", required=True, longest=100),
    Column("kind", required=True, longest=20),
    Column("valid_from", required=True, parse=iso_date),
    Column("source", required=True, longest=200),
]
_KIND_COLUMNS = [
    Column("code", required=True, longest=40),
    Column("tier", required=True, parse=choice_of(Tier.NATION, Tier.PROVINCE)),
    Column("short_name", required=True, longest=60),
    Column("name_vi", required=True, longest=120),
    Column("name_en", required=True, longest=120),
    Column("name_pattern", required=True, longest=120),
    Column("label_pattern", required=True, longest=120),
    Column("valid_from", parse=iso_date),
    Column("valid_to", parse=iso_date),
]
_KIND_SUCCESSION_COLUMNS = [
    Column("predecessor", required=True),
    Column("successor", required=True),
    Column("share", required=True, parse=choice_of(*Share.values)),
    Column("effective_on", required=True, parse=iso_date),
    Column("scope", longest=200),
]
_TIERS: list[str] = list(Tier.values)


@dataclass(frozen=True)
class UnitFiles:
    units: Mapping[str, Row]
    """By ref, those above before those below."""
    successions: list[Row]
    renamings: Mapping[str, list[Row]]
    """By the unit's ref, in order of time."""


@dataclass(frozen=True)
class AgencyFiles:
    kinds: Mapping[str, Row]
    successions: list[Row]


def read_units(folder: Path) -> UnitFiles:
    """The three files of units and their names and successions, or DataFileErrors with every mistake."""
    errors: list[DataFileError] = []
    rows = read_rows(folder / "administrative_units.csv", _UNIT_COLUMNS, unique=["ref"], errors=errors)
    successions = read_rows(
        folder / "unit_successions.csv",
        _SUCCESSION_COLUMNS,
        unique=["predecessor_ref", "successor_ref"],
        errors=errors,
    )
    renaming_rows = read_rows(
        folder / "unit_renamings.csv", _RENAMING_COLUMNS, unique=["ref", "valid_from"], errors=errors
    )
    # A row that could not be read would make every row that refers to it look wrong as well.
    refuse(errors)

    rows.sort(key=lambda row: _TIERS.index(row["tier"]))
    units = {row["ref"]: row for row in rows}
    for row in rows:
        errors.extend(_unit_mistakes(row, units))
    errors.extend(_repeated_live_codes(rows))
    for row in successions:
        errors.extend(_succession_mistakes(row, units))
    for row in renaming_rows:
        errors.extend(_renaming_mistakes(row, units))
    refuse(errors)

    renamings: dict[str, list[Row]] = {}
    for row in sorted(renaming_rows, key=lambda row: row["valid_from"]):
        renamings.setdefault(row["ref"], []).append(row)
    return UnitFiles(units, successions, renamings)


def read_agencies(folder: Path) -> AgencyFiles:
    """The two files of agency kinds and their successions, or DataFileErrors with every mistake."""
    errors: list[DataFileError] = []
    rows = read_rows(folder / "agency_kinds.csv", _KIND_COLUMNS, unique=["code"], errors=errors)
    successions = read_rows(
        folder / "agency_kind_successions.csv",
        _KIND_SUCCESSION_COLUMNS,
        unique=["predecessor", "successor"],
        errors=errors,
    )
    refuse(errors)
    kinds = {row["code"]: row for row in rows}
    for column in ("short_name", "name_vi"):
        errors.extend(_repeats(rows, column))
    for row in rows:
        errors.extend(_dates_out_of_order(row))
    for row in successions:
        errors.extend(_refers(row, ("predecessor", "successor"), kinds))
    refuse(errors)
    return AgencyFiles(kinds, successions)


def _unit_mistakes(row: Row, units: Mapping[str, Row]) -> Iterator[DataFileError]:
    yield from _dates_out_of_order(row)
    if row["tier"] == Tier.NATION:
        if row["parent_ref"]:
            yield row.error("parent_ref", gettext("The nation has nothing above it."))
        return
    if not row["kind"]:
        yield row.error("kind", gettext("This must not be empty."))
    parent = units.get(row["parent_ref"])
    if parent is None:
        yield row.unknown("parent_ref")
    elif not _may_lie_in(row["tier"], parent["tier"]):
        yield row.error("parent_ref", gettext("A unit of this tier cannot lie in one of that tier."))
    elif not _within(row, parent):
        yield row.error("parent_ref", gettext("The unit is in being on days when the one above it is not."))


def _may_lie_in(tier: str, above: str) -> bool:
    """Provinces lie in the nation, districts in provinces, communes in districts, since 2025 in provinces."""
    return (tier, above) in {
        (Tier.PROVINCE, Tier.NATION),
        (Tier.DISTRICT, Tier.PROVINCE),
        (Tier.COMMUNE, Tier.DISTRICT),
        (Tier.COMMUNE, Tier.PROVINCE),
    }


def _within(row: Row, parent: Row) -> bool:
    starts = (parent["valid_from"] or date.min) <= (row["valid_from"] or date.min)
    return starts and (row["valid_to"] or date.max) <= (parent["valid_to"] or date.max)


def _dates_out_of_order(row: Row) -> Iterator[DataFileError]:
    if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
        yield row.error("valid_to", gettext("The last day is before the first."))


def _repeated_live_codes(rows: list[Row]) -> Iterator[DataFileError]:
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["valid_to"]:
            continue
        other = seen.setdefault((row["tier"], row["code"]), row)
        if other is not row:
            yield row.error(
                "code",
                gettext("Line %(line)d has the same code, and neither unit has ended.")
                % {"line": other.line},
            )


def _repeats(rows: list[Row], column: str) -> Iterator[DataFileError]:
    seen: dict[str, Row] = {}
    for row in rows:
        other = seen.setdefault(row[column], row)
        if other is not row:
            yield row.error(
                column,
                gettext("“%(key)s” stands on line %(line)d already.")
                % {"key": row[column], "line": other.line},
            )


def _refers(row: Row, columns: tuple[str, str], known: Mapping[str, Row]) -> Iterator[DataFileError]:
    for column in columns:
        if row[column] not in known:
            yield row.unknown(column)
    if row[columns[0]] == row[columns[1]]:
        yield row.error(columns[1], gettext("Nothing succeeds itself."))


def _succession_mistakes(row: Row, units: Mapping[str, Row]) -> Iterator[DataFileError]:
    yield from _refers(row, ("predecessor_ref", "successor_ref"), units)
    successor = units.get(row["successor_ref"])
    if successor and successor["valid_from"] and row["effective_on"] < successor["valid_from"]:
        yield row.error("effective_on", gettext("The successor is not in being on that day."))


def _renaming_mistakes(row: Row, units: Mapping[str, Row]) -> Iterator[DataFileError]:
    unit = units.get(row["ref"])
    if unit is None:
        yield row.unknown("ref")
    elif not (unit["valid_from"] or date.min) < row["valid_from"] <= (unit["valid_to"] or date.max):
        yield row.error(
            "valid_from", gettext("A renaming lies after the unit's first day and before its end.")
        )
