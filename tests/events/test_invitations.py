"""Invitations: each address once, with the event as a file, and no address anywhere else."""

from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused

import icalendar
import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEntry, User
from events.actions.inviting import invite
from events.actions.keeping import EventError
from events.actions.parts import add_participant
from events.invitations import CLAIM, send_waiting
from events.models import Participant
from events.tasks import send_invitations
from tests.events.making import make_event


@pytest.fixture
def event(places, pin_today, settings, monkeypatch):
    pin_today(date(2026, 11, 10))
    settings.PORTAL_URL = "https://chitieu.example.vn"
    monkeypatch.setattr("events.actions.inviting.ring_invitations", lambda: None)
    return make_event(places.khanh_hoa, place="Nha Trang")


@pytest.fixture
def people(event, coordinator, leader):
    User.objects.filter(pk=leader.pk).update(email="leader@example.vn")
    leader.refresh_from_db()
    add_participant(event=event, by=coordinator, user=leader)
    add_participant(event=event, by=coordinator, full_name="Lê Văn B", email="b@example.vn")
    add_participant(event=event, by=coordinator, organisation="Viễn thông")


def to():
    return sorted(address for message in mail.outbox for address in message.to)


def test_everybody_with_an_address_is_written_to(event, people, coordinator):
    assert invite(event=event, by=coordinator) == 2
    send_invitations()
    assert to() == ["b@example.vn", "leader@example.vn"]
    assert Participant.objects.filter(invited_at__isnull=False).count() == 2


def test_the_letter_carries_the_event_as_a_file(event, people, coordinator):
    invite(event=event, by=coordinator)
    send_waiting()
    [message] = [each for each in mail.outbox if each.to == ["leader@example.vn"]]
    assert message.subject == "Giấy mời: Hội nghị đánh giá"
    assert "Nha Trang" in message.body
    assert f"https://chitieu.example.vn/events/{event.pk}/" in message.body
    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("su-kien.ics", "text/calendar")
    [found] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert found.decoded("dtstart") == event.starts_on


def test_a_second_asking_writes_to_nobody_twice(event, people, coordinator):
    invite(event=event, by=coordinator)
    send_waiting()
    assert invite(event=event, by=coordinator) == 0
    send_waiting()
    assert len(mail.outbox) == 2


def test_a_new_address_is_written_to(event, people, coordinator):
    invite(event=event, by=coordinator)
    send_waiting()
    Participant.objects.filter(email="b@example.vn").update(email="moi@example.vn")
    assert invite(event=event, by=coordinator) == 1
    send_waiting()
    assert to()[-1] == "moi@example.vn"


def test_two_people_at_one_address_get_one_letter(event, people, coordinator):
    add_participant(event=event, by=coordinator, full_name="Thư ký", email="LEADER@example.vn")
    assert invite(event=event, by=coordinator) == 2


def test_a_refused_letter_is_tried_again_after_ten_minutes(event, people, coordinator, monkeypatch):
    invite(event=event, by=coordinator)

    def refuse(self, *args, **kwargs):
        raise SMTPRecipientsRefused({})

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert send_waiting() == 0
    assert send_waiting() == 0
    Participant.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    assert send_waiting() == 2


def test_nobody_is_invited_to_what_is_over_or_cancelled(event, people, coordinator, pin_today):
    pin_today(date(2026, 11, 13))
    with pytest.raises(EventError):
        invite(event=event, by=coordinator)
    pin_today(date(2026, 11, 10))
    type(event).objects.update(cancelled=True, cancel_reason="Bão")
    with pytest.raises(EventError):
        invite(event=event, by=coordinator)
    assert not Participant.objects.exclude(invited_to="").exists()


def test_addresses_are_neither_in_the_api_nor_in_the_trail(event, people, coordinator, client):
    invite(event=event, by=coordinator)
    client.force_login(coordinator)
    assert b"example.vn" not in client.get(f"/api/v1/events/{event.pk}/").content
    trail = str(list(AuditEntry.objects.values_list("before", "after", "reason")))
    assert "@example.vn" not in trail


def test_only_who_keeps_the_event_sees_whether_one_was_invited(event, people, coordinator, leader, client):
    invite(event=event, by=coordinator)
    for person, seen in ((coordinator, True), (leader, False)):
        client.force_login(person)
        page = client.get(f"/events/{event.pk}/").content.decode()
        assert ("đang gửi giấy mời" in page) is seen
        assert "@example.vn" not in page


def test_one_says_for_oneself_whether_one_comes(event, people, leader, approver, client):
    row = Participant.objects.get(user=leader)
    client.force_login(approver)
    assert client.post(f"/events/participants/{row.pk}/answer/", {"answer": "comes"}).status_code == 404
    client.force_login(leader)
    client.post(f"/events/participants/{row.pk}/answer/", {"answer": "comes"})
    row.refresh_from_db()
    assert row.answer == "comes"


def test_nobody_is_listed_twice(event, people, coordinator, leader):
    for fields in ({"user": leader}, {"full_name": "B", "email": "B@example.vn"}, {}):
        with pytest.raises(EventError):
            add_participant(event=event, by=coordinator, **fields)
