"""Loading the catalogue of indicators: pillars, indicators and their dated definitions."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from indicators.actions.limits import read_limits, set_limits, store_limits
from indicators.actions.storing import Span, store_definitions, store_levels, store_owners
from indicators.models import (
    Direction,
    EnteredAs,
    Indicator,
    IndicatorDefinition,
    Level,
    LevelsRelate,
    MeasureMode,
    Pillar,
    Pooling,
    ValueType,
)
from indicators.models.periods import PeriodKind
from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.datafiles import Column, DataFileError, Parser, Row, choice_of, integer, read_rows, refuse
from provinces.models import AgencyKind, Tier

DATA = Path(__file__).parent.parent / "data"

# The two days the catalogue's columns speak of: the district tier ended with 30/06/2025 (202/2025/QH15), and
# departments merged on 01/03/2025.
_LAST_OF_THREE_TIERS, _FIRST_OF_TWO_TIERS = date(2025, 6, 30), date(2025, 7, 1)
_LAST_OF_OLD_OWNERS, _FIRST_OF_NEW_OWNERS = date(2025, 2, 28), date(2025, 3, 1)

_LEVELS = {"T": Level.PROVINCE, "H": Level.DISTRICT, "X": Level.COMMUNE}
_TARGET_NOTES = {
    "note_target_2023": "2023",
    "note_target_2025": "2025",
    "note_target_2030": "2030",
    "note_level_targets": "by level",
}
# Rates whose numerator may exceed the denominator: more may be done than was assigned or planned.
_MAY_EXCEED = frozenset({"XH-03", "XH-04", "HT-07"})
_FLOOR_OF_RATES, _FLOOR_OF_OTHERS = 80, 100


def levels(cell: str) -> frozenset[str]:
    """T|H|X: province, district, commune."""
    letters = cell.split("|")
    if not all(letter in _LEVELS for letter in letters):
        raise ValueError(gettext("“%(cell)s” names no levels; write T|H|X.") % {"cell": cell})
    found = {_LEVELS[letter] for letter in letters}
    # Rules §1: the whole unit wherever the province level is.
    return frozenset(found | {Level.TOTAL} if Level.PROVINCE in found else found)


def small(most: int) -> Parser:
    def parse(cell: str) -> int:
        number = integer(cell)
        if not 0 <= number <= most:
            raise ValueError(
                gettext("“%(cell)s” is not between 0 and %(most)d.") % {"cell": cell, "most": most}
            )
        return number

    return parse


_COLUMNS = [
    Column("code", required=True, longest=20),
    Column("pillar_code", required=True, longest=10),
    Column("pillar_vi", required=True, longest=200),
    Column("pillar_en", required=True, longest=200),
    Column("name_vi", required=True, longest=400),
    Column("name_en", required=True, longest=400),
    Column("unit", required=True, longest=60),
    Column("value_type", required=True, parse=choice_of(*ValueType.values)),
    Column("decimals", required=True, parse=small(4)),
    Column("direction", required=True, parse=choice_of(*Direction.values)),
    Column("comparator", required=True, parse=choice_of("ge", "le", "eq")),
    Column("measure_mode", required=True, parse=choice_of(*MeasureMode.values)),
    Column("entered_as", parse=choice_of(*EnteredAs.values)),
    Column("numerator_vi", longest=300),
    Column("denominator_vi", longest=300),
    Column("aggregation", required=True, parse=choice_of(*Pooling.values)),
    Column("levels_relate", required=True, parse=choice_of(*LevelsRelate.values)),
    Column("levels_before_2025_07", parse=levels),
    Column("levels_after_2025_07", parse=levels),
    Column("frequency", required=True, parse=choice_of(*PeriodKind.values)),
    Column("owner_before_2025_03"),
    Column("owner_now", required=True),
    Column("legal_basis"),
    Column("verification", required=True, parse=choice_of("S", "P")),
    *(Column(name) for name in _TARGET_NOTES),
    Column("notes"),
]
_PILLAR_FIELDS = ["name_vi", "name_en", "position"]


@transaction.atomic
def load_catalogue(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring pillars, indicators and their first definitions to what indicator_catalogue.csv says.

    What entry checks their figures against comes from indicator_limits.csv. Answers how many rows of each
    kind were created and updated. An indicator the file no longer has stays, and so do the levels, owners,
    limits and later definitions that a person recorded. Raises DataFileErrors, having
    written nothing. Call it after `load_agencies`.
    """
    errors: list[DataFileError] = []
    rows = read_rows(folder / "indicator_catalogue.csv", _COLUMNS, unique=["code"], errors=errors)
    limits = read_limits(folder, errors)
    refuse(errors)
    kinds = keyed(AgencyKind.objects.filter(tier=Tier.PROVINCE), "short_name")
    definitions = {row["code"]: _definition(row) for row in rows}
    errors += [mistake for row in rows for mistake in _mistakes(row, kinds)]
    refuse([*errors, *_pillar_mistakes(rows), *set_limits(definitions, limits)])

    first_rows = {row["pillar_code"]: row for row in reversed(rows)}
    pillars = {
        code: Pillar(
            code=code,
            name_vi=first_rows[code]["pillar_vi"],
            name_en=first_rows[code]["pillar_en"],
            position=position,
        )
        for position, code in enumerate(dict.fromkeys(row["pillar_code"] for row in rows), 1)
    }
    pillar_count = bring_up_to_date(pillars, keyed(Pillar.objects.all(), "code"), fields=_PILLAR_FIELDS)
    indicators = {row["code"]: _indicator(row, pillars) for row in rows}
    return {
        "pillars": pillar_count,
        **store_definitions(indicators, definitions),
        "limits of indicators": store_limits(definitions.values()),
        **store_levels(
            (definitions[row["code"]], level, span) for row in rows for level, span in _level_spans(row)
        ),
        **store_owners(
            (definitions[row["code"]], kinds[name], span) for row in rows for name, span in _owner_spans(row)
        ),
    }


def _mistakes(row: Row, kinds: Mapping[str, AgencyKind]) -> Iterator[DataFileError]:
    for column in ("owner_before_2025_03", "owner_now"):
        if row[column] and row[column] not in kinds:
            yield row.unknown(column)
    if not row["levels_before_2025_07"] and not row["levels_after_2025_07"]:
        yield row.error("levels_after_2025_07", gettext("The indicator has no level at any time."))
    if row["entered_as"] and row["measure_mode"] == MeasureMode.STOCK:
        yield row.error("entered_as", gettext("Only a flow says how it is entered."))
    if bool(row["numerator_vi"]) != bool(row["denominator_vi"]):
        empty = "denominator_vi" if row["numerator_vi"] else "numerator_vi"
        yield row.error(empty, gettext("Numerator and denominator go together."))
    if row["aggregation"] == Pooling.RATIO_OF_SUMS and not row["numerator_vi"]:
        yield row.error("numerator_vi", gettext("A ratio of sums needs a numerator and a denominator."))


def _pillar_mistakes(rows: list[Row]) -> Iterator[DataFileError]:
    """One pillar has one name, however many rows repeat it."""
    first: dict[str, Row] = {}
    for row in rows:
        other = first.setdefault(row["pillar_code"], row)
        for column in ("pillar_vi", "pillar_en"):
            if row[column] != other[column]:
                yield row.error(
                    column,
                    gettext("Line %(line)d names this pillar otherwise.") % {"line": other.line},
                )


def _indicator(row: Row, pillars: Mapping[str, Pillar]) -> Indicator:
    return Indicator(
        code=row["code"],
        pillar_id=pillars[row["pillar_code"]].pk,
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        legal_basis=row["legal_basis"],
        verification=row["verification"],
        notes=row["notes"],
        target_notes="\n".join(f"{when}: {row[name]}" for name, when in _TARGET_NOTES.items() if row[name]),
    )


def _definition(row: Row) -> IndicatorDefinition:
    is_rate = row["value_type"] == ValueType.RATE
    is_share = is_rate and row["unit"] == "%" and bool(row["numerator_vi"])
    return IndicatorDefinition(
        numerator_vi=row["numerator_vi"],
        denominator_vi=row["denominator_vi"],
        unit_of_measure=row["unit"],
        value_type=row["value_type"],
        decimals=row["decimals"],
        direction=row["direction"],
        measure_mode=row["measure_mode"],
        entered_as=row["entered_as"] or EnteredAs.IN_PERIOD,
        pooling=row["aggregation"],
        levels_relate=row["levels_relate"],
        frequency=row["frequency"],
        coverage_floor_percent=_FLOOR_OF_RATES if is_rate else _FLOOR_OF_OTHERS,
        ratio_factor=100 if row["unit"] == "%" else 1,
        numerator_within_denominator=is_share and row["code"] not in _MAY_EXCEED,
    )


def _level_spans(row: Row) -> Iterator[tuple[str, Span]]:
    before = row["levels_before_2025_07"] or frozenset()
    after = row["levels_after_2025_07"] or frozenset()
    for level in Level.values:
        if level in before or level in after:
            start = None if level in before else _FIRST_OF_TWO_TIERS
            end = None if level in after else _LAST_OF_THREE_TIERS
            yield level, (start, end)


def _owner_spans(row: Row) -> Iterator[tuple[str, Span]]:
    before, now = row["owner_before_2025_03"], row["owner_now"]
    if before == now:
        yield now, (None, None)
        return
    if before:
        yield before, (None, _LAST_OF_OLD_OWNERS)
    yield now, (_FIRST_OF_NEW_OWNERS, None)
