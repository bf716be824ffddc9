"""A quarter from the first key to the leader's overview, in one sitting with several people."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from indicators.actions import uploads
from indicators.engine import queue
from indicators.models import Indicator, Measurement, MeasurementVersion, Report
from tests.browser.entering import COUNT, fill, paste, saved, stored, value
from tests.factories.results import make_target
from tests.workbooks.books import edited
from tests.workbooks.conftest import SHEET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def overview(places: Any, address: str) -> str:
    """The commune's overview, with one target: at least 1,100 dossiers of the twentieth indicator."""
    indicator = Indicator.objects.get(code="E-20")
    days = {"due_on": date(2026, 12, 31), "effective_on": date(2026, 1, 1)}
    target = make_target(places.phan_rang, indicator, level="commune", threshold="1100")
    target.revisions.update(**days)
    return f"/?unit={places.phan_rang.ref}&period=2026-Q3"


def type_down(page: Any, first: str, texts: list[str]) -> None:
    """Fill a column by keys alone: each figure, then Enter."""
    page.focus(f'[name="{first}"]')
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def upload(page: Any, content: bytes, folder: Path) -> None:
    """Send a workbook by the form and let the worker check it."""
    (folder / "bao-cao.xlsx").write_bytes(content)
    page.set_input_files("#file", folder / "bao-cao.xlsx")
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(page.locator("#upload")).to_have_attribute("data-moving", "")
    assert uploads.run_next(lambda: True)


def test_report_from_first_key_to_the_leaders_overview(
    visit,
    address,
    overview,
    reporter,
    approver,
    leader,
    tmp_path,
    settings,
):
    settings.MEDIA_ROOT = tmp_path / "media"
    page = visit(leader, overview)
    expect(page.locator("main")).to_contain_text("Chưa có kết quả của Quý III/2026")
    page = visit(reporter, address)
    said = []
    page.on("pageerror", lambda problem: said.append(str(problem)))
    page.on("console", lambda line: said.append(line.text) if "Content Security" in line.text else None)
    # Keys alone: down the numerators, on through the counts, then down the denominators.
    type_down(
        page,
        "E-00:commune-numerator",
        [str(9 + n) for n in range(10)] + [str(1000 + n) for n in range(10, 25)],
    )
    # The line is cut: what is typed waits, survives a reload of the page, and is sent.
    expect(saved(page, "E-24")).to_have_text("đã lưu")
    before = stored()
    page.context.set_offline(True)
    type_down(page, "E-25:commune-value", ["1.025", "1.026"])
    expect(saved(page, "E-26")).to_have_text("chờ kết nối")
    assert stored() == before
    page.context.set_offline(False)
    page.reload()
    expect(value(page, "E-26")).to_have_value("1.026")
    expect(saved(page, "E-26")).to_have_text("đã lưu")
    type_down(page, "E-27:commune-value", ["1027", "1028", "1029"])
    type_down(page, "E-00:commune-denominator", [str(10 + n) for n in range(10)])
    expect(page.locator('[data-row="E-00:commune"] [data-result]')).to_have_text("90,00 %")
    expect(page.locator("[data-progress]")).to_have_text("30/30 chỉ tiêu đã nhập")
    # A block from Excel over four counts; one of them has two readings and is mended.
    paste(page, '[name="E-10:commune-value"]', "\n".join(["1210", "1211", "1,212", "1213"]))
    expect(page.locator('[data-row="E-12:commune"] [data-found]')).to_contain_text("hai cách hiểu")
    expect(saved(page, "E-13")).to_have_text("đã lưu")
    fill(page, "E-12", "1212")
    expect(saved(page, "E-12")).to_have_text("đã lưu")
    # The office's workbook: two errors are named and nothing is written; mended, it is.
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biểu mẫu Excel").click()
    book = Path(download.value.path()).read_bytes()
    count = MeasurementVersion.objects.count()
    wrong = {"E-00": {"numerator": 99}, "E-20": {"value": "1.120,5"}, "E-21": {"value": 1121}}
    page.get_by_role("link", name="Nhập từ Excel").click()
    upload(page, edited(book, SHEET, lambda row: wrong.get(row["indicator"])), tmp_path)
    expect(page.locator("#upload")).to_contain_text("Có 2 ô phải sửa")
    expect(page.locator("#upload tbody tr")).to_have_count(2)
    assert MeasurementVersion.objects.count() == count
    right = {"E-20": {"value": "1.120"}, "E-21": {"value": 1121}}
    page.get_by_role("link", name="Tải lên tệp khác").click()
    upload(page, edited(book, SHEET, lambda row: right.get(row["indicator"])), tmp_path)
    expect(page.locator("#upload")).to_contain_text("Sẽ ghi 2 thay đổi")
    page.get_by_role("button", name="Ghi các thay đổi này").click()
    assert uploads.run_next(lambda: True)
    expect(page.locator("#upload")).to_contain_text("Đã ghi 2 thay đổi")
    page = visit(reporter, address)
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.locator(".messages")).to_contain_text("Đã gửi báo cáo chờ duyệt")
    assert said == []
    # The approver returns one and approves the rest.
    page = visit(approver, address + "review/")
    page.check('[aria-label="E-13"]')
    page.fill("#reason", "Kiểm tra lại số hồ sơ")
    page.get_by_role("button", name="Trả lại mục đã chọn").click()
    expect(page.locator(".messages")).to_contain_text("Đã trả lại 1 số liệu")
    page.check("[data-all]")
    page.get_by_role("button", name="Duyệt mục đã chọn").click()
    expect(page.locator(".messages")).to_contain_text(f"Đã duyệt {COUNT - 1} số liệu")
    assert Measurement.objects.exclude(answer="unanswered").count() == COUNT - 1
    assert Report.objects.get().state == "returned"
    # The worker computes, and the leader's page answers.
    queue.drain(lambda: False)
    page = visit(leader, overview)
    expect(page.locator("main")).to_contain_text("1/1")
    page.get_by_role("link", name="Xem đủ 1 chỉ tiêu").click()
    expect(page.locator("#rows")).to_contain_text("1.120")
