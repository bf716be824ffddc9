"""How long is waited, and when a delivery is given up."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.hooks import backoff

SECOND = datetime.timedelta(seconds=1)


def test_pause_doubles_and_is_never_quite_the_same(settings: Any) -> None:
    settings.WEBHOOK_RETRY_MS = 5000
    for failures, middle in ((1, 5), (2, 10), (3, 20), (8, 640)):
        found = {backoff.pause(failures) for _try in range(200)}
        assert min(found) >= middle * SECOND * 3 / 4
        assert max(found) <= middle * SECOND * 5 / 4
        assert len(found) > 20


@pytest.mark.parametrize("failures", [13, 30, 10_000])
def test_pause_stays_within_hours(failures: int) -> None:
    assert backoff.pause(failures) <= backoff.LONGEST * 5 / 4


def test_a_day_of_failures_ends_with_one_last_call() -> None:
    start = now = timezone.now()
    calls = 1
    while (after := backoff.next_attempt(calls, start, now)) is not None:
        assert after > now
        now, calls = after, calls + 1
    assert now == start + backoff.WINDOW
    assert 14 <= calls <= 22


def test_receiver_may_ask_for_more_patience() -> None:
    now = timezone.now()
    after = backoff.next_attempt(1, now, now, retry_after=600)
    assert after == now + 600 * SECOND


def test_receiver_is_left_alone_after_some_failures_in_a_row() -> None:
    now = timezone.now()
    assert backoff.hold(backoff.PATIENT_UNTIL - 1, now) is None
    held = backoff.hold(backoff.PATIENT_UNTIL, now)
    assert held is not None
    assert held > now
