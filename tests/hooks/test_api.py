"""A partner system keeps its own webhooks through the API."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import webhooks as actions
from accounts.hooks import addresses, signing
from accounts.hooks.postman import work
from accounts.hooks.sending import Answer
from accounts.models import ApiClient, AuditEntry, HookEvent, IdempotentCall, Webhook
from accounts.models.webhooks import Problem
from tests.api.conftest import with_token
from tests.cast import Places, make_token
from tests.hooks.world import ADDRESS, Receiver, happen, hook_token, make_hook, states

NEW = {"address": ADDRESS, "events": ["report.approved", "edition.published"]}
ROOT = "/api/v1/webhooks/"


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"receiver.example.vn": ["8.8.8.8"], "inner.example.vn": ["10.0.0.1"]}
    monkeypatch.setattr(addresses, "lookup", lambda host, _port: known.get(host, []))


@pytest.fixture
def partner(api_client: ApiClient) -> APIClient:
    return with_token(hook_token(api_client))


@pytest.fixture
def hook(api_client: ApiClient) -> Webhook:
    return make_hook(api_client)


def codes(answer: Any) -> list[tuple[str | None, str]]:
    return [(each["field"], each["code"]) for each in answer.json()["errors"]]


def test_secret_is_told_once(partner: APIClient) -> None:
    answer = partner.post(ROOT, NEW)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Cache-Control"] == "no-store"
    hook = Webhook.objects.get()
    assert made["secret"] == signing.secret_of(signing.keys_of(hook, timezone.now())[0])
    assert made["events"] == NEW["events"]
    for path in (ROOT, f"{ROOT}{hook.pk}/"):
        text = partner.get(path).content.decode()
        assert ADDRESS in text
        assert "secret" not in text.replace("old_secret_until", "").replace("secret_lost", "")
    entry = AuditEntry.objects.get(action="webhook.created")
    assert made["secret"] not in str(entry.after)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, [("address", "required"), ("events", "required")]),
        ([], [("non_field_errors", "invalid")]),
        (NEW | {"events": []}, [("events", "empty")]),
        (NEW | {"events": ["report.lost"]}, [("events.0", "invalid_choice")]),
        (NEW | {"events": ["ping"]}, [("events.0", "invalid_choice")]),
        (NEW | {"adress": "x"}, [("adress", "unknown_member")]),
        (NEW | {"address": "http://receiver.example.vn/"}, [("address", "address_not_public")]),
        (NEW | {"address": "https://inner.example.vn/"}, [("address", "address_not_public")]),
        (NEW | {"address": "https://127.0.0.1/"}, [("address", "address_not_public")]),
        (NEW | {"address": "https://nobody.example.vn/"}, [("address", "address_not_public")]),
        (NEW | {"address": "https://a@receiver.example.vn/"}, [("address", "address_not_public")]),
        (NEW | {"address": 7}, [("address", "address_not_public")]),
        (NEW | {"address": {}}, [("address", "invalid")]),
    ],
)
def test_bad_webhook_is_refused(partner: APIClient, body: Any, told: list[Any]) -> None:
    answer = partner.post(ROOT, body)
    assert answer.status_code == 400
    found = codes(answer)
    assert found == told
    assert not Webhook.objects.exists()


def test_client_has_a_limited_number_of_webhooks(
    partner: APIClient, api_client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 2)
    assert [partner.post(ROOT, NEW).status_code for _time in range(3)] == [201, 201, 400]


def test_only_a_token_for_webhooks_opens_them(hook: Webhook, api_client: ApiClient) -> None:
    reader = with_token(make_token(api_client))
    answer = reader.get(ROOT)
    assert (answer.status_code, codes(answer)) == (403, [(None, "scope_missing")])


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        *(("get", ""), ("patch", ""), ("delete", ""), ("post", "secret/"), ("post", "ping/")),
        *(("post", "replay/"), ("get", "deliveries/")),
    ],
)
def test_webhook_of_another_client_does_not_exist(
    method: str, tail: str, hook: Webhook, places: Places
) -> None:
    other = ApiClient.objects.create(name="Other", unit=places.nation)
    stranger = with_token(hook_token(other))
    path = f"{ROOT}{hook.pk}/{tail}"
    answer = getattr(stranger, method)(path, {} if method != "get" else None)
    assert answer.status_code == 404
    assert stranger.get(ROOT).json() == {"results": []}
    assert Webhook.objects.get().events == hook.events


def test_webhook_is_changed(partner: APIClient, hook: Webhook) -> None:
    answer = partner.patch(f"{ROOT}{hook.pk}/", {"events": ["report.overdue"], "is_active": False})
    assert answer.status_code == 200
    hook.refresh_from_db()
    assert (hook.events, hook.is_active, hook.address) == (["report.overdue"], False, ADDRESS)
    entry = AuditEntry.objects.get(action="webhook.changed")
    told: Any = entry
    assert (told.before["is_active"], told.after["is_active"]) == (True, False)
    assert partner.patch(f"{ROOT}{hook.pk}/", {"address": "https://inner.example.vn/"}).status_code == 400


def test_webhook_is_paused_and_resumed(partner: APIClient, hook: Webhook) -> None:
    paused = partner.patch(f"{ROOT}{hook.pk}/", {"is_paused": True}).json()
    assert (paused["is_paused"], paused["pause_reason"]) == (True, "by_hand")
    resumed = partner.patch(f"{ROOT}{hook.pk}/", {"is_paused": False}).json()
    assert (resumed["is_paused"], resumed["pause_reason"], resumed["paused_at"]) == (False, "", None)


def test_webhook_is_deleted_with_its_log(partner: APIClient, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    work(Receiver())
    assert partner.delete(f"{ROOT}{hook.pk}/").status_code == 204
    assert not Webhook.objects.exists()
    assert HookEvent.objects.exists(), "others may be told of it again"
    assert AuditEntry.objects.filter(action="webhook.deleted").exists()


def test_secret_is_replaced_and_the_old_one_signs_for_a_day(partner: APIClient, hook: Webhook) -> None:
    old = signing.keys_of(hook, timezone.now())[0]
    new = partner.post(f"{ROOT}{hook.pk}/secret/").json()["secret"]
    hook.refresh_from_db()
    keys = signing.keys_of(hook, timezone.now())
    assert [signing.secret_of(each) for each in keys] == [new, signing.secret_of(old)]
    assert partner.get(f"{ROOT}{hook.pk}/").json()["old_secret_until"] is not None


def test_test_message_is_sent(partner: APIClient, hook: Webhook) -> None:
    answer = partner.post(f"{ROOT}{hook.pk}/ping/")
    assert answer.status_code == 202
    receiver = Receiver()
    work(receiver)
    assert receiver.names == [answer.json()["event"]]


def test_events_are_replayed(partner: APIClient, hook: Webhook, places: Places) -> None:
    for object_id in (1, 2):
        happen(places.phan_rang, object_id)
    work(Receiver())
    first = HookEvent.objects.first()
    path = f"{ROOT}{hook.pk}/replay/"
    assert partner.post(path, {"events": [first.name, "evt_99999"]}).json() == {"count": 1}
    since = timezone.now() - datetime.timedelta(hours=1)
    assert partner.post(path, {"since": since.isoformat()}).json() == {"count": 1}, "one waits already"
    assert states() == ["waiting", "waiting"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": ["evt_1"], "since": "2026-01-01T00:00:00Z"},
        {"events": []},
        {"events": ["1"]},
        {"events": ["evt_" + "9" * 30]},
        {"events": ["evt_1 evt_2"]},
        {"events": ["xevt_1"]},
        {"events": ["evt_1x"]},
        {"events": [None]},
        {"events": [["evt_1"]]},
        {"events": "evt_1"},
        {"since": "yesterday"},
        {"since": "0001-01-01T00:00:00+23:00"},
        {"since": "9999-12-31T23:59:59-23:00"},
    ],
)
def test_bad_replay_is_refused(partner: APIClient, hook: Webhook, body: dict[str, Any]) -> None:
    assert partner.post(f"{ROOT}{hook.pk}/replay/", body).status_code == 400


def test_log_tells_every_call(partner: APIClient, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    work(Receiver(Answer(500, Problem.STATUS, 12)))
    (row,) = partner.get(f"{ROOT}{hook.pk}/deliveries/").json()["results"]
    assert (row["type"], row["state"], row["attempts"]) == ("report.approved", "waiting", 1)
    assert row["next_at"] is not None
    assert [(each["status"], each["problem"], each["took_ms"]) for each in row["log"]] == [
        (500, "status", 12)
    ]


def test_log_is_read_page_by_page(partner: APIClient, hook: Webhook, places: Places) -> None:
    for object_id in range(5):
        happen(places.phan_rang, object_id)
    work(Receiver(Answer(500, Problem.STATUS)))
    seen: list[str] = []
    path: str | None = f"{ROOT}{hook.pk}/deliveries/?limit=2&state=delivered"
    pages = 0
    while path:
        body = partner.get(path).json()
        seen += [row["event"] for row in body["results"]]
        path, pages = body["next"], pages + 1
    done = hook.deliveries.filter(state="delivered").order_by("-event")
    assert seen == [each.event.name for each in done.select_related("event")]
    assert (len(seen), pages) == (4, 2)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *(("limit=0", "invalid"), ("limit=1001", "invalid"), ("limit=x", "invalid")),
        *(("cursor=x", "cursor_invalid"), ("state=lost", "invalid"), ("stat=open", "unknown_parameter")),
    ],
)
def test_bad_question_to_the_log_is_refused(partner: APIClient, hook: Webhook, query: str, code: str) -> None:
    answer = partner.get(f"{ROOT}{hook.pk}/deliveries/?{query}")
    assert (answer.status_code, [each[1] for each in codes(answer)]) == (400, [code])


def test_number_of_queries_is_the_same_however_long_the_log(
    partner: APIClient, hook: Webhook, places: Places, django_assert_num_queries: Callable[..., Any]
) -> None:
    partner.get(ROOT)
    for count in (2, 20, 60):
        for object_id in range(count):
            happen(places.phan_rang, object_id)
        work(Receiver())
        with django_assert_num_queries(4):
            partner.get(f"{ROOT}{hook.pk}/deliveries/?limit=1000")


# --- sent twice, done once ---

KEY = {"Idempotency-Key": "5f2b1c"}


def test_webhook_asked_for_twice_is_made_once_and_tells_its_secret_again(partner: APIClient) -> None:
    first = partner.post(ROOT, NEW, format="json", headers=KEY)
    second = partner.post(ROOT, NEW, format="json", headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert (second["Idempotent-Replayed"], second["Cache-Control"]) == ("true", "no-store")
    assert Webhook.objects.count() == 1


def test_secret_is_not_kept_with_the_answer(partner: APIClient, hook: Webhook) -> None:
    made = partner.post(ROOT, NEW, format="json", headers=KEY).json()
    renewed = partner.post(f"{ROOT}{hook.pk}/secret/", headers={"Idempotency-Key": "another"}).json()
    kept = [bytes(each.body).decode() for each in IdempotentCall.objects.all()]
    assert len(kept) == 2
    assert not [body for body in kept if made["secret"] in body or renewed["secret"] in body]


def test_secret_asked_for_twice_is_renewed_once(partner: APIClient, hook: Webhook) -> None:
    path = f"{ROOT}{hook.pk}/secret/"
    first, second = (partner.post(path, headers=KEY) for _each in range(2))
    assert first.json() == second.json()
    hook.refresh_from_db()
    assert first.json()["secret"] == signing.secret_of(signing.keys_of(hook, timezone.now())[0])
    assert AuditEntry.objects.filter(action="webhook.secret_rotated").count() == 1


def test_events_are_sent_again_once_for_a_key(partner: APIClient, hook: Webhook) -> None:
    path = f"{ROOT}{hook.pk}/ping/"
    first, second = (partner.post(path, headers=KEY) for _each in range(2))
    assert (first.status_code, first.content) == (202, second.content)
    assert HookEvent.objects.filter(event="ping").count() == 1
