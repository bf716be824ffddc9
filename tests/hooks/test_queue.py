"""The queue of deliveries: what is claimed in which order, what becomes of failures, and pauses."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import webhooks as actions
from accounts.hooks import backoff, queue
from accounts.hooks.postman import work
from accounts.hooks.sending import Answer, send
from accounts.models import ApiClient, Delivery, DeliveryAttempt, HookEvent, Webhook
from accounts.models.webhooks import HookKind, PauseReason, Problem
from tests.cast import Places
from tests.hooks.world import Receiver, happen, make_hook, states

BROKEN = Answer(500, Problem.STATUS)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def hook(api_client: ApiClient) -> Webhook:
    return make_hook(api_client)


def be_due() -> None:
    """Time passes until everything that waits is due, and no receiver is left alone any more."""
    Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
    Webhook.objects.update(hold_until=None)


def test_delivery_is_sent_once_and_logged(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    receiver = Receiver()
    work(receiver)
    work(receiver)
    event = HookEvent.objects.get()
    assert receiver.names == [event.name]
    assert receiver.came[0].body == queue.body_of(event)
    done = Delivery.objects.get()
    assert (done.state, done.attempts, done.last_status, done.took_ms) == ("delivered", 1, 200, 5)
    assert done.done_at is not None
    assert list(DeliveryAttempt.objects.values_list("status", "problem")) == [(200, "")]
    hook.refresh_from_db()
    assert hook.last_delivered_at is not None


def test_failed_call_is_repeated_with_the_same_id_and_body(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    receiver = Receiver(BROKEN)
    work(receiver)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts, waiting.problem) == ("waiting", 1, "status")
    assert waiting.next_at > timezone.now()
    work(receiver)
    assert len(receiver.came) == 1, "repeated without a pause"
    be_due()
    work(receiver)
    assert states() == ["delivered"]
    first, second = receiver.came
    assert (first.name, first.body) == (second.name, second.body)


def test_later_event_of_an_object_waits_for_the_earlier_one(hook: Webhook, places: Places) -> None:
    for object_id in (1, 1, 2):
        happen(places.phan_rang, object_id)
    first, second, other = HookEvent.objects.all()

    def answer(parcel: Any) -> Answer:
        sent.append(parcel.name)
        return BROKEN if len(sent) == 1 and parcel.name == first.name else Answer(200)

    sent: list[str] = []
    work(answer, threads=1)
    assert sent == [first.name, other.name]
    be_due()
    work(answer, threads=1)
    assert sent == [first.name, other.name, first.name, second.name]


def test_later_event_goes_on_once_the_earlier_one_is_given_up(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    happen(places.phan_rang)
    Delivery.objects.filter(event=HookEvent.objects.first()).update(
        first_at=timezone.now() - backoff.WINDOW, attempts=16
    )
    receiver = Receiver(BROKEN)
    work(receiver)
    assert states() == ["failed", "delivered"]


def test_order_is_that_of_each_webhook(api_client: ApiClient, places: Places) -> None:
    broken, sound = make_hook(api_client), make_hook(api_client)
    happen(places.phan_rang)
    happen(places.phan_rang)
    work(lambda parcel: BROKEN if parcel.webhook == broken.pk else Answer(200))
    found = {hook.pk: [each.state for each in hook.deliveries.order_by("event")] for hook in (broken, sound)}
    assert found == {broken.pk: ["waiting", "waiting"], sound.pk: ["delivered", "delivered"]}


def test_slow_receiver_holds_some_of_the_threads(api_client: ApiClient, places: Places) -> None:
    slow = make_hook(api_client)
    for object_id in range(1, 41):
        if object_id == 31:
            make_hook(api_client)
        happen(places.phan_rang, object_id)
    claimed = [parcel.webhook for parcel in queue.claim(64)]
    assert claimed.count(slow.pk) == queue.AT_ONCE
    assert len(claimed) == queue.AT_ONCE + 10
    assert queue.claim(64) == [], "more than its share"


def test_delivery_of_a_dead_worker_is_sent_by_another(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    (lost,) = queue.claim(1)
    receiver = Receiver()
    work(receiver)
    assert receiver.came == [], "taken away under its lease"
    Delivery.objects.update(lease_until=timezone.now() - HOUR)
    work(receiver)
    assert receiver.names == [lost.name]
    assert Delivery.objects.get().attempts == 2


def test_answer_that_comes_after_the_lease_changes_nothing(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    (late,) = queue.claim(1)
    Delivery.objects.update(lease_until=timezone.now() - HOUR)
    (taken,) = queue.claim(1)
    queue.settle([(late, BROKEN)])
    assert states() == ["sending"]
    assert not DeliveryAttempt.objects.exists()
    queue.settle([(taken, Answer(200))])
    assert states() == ["delivered"]


def fail(hook: Webhook, times: int, answer: Answer = BROKEN) -> None:
    for _time in range(times):
        be_due()
        work(Receiver(answer))
    hook.refresh_from_db()


def test_receiver_that_fails_in_a_row_is_asked_by_one_call(hook: Webhook, places: Places) -> None:
    for object_id in range(1, 10):
        happen(places.phan_rang, object_id)
    Webhook.objects.update(failures=backoff.PATIENT_UNTIL, failing_since=timezone.now())
    assert len(queue.claim(32)) == 1


def test_receiver_that_fails_in_a_row_is_left_alone_for_a_while(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    fail(hook, backoff.PATIENT_UNTIL)
    assert hook.hold_until is not None
    happen(places.phan_rang, 2)
    assert queue.claim(1) == []
    Webhook.objects.update(hold_until=timezone.now())
    assert len(queue.claim(1)) == 1


def test_one_right_answer_clears_the_counters(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    fail(hook, 6)
    be_due()
    work(Receiver())
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since, hook.hold_until) == (0, None, None)


def test_webhook_pauses_after_many_failures_in_a_row(hook: Webhook, places: Places, settings: Any) -> None:
    settings.WEBHOOK_PAUSE_AFTER = 7
    happen(places.phan_rang)
    fail(hook, 6)
    assert not hook.is_paused
    fail(hook, 1)
    assert hook.pause_reason == PauseReason.FAILING
    be_due()
    receiver = Receiver()
    work(receiver)
    assert receiver.came == []
    happen(places.phan_rang, 2)
    assert states() == ["waiting", "waiting"], "what happens meanwhile waits"


def test_webhook_pauses_after_a_day_of_failures(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    Webhook.objects.update(failures=1, failing_since=timezone.now() - backoff.WINDOW + HOUR)
    fail(hook, 1)
    assert not hook.is_paused
    Webhook.objects.update(failing_since=timezone.now() - backoff.WINDOW)
    fail(hook, 1)
    assert hook.pause_reason == PauseReason.FAILING


def test_receiver_that_is_gone_pauses_at_once(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    fail(hook, 1, Answer(410, Problem.STATUS))
    assert hook.pause_reason == PauseReason.GONE
    assert states() == ["waiting"]


def test_changed_portal_key_pauses_and_a_new_secret_goes_on(
    hook: Webhook, places: Places, settings: Any
) -> None:
    settings.SECRET_KEY = "another key of the portal"
    happen(places.phan_rang)
    work(send)
    hook.refresh_from_db()
    assert hook.pause_reason == PauseReason.SECRET_LOST
    actions.rotate_secret(hook=hook)
    work(Receiver())
    assert states() == ["delivered"]


def test_resuming_gives_what_waits_a_whole_day(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    Delivery.objects.update(
        first_at=timezone.now() - backoff.WINDOW, attempts=15, next_at=timezone.now() + 5 * HOUR
    )
    assert actions.pause_webhook(hook=hook)
    assert not actions.pause_webhook(hook=hook)
    assert actions.resume_webhook(hook=hook)
    assert not actions.resume_webhook(hook=hook)
    work(Receiver(BROKEN))
    (waiting,) = Delivery.objects.all()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)


def test_nothing_is_sent_for_a_client_that_was_switched_off(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    ApiClient.objects.update(is_active=False)
    assert queue.claim(1) == []
    happen(places.phan_rang, 2)
    assert Delivery.objects.count() == 1


def test_client_that_lost_its_reach_is_told_nothing(hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    ApiClient.objects.update(unit=places.dak_lak)
    receiver = Receiver()
    work(receiver)
    assert receiver.came == []
    assert list(Delivery.objects.values_list("state", "problem")) == [("failed", "out_of_reach")]
    hook.refresh_from_db()
    assert hook.failures == 0


def test_test_message_reaches_a_paused_webhook_and_is_tried_once(hook: Webhook) -> None:
    actions.pause_webhook(hook=hook)
    actions.ping(hook=hook)
    receiver = Receiver(BROKEN)
    work(receiver)
    assert len(receiver.came) == 1
    assert HookEvent.objects.get().event == HookKind.PING
    assert states() == ["failed"]
    hook.refresh_from_db()
    assert hook.failures == 0


@pytest.fixture
def told(hook: Webhook, places: Places) -> list[HookEvent]:
    """Three events of two objects, delivered an hour apart."""
    for number, object_id in enumerate((1, 2, 1)):
        happen(places.phan_rang, object_id)
        HookEvent.objects.filter(pk=HookEvent.objects.last().pk).update(
            at=timezone.now() - (3 - number) * HOUR
        )
    work(Receiver())
    return list(HookEvent.objects.all())


def test_replay_by_id_sends_with_the_same_id(hook: Webhook, told: list[HookEvent]) -> None:
    assert actions.replay(hook=hook, events=[told[1].pk, 999]) == 1
    receiver = Receiver()
    work(receiver)
    assert receiver.names == [told[1].name]


def test_replay_since_a_moment_keeps_the_order(hook: Webhook, told: list[HookEvent]) -> None:
    assert actions.replay(hook=hook, since=told[0].at) == 3
    receiver = Receiver()
    work(receiver)
    assert sorted(receiver.names) == [each.name for each in told]
    assert receiver.names.index(told[0].name) < receiver.names.index(told[2].name)
    assert actions.replay(hook=hook, since=told[2].at) == 1


def test_replay_reaches_back_before_the_webhook_was_made(
    told: list[HookEvent], api_client: ApiClient
) -> None:
    newer = make_hook(api_client)
    assert actions.replay(hook=newer, since=told[1].at) == 2
    receiver = Receiver()
    work(receiver)
    assert sorted(receiver.names) == [told[1].name, told[2].name]


def test_replay_sends_what_was_given_up(hook: Webhook, told: list[HookEvent]) -> None:
    Delivery.objects.update(state="failed", first_at=timezone.now() - 2 * backoff.WINDOW, attempts=17)
    assert actions.replay(hook=hook, events=[told[0].pk]) == 1
    work(Receiver(BROKEN))
    assert states() == ["waiting", "failed", "failed"], "given up again at once"


def test_replay_tells_nobody_what_they_may_not_see(told: list[HookEvent], places: Places) -> None:
    client = ApiClient.objects.create(name="Next door", unit=places.dak_lak)
    stranger = make_hook(client)
    assert actions.replay(hook=stranger, since=told[0].at) == 0
    assert actions.replay(hook=stranger, events=[each.pk for each in told]) == 0
    chooser = make_hook(told[0].deliveries.get().webhook.client, events=["edition.published"])
    assert actions.replay(hook=chooser, since=told[0].at) == 0


def test_events_of_long_ago_are_forgotten(hook: Webhook, told: list[HookEvent]) -> None:
    HookEvent.objects.filter(pk=told[0].pk).update(at=timezone.now() - queue.KEPT - HOUR)
    assert queue.forget() == 1
    assert Delivery.objects.count() == 2


def test_number_of_queries_does_not_grow_with_what_waits(
    hook: Webhook, places: Places, django_assert_max_num_queries: Any
) -> None:
    for count in (3, 30):
        for object_id in range(count):
            happen(places.phan_rang, object_id)
        with django_assert_max_num_queries(8):
            parcels = queue.claim(8)
        with django_assert_max_num_queries(8):
            queue.settle([(parcel, Answer(200)) for parcel in parcels])
