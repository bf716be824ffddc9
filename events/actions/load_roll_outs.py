"""Loading roll-outs with their units. All is checked before anything is written.

Every commune that was in being on the day of the file takes part. One that the file of units does not name
has not reported; what a person said of a unit afterwards, or changed of the roll-out, is never taken back by
a load.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from events.actions.load_facts import key_of
from events.models import Event, EventKind, RollOut, RollOutState, RollOutUnit
from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.datafiles import Column, DataFileError, Row, choice_of, iso_date, read_rows, refuse
from provinces.models import Tier, Unit

DATA = Path(__file__).parent.parent / "data"
Key = tuple[str, str]
"""`ref` of the unit and the Vietnamese title."""

_KEY_COLUMNS = [Column("unit_ref", required=True), Column("title_vi", required=True, longest=300)]
_ROLL_OUT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("title_en", required=True, longest=300),
    Column("reached_means_vi", required=True, longest=400),
    Column("reached_means_en", required=True, longest=400),
    Column("asks_product", required=True, parse=choice_of("yes", "no")),
    Column("event_kind", required=True, parse=choice_of(*EventKind.values)),
    Column("event_starts_on", required=True, parse=iso_date),
    Column("communes_on", required=True, parse=iso_date),
]
_UNIT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("commune_ref", required=True),
    Column("is_pilot", required=True, parse=choice_of("yes", "no")),
    Column("state", required=True, parse=choice_of(*RollOutState.values)),
    Column("reached_on"),
    Column("note", longest=300),
]
_FIELDS = [
    "file_key",
    "title_vi",
    "event_id",
    "title_en",
    "reached_means_vi",
    "reached_means_en",
    "asks_product",
]


@dataclass
class _Known:
    units: Mapping[str, Unit]
    events: Mapping[str, Event]
    """By their line of the files: people may have moved their days since."""

    def event(self, row: Row) -> Event | None:
        return self.events.get(key_of(row["event_kind"], row["unit_ref"], row["event_starts_on"]))


@transaction.atomic
def load_roll_outs(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the roll-outs to what the files say and add the units that are not in them yet.

    Raises DataFileErrors, having written nothing. Call it after `load_units` and `load_events`.
    """
    errors: list[DataFileError] = []
    rows = read_rows(
        folder / "roll_outs.csv", _ROLL_OUT_COLUMNS, unique=["unit_ref", "title_vi"], errors=errors
    )
    named = read_rows(
        folder / "roll_out_units.csv",
        _UNIT_COLUMNS,
        unique=["unit_ref", "title_vi", "commune_ref"],
        errors=errors,
    )
    refuse(errors)
    refs = {row["unit_ref"] for row in rows} | {row["commune_ref"] for row in named}
    known = _Known(
        keyed(Unit.objects.filter(ref__in=refs), "ref"),
        keyed(Event.objects.exclude(file_key=""), "file_key"),
    )
    by_key = {_key(row): row for row in rows}
    errors.extend(mistake for row in rows for mistake in _mistakes(row, known))
    errors.extend(mistake for row in named for mistake in _unit_mistakes(row, by_key, known))
    refuse(errors)

    wanted = {_key(row): _roll_out(row, known) for row in rows}
    stored = _stored(wanted)
    for key, roll_out in stored.items():
        if roll_out.revision > 0:
            _keep_what_people_wrote(wanted[key], roll_out)
    count = bring_up_to_date(wanted, stored, fields=_FIELDS)
    return {"roll-outs": count, "units of roll-outs": _add_units(by_key, named, wanted)}


def _stored(wanted: Mapping[Key, RollOut]) -> dict[Key, RollOut]:
    """The roll-outs that came from these lines; a keyless one that reads the same is its line's."""
    by_file_key = keyed(RollOut.objects.exclude(file_key=""), "file_key")
    loose = keyed(RollOut.objects.filter(file_key=""), "unit_id", "title_vi")
    found = {}
    for key, roll_out in wanted.items():
        same = by_file_key.get(roll_out.file_key) or loose.get((roll_out.unit_id, roll_out.title_vi))
        if same is not None:
            found[key] = same
    return found


def _keep_what_people_wrote(wanted: RollOut, roll_out: RollOut) -> None:
    wanted.revision = roll_out.revision
    for name in _FIELDS:
        if name != "file_key":
            setattr(wanted, name, getattr(roll_out, name))


def _key(row: Row) -> Key:
    return row["unit_ref"], row["title_vi"]


def _mistakes(row: Row, known: _Known) -> Iterator[DataFileError]:
    if row["unit_ref"] not in known.units:
        yield row.unknown("unit_ref")
    elif known.event(row) is None:
        yield row.unknown("event_starts_on")


def _unit_mistakes(row: Row, roll_outs: Mapping[Key, Row], known: _Known) -> Iterator[DataFileError]:
    if _key(row) not in roll_outs:
        yield row.unknown("title_vi")
    if row["commune_ref"] not in known.units:
        yield row.unknown("commune_ref")
    try:
        reached_on = iso_date(row["reached_on"]) if row["reached_on"] else None
    except ValueError as problem:
        yield row.error("reached_on", str(problem))
        return
    if reached_on and row["state"] != RollOutState.REACHED:
        yield row.error("reached_on", gettext("A day stands only beside what was reached."))


def _roll_out(row: Row, known: _Known) -> RollOut:
    return RollOut(
        file_key=" ".join(_key(row)),
        unit_id=known.units[row["unit_ref"]].pk,
        event=known.event(row),
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        reached_means_vi=row["reached_means_vi"],
        reached_means_en=row["reached_means_en"],
        asks_product=row["asks_product"] == "yes",
    )


def _add_units(rows: Mapping[Key, Row], named: list[Row], roll_outs: Mapping[Key, RollOut]) -> Count:
    said = {(*_key(row), row["commune_ref"]): row for row in named}
    new = []
    for key, row in rows.items():
        roll_out = roll_outs[key]
        if roll_out.revision > 0:
            continue  # people chose its units
        there = set(RollOutUnit.objects.filter(roll_out=roll_out).values_list("unit_id", flat=True))
        communes = Unit.objects.under(Unit(pk=roll_out.unit_id)).of_tier(Tier.COMMUNE)
        for unit in communes.valid_on(row["communes_on"]).in_name_order():
            if unit.pk not in there:
                new.append(_unit_row(roll_out, unit, said.get((*key, unit.ref))))
    RollOutUnit.objects.bulk_create(new, batch_size=2000)
    return Count(len(new))


def _unit_row(roll_out: RollOut, unit: Unit, said: Row | None) -> RollOutUnit:
    if said is None:
        return RollOutUnit(roll_out=roll_out, unit=unit)
    return RollOutUnit(
        roll_out=roll_out,
        unit=unit,
        is_pilot=said["is_pilot"] == "yes",
        state=said["state"],
        reached_on=iso_date(said["reached_on"]) if said["reached_on"] else None,
        note=said["note"],
    )
