"""The few things PostgreSQL and SQLite spell differently, one small function each."""

from __future__ import annotations

import io
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


def empty_stage(name: str, like: str) -> None:
    """An empty temporary table, made once per connection, with the columns that ``like`` selects."""
    keep = " ON COMMIT DELETE ROWS" if is_postgres() else ""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name}{keep} AS {like} LIMIT 0")
        cursor.execute(f"DELETE FROM {name}")  # noqa: S608 (names of ours)


def write_and_note(resource: str, upsert: str, params: list[Any], stamp: Any) -> int:
    """Run an upsert that returns id, version and unit, and append each row written to the change feed."""
    note = "INSERT INTO accounts_change (resource, object_id, operation, at, unit_id) "
    with connection.cursor() as cursor:
        if is_postgres():
            cursor.execute(
                f"WITH written AS ({upsert}) {note} "  # noqa: S608
                "SELECT %s, id, CASE version WHEN 1 THEN 'created' ELSE 'updated' END, %s, unit_id "
                "FROM written",
                [*params, resource, stamp],
            )
            return cursor.rowcount
        cursor.execute(upsert, params)
        written = cursor.fetchall()
        cursor.executemany(
            f"{note} VALUES (%s, %s, %s, %s, %s)",
            [
                (resource, pk, "created" if version == 1 else "updated", stamp, unit_id)
                for pk, version, unit_id in written
            ],
        )
        return len(written)


def upsert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], on_conflict: str) -> None:
    """Insert many rows, or update where the conflict clause says so: COPY on PostgreSQL."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if not is_postgres():
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {on_conflict}", rows)  # noqa: S608
            return
        stage = f"staged_{table}"
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS "  # noqa: S608
            f"AS SELECT {names} FROM {table} LIMIT 0"
        )
        cursor.execute(f"DELETE FROM {stage}")  # noqa: S608
        text = io.StringIO("".join("\t".join(map(copied, row)) + "\n" for row in rows))
        cursor.cursor.copy_expert(f"COPY {stage} ({names}) FROM STDIN", text)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {stage} {on_conflict}")  # noqa: S608


def copied(value: Any) -> str:
    """A value as COPY's text format wants it. What is written this way is numbers, days, codes and JSON."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return str(value)
