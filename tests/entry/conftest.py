"""A commune that owes a few indicators for the third quarter of 2026, and the people who work on it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from indicators.actions.entering import CellInput, Outcome, save_cells
from indicators.entry.places import Place, place_or_404
from indicators.models import DefinitionLevel, Indicator
from tests.cast import Places
from tests.factories.cells import calendar, owe
from tests.factories.results import make_indicator

PERIOD = "2026-Q3"
DAY = date(2026, 9, 20)


@pytest.fixture
def on_time(pin_today: Callable[[date], None]) -> None:
    """A day on which the reports of the quarter can be filed."""
    pin_today(DAY)


def owed_indicator(places: Places, code: str, level: str = "commune", **definition: Any) -> Indicator:
    indicator = make_indicator(code, **definition)
    DefinitionLevel.objects.get_or_create(definition=indicator.definitions.get(), level=level)
    owe(places.phan_rang, indicator, level)
    return indicator


@pytest.fixture
def office(places: Places, on_time: None) -> Places:
    """Phan Rang owes a capped rate, a count that arises, and an amount."""
    calendar(2025, 2026)
    owed_indicator(places, "DI-01", numerator_within_denominator=True)
    owed_indicator(
        places, "DI-02", value_type="count", pooling="sum", measure_mode="flow", unit_of_measure="hồ sơ"
    )
    owed_indicator(places, "DI-03", value_type="amount", pooling="sum", unit_of_measure="tỷ đồng")
    return places


@pytest.fixture
def place(office: Places, reporter: User) -> Place:
    return place_or_404(reporter, office.phan_rang.ref, PERIOD)


@pytest.fixture
def enter(place: Place, reporter: User) -> Callable[..., Outcome]:
    """Save one cell as the reporter and answer what became of it."""

    def save(code: str, *, by: User | None = None, via: str = "form", **typed: Any) -> Outcome:
        given = CellInput(indicator=code, level="commune", **typed)
        return save_cells(place=place, inputs=[given], by=by or reporter, via=via)[0]

    return save
