"""A coordinator turns conclusions into tasks in a real browser; the month is read with the keyboard."""

from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from events.models import EventSite, Outcome, Participant
from resolutions.models import Task
from tests.browser.house import sign_in
from tests.cast import Places
from tests.events.making import TODAY, make_event, make_points

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def event(places: Places, coordinator: Any, leader: Any, pin_today: Any) -> Any:
    pin_today(TODAY)
    made = make_event(places.khanh_hoa, agenda_vi="08:00 Khai mạc", is_illustrative=True)
    make_points(made, "Phủ sóng 5G và xóa vùng lõm sóng", "Chữ ký số cho 100 % cán bộ", "Kế hoạch năm")
    make_points(made, "Đầu tư hạ tầng", kind="request")
    EventSite.objects.create(event=made, count=21)
    Outcome.objects.create(event=made, label_vi="Điện thoại thông minh", value=81, unit_of_measure="chiếc")
    Participant.objects.create(event=made, user=leader)
    return made


def test_a_coordinator_turns_conclusions_into_tasks(
    page: Any, live_server: Any, event: Any, coordinator: Any, leader: Any, places: Places
) -> None:
    sign_in(page, live_server, coordinator)
    page.goto(f"{live_server.url}/events/{event.pk}/")
    page.get_by_label("Hạn hoàn thành: Phủ sóng 5G").fill("30/12/2026")
    page.get_by_label("Cơ quan chủ trì: Phủ sóng 5G").select_option(label="Sở KH&CN Khánh Hòa")
    page.get_by_label("Người: Phủ sóng 5G").select_option(str(leader.pk))
    page.get_by_label("Hạn hoàn thành: Chữ ký số").fill("mai")
    page.get_by_role("button", name="Giao thành nhiệm vụ").click()
    # One row that cannot be read assigns nothing, and what was typed is still there.
    assert page.get_by_text("Chưa giao nhiệm vụ nào").is_visible()
    assert page.get_by_label("Hạn hoàn thành: Phủ sóng 5G").input_value() == "30/12/2026"
    assert Task.objects.count() == 0

    page.get_by_label("Hạn hoàn thành: Chữ ký số").fill("20/11/2026")
    page.get_by_role("button", name="Giao thành nhiệm vụ").click()
    assert page.get_by_text("Đã giao 2 nhiệm vụ.").is_visible()
    row = page.get_by_role("row", name="Phủ sóng 5G")
    assert row.locator(".chip.is-not-due").is_visible()
    assert row.get_by_text("30/12/2026").is_visible()
    assert page.get_by_role("row", name="Chữ ký số").get_by_text("Quá hạn").is_visible()
    first = Task.objects.get(title_vi__startswith="Phủ sóng")
    assert (first.lead, first.person, first.due_on) == (places.department, leader, date(2026, 12, 30))


@pytest.mark.parametrize(
    "address", ["/events/?month=2026-11", "/events/list/", "/events/{pk}/", "/events/new/"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_the_way(
    address: str, scheme: Any, page: Any, live_server: Any, event: Any, coordinator: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, live_server, coordinator)
    page.goto(live_server.url + address.format(pk=event.pk))
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_pages_fit_every_width(width: int, page: Any, live_server: Any, event: Any, coordinator: Any) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live_server, coordinator)
    addresses = (
        "/events/?month=2026-11",
        "/events/list/",
        f"/events/{event.pk}/",
        "/events/new/",
        "/events/feed/",
    )
    for address in addresses:
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_month_is_walked_with_the_keyboard(page: Any, live_server: Any, event: Any, leader: Any) -> None:
    sign_in(page, live_server, leader)
    page.goto(f"{live_server.url}/events/?month=2026-10")
    page.get_by_role("link", name="Tháng sau").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**month=2026-11**")
    link = page.get_by_role("cell", name="12").get_by_role("link", name="Hội nghị đánh giá")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/events/{event.pk}/")
    assert page.get_by_role("heading", level=1, name="Hội nghị đánh giá").is_visible()
