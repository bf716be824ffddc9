"""An event of Khánh Hòa with what hangs on it, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from events.models import Event, EventPoint
from provinces.models import Unit

DAY = date(2026, 11, 12)
TODAY = date(2026, 11, 21)


def make_event(unit: Unit, **fields: Any) -> Event:
    made_up = {"kind": "review_conference", "title_vi": "Hội nghị đánh giá", "starts_on": DAY}
    said = made_up | fields
    return Event.objects.create(unit=unit, **{"ends_on": said["starts_on"]} | said)


def make_points(event: Event, *texts: str, kind: str = "conclusion") -> list[EventPoint]:
    return [
        EventPoint.objects.create(event=event, kind=kind, position=place, text_vi=text)
        for place, text in enumerate(texts, 1)
    ]
