"""Loading what is reported of events: sites, outcomes as figures, points, and conclusions as tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.actions.changes import note_change
from accounts.models import AuditEntry
from accounts.models.audit import Operation
from events.actions.points import title_of
from events.models import Event, EventKind, EventPoint, EventSite, Outcome, PointKind
from provinces.bulk import Count, bring_up_to_date, keyed
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
from resolutions.models import Task

DATA = Path(__file__).parent.parent / "data"

_YES = choice_of("yes")
_KEY = ["kind", "unit_ref", "starts_on"]
_KEY_COLUMNS = [
    Column("kind", required=True, parse=choice_of(*EventKind.values)),
    Column("unit_ref", required=True),
    Column("starts_on", required=True, parse=iso_date),
]
_POSITION = Column("position", required=True, parse=integer)
_SITE_COLUMNS = [*_KEY_COLUMNS, _POSITION, Column("name", longest=200), Column("count", parse=integer)]
_OUTCOME_COLUMNS = [
    *_KEY_COLUMNS,
    _POSITION,
    Column("label_vi", required=True, longest=200),
    Column("label_en", required=True, longest=200),
    Column("value", required=True, parse=decimal_with(4)),
    Column("out_of", parse=decimal_with(4)),
    Column("unit_of_measure", longest=60),
    Column("approximate", parse=_YES),
]
_POINT_COLUMNS = [
    *_KEY_COLUMNS,
    Column("point_kind", required=True, parse=choice_of(*PointKind.values)),
    _POSITION,
    Column("text_vi", required=True),
    Column("text_en", required=True),
    Column("note_vi", longest=300),
    Column("note_en", longest=300),
    Column("is_unpublished", parse=_YES),
    Column("due_on", parse=iso_date),
    Column("day_is_reported", parse=_YES),
]
EventKey = tuple[str, str, date]


@transaction.atomic
def load_facts(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring what hangs on the loaded events to what the files say; answers how much was created and updated.

    What people added stays, what they took off stays off, and a task that a point has already stays. Raises
    DataFileErrors, having written nothing. Call it after the events.
    """
    errors: list[DataFileError] = []
    unique = [*_KEY, "position"]
    sites = read_rows(folder / "event_sites.csv", _SITE_COLUMNS, unique=unique, errors=errors)
    outcomes = read_rows(folder / "event_outcomes.csv", _OUTCOME_COLUMNS, unique=unique, errors=errors)
    points = read_rows(
        folder / "event_points.csv", _POINT_COLUMNS, unique=[*unique, "point_kind"], errors=errors
    )
    refuse(errors)
    lines = keyed(Event.objects.exclude(file_key=""), "file_key")
    keys = {_key(row) for row in (*sites, *outcomes, *points)}
    found = {key: lines[key_of(*key)] for key in keys if key_of(*key) in lines}
    errors = [row.unknown("starts_on") for row in (*sites, *outcomes, *points) if _key(row) not in found]
    refuse(errors)
    place = ["event_id", "position"]
    counts = {
        "event sites": _store(sites, found, _site, place, ["name", "count"]),
        "event outcomes": _store(
            outcomes,
            found,
            _outcome,
            place,
            ["label_vi", "label_en", "value", "out_of", "unit_of_measure", "approximate"],
        ),
        "event points": _store(
            points,
            found,
            _point,
            ["event_id", "kind", "position"],
            ["text_vi", "text_en", "note_vi", "note_en", "is_unpublished"],
        ),
    }
    return counts | {"tasks of conclusions": _tasks(points, found)}


def key_of(kind: str, unit_ref: str, starts_on: date) -> str:
    """By which an event knows its line of the files."""
    return f"{kind}|{unit_ref}|{starts_on}"


def _key(row: Row) -> EventKey:
    return row["kind"], row["unit_ref"], row["starts_on"]


def _store(
    rows: Sequence[Row],
    events: Mapping[EventKey, Event],
    made: Callable[[Row, Event], Any],
    key: Sequence[str],
    fields: Sequence[str],
) -> Count:
    wanted = {}
    for row in rows:
        each = made(row, events[_key(row)])
        wanted[tuple(getattr(each, name) for name in key)] = each
    if not wanted:
        return Count()
    model = type(next(iter(wanted.values())))
    stored = keyed(model.objects.filter(event__in={each.event_id for each in wanted.values()}), *key)
    theirs = _added_by_people(stored.values())
    taken_off = _taken_off_by_people(model, {each.event_id for each in wanted.values()}, key)
    for place in list(wanted):
        is_theirs = place in stored and stored[place].pk in theirs
        if is_theirs or tuple(str(each) for each in place) in taken_off:
            del wanted[place]
    return bring_up_to_date(wanted, stored, fields=fields)


def _added_by_people(rows: Iterable[Any]) -> set[int]:
    """Which of these rows somebody added, as the trail tells; the loader leaves no such trace."""
    listed = list(rows)
    if not listed:
        return set()
    name = listed[0]._meta.model_name
    told = AuditEntry.objects.filter(action=f"{name}.added", subject_id__in=[str(each.pk) for each in listed])
    return {int(each) for each in told.values_list("subject_id", flat=True)}


def _taken_off_by_people(model: Any, events: Iterable[int], key: Sequence[str]) -> set[tuple[str, ...]]:
    """The places, as text, of the rows that somebody took off these events."""
    removed = AuditEntry.objects.filter(
        action=f"{model._meta.model_name}.removed", before__event_id__in=[str(each) for each in events]
    )
    told = removed.values_list(*(f"before__{name}" for name in key))
    return {tuple(str(each) for each in place) for place in told}


def _site(row: Row, event: Event) -> EventSite:
    return EventSite(event=event, position=row["position"], name=row["name"], count=row["count"])


def _outcome(row: Row, event: Event) -> Outcome:
    names = ("position", "label_vi", "label_en", "value", "out_of", "unit_of_measure")
    return Outcome(event=event, approximate=bool(row["approximate"]), **{name: row[name] for name in names})


def _point(row: Row, event: Event) -> EventPoint:
    names = ("position", "text_vi", "text_en", "note_vi", "note_en")
    return EventPoint(
        event=event,
        kind=row["point_kind"],
        is_unpublished=bool(row["is_unpublished"]),
        **{name: row[name] for name in names},
    )


def _tasks(rows: Sequence[Row], events: Mapping[EventKey, Event]) -> Count:
    """A task for each point with a day that has none yet; illustrative where the day is not reported.

    A task of the unit with the same words is the point's, unless another point has become it.
    """
    points = keyed(
        EventPoint.objects.filter(event__in=list(events.values())).select_related("event__unit"),
        "event_id",
        "kind",
        "position",
    )
    made, found, theirs = 0, 0, _added_by_people(points.values())
    for row in rows:
        point = points.get((events[_key(row)].pk, row["point_kind"], row["position"]))
        if point is None or row["due_on"] is None or point.task_id is not None or point.pk in theirs:
            continue
        task, is_new = Task.objects.get_or_create(
            unit=point.event.unit,
            document=None,
            title_vi=title_of(point.text_vi),
            defaults={
                "title_en": title_of(point.text_en),
                "due_on": row["due_on"],
                "is_illustrative": not row["day_is_reported"],
            },
        )
        if is_new:
            note_change("task", task.pk, Operation.CREATED, task.unit_id)
        elif EventPoint.objects.filter(task=task).exists():
            continue
        point.task = task
        point.save(update_fields=["task"])
        made, found = made + is_new, found + (not is_new)
    return Count(created=made, updated=found)
