"""From the overview to the answer: a leader asks about a red target, its owner answers, both read it."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.house import House, furnish, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(shown: Any, places: Any, leader: Any, coordinator: Any, settings: Any, tmp_path: Any) -> House:
    settings.MEDIA_ROOT = tmp_path
    return furnish(shown, places, leader, coordinator)


def test_leader_asks_and_reads_the_answer(house: House, opens: Any, live_server: Any, leader: Any) -> None:
    page = opens("/")
    page.locator(f'.table-unmet a[href^="/targets/{house.missed.pk}/"]').click()
    page.get_by_role("link", name="Yêu cầu giải trình").click()
    page.get_by_label("Nội dung cần giải trình").fill("Vì sao chưa đạt?")
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.locator("#explanations")).to_contain_text("Chưa có trả lời")
    sign_in(page, live_server, house.owner)
    page.goto(live_server.url + "/reports/")
    page.locator("main").get_by_role("link", name=re.compile("Tỷlệhồsơ")).first.click()
    page.locator("main textarea").fill("Hai xã mất đường truyền trong tháng 9.")
    page.get_by_role("button", name="Gửi giải trình").click()
    sign_in(page, live_server, leader)
    page.goto(f"{live_server.url}/targets/{house.missed.pk}/?period=2026-Q3")
    expect(page.locator("#explanations blockquote")).to_contain_text("Hai xã mất đường truyền")
    expect(page.locator("#explanations blockquote")).to_contain_text("Lê Thị Sở")


def test_evidence_is_two_clicks_from_the_overview(house: House, opens: Any) -> None:
    page = opens("/")
    page.locator(f'.table-unmet a[href^="/targets/{house.missed.pk}/"]').click()
    with page.expect_download() as download:
        page.get_by_role("link", name="bien-ban-kiem-tra.pdf").click()
    assert download.value.suggested_filename == "bien-ban-kiem-tra.pdf"
