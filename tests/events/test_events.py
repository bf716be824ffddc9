"""What the database holds about events, and their administration."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from events.models import Event
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


def make_event(**fields: Any) -> Event:
    made_up = {
        "kind": "workshop",
        "starts_on": date(2025, 10, 15),
        "ends_on": date(2025, 10, 15),
        "title_vi": "Hội thảo",
    }
    unit = fields.pop("unit", None) or make_unit()
    return Event.objects.create(unit=unit, **made_up | fields)


def test_event_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(IntegrityError, match="event_ends_after_it_begins"):
        make_event(ends_on=date(2025, 10, 14))


def test_event_made_twice_is_refused() -> None:
    unit = make_unit()
    make_event(unit=unit)
    with pytest.raises(IntegrityError):
        make_event(unit=unit)


def test_event_is_found_by_its_title(client: Client, administrator: User) -> None:
    make_event(title_vi="Hội thảo chuyển đổi số")
    make_event(title_vi="Lễ khởi động")
    client.force_login(administrator)
    page = client.get("/admin/events/event/", {"q": "khởi động"})
    assert [row.title_vi for row in page.context["cl"].result_list] == ["Lễ khởi động"]


def test_event_can_be_opened(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    assert client.get(f"/admin/events/event/{make_event().pk}/change/").status_code == 200
