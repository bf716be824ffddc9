"""How long to wait after a call that failed: twice as long each time, never quite the same, for a day."""

from __future__ import annotations

import datetime
import random

from django.conf import settings

WINDOW = datetime.timedelta(hours=24)
"""From the first attempt on; after that a delivery is given up."""
LONGEST = datetime.timedelta(hours=4)
# A receiver that fails this often in a row is asked by one call at a time, with pauses between them.
PATIENT_UNTIL = 5
_DOUBLINGS = 20


def pause(failures: int) -> datetime.timedelta:
    """After so many failures, at least one: from three quarters to five quarters of the doubled step.

    With steps of five seconds: 5 s, 10 s, 20 s … 2 h 50 min, then 4 hours each time; some 17 calls in a day.
    """
    step = datetime.timedelta(milliseconds=settings.WEBHOOK_RETRY_MS)
    whole = min(step * 2 ** min(failures - 1, _DOUBLINGS), LONGEST)
    return whole * random.randint(750, 1250) / 1000


def next_attempt(
    attempts: int, first_at: datetime.datetime, now: datetime.datetime, *, retry_after: int = 0
) -> datetime.datetime | None:
    """When to call again after ``attempts`` failed calls; None once the day is over.

    The last call is made at the very end of the day.
    """
    end = first_at + WINDOW
    if now >= end:
        return None
    return min(now + max(pause(attempts), datetime.timedelta(seconds=retry_after)), end)


def hold(failures: int, now: datetime.datetime) -> datetime.datetime | None:
    """Until when a receiver that failed so often in a row is left alone; None while it is asked at once."""
    return now + pause(failures - PATIENT_UNTIL + 1) if failures >= PATIENT_UNTIL else None
