"""Loading events: conferences, sessions, campaigns, and what is reported of them."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from events.actions.load_facts import key_of, load_facts
from events.models import Event, EventKind
from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.datafiles import Column, DataFileError, Row, choice_of, iso_date, read_rows, refuse
from provinces.models import Unit
from resolutions.actions.load_documents import documents_by_key, parse_keys
from resolutions.models import Document

DATA = Path(__file__).parent.parent / "data"

_KEY_COLUMNS = [
    Column("kind", required=True, parse=choice_of(*EventKind.values)),
    Column("unit_ref", required=True),
    Column("starts_on", required=True, parse=iso_date),
]
_EVENT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("ends_on", required=True, parse=iso_date),
    Column("title_vi", required=True, longest=400),
    Column("documents"),
    Column("outcomes"),
    Column("note"),
]
_TEXT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("title_en", required=True, longest=400),
    Column("outcomes_vi", required=True),
]
_KEY = ["kind", "unit_ref", "starts_on"]
_FIELDS = [
    *("file_key", "host_id", "ends_on", "title_vi", "title_en", "outcomes_vi", "outcomes_en"),
    *("is_day_illustrative", "repeats_yearly"),
]


@dataclass(frozen=True)
class _Remarks:
    """What the column of notes says, in its few fixed words."""

    is_day_illustrative: bool = False
    repeats_yearly: bool = False
    host_ref: str = ""


def _parse_note(note: str) -> _Remarks:
    """Raises ValueError for words that stand for nothing here."""
    illustrative = yearly = False
    host = ""
    for remark in (part.strip() for part in note.split(";")):
        if remark == "day illustrative":
            illustrative = True
        elif remark == "repeats yearly":
            yearly = True
        elif found := re.fullmatch(r"host unit (?:province|district|commune) (\S+)", remark):
            host = found[1]
        elif remark:
            raise ValueError(
                gettext(
                    "“%(cell)s” is not understood; known are: day illustrative, repeats yearly, "
                    "host unit district D588."
                )
                % {"cell": remark}
            )
    return _Remarks(illustrative, yearly, host)


@transaction.atomic
def load_events(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the events to what the files in the folder say; answers how many were created and updated.

    An event the files no longer have stays. Raises DataFileErrors, having written nothing. Call it after
    `load_units` and `load_documents`.
    """
    errors: list[DataFileError] = []
    rows = read_rows(folder / "events.csv", _EVENT_COLUMNS, unique=_KEY, errors=errors)
    texts = read_rows(folder / "event_texts.csv", _TEXT_COLUMNS, unique=_KEY, errors=errors)
    refuse(errors)

    units = keyed(Unit.objects.filter(ref__in=_refs(rows)), "ref")
    documents = documents_by_key()
    texts_by_key = {_key(row): row for row in texts}
    for row in rows:
        errors.extend(_mistakes(row, units, documents))
        if _key(row) not in texts_by_key:
            errors.append(
                row.error("title_vi", gettext("The file event_texts.csv has no line for this event."))
            )
    known = {_key(row) for row in rows}
    errors.extend(row.unknown("starts_on") for row in texts if _key(row) not in known)
    refuse(errors)

    wanted = {}
    for row in rows:
        event = _event(row, texts_by_key[_key(row)], units)
        wanted[event.file_key] = event
    stored = _stored(wanted)
    for key, event in stored.items():
        if event.revision > 0:
            _keep_what_people_wrote(wanted[key], event)
    count = bring_up_to_date(wanted, stored, fields=_FIELDS)
    edited = {key for key, event in stored.items() if event.revision > 0}
    counts = {"events": count, "event documents": _store_documents(rows, wanted, documents, edited)}
    return counts | load_facts(folder=folder)


def _stored(wanted: Mapping[str, Event]) -> dict[str, Event]:
    """The events that came from these lines; a keyless one that reads the same is its line's."""
    found: dict[str, Event] = keyed(Event.objects.filter(file_key__in=wanted), "file_key")
    names = ("kind", "unit_id", "starts_on", "title_vi")
    loose = keyed(Event.objects.filter(file_key=""), *names)
    for key, event in wanted.items():
        same = loose.get(tuple(getattr(event, name) for name in names))
        if key not in found and same is not None:
            found[key] = same
    return found


def _keep_what_people_wrote(wanted: Event, event: Event) -> None:
    for name in _FIELDS:
        if name != "file_key":
            setattr(wanted, name, getattr(event, name))


def _key(row: Row) -> tuple[str, str, date]:
    return row["kind"], row["unit_ref"], row["starts_on"]


def _refs(rows: list[Row]) -> set[str]:
    hosts = set()
    for row in rows:
        try:
            hosts.add(_parse_note(row["note"]).host_ref)
        except ValueError:
            continue
    return hosts | {row["unit_ref"] for row in rows}


def _mistakes(
    row: Row, units: Mapping[str, Unit], documents: Mapping[tuple, Document]
) -> Iterator[DataFileError]:
    if row["ends_on"] < row["starts_on"]:
        yield row.error("ends_on", gettext("The last day is before the first."))
    unit = units.get(row["unit_ref"])
    if unit is None:
        yield row.unknown("unit_ref")
    elif not unit.is_valid_on(row["starts_on"]):
        yield row.error("unit_ref", gettext("This unit is not in being on that day."))
    try:
        host = _parse_note(row["note"]).host_ref
        if host and host not in units:
            yield row.unknown("note")
    except ValueError as problem:
        yield row.error("note", str(problem))
    try:
        if any(key not in documents for key in parse_keys(row["documents"])):
            yield row.unknown("documents")
    except ValueError as problem:
        yield row.error("documents", str(problem))


def _event(row: Row, texts: Row, units: Mapping[str, Unit]) -> Event:
    remarks = _parse_note(row["note"])
    return Event(
        file_key=key_of(*_key(row)),
        kind=row["kind"],
        unit_id=units[row["unit_ref"]].pk,
        host_id=units[remarks.host_ref].pk if remarks.host_ref else None,
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        title_vi=row["title_vi"],
        title_en=texts["title_en"],
        outcomes_vi=texts["outcomes_vi"],
        outcomes_en=row["outcomes"],
        is_day_illustrative=remarks.is_day_illustrative,
        repeats_yearly=remarks.repeats_yearly,
    )


def _store_documents(
    rows: list[Row],
    events: Mapping[str, Event],
    documents: Mapping[tuple, Document],
    edited: Collection[str],
) -> Count:
    """Those of an event that people edited stay as they chose them."""
    through = Event.documents.through
    wanted = {
        (event.pk, documents[key].pk): through(event_id=event.pk, document_id=documents[key].pk)
        for row, event in zip(rows, events.values(), strict=True)
        if event.file_key not in edited
        for key in parse_keys(row["documents"])
    }
    stored = keyed(through._default_manager.all(), "event_id", "document_id")
    return bring_up_to_date(wanted, stored, fields=[])
