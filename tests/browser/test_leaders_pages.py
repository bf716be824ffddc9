"""Every page of the leaders' dashboard: no barrier, no sideways scrolling, no breach, every step seen."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.house import SIGNED_BY_NOBODY, House, furnish, sign_in
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAIN, ENGLISH = slice(0, 16, 2), slice(0, 16, 5)
UNSEEN = """() => {
    const here = document.activeElement;
    if (here === document.body) return "";
    const marked = (each) => {
        const style = getComputedStyle(each);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    const tile = here.querySelector(".tile");
    const seen = [here, here.closest(".picker")].some((each) => each && marked(each))
        || (tile && parseFloat(getComputedStyle(tile).strokeWidth) > 3);
    return seen ? "" : here.outerHTML.slice(0, 120);
}"""


@pytest.fixture
def house(shown: Any, places: Any, leader: Any, coordinator: Any, settings: Any, tmp_path: Any) -> House:
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_EDITIONS = True
    return furnish(shown, places, leader, coordinator)


@pytest.fixture
def visits(
    house: House, tab: Any, live_server: Any, leader: Any, coordinator: Any, administrator: Any
) -> Callable[..., Any]:
    people = {
        "leader": leader,
        "coordinator": coordinator,
        "administrator": administrator,
        SIGNED_BY_NOBODY: None,
    }
    here = ["leader"]

    def visits(who: str, address: str) -> Any:
        if who != here[0]:
            sign_in(tab, live_server, people[who])
            here[0] = who
        answer = tab.goto(live_server.url + address)
        assert answer.status == 200, f"{who} {address}: {answer.status}"
        return tab

    return visits


def test_no_page_has_a_serious_barrier(visits: Any, house: House) -> None:
    pages = list(house.all_pages())
    assert len(pages) >= 25
    assert {each: found for each in pages if (found := serious(visits(*each)))} == {}


def test_dark_pages_have_no_serious_barrier(visits: Any, house: House, tab: Any) -> None:
    tab.emulate_media(color_scheme="dark")
    pages = house.pages["leader"][MAIN]
    # Only colours differ by night.
    found = {each: serious(visits("leader", each), "color-contrast") for each in pages}
    assert {each: barriers for each, barriers in found.items() if barriers} == {}


def test_dark_pages_of_programs_have_no_serious_barrier(visits: Any, house: House, tab: Any) -> None:
    tab.emulate_media(color_scheme="dark")
    pages = [(who, each) for who in ("administrator", SIGNED_BY_NOBODY) for each in house.pages[who]]
    found = {each: serious(visits(*each), "color-contrast") for each in pages}
    assert {each: barriers for each, barriers in found.items() if barriers} == {}


def test_english_pages_have_no_serious_barrier(visits: Any, house: House, tab: Any, live_server: Any) -> None:
    tab.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    pages = house.pages["leader"][ENGLISH]
    assert {each: found for each in pages if (found := serious(visits("leader", each)))} == {}
    assert tab.evaluate("document.documentElement.lang") == "en"


def test_pages_fit_every_screen_and_keep_the_security_policy(visits: Any, house: House, tab: Any) -> None:
    wide = {}
    for each in house.all_pages():
        visits(*each)
        for width, height in ((1366, 768), (390, 844)):
            tab.set_viewport_size({"width": width, "height": height})
            if (found := tab.evaluate("document.documentElement.scrollWidth")) != width:
                wide[each, width] = found
    assert wide == {}
    assert tab.said == []


@pytest.mark.parametrize(
    ("who", "number"),
    [("leader", 0), ("leader", 3), ("leader", 10), ("administrator", 2), ("administrator", 6)],
)
def test_every_step_of_the_keyboard_is_seen(
    visits: Any, house: House, tab: Any, who: str, number: int
) -> None:
    visits(who, house.pages[who][number])
    unseen = set()
    for _step in range(45):
        tab.keyboard.press("Tab")
        unseen.add(tab.evaluate(UNSEEN))
    assert unseen == {""}
