"""A portal with a plan that shows every state, and a leader who is signed in at a real browser."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from indicators.models import DefinitionLevel
from indicators.models.results import Status
from tests.browser.entering import COUNT
from tests.cast import Places
from tests.factories.cells import calendar, owe
from tests.factories.results import make_attainment, make_document, make_indicator, make_period, make_target


@pytest.fixture
def shown(places: Places, pin_today: Any) -> Any:
    """One target of Khánh Hòa in every state, for 2026-Q3."""
    pin_today(date(2026, 11, 21))
    plan = make_document(places.khanh_hoa, "03/KH-UBND", is_illustrative=True, note_vi="Ghi chú về văn bản.")
    period, before = make_period("2026-Q3"), make_period("2026-Q2")
    indicator = make_indicator("CQ-03", pillar="CQ")
    names = {"missed": "Tỷlệhồsơthủtụchànhchínhtrựctuyếntoàntrình" * 9, "at_risk": "Tỷ lệ hồ sơ " * 30}
    for place, status in enumerate(Status.values):
        target = make_target(
            places.khanh_hoa, indicator, plan, code=str(place + 1), name_vi=names.get(status, "")
        )
        numbers = {} if status in ("no_data", "not_due", "not_applicable") else {"value": Decimal(40 + place)}
        target.revisions.update(
            baseline=Decimal(10), baseline_on=date(2025, 12, 31), due_on=date(2026, 12, 31)
        )
        extra = (
            {"progress": Decimal("0.5"), "expected": Decimal("0.7"), "pace": Decimal("0.71")}
            if numbers
            else {}
        )
        make_attainment(target, before, status="on_track", value=Decimal(30), **extra)
        made = make_attainment(target, period, status=status, previous_value=Decimal(20), **numbers, **extra)
    return made


@pytest.fixture
def tab(live_server: Any, shown: Any, leader: Any, page: Any) -> Any:
    """A signed-in tab; whatever the console says of errors fails the test."""
    client = Client()
    client.force_login(leader)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.said = said
    return page


@pytest.fixture
def opens(tab: Any, live_server: Any) -> Callable[[str], Any]:
    def opens(address: str) -> Any:
        tab.goto(live_server.url + address)
        return tab

    return opens


@pytest.fixture
def address(places: Any, pin_today: Any) -> str:
    """The commune owes thirty indicators; the first ten are rates."""
    pin_today(date(2026, 9, 20))
    calendar(2025, 2026)
    for number in range(COUNT):
        kind = {} if number < 10 else {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}
        indicator = make_indicator(f"E-{number:02}", **kind)
        definition = indicator.definitions.get()
        if number < 10:
            definition.numerator_vi, definition.denominator_vi = "số đạt", "tổng số"
            definition.numerator_within_denominator = True
            definition.save()
        DefinitionLevel.objects.get_or_create(definition=definition, level="commune")
        owe(places.phan_rang, indicator, "commune")
    return f"/reports/{places.phan_rang.ref}/2026-Q3/"


@pytest.fixture
def visit(page: Any, live_server: Any) -> Any:
    """Open an address as somebody."""

    def open_as(user: Any, address: str) -> Any:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    return open_as
