"""What only a real browser can tell: accessibility, the security policy, the keyboard, small screens."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TARGET = "/targets/{target}/?period=2026-Q3"
PAGES = ["/", TARGET, "/rules/", "/accounts/password/change/", "/?unit=P99"]
SERIOUS = {"serious", "critical"}


def serious(page: Any, *rules: str) -> list[str]:
    """The serious barriers of a page, by these rules of axe alone if any are named."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def shown_address(address: str, shown: Any) -> str:
    return address.format(target=shown.target_id)


@pytest.mark.parametrize("address", PAGES)
def test_page_has_no_serious_barrier(opens, shown, address):
    assert serious(opens(shown_address(address, shown))) == []


@pytest.mark.parametrize("address", ["/", TARGET])
def test_dark_page_has_no_serious_barrier(opens, tab, shown, address):
    tab.emulate_media(color_scheme="dark")
    assert serious(opens(shown_address(address, shown))) == []


def test_a_barrier_would_be_found(opens, tab):
    opens("/")
    tab.evaluate("document.querySelector('main').append(document.createElement('select'))")
    assert [each for each in serious(tab) if each.startswith("select-name")]


def test_sign_in_page_has_no_serious_barrier(page, live_server):
    page.goto(live_server.url + "/accounts/login/")
    assert serious(page) == []


def test_pages_break_no_rule_of_the_security_policy(opens, tab, shown):
    for address in PAGES[:3]:
        opens(shown_address(address, shown))
    assert tab.said == []


def test_pages_fit_a_phone(opens, tab, shown):
    tab.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for address in PAGES[:3]:
        opens(shown_address(address, shown))
        widths[address] = tab.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {390}


def test_first_tab_skips_to_the_content(opens, tab):
    opens("/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_keyboard_alone_reaches_the_pickers_and_opens_a_row(opens, tab):
    opens("/")
    reached = []
    for _step in range(60):
        tab.keyboard.press("Tab")
        here = tab.evaluate(
            "document.activeElement.name || document.activeElement.getAttribute('href') || ''"
        )
        reached.append(here)
        if here.startswith("/targets/"):
            break
    assert {"unit", "period"} <= set(reached)
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"/targets/\d+/"))


def test_period_chosen_with_the_keyboard_waits_for_enter(opens, tab):
    opens("/")
    tab.focus("select[name=period]")
    tab.keyboard.press("ArrowDown")
    assert "period=" not in tab.url
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"period=2026-Q2"))


def test_period_chosen_with_the_mouse_opens_at_once(opens, tab):
    opens("/")
    tab.dispatch_event("select[name=period]", "pointerdown")
    tab.select_option("select[name=period]", "2026-Q2")
    tab.wait_for_url(re.compile(r"period=2026-Q2"))


def test_theme_switch_stays_on_the_next_page(opens, tab):
    opens("/")
    tab.click("[data-theme-switch]")
    opens("/rules/")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_language_switch_turns_the_page_english(opens, tab):
    opens("/")
    tab.click("form.language button")
    tab.wait_for_load_state()
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert "targets met or exceeded" in tab.inner_text("main")
