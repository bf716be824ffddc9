"""An owner reports progress with a file, the leader sees what is overdue and reads of it."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Role, User
from resolutions.actions.tasks import Step, assign
from tests.browser.house import sign_in
from tests.cast import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(shown: Any, places: Any, coordinator: Any, settings: Any, tmp_path: Any) -> User:
    settings.MEDIA_ROOT = tmp_path
    person = make_person("owner", Role.REPORTER, agency=places.department, full_name="Lê Thị Sở")
    for title, day in (("Xóa vùng lõm sóng", date(2026, 10, 31)), ("Tập huấn", date(2026, 12, 15))):
        assign(
            unit=places.khanh_hoa,
            title_vi=title,
            due_on=day,
            by=coordinator,
            lead=places.department,
            steps=[Step("Khảo sát", date(2026, 11, 30)), Step("Nghiệm thu")],
        )
    return person


def test_owner_reports_and_leader_sees_the_overdue(
    owner: User, opens: Any, tab: Any, live_server: Any, leader: User
) -> None:
    sign_in(tab, live_server, owner)
    page = opens("/reports/")
    page.get_by_role("link", name="Xóa vùng lõm sóng").click()
    page.get_by_label("Việc đã làm").first.fill("Đã khảo sát 12/14 điểm.")
    page.locator("#id_progress-proof").set_input_files(
        [{"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a"}]
    )
    page.get_by_role("button", name="Ghi nhận tiến độ").click()
    expect(page.locator("main")).to_contain_text("Đã ghi nhận tiến độ.")
    page.get_by_role("button", name="Xong hôm nay: Khảo sát").click()
    expect(page.locator(".steps-list li").first).to_contain_text("xong 21/11/2026")
    sign_in(tab, live_server, leader)
    page = opens("/?unit=P56-2025&period=2026-Q3")
    overdue = page.locator("section[aria-labelledby=overdue-tasks]")
    expect(overdue).to_contain_text("0/2 nhiệm vụ hoàn thành")
    overdue.get_by_role("link", name="0/2 nhiệm vụ hoàn thành").click()
    page.get_by_role("link", name="Quá hạn 1", exact=True).click()
    expect(page.locator(".task-list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Xóa vùng lõm sóng").click()
    expect(page.locator("section[aria-labelledby=progress]")).to_contain_text("Đã khảo sát 12/14 điểm.")
    with page.expect_download() as download:
        page.get_by_role("link", name="bien-ban.pdf").click()
    assert download.value.suggested_filename == "bien-ban.pdf"
    assert tab.said == []
