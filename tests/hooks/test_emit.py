"""The outbox: who is told what, in the transaction of what happened."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.actions.hooks import Happening, emit, emit_many
from accounts.models import ApiClient, Delivery, HookEvent
from tests.cast import Places
from tests.hooks.world import happen, make_hook


@pytest.fixture
def client_of(places: Places) -> Any:
    def make(unit: Any) -> ApiClient:
        return ApiClient.objects.create(name=f"Partner of {unit}", unit=unit)

    return make


def told() -> list[tuple[str, str]]:
    rows = Delivery.objects.order_by("webhook", "event")
    return list(rows.values_list("webhook__client__unit__ref", "event__event"))


def test_cells_are_told_to_those_who_look_after_the_unit(client_of: Any, places: Places) -> None:
    for unit in (places.nation, places.khanh_hoa, places.phan_rang, places.cam_ranh, places.dak_lak):
        make_hook(client_of(unit))
    happen(places.phan_rang)
    assert {ref for ref, _event in told()} == {
        places.nation.ref,
        places.khanh_hoa.ref,
        places.phan_rang.ref,
    }


def test_editions_of_provinces_are_told_to_all_and_those_of_communes_to_the_province(
    client_of: Any, places: Places
) -> None:
    for unit in (places.nation, places.khanh_hoa, places.cam_ranh, places.dak_lak):
        make_hook(client_of(unit))
    happen(places.khanh_hoa, event="edition.published")
    assert len(told()) == 4
    Delivery.objects.all().delete()
    happen(places.phan_rang, 2, event="edition.published")
    assert {ref for ref, _event in told()} == {
        places.nation.ref,
        places.khanh_hoa.ref,
        places.cam_ranh.ref,
    }


def test_webhook_is_told_what_it_chose(api_client: ApiClient, places: Places) -> None:
    make_hook(api_client, events=["report.overdue"])
    happen(places.phan_rang)
    happen(places.phan_rang, event="report.overdue")
    assert [event for _ref, event in told()] == ["report.overdue"]
    assert HookEvent.objects.count() == 2, "kept for a replay"


def test_inactive_webhook_is_told_nothing_and_a_paused_one_later(
    api_client: ApiClient, places: Places
) -> None:
    make_hook(api_client, is_active=False)
    paused = make_hook(api_client, paused_at=timezone.now(), pause_reason="by_hand")
    happen(places.phan_rang)
    assert list(Delivery.objects.values_list("webhook", flat=True)) == [paused.pk]


def test_nothing_is_told_of_what_was_taken_back(api_client: ApiClient, places: Places) -> None:
    make_hook(api_client)

    def take_back() -> None:
        happen(places.phan_rang)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_back()
    assert not HookEvent.objects.exists()
    assert not Delivery.objects.exists()


def test_worker_is_woken_after_the_commit(
    api_client: ApiClient,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung = []
    monkeypatch.setattr("accounts.tasks.ring", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        happen(places.phan_rang)
    assert rung == [], "nobody is to be told"
    make_hook(api_client)
    with django_capture_on_commit_callbacks(execute=True):
        happen(places.phan_rang, 2)
        assert rung == []
    assert rung == [1]


def test_what_has_a_key_is_told_once(api_client: ApiClient, places: Places) -> None:
    make_hook(api_client)
    for _time in range(2):
        emit("report.overdue", resource="report", object_id=1, unit_id=places.phan_rang.pk, data={}, once="a")
    assert HookEvent.objects.count() == Delivery.objects.count() == 1


def test_many_events_and_webhooks_cost_the_same_queries(
    client_of: Any, places: Places, django_assert_num_queries: Any
) -> None:
    clients = [client_of(unit) for unit in (places.khanh_hoa, places.nation)]
    counts = []
    for size in (1, 20):
        for client in clients[: 1 if size == 1 else 2]:
            make_hook(client)
        rows = [
            Happening("report.approved", "report", number, places.phan_rang.pk, {}) for number in range(size)
        ]
        with django_assert_num_queries(6):
            emit_many(rows)
        counts.append(Delivery.objects.count())
    assert counts == [1, 1 + 3 * 20]


def test_without_webhooks_an_event_costs_two_queries(places: Places, django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(4):  # two of them are the savepoint's
        happen(places.phan_rang)
