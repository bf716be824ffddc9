"""Catching a worker in the act, from outside: its job's transaction is open, and how far it has come."""

import sqlite3
from typing import Any

from django.db import connection

from indicators.models import Job
from indicators.models.jobs import JobState
from tests.workers import wait_for


def wait_until_in_mid_job() -> Job:
    """Until a job is claimed and the transaction that recomputes it is open; gives the job."""
    wait_for(is_in_mid_job, what="a worker in mid-job", every=0.005)
    return Job.objects.get(state=JobState.RUNNING)


def wait_until_judging() -> Job:
    """On PostgreSQL: until the job's roll-ups are written and its figures read; gives the job."""
    wait_for(is_judging, what="a worker that judges", every=0.005)
    return Job.objects.get(state=JobState.RUNNING)


def is_in_mid_job() -> bool:
    # The claim is a transaction of its own, so a lock held after it is the recompute's.
    return Job.objects.filter(state=JobState.RUNNING).exists() and is_recomputing()


def is_recomputing() -> bool:
    """Whether another process has a transaction open that writes results."""
    if connection.vendor == "postgresql":
        return bool(count_locks("locktype = 'advisory' AND granted"))
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def is_judging() -> bool:
    """Judging is what a worker does for long between two statements, once it has pooled."""
    return bool(
        count_locks(
            "relation = 'indicators_rollup'::regclass AND mode = 'RowExclusiveLock'"
            " AND state = 'idle in transaction' AND clock_timestamp() - state_change > interval '40 ms'"
        )
    )


def is_waiting_for_its_turn() -> bool:
    """Whether a worker waits for another one's recompute to end."""
    return bool(count_locks("locktype = 'advisory' AND NOT granted"))


def count_locks(condition: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"  # noqa: S608 (our own words)
            f" WHERE datname = current_database() AND {condition}"
        )
        return cursor.fetchone()[0]
