"""A set-up workbook on its way: received, checked, confirmed, written; and what it asks of the database."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import Membership, Role, User
from indicators.actions import uploads
from indicators.models import Indicator, Obligation, Upload, UploadKind, UploadState
from tests.cast import Places
from tests.factories.cells import owe
from tests.factories.units import make_unit
from tests.workbooks.setting_up import (
    HEADINGS,
    counted,
    counts,
    duty,
    file_of,
    person,
    role,
    rows_of,
    run,
    sheets_of,
)

PAGE = "/reports/setup/"


@pytest.fixture(autouse=True)
def kept_apart(settings: Any, tmp_path: Any, pin_today: Callable[[date], None]) -> None:
    settings.MEDIA_ROOT = tmp_path
    pin_today(date(2026, 9, 20))


@pytest.fixture
def sheets(places: Places) -> dict[str, Any]:
    counted("DI-01")
    return sheets_of(
        people=[person("an.nguyen", "Nguyễn Văn An", "an@gov.vn")],
        roles=[role("an.nguyen", places.phan_rang)],
        obligations=[duty(places.phan_rang, "DI-01"), duty(places.cam_ranh, "DI-01")],
    )


def receive(by: User, content: bytes, name: str = "thiết lập.xlsx") -> Upload:
    return uploads.receive(by=by, kind=UploadKind.SETUP, name=name, content=content)


def run_worker(upload: Upload) -> Upload:
    while uploads.run_next(lambda: True):
        pass
    upload.refresh_from_db()
    return upload


def lines(upload: Upload) -> list[tuple[str, str, str]]:
    return [(each.kind, each.cell, each.code) for each in upload.lines.all()]


def test_checked_confirmed_and_written(sheets: dict[str, Any], coordinator: User, places: Places) -> None:
    before = counts()
    upload = run_worker(receive(coordinator, file_of(sheets)))
    assert (upload.state, upload.rows_total, upload.rows_read, upload.written) == ("checked", 4, 4, 0)
    assert lines(upload) == [
        ("difference", "A2", "person.new"),
        ("difference", "A2", "role.new"),
        ("difference", "C2", "obligation.new"),
        ("difference", "C3", "obligation.new"),
    ]
    assert counts() == before

    uploads.confirm(upload=upload)
    assert run_worker(upload).state == UploadState.DONE
    assert upload.written == 4
    assert User.objects.get(username="an.nguyen").memberships.get().unit == places.phan_rang
    assert Obligation.objects.count() == 2

    after = counts()
    again = run_worker(receive(coordinator, file_of(sheets)))
    assert (again.state, again.written, lines(again)) == (UploadState.DONE, 0, [])
    assert counts() == after


def test_workbook_with_one_mistake_writes_nothing(sheets: dict[str, Any], coordinator: User) -> None:
    sheets["Roles"].append(role("an.nguyen", "P99"))
    before = counts()
    upload = run_worker(receive(coordinator, file_of(sheets)))
    assert upload.state == UploadState.REFUSED
    assert ("problem", "C3", "unit.unknown") in lines(upload)
    assert len(lines(upload)) == 5
    assert counts() == before


def test_cancelled_workbook_writes_nothing(sheets: dict[str, Any], coordinator: User) -> None:
    before = counts()
    upload = run_worker(receive(coordinator, file_of(sheets)))
    uploads.cancel(upload=upload)
    assert run_worker(upload).state == UploadState.CANCELLED
    assert counts() == before


@pytest.mark.parametrize("change", ["taken", "role", "owed"])
def test_what_changed_after_the_check_is_not_written(
    sheets: dict[str, Any], coordinator: User, places: Places, change: str
) -> None:
    """Checked again when it is written: by what holds then, and all or nothing."""
    upload = run_worker(receive(coordinator, file_of(sheets)))
    if change == "taken":
        User.objects.create(username="an.nguyen")
    elif change == "role":
        coordinator.memberships.update(valid_to=date(2026, 9, 19))
    else:
        owe(places.cam_ranh, Indicator.objects.get(code="DI-01"), "commune")
    before = counts()
    uploads.confirm(upload=upload)
    assert run_worker(upload).state == UploadState.REFUSED
    assert upload.message
    assert counts() == before


def test_messages_are_in_the_uploaders_language(sheets: dict[str, Any], coordinator: User) -> None:
    sheets["Roles"].append(role("an.nguyen", "P99"))
    for language, words in (("vi", "Không có đơn vị “P99”"), ("en", "There is no unit “P99”")):
        with override(language):
            upload = receive(coordinator, file_of(sheets))
        with override("de"):
            run_worker(upload)
        assert words in upload.lines.get(code="unit.unknown").message


def test_open_document(sheets: dict[str, Any], coordinator: User) -> None:
    assert lines(run_worker(receive(coordinator, ods_of(sheets), "thiết lập.ods"))) == [
        ("difference", "A2", "person.new"),
        ("difference", "A2", "role.new"),
        ("difference", "C2", "obligation.new"),
        ("difference", "C3", "obligation.new"),
    ]


def ods_of(sheets: dict[str, Any]) -> bytes:
    def cell(value: Any) -> str:
        if isinstance(value, date):
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}">'
                f"<text:p>{value:%d/%m/%Y}</text:p></table:table-cell>"
            )
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        document = f"<office:document-content {spaces}>{body}</office:document-content>"
        archive.writestr("content.xml", head + document)
    return written.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_one_of_the_sheets(coordinator: User, reporter: User, places: Places, delimiter: str) -> None:
    def sent(*rows: Any) -> list[tuple[str, str, str]]:
        text = "\n".join(delimiter.join(str(cell) for cell in row) for row in rows)
        return lines(run_worker(receive(coordinator, text.encode("utf-8-sig"), "một trang.csv")))

    counted("DI-01")
    day = "01/10/2026"
    assert sent(HEADINGS["Roles"], role("reporter", places.cam_ranh, first=day)) == [
        ("difference", "A2", "role.new")
    ]
    assert sent(HEADINGS["Obligations"], duty(places.cam_ranh, "DI-01", first=day)) == [
        ("difference", "C2", "obligation.new")
    ]
    assert sent(HEADINGS["People"], person("reporter", "Tên")) == [("difference", "B2", "person.changed")]


# --- How much it asks of the database -----------------------------------------------------------------------


def many(places: Places, count: int, name: str) -> dict[str, Any]:
    """So many people, each with a role and a commune of their own that owes a figure; half of them stored."""
    indicator = counted(f"DI-{name}")
    communes = [make_unit("commune", parent=places.khanh_hoa) for _n in range(min(count, 20))]
    given: dict[str, Any] = {"people": [], "roles": [], "obligations": []}
    for n in range(count):
        unit, user_name = communes[n % len(communes)], f"{name}.{n}"
        given["people"].append(person(user_name))
        given["roles"].append(role(user_name, unit))
        first = date(2026 - n // len(communes), 1, 1)
        given["obligations"].append(duty(unit, indicator, first=first, last=first))
        if n % 2:
            user = User.objects.create(username=user_name)
            Membership.objects.create(user=user, role=Role.LEADER, unit=unit)
    return given


def queries(by: User, given: dict[str, Any], *, writes: bool) -> int:
    rows = rows_of(sheets_of(**given))
    with CaptureQueriesContext(connection) as captured:
        found, done = run(User.objects.get(pk=by.pk), rows, writes=writes)
    assert done.rows == sum(len(each) for each in given.values())
    assert writes or len(found) == done.rows
    return len(captured)


def test_a_check_asks_as_much_for_200_rows_as_for_10(places: Places, coordinator: User) -> None:
    few, lot = many(places, 10, "few"), many(places, 200, "lot")
    assert queries(coordinator, few, writes=False) == queries(coordinator, lot, writes=False) <= 20


def test_writing_asks_for_batches_and_not_for_rows(places: Places, coordinator: User) -> None:
    """A statement holds as many rows as the database takes parameters; 600 changes are some dozens."""
    few, lot = many(places, 10, "few"), many(places, 200, "lot")
    assert queries(coordinator, few, writes=True) <= 45
    assert queries(coordinator, lot, writes=True) <= 90


# --- The page -----------------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_takes_a_workbook(sheets: dict[str, Any], coordinator: User, places: Places) -> None:
    client = signed_in(coordinator)
    assert "Tỉnh Khánh Hòa" in client.get(PAGE).text
    file = io.BytesIO(file_of(sheets))
    file.name = "thiết lập.xlsx"
    answer = client.post(PAGE, {"file": file})
    upload = Upload.objects.get()
    assert (upload.by, upload.kind, upload.name) == (coordinator, "setup", "thiết lập.xlsx")
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/uploads/{upload.pk}/")
    assert client.get(answer["Location"]).status_code == 200
    assert "thiết lập.xlsx" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("name", "words"), [("a.docx", "xlsx, ods"), ("a.xlsx", "không đúng với phần mở rộng"), ("", "chọn tệp")]
)
def test_page_refuses_what_is_no_workbook(coordinator: User, places: Places, name: str, words: str) -> None:
    file = io.BytesIO(b"nothing")
    file.name = name
    answer = signed_in(coordinator).post(PAGE, {"file": file} if name else {})
    assert answer.status_code == 422
    assert words in answer.text
    assert not Upload.objects.exists()


def test_page_refuses_a_large_file_unread(
    coordinator: User, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indicators.views.uploads.MOST_BYTES", 3)
    file = io.BytesIO(b"nothing")
    file.name = "a.xlsx"
    answer = signed_in(coordinator).post(PAGE, {"file": file})
    assert (answer.status_code, "20 MB" in answer.text) == (422, True)


@pytest.mark.parametrize("person", ["reporter", "approver", "leader", "neighbour", "outsider"])
def test_page_is_hidden_from_others(request: pytest.FixtureRequest, places: Places, person: str) -> None:
    client = signed_in(request.getfixturevalue(person))
    for answer in (client.get(PAGE), client.post(PAGE, {}), client.get(f"{PAGE}download/")):
        assert answer.status_code == 404
    assert PAGE not in client.get("/reports/").text


def test_upload_is_its_uploaders_alone(
    sheets: dict[str, Any], coordinator: User, administrator: User, reporter: User
) -> None:
    upload = receive(coordinator, file_of(sheets))
    for user, code in ((coordinator, 200), (administrator, 404), (reporter, 404)):
        assert signed_in(user).get(f"/reports/uploads/{upload.pk}/").status_code == code


def test_page_is_linked_for_those_who_may(coordinator: User, administrator: User) -> None:
    for user in (coordinator, administrator):
        for page in ("/reports/", "/reports/monitor/"):
            assert f'href="{PAGE}"' in signed_in(user).get(page).text
