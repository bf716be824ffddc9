"""Reasons that are sent beside a form."""

import pytest

from accounts.models import AuditEntry
from events.models import Event
from tests.events.making import TODAY, make_event


@pytest.fixture
def sent(client, coordinator, pin_today):
    pin_today(TODAY)
    client.force_login(coordinator)
    return client.post


def test_a_reason_holds_nothing_that_cannot_be_stored(places, sent):
    event = make_event(places.khanh_hoa)
    sent(f"/events/{event.pk}/cancel/", {"reason": "Bão\0 số 9"})
    assert Event.objects.get().cancel_reason == "Bão số 9"
    assert AuditEntry.objects.get(action="event.cancelled").reason == "Bão số 9"


def test_a_reason_of_nothing_but_unseen_signs_is_none(places, sent):
    event = make_event(places.khanh_hoa)
    sent(f"/events/{event.pk}/cancel/", {"reason": "\0\0"})
    assert not Event.objects.get().cancelled
