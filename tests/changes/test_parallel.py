"""With the real database and several writers at once: nothing is missed and no hole is read past."""

import multiprocessing
import threading
import time
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from accounts.actions import changes
from accounts.actions.changes import give_positions, note_change
from accounts.models import ApiClient, Change
from config.api_urls import router
from tests.api.conftest import with_token
from tests.cast import make_token
from tests.changes.replica import Replica
from tests.changes.writers import Writer, make_scene, recompute_until, running
from tests.factories.results import make_target
from tests.workers import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
        reason="on SQLite one transaction writes at a time",
    ),
]
EDITS = 10_000
WRITERS = 3
DIFFERENT_IN_LISTS = {"unit", "edition", "target"}
"""Their own address tells more than the list."""


@pytest.fixture(autouse=True)
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are worked off by a process of this test; no message goes to a broker."""
    monkeypatch.setattr("indicators.actions.jobs.ring", lambda: None)


def full_pull(client: Any) -> dict[tuple[str, int], Any]:
    """Every list, page by page."""
    found = {}
    for prefix, viewset, _name in router.registry:
        resource = getattr(viewset, "resource", "")
        if not resource or resource in DIFFERENT_IN_LISTS:
            continue
        path: str | None = f"/api/v1/{prefix}/?limit=1000"
        while path:
            body = client.get(path).json()
            for each in body["results"]:
                found[resource, each["id"]] = each
            path = body["next"]
    return found


def copied(replica: Replica) -> dict[tuple[str, int], Any]:
    """What it stored of what the lists show as the feed does."""
    return {key: each for key, each in replica.objects.items() if key[0] not in DIFFERENT_IN_LISTS}


def differing(one: dict[Any, Any], other: dict[Any, Any]) -> str:
    keys = sorted((key for key in one.keys() | other.keys() if one.get(key) != other.get(key)), key=str)
    shown = [f"{key}: {one.get(key)} / {other.get(key)}" for key in keys[:3]]
    return "\n".join([f"{len(keys)} of {len(one.keys() | other.keys())} objects differ", *shown])


def test_replica_of_parallel_writers_equals_a_full_pull(places: Any) -> None:
    communes = [places.phan_rang, places.cam_ranh, places.ea_kao]
    scene = make_scene([places.khanh_hoa, places.dak_lak], communes)
    readers = [
        with_token(make_token(ApiClient.objects.create(name=unit.name, unit=unit)))
        for unit in (places.khanh_hoa, places.nation)
    ]
    replicas = [Replica(reader, limit=1000) for reader in readers]
    for reader, replica in zip(readers, replicas, strict=True):
        replica.begin()
        pulled = full_pull(reader)
        replica.objects = dict(pulled)
    stopped = multiprocessing.get_context("fork").Event()
    made = multiprocessing.get_context("fork").Queue()

    def write(seed: int) -> None:
        writer = Writer(scene, seed, EDITS // WRITERS + 1)
        writer.run()
        made.put(writer.made)

    works = [lambda seed=seed: write(seed) for seed in range(1, WRITERS + 1)]
    pages = 0
    with running(*works, lambda: recompute_until(stopped, 7)) as processes:
        counted: list[dict[str, int]] = []
        while len(counted) < WRITERS:
            for replica in replicas:
                replica.page()
                pages += 1
            time.sleep(0.1)
            while not made.empty():
                counted.append(made.get())
            assert len(counted) + sum(each.is_alive() for each in processes[:-1]) >= WRITERS
        stopped.set()
        processes[-1].join(60)
        assert processes[-1].exitcode == 0
    for reader, replica in zip(readers, replicas, strict=True):
        replica.follow()
        expected, found = full_pull(reader), copied(replica)
        assert found == expected, differing(found, expected)
    total = {
        kind: sum(each.get(kind, 0) for each in counted) for kind in {k for each in counted for k in each}
    }
    assert sum(total.values()) >= EDITS, total
    assert min(total.values()) > 20, total
    assert len(total) == 8, total
    operations = {(each["resource"], each["operation"]) for each in replicas[1].read}
    assert operations >= {
        (resource, operation)
        for resource in ("attainment", "document")
        for operation in ("created", "updated", "deleted")
    }
    assert pages > 20
    print(f"{total} in {pages} pages, {Change.objects.count()} changes")


def in_a_thread(work: Any) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_transaction_held_open_is_told_after_one_that_began_later(places: Any, reader: Any) -> None:
    early, late = make_target(places.khanh_hoa), make_target(places.khanh_hoa)
    replica = Replica(reader)
    written, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            note_change("target", early.pk, "updated", early.unit_id)
            written.set()
            assert go_on.wait(20)

    thread = in_a_thread(hold)
    assert written.wait(20)
    note_change("target", late.pk, "updated", late.unit_id)
    assert replica.follow() == [("target", late.pk, "updated")]
    go_on.set()
    thread.join()
    assert replica.follow() == [("target", early.pk, "updated")]
    by_id = list(Change.objects.order_by("pk").values_list("object_id", "position"))
    assert by_id == [(early.pk, 2), (late.pk, 1)]


def test_transaction_taken_back_leaves_no_hole(places: Any, reader: Any) -> None:
    target = make_target(places.khanh_hoa)
    note_change("target", target.pk, "updated", target.unit_id)
    transaction.set_autocommit(False)
    note_change("target", target.pk, "updated", target.unit_id)
    transaction.rollback()
    transaction.set_autocommit(True)
    note_change("target", target.pk, "updated", target.unit_id)
    assert len(Replica(reader).follow()) == 2
    assert list(Change.objects.order_by("pk").values_list("position", flat=True)) == [1, 2]


def test_second_sequencer_waits_and_sees_what_the_first_numbered(places: Any) -> None:
    target = make_target(places.khanh_hoa)
    for _each in range(3):
        note_change("target", target.pk, "updated", target.unit_id)
    second: list[int] = []
    with transaction.atomic():
        assert give_positions(2) == 2
        thread = in_a_thread(lambda: second.append(give_positions()))
        wait_for(lambda: waiting() == 1, what="the second sequencer to wait")
        assert second == []
    thread.join()
    assert second == [1]
    assert list(Change.objects.order_by("pk").values_list("position", flat=True)) == [1, 2, 3]


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s",
            [changes.LOCK_KEY],
        )
        number: int = cursor.fetchone()[0]
        return number
