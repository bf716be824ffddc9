"""The change feed: noting changes where they are made, giving them positions, forgetting old ones."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Change
from provinces import bulk

LOCK_KEY = 5_757_2026
AT_ONCE = 20_000
"""How many rows one run of the sequencer numbers: some tenths of a second."""
KEPT = datetime.timedelta(days=90)
MARGIN = datetime.timedelta(days=7)
"""A change is written when its transaction begins to end, and a cursor made before it must live as long."""
_DELETED_AT_ONCE = 50_000


class Noted(NamedTuple):
    """What happened to one object, and the unit whose reach decides who is told."""

    resource: str
    object_id: int
    operation: str
    unit_id: int | None = None


def note_change(resource: str, object_id: int, operation: str, unit_id: int | None) -> None:
    """Tell of one object, in the transaction that changes it and after the change itself."""
    note_changes([Noted(resource, object_id, operation, unit_id)])


def note_changes(noted: Iterable[Noted]) -> None:
    """The same for many at once."""
    now = timezone.now()
    rows = [each._asdict() | {"operation": str(each.operation), "at": now} for each in noted]
    if rows:
        bulk.insert_values(Change, rows)


def give_positions(at_once: int = AT_ONCE) -> int:
    """Number the committed rows that have no position yet, in the order of their ids; answers how many.

    One at a time, under a lock that is got before the rows are read: whoever gets it next sees all that was
    numbered before. Positions therefore become visible in their own order without a gap, and a transaction
    that ends late is numbered late, whatever its ids.
    """
    if not Change.objects.filter(position__isnull=True).exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # On SQLite this transaction is IMMEDIATE and the only one that writes.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        cursor.execute(
            """
            UPDATE accounts_change SET position = waiting.position
            FROM (
                SELECT id, highest + ROW_NUMBER() OVER (ORDER BY id) AS position
                FROM (
                    SELECT id FROM accounts_change WHERE position IS NULL ORDER BY id LIMIT %s
                ) AS unnumbered,
                (SELECT COALESCE(MAX(position), 0) AS highest FROM accounts_change) AS numbered
            ) AS waiting
            WHERE accounts_change.id = waiting.id
            """,
            [at_once],
        )
        return cursor.rowcount


def forget_old_changes(now: datetime.datetime | None = None) -> int:
    """Delete what was written longer ago than any cursor lives; answers how many rows.

    Only from the beginning of the feed, so that what is kept has no gap, and never its last row: the next
    position is counted from it.
    """
    numbered = Change.objects.filter(position__isnull=False)
    young = numbered.filter(at__gte=(now or timezone.now()) - KEPT - MARGIN)
    first_kept = young.order_by("position").values_list("position", flat=True).first()
    last = numbered.order_by("-position").values_list("position", flat=True).first()
    if last is None:
        return 0
    kept_from = min(last, last if first_kept is None else first_kept)
    done = 0
    while True:
        some = list(
            numbered.filter(position__lt=kept_from)
            .order_by(F("position"))
            .values_list("pk", flat=True)[:_DELETED_AT_ONCE]
        )
        if not some:
            return done
        # From the beginning on: whatever ends this half way leaves no gap.
        done += Change.objects.filter(pk__in=some).delete()[0]
