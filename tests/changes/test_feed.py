"""What the feed tells, in which order, and how a cursor moves through it."""

import datetime
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from accounts.actions import changes
from accounts.actions.changes import forget_old_changes, give_positions, note_change
from accounts.following import CELLS, OPEN, RESULTS
from accounts.models import Change
from config.api_urls import router
from events.models import Event
from provinces.models import Unit, UnitSuccession
from tests.changes.replica import CHANGES, Replica
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_target,
)

pytestmark = pytest.mark.django_db


def note(target: Any, operation: str = "updated", resource: str = "target") -> None:
    note_change(resource, target.pk, operation, target.unit_id)


def refusal(answer: Any) -> tuple[int, str | None, str]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["field"], error["code"]


def test_change_comes_with_the_object_as_its_address_answers_it(places, reader, replica) -> None:
    indicator = make_indicator("DI-01")
    target = make_target(places.khanh_hoa, indicator)
    result, cell = make_attainment(target), make_measurement(places.phan_rang, indicator)
    document = make_document(places.khanh_hoa)
    note(target, "created")
    note_change("attainment", result.pk, "created", target.unit_id)
    note_change("measurement", cell.pk, "created", cell.unit_id)
    for resource, thing in (
        ("document", document),
        ("indicator", indicator),
        ("period", result.period),
        ("unit", places.phan_rang),
    ):
        note_change(resource, thing.pk, "created", None)
    replica.follow()
    for resource, key, address in (
        ("target", target.pk, target.pk),
        ("attainment", result.pk, result.pk),
        ("measurement", cell.pk, cell.pk),
        ("document", document.pk, document.pk),
        ("indicator", indicator.pk, "DI-01"),
        ("period", result.period.pk, result.period.code),
        ("unit", places.phan_rang.pk, places.phan_rang.ref),
    ):
        shown = reader.get(f"/api/v1/{resource}s/{address}/").json()
        assert replica.objects[resource, key] == shown, resource
    assert len(replica.objects) == 7


def test_changes_come_in_pages_and_none_twice(places, replica) -> None:
    targets = [make_target(places.khanh_hoa) for _each in range(7)]
    for target in targets:
        note(target, "created")
    came = replica.follow(limit=2)
    assert came == [("target", target.pk, "created") for target in targets]
    assert replica.follow() == []
    note(targets[3])
    assert replica.follow() == [("target", targets[3].pk, "updated")]


def test_late_row_of_a_smaller_id_comes_after_what_was_read(places, replica) -> None:
    """What a transaction does that took its ids early and ends late."""
    early, late = make_target(places.khanh_hoa), make_target(places.khanh_hoa)
    note(early)
    note(late)
    first = Change.objects.order_by("pk").first()
    Change.objects.filter(pk=first.pk).delete()
    assert replica.follow() == [("target", late.pk, "updated")]
    first.save(force_insert=True)
    assert replica.follow() == [("target", early.pk, "updated")]


def test_now_begins_at_the_present_end(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    give_positions()
    replica.begin()
    note(target)
    assert replica.follow() == [("target", target.pk, "updated")]


def test_what_waits_for_its_position_comes_after_now(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    replica.begin()
    assert replica.follow() == [("target", target.pk, "updated")]


def test_deleted_object_is_a_tombstone_by_its_stored_unit(places, replica, neighbours) -> None:
    near = make_attainment(make_target(places.phan_rang))
    note_change("attainment", near.pk, "created", places.phan_rang.pk)
    replica.follow()
    note_change("attainment", near.pk, "deleted", places.phan_rang.pk)
    type(near).objects.all().delete()
    assert replica.follow() == [("attainment", near.pk, "deleted")]
    assert replica.objects == {}
    assert neighbours.follow() == []


def test_object_that_is_gone_by_now_is_a_tombstone_from_the_first(places, replica) -> None:
    note_change("attainment", 4711, "created", places.phan_rang.pk)
    assert replica.follow() == [("attainment", 4711, "deleted")]


def test_object_out_of_reach_by_now_is_a_tombstone(places, replica) -> None:
    cell = make_measurement(places.phan_rang)
    note_change("measurement", cell.pk, "created", places.phan_rang.pk)
    replica.follow()
    type(cell).objects.filter(pk=cell.pk).update(unit=places.ea_kao)
    note_change("measurement", cell.pk, "updated", places.phan_rang.pk)
    assert replica.follow() == [("measurement", cell.pk, "deleted")]


def test_every_resource_of_the_feed_has_its_readers() -> None:
    told = {getattr(view, "resource", "") for _prefix, view, _name in router.registry} - {""}
    assert told | {"evidence"} == OPEN | RESULTS | CELLS


@pytest.mark.parametrize("resource", ["measurement", "attainment", "target", "event"])
def test_neighbour_is_told_nothing_of_a_commune(resource, places, replica, neighbours) -> None:
    things = {
        "measurement": make_measurement(places.phan_rang),
        "target": (target := make_target(places.phan_rang)),
        "attainment": make_attainment(target),
        "event": Event.objects.create(
            unit=places.phan_rang, kind="workshop", starts_on="2026-10-10", ends_on="2026-10-10"
        ),
    }
    for operation in ("created", "updated", "deleted"):
        note_change(resource, things[resource].pk, operation, places.phan_rang.pk)
    assert neighbours.follow() == []
    assert len(replica.follow()) == 3


def test_results_of_a_province_are_open_and_its_cells_are_not(places, neighbours) -> None:
    target, cell = make_target(places.khanh_hoa), make_measurement(places.khanh_hoa)
    note(target)
    note_change("measurement", cell.pk, "updated", places.khanh_hoa.pk)
    assert neighbours.follow() == [("target", target.pk, "updated")]


def test_resource_without_a_unit_is_told_to_nobody_unless_it_is_open(places, replica) -> None:
    note_change("attainment", 1, "deleted", None)
    note_change("document", 2, "deleted", None)
    note_change("obligation", 3, "deleted", None)
    assert replica.follow() == [("document", 2, "deleted")]


def test_person_of_an_agency_is_refused_cells_and_told_of_the_rest(cast, places) -> None:
    from tests.api.conftest import signed_in

    coordinator = signed_in(cast.coordinator)
    assert refusal(coordinator.get(CHANGES)) == (403, None, "reach_not_exact")
    assert refusal(coordinator.get(CHANGES, {"resource": "measurement"}))[0] == 403
    target = make_target(places.khanh_hoa)
    note(target)
    told = Replica(coordinator, resource=["target", "attainment"])
    assert told.follow() == [("target", target.pk, "updated")]


def test_resource_narrows_and_its_cursor_cannot_be_widened(places, reader) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    note_change("document", target.document_id, "created", None)
    both = Replica(reader, resource=["target", "document"])
    one = Replica(reader, resource="document")
    assert one.follow() == [("document", target.document_id, "created")]
    assert len(both.follow()) == 2
    assert reader.get(CHANGES, {"since": both.cursor, "resource": "target"}).status_code == 200
    for wider in ({"resource": "target"}, {}):
        answer = reader.get(CHANGES, {"since": one.cursor, **wider})
        assert refusal(answer) == (400, "since", "cursor_invalid")


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"since": "x"}, "since", "cursor_invalid"),
        ({"since": "WzEsMl0:abc"}, "since", "cursor_invalid"),
        ({"since": ""}, "since", "empty"),
        ({"since": ["now", "now"]}, "since", "repeated"),
        ({"resource": "secret"}, "resource", "invalid_choice"),
        ({"resource": "obligation"}, "resource", "invalid_choice"),
        ({"limit": "0"}, "limit", "invalid"),
        ({"limit": "1001"}, "limit", "invalid"),
        ({"limit": "ten"}, "limit", "invalid"),
        ({"offset": "1"}, "offset", "unknown_parameter"),
    ],
)
def test_what_cannot_be_read_is_refused(asked, field, code, reader) -> None:
    assert refusal(reader.get(CHANGES, asked)) == (400, field, code)


def test_cursor_signed_for_something_else_is_garbled(reader) -> None:
    other = signing.Signer(salt="other").sign_object([1, "", "*"])
    assert refusal(reader.get(CHANGES, {"since": other})) == (400, "since", "cursor_invalid")


def test_cursor_of_another_reach_is_expired(places, replica, neighbours) -> None:
    replica.follow()
    neighbours.cursor = replica.cursor
    answer = neighbours.client.get(CHANGES, {"since": neighbours.cursor})
    assert refusal(answer) == (410, "since", "cursor_expired")
    assert "since=now" in answer.json()["errors"][0]["message"]


def test_client_moved_to_another_unit_begins_again(api_client, places, replica) -> None:
    replica.follow()
    api_client.unit = places.phan_rang
    api_client.save()
    assert refusal(replica.client.get(CHANGES, {"since": replica.cursor})) == (410, "since", "cursor_expired")


def aged(days: int) -> None:
    Change.objects.update(at=timezone.now() - datetime.timedelta(days=days))


def test_cursor_before_what_was_forgotten_is_expired(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    replica.follow()
    note(target)
    note(target)
    give_positions()
    old = Replica(replica.client)
    old.cursor = replica.cursor
    replica.follow()
    aged(98)
    note(target)
    give_positions()
    assert forget_old_changes() == 3
    assert refusal(old.client.get(CHANGES, {"since": old.cursor})) == (410, "since", "cursor_expired")
    # Whoever had read all of it has missed nothing.
    assert replica.follow() == [("target", target.pk, "updated")]
    assert Replica(replica.client).follow() == [("target", target.pk, "updated")]


def test_cursor_of_ninety_days_is_good(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    replica.follow()
    note(target)
    note(target)
    give_positions()
    aged(90)
    assert forget_old_changes() == 0
    assert len(replica.follow()) == 2


def test_last_change_is_never_forgotten(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    note(target)
    replica.follow()
    aged(1000)
    assert forget_old_changes() == 1
    note(target)
    assert replica.follow() == [("target", target.pk, "updated")]
    assert list(Change.objects.order_by("position").values_list("position", flat=True)) == [2, 3]


def test_only_the_beginning_is_forgotten(places) -> None:
    """A transaction that took long noted early what was numbered late."""
    target = make_target(places.khanh_hoa)
    for _each in range(3):
        note(target)
    give_positions()
    aged(98)
    Change.objects.filter(position=1).update(at=timezone.now())
    assert forget_old_changes() == 0


def test_waiting_row_is_not_forgotten(places) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    note(target)
    aged(1000)
    assert forget_old_changes() == 0


def test_cursor_of_a_later_time_than_the_restored_database_is_expired(places, replica) -> None:
    target = make_target(places.khanh_hoa)
    note(target)
    note(target)
    replica.follow()
    Change.objects.filter(position=2).delete()
    assert refusal(replica.client.get(CHANGES, {"since": replica.cursor})) == (410, "since", "cursor_expired")


def test_more_than_one_run_of_the_sequencer_is_told(places, replica, monkeypatch) -> None:
    monkeypatch.setattr("config.api_changes.AT_ONCE", 3)
    monkeypatch.setattr(changes.give_positions, "__defaults__", (3,))
    targets = [make_target(places.khanh_hoa) for _each in range(8)]
    for target in targets:
        note(target)
    assert replica.follow() == [("target", target.pk, "updated") for target in targets]


def test_reader_moves_on_over_what_it_is_not_told(places, replica, monkeypatch) -> None:
    monkeypatch.setattr("config.api_changes.WINDOW", 3)
    for _each in range(8):
        note_change("measurement", 1, "updated", places.ea_kao.pk)
    target = make_target(places.khanh_hoa)
    note(target)
    body = replica.page()
    assert (body["changes"], body["has_more"]) == ([], True)
    assert replica.follow() == [("target", target.pk, "updated")]


def test_positions_have_no_gap_and_grow(places) -> None:
    unit = Unit.objects.get(pk=places.khanh_hoa.pk)
    for _round in range(3):
        for _each in range(4):
            note_change("unit", unit.pk, "updated", None)
        assert give_positions() == 4
        assert give_positions() == 0
    positions = list(Change.objects.order_by("pk").values_list("position", flat=True))
    assert positions == list(range(1, 13))


def test_unit_of_more_than_a_thousand_predecessors_is_told(places, replica) -> None:
    """SQLite refuses a condition on so many of them."""
    where = {"tier": "commune", "parent": places.thuan_bac, "province": places.ninh_thuan}
    before = [Unit(ref=f"X{n}", code=f"X{n}", name=f"Xã {n}", **where) for n in range(1100)]
    Unit.objects.bulk_create(before)
    UnitSuccession.objects.bulk_create(
        UnitSuccession(predecessor=each, successor=places.phan_rang, share="part", effective_on="2025-07-01")
        for each in before
    )
    note_change("unit", places.phan_rang.pk, "updated", None)
    replica.follow()
    assert len(replica.objects["unit", places.phan_rang.pk]["predecessors"]) == 1100
