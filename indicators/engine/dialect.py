"""The few things PostgreSQL and SQLite spell differently, one small function each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

LOCK_KEY = 5_757_2025


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def take_recompute_lock() -> None:
    """One recompute at a time, so that an older one never overwrites what a newer one wrote.

    Taken before anything is read: what is read afterwards is what was committed when the lock was got.
    On SQLite every transaction is IMMEDIATE and holds the only write lock already.
    """
    if is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
            # Sums over a nation sort and hash hundreds of thousands of rows; with the default 4 MB they
            # spill to disk and take three times as long. Only one recompute at a time uses it.
            cursor.execute("SET LOCAL work_mem = '128MB'")


def member(column: str, ids: Iterable[int] | None) -> tuple[str, list[Any]]:
    """``column`` is one of ``ids``; no condition where ``ids`` is None."""
    if ids is None:
        return "", []
    if is_postgres():
        return f" AND {column} = ANY(%s)", [sorted(ids)]
    # Our own column names only; the ids travel as one parameter.
    return f" AND {column} IN (SELECT value FROM json_each(%s))", [json.dumps(sorted(ids))]  # noqa: S608


def differs(left: str, right: str) -> str:
    """Two row values differ, nulls compared like values."""
    word = "IS DISTINCT FROM" if is_postgres() else "IS NOT"
    return f"{left} {word} {right}"


def stage_table(name: str, like: str) -> str:
    """Makes an empty temporary table ready once per connection; ``like`` selects its columns."""
    keep = " ON COMMIT DELETE ROWS" if is_postgres() else ""
    return f"CREATE TEMPORARY TABLE IF NOT EXISTS {name}{keep} AS {like} LIMIT 0"


def write_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run ``INSERT … VALUES %s …`` for many rows in few round trips."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgres():
            from psycopg2.extras import execute_values

            execute_values(cursor.cursor, sql, rows, page_size=1000)
        else:
            marks = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
            cursor.executemany(sql.replace("%s", marks, 1), rows)
