"""Campaigns and roll-outs in a real browser: no barriers, on a phone, by keys and without a script."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Membership, Role
from events.actions.campaigns import Typed, save_figures
from events.models import CampaignFigure, RollOut, RollOutUnit
from indicators.actions.load_periods import load_periods
from indicators.models import Measurement, Period
from tests.browser.test_pages import serious
from tests.events.campaign_world import counted, make_campaign, make_goal
from tests.factories.cells import owe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY, DAY = date(2026, 10, 5), date(2026, 9, 15)


@pytest.fixture
def pages(shown: Any, places: Any, leader: Any, pin_today: Any) -> dict[str, str]:
    """A campaign with a figure, a roll-out with its pilot; the leader reports for Phan Rang as well."""
    pin_today(TODAY)
    # The scoreboard of these tests brings a third quarter of its own.
    Period.objects.filter(code="2026-Q3").update(starts_on=date(2026, 6, 15), cutoff_on=date(2026, 9, 14))
    load_periods(years=(2026,))
    Membership.objects.create(user=leader, role=Role.REPORTER, unit=places.phan_rang)
    Membership.objects.create(user=leader, role=Role.COORDINATOR, unit=places.khanh_hoa)
    event = make_campaign(places.khanh_hoa)
    indicator = counted("C-01")
    owe(places.phan_rang, indicator, "commune")
    goal = make_goal(event, indicator)
    save_figures(event=event, unit=places.phan_rang, typed=[Typed(goal.pk, DAY, DAY, "12")], by=leader)
    roll_out = RollOut.objects.create(unit=places.khanh_hoa, event=event, title_vi="Thí điểm")
    pilot = {"is_pilot": True, "state": "reached", "reached_on": DAY}
    RollOutUnit.objects.create(roll_out=roll_out, unit=places.phan_rang, **pilot)
    RollOutUnit.objects.create(roll_out=roll_out, unit=places.cam_ranh)
    campaign, unit = f"/events/{event.pk}/campaign/", f"units/{places.phan_rang.ref}/"
    return {
        "list": "/campaigns/",
        "campaign": campaign,
        "goals": f"{campaign}goals/",
        "entry": f"{campaign}{unit}?week=2026-09-14",
        "quarters": f"{campaign}{unit}quarters/",
        "roll-out": f"/rollouts/{roll_out.pk}/",
        "state": f"/rollouts/{roll_out.pk}/{unit}",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_serious_barrier(opens: Any, tab: Any, pages: dict[str, str], scheme: Any) -> None:
    tab.emulate_media(color_scheme=scheme)
    assert {name: found for name, path in pages.items() if (found := serious(opens(path)))} == {}


def test_pages_fit_a_phone_and_keep_the_security_policy(opens: Any, tab: Any, pages: dict[str, str]) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    widths = {}
    for name, path in pages.items():
        opens(path)
        widths[name] = tab.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {390}, widths
    assert tab.said == []


def test_week_is_typed_by_keys_and_posted_to_its_quarter(
    opens: Any, tab: Any, pages: dict[str, str], places: Any
) -> None:
    opens(pages["entry"])
    first = tab.locator("input.cell").nth(2)
    assert first.get_attribute("aria-label").endswith("16/09/2026")
    first.focus()
    tab.keyboard.type("1.250")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".message-success")
    assert sorted(CampaignFigure.objects.live().values_list("value", flat=True)) == [12, 1250]
    opens(pages["quarters"])
    tab.click("main button[type=submit]")
    tab.wait_for_selector(".message-success")
    version = Measurement.objects.get(period__code="2026-Q4").working_version
    assert version is not None
    assert version.value == 1262


def test_arrows_move_between_tiles(opens: Any, tab: Any, pages: dict[str, str]) -> None:
    opens(pages["roll-out"])
    tab.focus(".tile-map a[tabindex='0']")
    tab.keyboard.press("ArrowRight")
    assert "Phan Rang" in tab.evaluate("document.activeElement.getAttribute('aria-label')")
    tab.keyboard.press("Enter")
    assert tab.url.endswith(RollOutUnit.objects.get(is_pilot=True).unit.ref)
