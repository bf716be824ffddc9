"""An address is written to once per event, whoever is taken off and added again."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEntry
from events.actions.inviting import invite
from events.actions.parts import add_participant, remove_part
from events.invitations import send_waiting
from events.models import Event, Participant
from tests.events.making import make_event


@pytest.fixture
def invited(places, coordinator, pin_today, monkeypatch):
    pin_today(date(2026, 11, 10))
    monkeypatch.setattr("events.actions.inviting.ring_invitations", lambda: None)
    event = make_event(places.khanh_hoa)
    add_participant(event=event, by=coordinator, full_name="Lê Văn B", email="b@example.vn")
    invite(event=event, by=coordinator)
    return event


def test_somebody_taken_off_and_added_again_is_not_written_to_again(invited, coordinator):
    send_waiting()
    remove_part(part=Participant.objects.get(), by=coordinator)
    again = add_participant(event=invited, by=coordinator, full_name="Lê Văn B", email="B@example.vn")
    assert again.is_asked
    assert invite(event=invited, by=coordinator) == 0
    send_waiting()
    assert len(mail.outbox) == 1


def test_somebody_taken_off_before_the_letter_went_is_written_to_later(invited, coordinator):
    remove_part(part=Participant.objects.get(), by=coordinator)
    add_participant(event=invited, by=coordinator, full_name="Lê Văn B", email="b@example.vn")
    assert invite(event=invited, by=coordinator) == 1


def test_no_address_is_kept_of_whoever_was_taken_off(invited, coordinator):
    send_waiting()
    remove_part(part=Participant.objects.get(), by=coordinator)
    kept = [
        str(Event.objects.values().get()),
        *(f"{each.before}{each.after}" for each in AuditEntry.objects.all()),
    ]
    assert not [each for each in kept if "example.vn" in each]


def test_each_letter_is_claimed_at_its_own_time(invited, coordinator, monkeypatch):
    add_participant(event=invited, by=coordinator, full_name="Lê Văn C", email="c@example.vn")
    invite(event=invited, by=coordinator)
    start, passed = timezone.now(), iter(range(1, 100))
    monkeypatch.setattr(
        "events.invitations.timezone.now", lambda: start + timedelta(minutes=11 * next(passed))
    )
    send_waiting()
    first, second = Participant.objects.order_by("pk").values_list("claimed_at", flat=True)
    assert second > first
