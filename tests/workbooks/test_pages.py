"""The pages around a workbook: download, upload, the dry run's results, confirming, and who sees what."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from indicators.actions import uploads
from indicators.models import MeasurementVersion, Upload
from tests.entry.conftest import PERIOD, owed_indicator
from tests.factories.cells import owe
from tests.workbooks.books import edited, sheets_of
from tests.workbooks.conftest import SHEET


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser(reporter):
    client = Client()
    client.force_login(reporter)
    return client


def send(browser, content, name="a.xlsx"):
    return browser.post("/reports/workbooks/", {"file": SimpleUploadedFile(name, content)})


def rows_in(answer):
    names, _headings, *rows = sheets_of(answer.content)[SHEET]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_report_is_downloaded_by_whoever_may_read_it(office, browser, leader, neighbour, outsider):
    address = f"/reports/workbooks/download/?period={PERIOD}&unit={office.phan_rang.ref}"
    answer = browser.get(address)
    assert [each["indicator"] for each in rows_in(answer)] == ["DI-01", "DI-02", "DI-03"]
    assert answer["Content-Disposition"].startswith("attachment")
    codes = {}
    for person in (leader, neighbour, outsider):
        client = Client()
        client.force_login(person)
        codes[person.username] = client.get(address).status_code
    assert codes == {"leader": 200, "neighbour": 404, "outsider": 404}


def test_many_reports_come_in_one_workbook(office, browser, django_assert_max_num_queries):
    for name in ("A", "B", "C"):
        indicator = owed_indicator(office, f"M-{name}")
        owe(office.cam_ranh, indicator, "commune")
    with django_assert_max_num_queries(25):
        rows = rows_in(browser.get(f"/reports/workbooks/download/?period={PERIOD}"))
    assert {each["unit"] for each in rows} == {office.phan_rang.ref}
    assert len(rows) == 6


def test_report_out_of_reach_is_not_among_many(office, browser):
    asked = f"/reports/workbooks/download/?period={PERIOD}&report={office.cam_ranh.ref}|"
    assert browser.get(asked).status_code == 404


def test_upload_is_followed_to_its_end(browser, book):
    answer = send(
        browser, edited(book(), SHEET, lambda row: {"value": 7} if row["indicator"] == "DI-02" else {})
    )
    address = answer.url
    assert "data-moving" in browser.get(address).content.decode()
    uploads.run_next(lambda: True)
    page = browser.get(address).content.decode()
    assert "Sẽ ghi 1 thay đổi" in page
    assert re.search(r"G4.*DI-02.*–.*7", page, re.S)
    assert browser.post(f"{address}confirm/").url == address
    uploads.run_next(lambda: True)
    assert "Đã ghi 1 thay đổi" in browser.get(address).content.decode()
    assert MeasurementVersion.objects.get().value == 7


def test_bad_cells_are_listed_with_how_to_mend_them(browser, book):
    answer = send(
        browser, edited(book(), SHEET, lambda row: {"value": "x"} if row["indicator"] == "DI-02" else {})
    )
    uploads.run_next(lambda: True)
    page = browser.get(answer.url).content.decode()
    assert "Có 1 ô phải sửa" in page
    assert "M4" in page
    assert "“x” không phải là số" in page
    assert 'value="Ghi' not in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"not a zip", "không đúng"),
        ("a.pdf", b"%PDF-1.7", "xlsx, ods"),
        ("a.xlsm", b"PK", "xlsx, ods"),
        ("a.xlsx", b"", "Tệp không có nội dung"),
    ],
)
def test_file_that_may_not_be_read_is_refused_in_words(browser, place, name, content, words):
    answer = send(browser, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


def test_upload_is_its_uploaders_alone(office, browser, book, approver, administrator, leader):
    address = send(browser, book()).url
    for person in (approver, administrator, leader):
        client = Client()
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}confirm/").status_code == 404
        assert client.post(f"{address}cancel/").status_code == 404


def test_page_of_workbooks_is_for_who_enters(office, browser, approver, leader, outsider):
    assert browser.get("/reports/workbooks/").status_code == 200
    for person in (approver, leader, outsider):
        client = Client()
        client.force_login(person)
        assert client.get("/reports/workbooks/").status_code == 404


@pytest.mark.parametrize("count", [1, 300])
def test_upload_page_takes_the_same_queries(browser, book, count, reporter, django_assert_num_queries):
    address = send(browser, book()).url
    sent = Upload.objects.get()
    sent.lines.model.objects.bulk_create(
        sent.lines.model(upload=sent, kind="problem", cell=f"A{n}", message="x") for n in range(count)
    )
    with django_assert_num_queries(8):
        assert browser.get(address).status_code == 200
