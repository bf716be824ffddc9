"""The pages of administrators, and the letters about a pause."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import webhooks as actions
from accounts.hooks import alerts
from accounts.hooks.postman import work
from accounts.hooks.sending import Answer
from accounts.models import ApiClient, AuditEntry, Delivery, HookEvent, Role, User, Webhook
from accounts.models.webhooks import PauseReason, Problem
from tests.cast import Places, make_person
from tests.hooks.world import ADDRESS, Receiver, happen, make_hook, states


@pytest.fixture
def hook(api_client: ApiClient) -> Webhook:
    return make_hook(api_client)


@pytest.fixture
def admin(administrator: User, client: Client) -> Client:
    client.force_login(administrator)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_list_tells_state_and_counts(admin: Client, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    text = page(admin, "/webhooks/")
    assert ADDRESS in text
    assert hook.client.name in text
    assert "is-not-due" in text
    work(Receiver(Answer(500, Problem.STATUS)))
    assert "is-at-risk" in page(admin, "/webhooks/")
    Webhook.objects.update(paused_at=timezone.now(), pause_reason=PauseReason.FAILING)
    text = page(admin, "/webhooks/")
    assert "is-missed" in text
    assert "message-warning" in text


def test_administrator_of_a_province_sees_the_webhooks_of_its_clients(
    client: Client, hook: Webhook, places: Places
) -> None:
    client.force_login(make_person("quantri", Role.ADMINISTRATOR, places.khanh_hoa))
    assert ADDRESS in page(client, "/webhooks/")
    client.force_login(make_person("quantri2", Role.ADMINISTRATOR, places.dak_lak))
    assert ADDRESS not in page(client, "/webhooks/")
    assert client.get(f"/webhooks/{hook.pk}/").status_code == 404
    assert client.post(f"/webhooks/{hook.pk}/pause/").status_code == 404


def test_log_tells_answers_and_is_narrowed(admin: Client, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang, 1)
    happen(places.phan_rang, 2)
    work(Receiver(Answer(503, Problem.STATUS)), threads=1)
    text = page(admin, f"/webhooks/{hook.pk}/")
    assert "HTTP 503" in text
    assert "HTTP 200" in text
    text = page(admin, f"/webhooks/{hook.pk}/?state=delivered")
    assert "HTTP 503" not in text
    assert "HTTP 200" in text
    assert "HTTP 503" in page(admin, f"/webhooks/{hook.pk}/?state=nonsense")


def test_page_never_shows_what_signs(admin: Client, hook: Webhook) -> None:
    text = page(admin, f"/webhooks/{hook.pk}/")
    assert hook.salt not in text
    assert "whsec_" not in text


def test_webhook_is_paused_and_resumed(admin: Client, hook: Webhook, administrator: User) -> None:
    admin.post(f"/webhooks/{hook.pk}/pause/")
    hook.refresh_from_db()
    assert hook.pause_reason == PauseReason.BY_HAND
    admin.post(f"/webhooks/{hook.pk}/resume/")
    hook.refresh_from_db()
    assert not hook.is_paused
    made = AuditEntry.objects.filter(actor=administrator).order_by("pk")
    assert [each.action for each in made] == ["webhook.paused", "webhook.resumed"]


def test_one_event_is_sent_again(admin: Client, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang, 1)
    happen(places.phan_rang, 2)
    work(Receiver())
    answer = admin.post(f"/webhooks/{hook.pk}/replay/", {"event": HookEvent.objects.first().pk})
    assert answer.status_code == 302
    assert states() == ["waiting", "delivered"]


def test_events_since_a_moment_are_sent_again(admin: Client, hook: Webhook, places: Places) -> None:
    happen(places.phan_rang)
    work(Receiver())
    past = timezone.localtime() - datetime.timedelta(hours=2)
    admin.post(f"/webhooks/{hook.pk}/replay/", {"since": past.strftime("%Y-%m-%dT%H:%M")})
    assert states() == ["waiting"]


@pytest.mark.parametrize("since", ["", "x", "2999-01-01T00:00", "0001-01-01T00:00"])
def test_bad_moment_is_told_beside_its_field(admin: Client, hook: Webhook, since: str) -> None:
    answer = admin.post(f"/webhooks/{hook.pk}/replay/", {"since": since})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()


def test_test_message_is_sent(admin: Client, hook: Webhook) -> None:
    admin.post(f"/webhooks/{hook.pk}/test/")
    assert Delivery.objects.get().is_test
    assert 'class="num hook-again"></td>' in page(admin, f"/webhooks/{hook.pk}/"), "a test is not replayed"


def test_number_of_queries_is_the_same_however_many_rows(
    admin: Client, hook: Webhook, places: Places
) -> None:
    lengths = []
    for count in (2, 20, 60):
        for object_id in range(count):
            happen(places.phan_rang, object_id)
        work(Receiver())
        counts = []
        for path in ("/webhooks/", f"/webhooks/{hook.pk}/"):
            with CaptureQueriesContext(connection) as counted:
                page(admin, path)
            counts.append(len(counted))
        lengths.append(counts)
        make_hook(hook.client)
    assert lengths[0] == lengths[1] == lengths[2]


@pytest.fixture
def paused(hook: Webhook, administrator: User) -> Webhook:
    User.objects.filter(pk=administrator.pk).update(email="admin@example.vn")
    ApiClient.objects.filter(pk=hook.client_id).update(contact="partner@example.vn")
    Webhook.objects.update(paused_at=timezone.now(), pause_reason=PauseReason.FAILING)
    return hook


def test_pause_is_written_about_once(paused: Webhook, settings: Any) -> None:
    settings.PORTAL_URL = "https://chitieu.example.vn"
    assert (alerts.send_alerts(), alerts.send_alerts()) == (1, 0)
    (letter,) = mail.outbox
    assert sorted(letter.bcc) == ["admin@example.vn", "partner@example.vn"]
    assert letter.to == []
    assert paused.client.name in letter.subject
    assert f"https://chitieu.example.vn/webhooks/{paused.pk}/" in letter.body
    assert "whsec_" not in letter.body


def test_letter_that_fails_is_tried_again_after_a_while(
    paused: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> Any:
        raise OSError("no server")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", fail)
        assert alerts.send_alerts() == 0
    assert alerts.send_alerts() == 0, "claimed a moment ago"
    Webhook.objects.update(alert_claimed_at=timezone.now() - alerts.CLAIM - datetime.timedelta(seconds=1))
    assert alerts.send_alerts() == 1


def test_nobody_is_written_to_about_a_pause_by_hand(paused: Webhook) -> None:
    Webhook.objects.update(pause_reason=PauseReason.BY_HAND)
    assert alerts.send_alerts() == 0


def test_second_pause_is_written_about_again(paused: Webhook, places: Places) -> None:
    alerts.send_alerts()
    actions.resume_webhook(hook=paused)
    happen(places.phan_rang)
    work(Receiver(Answer(410, Problem.STATUS)))
    assert alerts.send_alerts() == 1
