"""Recomputing stored results: pool in SQL, judge, and write only what differs.

Every recompute runs through ``recompute``: an approval's job, the nightly judging and
``manage.py recompute --all``. It takes one lock before it reads, so that whatever was committed before is
seen and nothing newer is overwritten.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from indicators.engine.dialect import member, take_recompute_lock, upsert
from indicators.engine.figures import Calendar, Definitions, FigureStore
from indicators.engine.judging import Judge, Row
from indicators.engine.pooling import Span
from indicators.engine.roll_ups import Scope, pool, pool_plan_share
from indicators.engine.targets import load_targets
from provinces.dates import today as current_day

COLUMNS = Row._fields
DAYS = tuple(COLUMNS.index(name) for name in ("report_due_on", "assessed_on", "judged_on"))
PLACE_OF = {name: place for place, name in enumerate(COLUMNS)}
JUDGED = """
    FROM indicators_attainment AS judged
    JOIN indicators_target AS target ON target.id = judged.target_id
    WHERE 1 = 1
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a recompute looked at and wrote."""

    judged: int = 0
    roll_ups_written: int = 0
    attainments_written: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.judged + other.judged,
            self.roll_ups_written + other.roll_ups_written,
            self.attainments_written + other.attainments_written,
        )


@dataclass(frozen=True, slots=True)
class Work:
    """What a recompute covers: the figures to pool, and whose targets to judge from which day on."""

    scope: Scope = field(default_factory=Scope)
    targets: frozenset[int] | None = None
    judged_from: datetime.date | None = None
    pools: bool = True
    shares: bool = True


@transaction.atomic
def recompute(work: Work) -> Counts:
    """Pool and judge everything in ``work``; atomic, serialised, writing only the rows that differ."""
    take_recompute_lock()
    stamp = timezone.now()
    calendar = Calendar.load()
    pooled = pool(work.scope, stamp) if work.pools else 0
    definitions = Definitions.load()
    computed = definitions.computed()
    periods = [
        span
        for span in calendar.spans.values()
        if work.judged_from is None or span.assessed_on >= work.judged_from
    ]
    counts = judge_and_write(work, calendar, definitions, periods, stamp, leave_out=computed)
    if computed and work.shares:
        # The share of plan targets met is counted from the results just written, then judged itself.
        share = replace(
            work.scope, indicators=None, periods=None if work.judged_from is None else ids_of(periods)
        )
        pooled += pool_plan_share(share, stamp)
        on_share = replace(work, targets=None, scope=replace(share, indicators=computed))
        counts += judge_and_write(on_share, calendar, definitions, periods, stamp, leave_out=frozenset())
    return counts + Counts(roll_ups_written=pooled)


def ids_of(periods: Iterable[Span]) -> frozenset[int]:
    return frozenset(span.id for span in periods)


def judge_and_write(
    work: Work,
    calendar: Calendar,
    definitions: Definitions,
    periods: list[Span],
    stamp: datetime.datetime,
    *,
    leave_out: frozenset[int],
) -> Counts:
    targets = [
        target
        for target in load_targets(work.scope.units, work.scope.indicators, work.targets)
        if not target.indicators() & leave_out
    ]
    indicators = {indicator for target in targets for indicator in target.indicators()}
    store = FigureStore(frozenset(target.unit_id for target in targets), indicators, calendar)
    judge = Judge(store, definitions, calendar, current_day())
    rows = list(judge.rows(targets, periods))
    written = write(rows, frozenset(target.id for target in targets), ids_of(periods), stamp)
    return Counts(judged=len(rows), attainments_written=written)


def write(rows: list[Row], targets: frozenset[int], periods: frozenset[int], stamp: datetime.datetime) -> int:
    """Insert and update what differs, delete what is no longer listed; returns how many rows."""
    stored = read_stored(targets, periods)
    fresh: list[Row] = []
    changed: list[Row] = []
    for row in rows:
        known = stored.pop((row.target_id, row.period_id), None)
        if known is None:
            fresh.append(row)
        elif known[1] != comparable(row):
            changed.append(row)
    gone = [pk for pk, _ in stored.values()]
    delete(gone, stamp)
    moment = connection.ops.adapt_datetimefield_value(stamp)
    updates = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])
    upsert(
        "indicators_attainment",
        [*COLUMNS, "version", "computed_at"],
        [[*stored_form(row), 1, moment] for row in fresh + changed],
        "ON CONFLICT (target_id, period_id) DO UPDATE "
        f"SET {updates}, version = indicators_attainment.version + 1, computed_at = excluded.computed_at",
    )
    note_changes(fresh + changed, moment)
    return len(fresh) + len(changed) + len(gone)


def read_stored(
    targets: frozenset[int], periods: frozenset[int]
) -> dict[tuple[int, int], tuple[int, tuple[Any, ...]]]:
    in_targets, target_params = member("target_id", targets)
    in_periods, period_params = member("period_id", periods)
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {names} FROM indicators_attainment "  # noqa: S608
            f"WHERE 1 = 1 {in_targets} {in_periods}",
            [*target_params, *period_params],
        )
        return {
            (row[1 + PLACE_OF["target_id"]], row[1 + PLACE_OF["period_id"]]): (row[0], comparable(row[1:]))
            for row in cursor.fetchall()
        }


def comparable(row: Iterable[Any]) -> tuple[Any, ...]:
    """A row in one form, whether judged just now or read from either database."""
    values = [value.isoformat() if isinstance(value, datetime.date) else value for value in row]
    values[PLACE_OF["inputs"]] = json.loads(values[PLACE_OF["inputs"]])
    return tuple(values)


def stored_form(row: Row) -> list[Any]:
    """The row as a raw statement takes it: days in the database's own form."""
    values: list[Any] = list(row)
    for place in DAYS:
        if values[place] is not None:
            values[place] = connection.ops.adapt_datefield_value(values[place])
    return values


def delete(ids: list[int], stamp: datetime.datetime) -> None:
    if not ids:
        return
    in_ids, params = member("id", ids)
    of_judged, _params = member("judged.id", ids)
    moment = connection.ops.adapt_datetimefield_value(stamp)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_change (resource, object_id, operation, at, unit_id) "
            f"SELECT 'attainment', judged.id, 'deleted', %s, target.unit_id {JUDGED} {of_judged}",
            [moment, *params],
        )
        cursor.execute(f"DELETE FROM indicators_attainment WHERE 1 = 1 {in_ids}", params)  # noqa: S608


def note_changes(rows: list[Row], moment: Any) -> None:
    if not rows:
        return
    in_targets, target_params = member("judged.target_id", frozenset(row.target_id for row in rows))
    in_periods, period_params = member("judged.period_id", frozenset(row.period_id for row in rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_change (resource, object_id, operation, at, unit_id) "
            "SELECT 'attainment', judged.id, CASE WHEN judged.version = 1 THEN 'created' ELSE 'updated' END, "
            f"%s, target.unit_id {JUDGED} AND judged.computed_at = %s {in_targets} {in_periods}",
            [moment, moment, *target_params, *period_params],
        )
