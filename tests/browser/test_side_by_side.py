"""The maps, the ranking, the series and the heat map in a real browser."""

from typing import Any

import pytest

from tests.browser.test_pages import serious
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/map/?indicator=T-MAP",
    "/compare/?indicator=T-MAP&pick=P56-2025&pick=P66-2025",
    "/series/?unit=P56-2025&indicator=T-MAP",
    "/heat/?unit=VN&period=2026-Q3",
]


@pytest.fixture
def measured(shown: Any, places: Any) -> None:
    """One indicator of two provinces in two quarters, with a target of the neighbour."""
    indicator = make_indicator("T-MAP")
    for unit, numerator in ((places.khanh_hoa, 90), (places.dak_lak, 80)):
        for code in ("2026-Q2", "2026-Q3"):
            make_measurement(unit, indicator, make_period(code), numerator=numerator, denominator=100)
    make_attainment(make_target(places.dak_lak, indicator), make_period("2026-Q3"), status="missed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_page_has_no_serious_barrier(opens: Any, tab: Any, measured: None, address: str, scheme: Any) -> None:
    tab.emulate_media(color_scheme=scheme)
    assert serious(opens(address)) == []


def test_pages_fit_a_phone_and_keep_the_security_policy(opens: Any, tab: Any, measured: None) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for address in PAGES:
        opens(address)
        widths[address] = tab.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {390}, widths
    assert tab.said == []


def _focused(tab: Any) -> str:
    found: str = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    return found


def test_arrows_move_between_tiles_and_enter_opens_the_series(opens: Any, tab: Any, measured: None) -> None:
    opens(PAGES[0])
    assert tab.locator(".tile-map a[tabindex='0']").count() == 1
    tab.focus(".tile-map a[tabindex='0']")
    tab.keyboard.press("End")
    last = _focused(tab)
    tab.keyboard.press("ArrowUp")
    assert _focused(tab) != last
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/series/**")


def test_head_and_names_stay_in_sight_while_the_heat_map_scrolls(
    opens: Any, tab: Any, measured: None
) -> None:
    opens("/heat/?unit=P56-2025&by=periods")
    tab.set_viewport_size({"width": 500, "height": 600})
    before = tab.locator(".heat-corner").bounding_box()
    tab.evaluate("document.querySelector('.heat-scroll').scrollTo(200, 200)")
    assert tab.evaluate("document.querySelector('.heat-scroll').scrollTop") > 0
    assert tab.locator(".heat-corner").bounding_box() == before
