"""A real receiver that fails half of its calls, the real worker, a thousand events: all arrive, in order."""

import base64
import contextlib
import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from accounts.actions.hooks import Happening, emit_many
from accounts.hooks import signing
from accounts.models import ApiClient, Delivery, DeliveryAttempt, HookEvent, Webhook
from accounts.models.webhooks import HookKind
from config.trial import die_with_parent
from provinces.models import Unit
from tests.factories.units import make_unit
from tests.hooks.world import make_hook
from tests.workers import ROOT, Process, wait_for, wait_until_ready

pytestmark = [pytest.mark.worker, pytest.mark.slow]

EVENTS, OBJECTS = 1000, 100


@dataclass
class Receiver:
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/portal"

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture
def receive(tmp_path: Path) -> Iterator[Callable[..., Receiver]]:
    """Starts receivers of their own process."""
    with contextlib.ExitStack() as stack:

        def start(name: str, *, fails: int = 50, slow: bool = False) -> Receiver:
            log = tmp_path / f"{name}.jsonl"
            log.touch()
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.hooks.receiver", str(log), "7", str(fails), str(int(slow))],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                preexec_fn=die_with_parent,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            assert process.stdout is not None
            stack.callback(process.stdout.close)
            return Receiver(int(process.stdout.readline()), log)

        yield start


@pytest.fixture
def client_of(transactional_db: None, empty_broker: None) -> ApiClient:
    return ApiClient.objects.create(name="Partner", unit=make_unit("province"))


def environment(*receivers: Receiver) -> dict[str, str]:
    """Seconds are milliseconds here, and receivers on this machine are allowed."""
    return {
        "WEBHOOK_ALLOW_HTTP": "1",
        "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "WEBHOOK_PORTS": ",".join(str(each.port) for each in receivers),
        # Of a thousand events one fails ten times in a row, and each pause is twice the one before.
        "WEBHOOK_RETRY_MS": "4",
        "WEBHOOK_TIMEOUT_SECONDS": "1",
        "WEBHOOK_LEASE_SECONDS": "4",
        "WEBHOOK_PAUSE_AFTER": "60",
    }


def happen(unit: Unit, count: int, objects: int, *, at_once: int = 20) -> None:
    """So many events, of each object the 1st, 2nd, 3rd …, as many transactions write them."""
    for start in range(0, count, at_once):
        with transaction.atomic():
            emit_many(
                [
                    Happening(
                        HookKind.MEASUREMENT_CORRECTED,
                        "measurement",
                        number % objects,
                        unit.pk,
                        {"id": number % objects, "version": number // objects},
                    )
                    for number in range(start, min(start + at_once, count))
                ]
            )


def has_delivered(hook: Webhook, count: int) -> Callable[[], bool]:
    return lambda: hook.deliveries.filter(state="delivered").count() == count


@pytest.fixture(autouse=True)
def told_when_it_fails() -> Iterator[None]:
    """What the workers said and how far they came; seen only where the test fails."""
    yield
    for log in Path(settings.DATA_DIR).glob("*.log"):
        print(f"--- {log.name} ---\n{log.read_text()[-3000:]}")


def test_thousand_events_reach_a_receiver_that_fails_half_of_its_calls(
    client_of: ApiClient, receive: Callable[..., Receiver]
) -> None:
    receiver = receive("half")
    hook = make_hook(client_of, address=receiver.address)
    secret = signing.secret_of(signing.key_of(hook.salt))
    with Process("beat"), Process("worker", **environment(receiver)) as worker:
        wait_until_ready(worker)
        started = time.monotonic()
        happen(client_of.unit, EVENTS, OBJECTS)
        wait_for(has_delivered(hook, EVENTS), seconds=400, what="a thousand deliveries", every=0.2)
        took = time.monotonic() - started
    calls = receiver.calls()
    names = {event.name for event in HookEvent.objects.all()}
    taken = [call for call in calls if call["is_taken"]]

    # Every event arrived, and nothing else; half of the calls had failed.
    assert {call["id"] for call in taken} == names
    failed = sum(call["outcome"] != "ok" for call in calls)
    assert 0.4 < failed / len(calls) < 0.6
    assert {call["outcome"] for call in calls} >= {"500", "reset", "hang", "taken_and_500"}
    # What came twice is the same to the byte under the same id.
    assert len(taken) > len(names)
    bodies = defaultdict(set)
    for call in calls:
        bodies[call["id"]].add(call["body"])
    assert all(len(each) == 1 for each in bodies.values())
    # Signatures are right.
    assert all(is_signed(call, secret) for call in calls)
    # Of each object, no version came before an older one had been taken in.
    assert_in_order(taken)
    # The log says the same as the receiver.
    assert DeliveryAttempt.objects.count() == len(calls)
    assert not Delivery.objects.exclude(state="delivered").exists()
    print(f"took {took:.1f} s")


def is_signed(call: dict[str, Any], secret: str) -> bool:
    """Worked out as a receiver does, without the portal's code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = ".".join((call["id"], call["timestamp"], call["body"])).encode()
    right = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return bool(call["signatures"] == f"v1,{right}" and abs(call["at"] - int(call["timestamp"])) < 300)


def assert_in_order(taken: list[dict[str, Any]]) -> None:
    first_seen: dict[int, list[int]] = defaultdict(list)
    for call in taken:
        data = json.loads(call["body"])["data"]
        if data["version"] not in first_seen[data["id"]]:
            first_seen[data["id"]].append(data["version"])
    assert {key: seen for key, seen in first_seen.items() if seen != sorted(seen)} == {}


def test_receiver_that_hangs_holds_up_nobody_else(
    client_of: ApiClient, receive: Callable[..., Receiver]
) -> None:
    hanging, sound = receive("hanging", slow=True), receive("sound", fails=0)
    make_hook(client_of, address=hanging.address)
    hook = make_hook(client_of, address=sound.address)
    with Process("worker", **environment(hanging, sound)) as worker:
        wait_until_ready(worker)
        happen(client_of.unit, 200, 200)
        wait_for(has_delivered(hook, 200), seconds=20, what="the deliveries of the sound one", every=0.1)
        # The worker does its other work meanwhile.
        wait_until_ready(worker)
    assert len(hanging.calls()) < 100


def test_deliveries_of_a_killed_worker_are_sent_by_the_next(
    client_of: ApiClient, receive: Callable[..., Receiver]
) -> None:
    receiver = receive("half", fails=30)
    hook = make_hook(client_of, address=receiver.address)
    with Process("beat"), Process("worker", **environment(receiver)) as worker:
        wait_until_ready(worker)
        happen(client_of.unit, 300, 30)
        wait_for(lambda: len(receiver.calls()) > 60, what="some calls")
        worker.kill()
        assert Delivery.objects.exclude(state="delivered").exists(), "the worker was faster than the kill"
        with Process("worker", "heir", **environment(receiver)):
            wait_for(has_delivered(hook, 300), what="the heir to send the others", every=0.2)
    taken = [call for call in receiver.calls() if call["is_taken"]]
    assert {call["id"] for call in taken} == {event.name for event in HookEvent.objects.all()}
    assert_in_order(taken)


def test_two_workers_share_the_deliveries_of_one_webhook(
    client_of: ApiClient, receive: Callable[..., Receiver]
) -> None:
    receiver = receive("half", fails=20)
    hook = make_hook(client_of, address=receiver.address)
    with (
        Process("beat"),
        Process("worker", "first", **environment(receiver)) as first,
        Process("worker", "second", **environment(receiver)) as second,
    ):
        wait_until_ready(first, second)
        happen(client_of.unit, 300, 15)
        wait_for(has_delivered(hook, 300), what="both to deliver", every=0.2)
    calls = receiver.calls()
    assert DeliveryAttempt.objects.count() == len(calls)
    assert_in_order([call for call in calls if call["is_taken"]])
    assert settings.WEBHOOK_ALLOWED_NETWORKS == []
