"""Catching a worker in the act: while its job's transaction is open."""

import sqlite3

from django.db import connection

from indicators.models import Job
from indicators.models.jobs import JobState
from tests.workers import wait_for


def wait_until_in_mid_job() -> Job:
    """Until a job is claimed and the transaction that recomputes it is open; gives the job."""
    wait_for(is_in_mid_job, seconds=20, what="a worker in mid-job", every=0.005)
    return Job.objects.get(state=JobState.RUNNING)


def is_in_mid_job() -> bool:
    # The claim is a transaction of its own, so a lock held after it is the recompute's.
    return Job.objects.filter(state=JobState.RUNNING).exists() and is_recomputing()


def is_recomputing() -> bool:
    """Whether another process holds the lock under which results are written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
                " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
            )
            return bool(cursor.fetchone()[0])
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False
