"""Loading the reference data: units, agencies and holidays. All is checked before anything is written."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F

from .bulk import Count, bring_up_to_date, keyed, rows_written
from .datafiles import Row
from .dates import published_holidays
from .models import (
    Agency,
    AgencyKind,
    AgencySuccession,
    Holiday,
    Tier,
    Unit,
    UnitClosure,
    UnitName,
    UnitSuccession,
)
from .names import fold, sort_key
from .reference import UnitFiles, read_agencies, read_units

DATA = Path(__file__).parent / "data"
HOLIDAY_YEARS = range(2020, 2031)

_DAY = timedelta(days=1)
_UNIT_FIELDS = [
    *("code", "tier", "kind", "name", "sort_key", "search_name", "parent_id", "valid_from", "valid_to"),
    *("latitude", "longitude", "area_km2"),
]
_KIND_FIELDS = [
    *("tier", "short_name", "name_vi", "name_en", "name_pattern", "label_pattern", "valid_from", "valid_to"),
]


@transaction.atomic
def load_units(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the units, their names, successions and closure to what the files in the folder say.

    Answers how many rows of each kind were created and updated. A unit the files no longer have stays:
    figures may stand on it. Raises DataFileErrors, having written nothing.
    """
    files = read_units(folder)
    units, count = _store_units(files)
    return {
        "units": count,
        "unit names": _store_names(files, units),
        "unit successions": _store_successions(files, units),
        "unit closure": Count(UnitClosure.objects.rebuild()),
    }


def _store_units(files: UnitFiles) -> tuple[dict[str, Unit], Count]:
    stored = keyed(Unit.objects.all(), "ref")
    units: dict[str, Unit] = {}
    count = Count()
    for tier in Tier.values:
        some = {ref: _unit(row, files, units) for ref, row in files.units.items() if row["tier"] == tier}
        # A province stands in itself, which it can only say once it has a key.
        fields = _UNIT_FIELDS if tier in (Tier.NATION, Tier.PROVINCE) else [*_UNIT_FIELDS, "province_id"]
        count += bring_up_to_date(some, stored, fields=fields)
        units |= some
    Unit.objects.of_tier(Tier.PROVINCE).filter(province__isnull=True).update(province_id=F("pk"))
    return units, count


def _unit(row: Row, files: UnitFiles, units: dict[str, Unit]) -> Unit:
    """The unit as its rows say, not saved; those above it are in `units` already."""
    names = [row, *files.renamings.get(row["ref"], [])]
    last = names[-1]
    parent = units.get(row["parent_ref"])
    unit = Unit(
        ref=row["ref"],
        code=row["code"],
        tier=row["tier"],
        kind=last["kind"],
        name=last["name"],
        search_name=" | ".join(dict.fromkeys(fold(each["name"]) for each in reversed(names))),
        parent_id=parent.pk if parent else None,
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        latitude=row["lat"],
        longitude=row["lon"],
        area_km2=row["area_km2"],
    )
    if parent is not None and unit.tier in (Tier.DISTRICT, Tier.COMMUNE):
        unit.province_id = parent.pk if parent.tier == Tier.PROVINCE else parent.province_id
    unit.sort_key = sort_key(unit.place_name)
    return unit


def _store_names(files: UnitFiles, units: dict[str, Unit]) -> Count:
    wanted: dict[object, UnitName] = {}
    for ref, row in files.units.items():
        names = [row, *files.renamings.get(ref, [])]
        ends = [later["valid_from"] - _DAY for later in names[1:]] + [row["valid_to"]]
        for each, end in zip(names, ends, strict=True):
            wanted[units[ref].pk, each["valid_from"]] = UnitName(
                unit_id=units[ref].pk,
                name=each["name"],
                kind=each["kind"],
                valid_from=each["valid_from"],
                valid_to=end,
                source=each.values.get("source", ""),
            )
    stored = keyed(UnitName.objects.all(), "unit_id", "valid_from")
    # A corrected day leaves a row behind that would overlap the right one; nothing refers to names.
    loaded = {unit.pk for unit in units.values()}
    stale = [row for key, row in stored.items() if key not in wanted and row.unit_id in loaded]
    UnitName.objects.filter(pk__in=[row.pk for row in stale]).delete()
    rows_written.send(sender=UnitName, created=[], updated=[], deleted=stale)
    return bring_up_to_date(
        wanted, stored, fields=["unit_id", "name", "kind", "valid_from", "valid_to", "source"]
    )


def _store_successions(files: UnitFiles, units: dict[str, Unit]) -> Count:
    wanted = {
        (units[row["predecessor_ref"]].pk, units[row["successor_ref"]].pk): UnitSuccession(
            predecessor_id=units[row["predecessor_ref"]].pk,
            successor_id=units[row["successor_ref"]].pk,
            share=row["share"],
            effective_on=row["effective_on"],
        )
        for row in files.successions
    }
    stored = keyed(UnitSuccession.objects.all(), "predecessor_id", "successor_id")
    return bring_up_to_date(wanted, stored, fields=["share", "effective_on"])


@transaction.atomic
def load_agencies(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the kinds of agency up to date, with one agency per unit of its tier, and the successions.

    An agency lives while both its unit and its kind do. Call it after `load_units`. Raises DataFileErrors,
    having written nothing.
    """
    files = read_agencies(folder)
    kinds = {
        code: AgencyKind(code=code, **{name: row[name] for name in _KIND_FIELDS})
        for code, row in files.kinds.items()
    }
    kinds_count = bring_up_to_date(kinds, keyed(AgencyKind.objects.all(), "code"), fields=_KIND_FIELDS)
    agencies = {agency.ref: agency for agency in _agencies(kinds)}
    agencies_count = bring_up_to_date(
        agencies, keyed(Agency.objects.all(), "ref"), fields=["unit_id", "kind_id", "valid_from", "valid_to"]
    )
    by_place = {(agency.unit_id, agency.kind_id): agency for agency in agencies.values()}
    successions = {
        (row.predecessor_id, row.successor_id): row
        for row in [*_within_units(files.successions, kinds, by_place), *_across_units(by_place)]
    }
    return {
        "agency kinds": kinds_count,
        "agencies": agencies_count,
        "agency successions": bring_up_to_date(
            successions,
            keyed(AgencySuccession.objects.all(), "predecessor_id", "successor_id"),
            fields=["share", "effective_on", "scope"],
        ),
    }


def _agencies(kinds: dict[str, AgencyKind]) -> Iterator[Agency]:
    for unit in Unit.objects.filter(tier__in=[Tier.NATION, Tier.PROVINCE]).in_code_order():
        for kind in kinds.values():
            if kind.tier != unit.tier:
                continue
            starts = [day for day in (unit.valid_from, kind.valid_from) if day]
            ends = [day for day in (unit.valid_to, kind.valid_to) if day]
            start, end = max(starts, default=None), min(ends, default=None)
            if start is None or end is None or start <= end:
                yield Agency(
                    ref=f"{unit.ref}.{kind.code}", unit=unit, kind=kind, valid_from=start, valid_to=end
                )


_Places = dict[tuple[int, int], Agency]


def _within_units(
    rows: list[Row], kinds: dict[str, AgencyKind], places: _Places
) -> Iterator[AgencySuccession]:
    """In every unit that stood on the day, one kind's work goes to the other kind."""
    for row in rows:
        before, after = kinds[row["predecessor"]].pk, kinds[row["successor"]].pk
        for (unit, kind), agency in places.items():
            successor = places.get((unit, after))
            if kind == before and successor and _hand_over(agency, successor, row["effective_on"]):
                yield AgencySuccession(
                    predecessor=agency,
                    successor=successor,
                    share=row["share"],
                    effective_on=row["effective_on"],
                    scope=row["scope"],
                )


def _across_units(places: _Places) -> Iterator[AgencySuccession]:
    """A merged province's agencies go on as the same kind in its successor."""
    moves = UnitSuccession.objects.filter(predecessor__tier=Tier.PROVINCE)
    for move in moves:
        for (unit, kind), agency in places.items():
            successor = places.get((move.successor_id, kind))
            if unit == move.predecessor_id and successor and _hand_over(agency, successor, move.effective_on):
                yield AgencySuccession(
                    predecessor=agency, successor=successor, share=move.share, effective_on=move.effective_on
                )


def _hand_over(before: Agency, after: Agency, on: date) -> bool:
    return before.is_valid_on(on - _DAY) and after.is_valid_on(on)


@transaction.atomic
def load_holidays() -> dict[str, Count]:
    """Fill the table of holidays for the years it knows nothing of; what an administrator corrected stays."""
    known = set(Holiday.objects.values_list("day__year", flat=True))
    missing = [
        Holiday(day=day, name_vi=name, is_working=is_working)
        for year in HOLIDAY_YEARS
        if year not in known
        for day, (name, is_working) in sorted(published_holidays(year).items())
    ]
    Holiday.objects.bulk_create(missing)
    return {"holidays": Count(len(missing))}
