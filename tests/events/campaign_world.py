"""A campaign of Khánh Hòa from 01/06 to 30/09/2026: it crosses the cut-offs 14/06 and 14/09."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from events.actions.campaigns import Typed, add_goal, save_figures
from events.models import CampaignFigure, CampaignGoal, Event
from indicators.models import DefinitionLevel, Indicator
from provinces.models import Unit
from tests.cast import Places
from tests.factories.cells import calendar, owe
from tests.factories.results import make_indicator

FIRST, LAST, TODAY = date(2026, 6, 1), date(2026, 9, 30), date(2026, 10, 5)


def make_campaign(unit: Unit, **fields: Any) -> Event:
    made_up = {"starts_on": FIRST, "ends_on": LAST, "title_vi": "Phong trào: 100 ngày cao điểm"}
    return Event.objects.create(unit=unit, kind="campaign", **made_up | fields)


def counted(code: str, **definition: Any) -> Indicator:
    """A count that arises, owed by communes at their own level."""
    made_up = {"value_type": "count", "pooling": "sum", "measure_mode": "flow", "unit_of_measure": "người"}
    indicator = make_indicator(code, **made_up | definition)
    DefinitionLevel.objects.get_or_create(definition=indicator.definitions.get(), level="commune")
    return indicator


def make_goal(event: Event, indicator: Indicator, value: int = 1000) -> CampaignGoal:
    return add_goal(event=event, indicator=indicator, value=Decimal(value), level="commune", by=None)


@pytest.fixture
def campaign(places: Places, pin_today: Callable[[date], None]) -> Event:
    pin_today(TODAY)
    calendar(2026)
    return make_campaign(places.khanh_hoa)


@pytest.fixture
def goal(campaign: Event, places: Places) -> CampaignGoal:
    indicator = counted("C-01")
    owe(places.phan_rang, indicator, "commune")
    return make_goal(campaign, indicator)


@pytest.fixture
def say(goal: CampaignGoal, places: Places, reporter: User) -> Callable[..., int]:
    """One figure of Phan Rang: its text, the first day and the last where it is not the same."""

    def save(text: str, first: date, last: date | None = None, **fields: Any) -> int:
        unit = fields.pop("unit", places.phan_rang)
        by = fields.pop("by", reporter)
        found = CampaignFigure.objects.live().filter(goal=goal, unit=unit, from_on=first, to_on=last or first)
        base = fields.pop("base", found.values_list("pk", flat=True).first())
        typed = [Typed(goal.pk, first, last or first, text, base)]
        return save_figures(event=goal.event, unit=unit, typed=typed, by=by, **fields)

    return save
