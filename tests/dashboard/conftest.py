"""Ninh Thuận with a plan of 2023 whose results a test stores itself; people who read them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from indicators.models import Attainment
from resolutions.models import Document
from tests.cast import Places
from tests.factories.reference import reference  # noqa: F401 (a fixture for the modules here)
from tests.factories.results import make_attainment, make_document, make_indicator, make_target


@pytest.fixture
def plan(places: Places) -> Document:
    return make_document(places.ninh_thuan, "32/KH-UBND")


@pytest.fixture
def judge(places: Places, plan: Document) -> Any:
    """Stores the verdict of one target of Ninh Thuận; fields of the attainment by name."""

    def judge(
        status: str = "met", *, unit: Any = None, document: Any = None, period: Any = None, **fields: Any
    ) -> Attainment:
        made = {
            name: fields.pop(name)
            for name in ("level", "owner", "threshold", "name_vi", "name_en", "code", "parent", "owner_note")
            if name in fields
        }
        indicator = fields.pop("indicator", None) or make_indicator(pillar=fields.pop("pillar", ""))
        unit = unit or places.ninh_thuan
        target = make_target(unit, indicator, document or plan, **made)
        return make_attainment(target, period, status=status, **fields)

    return judge


@pytest.fixture
def reads(client: Client, leader: User) -> Client:
    """The leader of Khánh Hòa, which Ninh Thuận merged into, at a browser."""
    client.force_login(leader)
    return client


@pytest.fixture
def signed_in(client: Client) -> Any:
    def signed_in(person: User) -> Client:
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture(autouse=True)
def the_day(pin_today: Any) -> None:
    pin_today(date(2026, 11, 21))
