"""Requests at the same moment, on a database that several may write to: done once, never half."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from accounts.actions import idempotency
from accounts.models import IdempotentCall
from indicators.actions import entering
from indicators.models import MeasurementVersion, Report
from tests.api.conftest import with_token
from tests.api.writing.conftest import BULK
from tests.cast import make_token

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def real_database(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.fixture
def at_once(real_database, partner, api_client):
    """Sends the same rows from several threads, each with a connection of its own, all at one moment."""
    token = make_token(api_client, scope="report")

    def send(rows: list[list[dict[str, Any]]], keys: list[str]) -> list[Any]:
        barrier = threading.Barrier(len(rows), timeout=30)

        def one(number: int) -> Any:
            client = with_token(token)
            headers = {"Idempotency-Key": keys[number]} if keys[number] else {}
            barrier.wait()
            try:
                return client.post(BULK, {"rows": rows[number]}, format="json", headers=headers)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(rows)) as workers:
            return list(workers.map(one, range(len(rows))))

    return send


def test_same_key_at_once_is_done_once(at_once, row):
    rows = [row(value="12"), row("DI-03", value="5")]
    answers = at_once([rows] * AT_ONCE, ["k"] * AT_ONCE)
    assert {each.status_code for each in answers} <= {200, 409}
    done = [each for each in answers if each.status_code == 200]
    assert len({each.content for each in done}) == 1
    assert sum("Idempotent-Replayed" not in each.headers for each in done) == 1
    assert (MeasurementVersion.objects.count(), IdempotentCall.objects.count()) == (2, 1)


def test_second_request_while_the_first_runs_is_409(at_once, row, monkeypatch):
    write, running, second = entering.write_drafts, threading.Event(), threading.Event()
    claim = idempotency.claim

    def slowly(*args):
        running.set()
        assert second.wait(20)
        return write(*args)

    def after_the_first(**words):
        if words["key"] == "k" and not after_the_first.first:
            after_the_first.first = True
            return claim(**words)
        assert running.wait(20)
        try:
            return claim(**words)
        finally:
            second.set()

    after_the_first.first = False
    monkeypatch.setattr(entering, "write_drafts", slowly)
    monkeypatch.setattr(idempotency, "claim", after_the_first)
    answers = at_once([[row(value="12")]] * 2, ["k", "k"])
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert MeasurementVersion.objects.count() == 1


def test_different_figures_at_once_leave_one_and_a_conflict(at_once, row):
    rows = [[row(value=str(number)), row("DI-03", value=str(number))] for number in range(AT_ONCE)]
    answers = at_once(rows, [""] * AT_ONCE)
    assert sorted(each.status_code for each in answers) == [200] + [412] * (AT_ONCE - 1)
    versions = MeasurementVersion.objects.all()
    assert len({each.value for each in versions}) == 1
    assert (len(versions), Report.objects.count()) == (2, 1)


def test_dead_claim_is_taken_over_once(at_once, row, partner, api_client):
    sent = [row(value="12")]
    first = at_once([sent], ["k"])[0]
    assert first.status_code == 200
    IdempotentCall.objects.update(status=None, leased_until="2020-01-01T00:00:00Z")
    answers = at_once([sent] * AT_ONCE, ["k"] * AT_ONCE)
    assert {each.status_code for each in answers} <= {200, 409}
    assert sum(each.status_code == 200 and "Idempotent-Replayed" not in each.headers for each in answers) == 1


def test_connection_that_is_killed_in_the_middle_leaves_nothing_and_frees_the_key(at_once, row, monkeypatch):
    write = entering.write_drafts

    def killed(*args):
        write(*args)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    sent = [row(value="12"), row("DI-03", value="5")]
    with monkeypatch.context() as patched:
        patched.setattr(entering, "write_drafts", killed)
        with pytest.raises(DatabaseError):
            at_once([sent], ["k"])
    assert not MeasurementVersion.objects.exists()
    assert not Report.objects.exists()
    # Whether the key could be given back or not: its lease ends.
    IdempotentCall.objects.update(leased_until="2020-01-01T00:00:00Z")
    assert [each.status_code for each in at_once([sent], ["k"])] == [200]
    assert MeasurementVersion.objects.count() == 2
