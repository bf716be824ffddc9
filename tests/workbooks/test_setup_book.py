"""The workbook that is downloaded: filled in, safe to open, and sent back unchanged it changes nothing."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from accounts.models import Membership, Role, User
from accounts.setting_up import area_of
from indicators.models import Obligation
from indicators.workbooks.reading import read_rows
from indicators.workbooks.setup_book import setup_book
from tests.cast import Places, make_person
from tests.factories.cells import owe
from tests.factories.results import make_target
from tests.factories.units import BEFORE_MERGER, make_unit
from tests.workbooks.setting_up import FIRST, codes, counted, run

DOWNLOAD = "/reports/setup/download/"


@pytest.fixture(autouse=True)
def day(pin_today: Any) -> None:
    pin_today(date(2026, 9, 20))


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with override(request.param):
        yield request.param


@pytest.fixture
def filled(places: Places, coordinator: User, reporter: User, approver: User, leader: User) -> Places:
    """A province with people of all kinds, roles with and without days, and obligations of all kinds."""
    User.objects.filter(pk=reporter.pk).update(
        full_name="Nguyễn Thị An", email="an@gov.vn", job_title="Công chức"
    )
    User.objects.filter(pk=approver.pk).update(full_name="Phạm Văn Bình", is_active=False)
    User.objects.filter(pk=leader.pk).update(full_name="Lê Chi")
    User.objects.filter(pk=coordinator.pk).update(full_name="Trần Dũng")
    Membership.objects.create(
        user=leader, role=Role.LEADER, unit=places.cam_ranh, valid_from=FIRST, valid_to=date(2026, 3, 1)
    )
    indicator = counted("DI-01", "commune", "province", "total")
    owe(places.phan_rang, indicator, "commune")
    owe(places.cam_ranh, indicator, "commune", valid_from=FIRST, valid_to=date(2026, 6, 30))
    owe(places.khanh_hoa, indicator, "province", agency=places.department, frequency="year", valid_from=FIRST)
    owe(
        *(places.khanh_hoa, indicator, "total"),
        frequency="once",
        due_on=date(2026, 12, 1),
        filed_by=places.department,
        valid_from=FIRST,
    )
    return places


def book_of(user: User, unit: Any) -> bytes:
    area = area_of(user)
    assert area is not None
    return setup_book(unit, area)


def sheet(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def test_sent_back_unchanged_it_changes_nothing(filled: Places, coordinator: User, language: str) -> None:
    content = book_of(coordinator, filled.khanh_hoa)
    rows = list(read_rows(content, "xlsx"))
    assert run(coordinator, rows) == ([], run(coordinator, rows)[1])
    assert run(coordinator, rows)[1].rows == 4 + 5 + 4
    # In whichever language it is read.
    with override("en" if language == "vi" else "vi"):
        assert run(coordinator, rows)[0] == []


def test_change_in_it_is_found(filled: Places, coordinator: User) -> None:
    """So that the test above can fail: the rows are read, and compared."""
    content = book_of(coordinator, filled.khanh_hoa)
    User.objects.filter(username="reporter").update(email="other@gov.vn")
    Membership.objects.filter(valid_from=FIRST).update(valid_to=None)
    Obligation.objects.filter(unit=filled.cam_ranh).update(valid_to=None)
    assert codes(run(coordinator, read_rows(content, "xlsx"))[0]) == [
        *("person.changed", "role.ended", "obligation.ended")
    ]


def test_sheets_in_the_readers_language(filled: Places, coordinator: User) -> None:
    def names(language: str) -> list[str]:
        with override(language):
            content = book_of(coordinator, filled.khanh_hoa)
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names

    assert names("vi") == [
        *("Hướng dẫn", "Người dùng", "Vai trò", "Nghĩa vụ báo cáo"),
        *("Văn bản", "Chỉ tiêu", "Thành phần", "Mốc trung gian", "Danh mục"),
    ]
    assert names("en") == [
        *("Hướng dẫn", "Instructions", "People", "Roles", "Obligations"),
        *("Documents", "Targets", "Parts", "Milestones", "Reference lists"),
    ]


def test_rows_of_the_sheets(filled: Places, coordinator: User) -> None:
    with override("vi"):
        content = book_of(coordinator, filled.khanh_hoa)
    assert sheet(content, "Người dùng") == [
        ["user_name", "full_name", "email", "job_title", "active"],
        ["Tên đăng nhập", "Họ và tên", "Thư điện tử", "Chức vụ", "Được đăng nhập"],
        ["approver", "Phạm Văn Bình", "", "", "không"],
        ["coordinator", "Trần Dũng", "", "", "có"],
        ["leader", "Lê Chi", "", "", "có"],
        ["reporter", "Nguyễn Thị An", "an@gov.vn", "Công chức", "có"],
    ]
    place = f"{filled.cam_ranh.ref} Phường Cam Ranh"
    assert ["leader", "Lãnh đạo", place, "", FIRST, date(2026, 3, 1)] in sheet(content, "Vai trò")
    seat = "P56-2025.so-khcn Sở KH&CN Khánh Hòa"
    assert [
        *("P56-2025 Tỉnh Khánh Hòa", "", "DI-01 Chỉ số DI-01", "Toàn tỉnh", "Một lần"),
        *(FIRST, "", seat, date(2026, 12, 1)),
    ] in sheet(content, "Nghĩa vụ báo cáo")
    lists = sheet(content, "Danh mục")
    assert [row[:2] for row in lists[1:4]] == [
        ["P56-2025", "Tỉnh Khánh Hòa"],
        [filled.phan_rang.ref, "Phường Phan Rang"],
        [filled.cam_ranh.ref, "Phường Cam Ranh"],
    ]
    assert lists[1][3:5] == ["P56-2025.so-khcn", "Sở Khoa học và Công nghệ tỉnh Khánh Hòa"]
    assert lists[1][6:9] == ["DI-01", "Chỉ số DI-01", "Cấp tỉnh, Cấp xã, Toàn tỉnh"]


def test_what_looks_like_a_formula_stays_text(filled: Places, coordinator: User) -> None:
    for name in ('=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "0123", "https://example.vn"):
        User.objects.filter(username="reporter").update(full_name=name, job_title=name)
        content = book_of(coordinator, filled.khanh_hoa)
        parts = zipfile.ZipFile(io.BytesIO(content))
        sheets = [parts.read(part).decode() for part in parts.namelist() if part.startswith("xl/worksheets/")]
        assert not any("<f>" in each or "<hyperlink" in each for each in sheets)
        # A string, as the sheet itself says, and the very one.
        row = next(each for each in read_rows(content, "xlsx") if each.text(0) == "reporter")
        assert row.typed(1) == name
        assert codes(run(coordinator, read_rows(content, "xlsx"))[0]) == []


def test_headings_are_locked_and_drop_downs_offered(filled: Places, coordinator: User) -> None:
    with override("en"):
        content = book_of(coordinator, filled.khanh_hoa)
    parts = zipfile.ZipFile(io.BytesIO(content))
    roles = parts.read("xl/worksheets/sheet4.xml").decode()
    assert '<row r="1" spans="1:6" hidden="1">' in roles
    assert "<sheetProtection" in roles
    assert 'ySplit="2"' in roles
    offers = dict(re.findall(r'sqref="([A-Z])3:\1\d+"><formula1>(.*?)</formula1>', roles))
    assert offers["B"] == '"Reporter,Approver,Leader"'
    assert offers["C"] == "'Reference lists'!$K$2:$K$4"
    assert offers["D"] == "'Reference lists'!$L$2:$L$2"
    obligations = parts.read("xl/worksheets/sheet5.xml").decode()
    offers = dict(re.findall(r'sqref="([A-Z])3:\1\d+"><formula1>(.*?)</formula1>', obligations))
    assert offers["C"] == "'Reference lists'!$M$2:$M$2"
    assert offers["D"] == '"Province level,District level,Commune level,Whole unit"'
    assert '"yes,no"' in parts.read("xl/worksheets/sheet3.xml").decode()


def test_book_of_a_province_holds_nobody_elses(
    filled: Places, coordinator: User, neighbour: User, outsider: User
) -> None:
    owe(filled.ea_kao, counted("DI-09"), "commune")
    User.objects.filter(username__in=["neighbour", "outsider"]).update(email="secret@gov.vn")
    rows = list(read_rows(book_of(coordinator, filled.khanh_hoa), "xlsx"))
    said = " ".join(str(cell) for row in rows for cell in row.cells)
    assert "reporter" in said
    for hidden in ("neighbour", "outsider", "secret", filled.ea_kao.ref, filled.dak_lak.ref):
        assert hidden not in said


def test_lists_offer_what_there_is_today(filled: Places, coordinator: User) -> None:
    gone = make_unit("commune", parent=filled.khanh_hoa, name="Xã Cũ", valid_to=BEFORE_MERGER)
    counted("TC-02", "total", pooling="computed")
    with override("vi"):
        lists = sheet(book_of(coordinator, filled.khanh_hoa), "Danh mục")
    said = [cell for row in lists for cell in row]
    assert gone.ref not in said
    assert "TC-02" not in said


# --- The address --------------------------------------------------------------------------------------------


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_download_answers_a_workbook(filled: Places, coordinator: User) -> None:
    answer = signed_in(coordinator).get(DOWNLOAD, {"unit": "P56-2025"})
    assert answer["Content-Disposition"] == 'attachment; filename="tep-thiet-lap-p56-2025-20260920.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert run(coordinator, read_rows(answer.content, "xlsx"))[0] == []


def test_download_of_another_unit_is_hidden(filled: Places, coordinator: User, administrator: User) -> None:
    client = signed_in(coordinator)
    for ref in (filled.dak_lak.ref, filled.phan_rang.ref, filled.ninh_thuan.ref, "VN", "nothing", "\0"):
        assert client.get(DOWNLOAD, {"unit": ref}).status_code == 404, ref
    client = signed_in(administrator)
    for ref in (filled.dak_lak.ref, filled.khanh_hoa.ref, "VN"):
        assert client.get(DOWNLOAD, {"unit": ref}).status_code == 200, ref
    assert client.get(DOWNLOAD, {"unit": filled.ninh_thuan.ref}).status_code == 404


def test_book_of_the_nation_holds_the_nations_own(filled: Places, administrator: User) -> None:
    with override("en"):
        rows = list(read_rows(book_of(administrator, filled.nation), "xlsx"))
        assert run(administrator, rows)[0] == []
    people = [row.text(0) for row in rows if row.sheet == "People"]
    assert people == ["user_name", "User name", "administrator"]


@pytest.mark.parametrize("communes", [2, 20])
def test_queries_do_not_grow_with_the_rows(
    filled: Places, coordinator: User, communes: int, django_assert_num_queries: Any
) -> None:
    indicator = counted("DI-02")
    for n in range(communes):
        commune = make_unit("commune", parent=filled.khanh_hoa)
        make_person(f"person{n}", Role.REPORTER, commune)
        owe(commune, indicator, "commune", filed_by=None)
        last = make_target(commune, indicator).revisions.get()
        last.milestones.create(on=date(2023, 6, 30), value=50)
        last.parts.create(position=1, indicator=indicator, level="commune", rule="at_least", threshold=1)
    with django_assert_num_queries(15):
        book_of(coordinator, filled.khanh_hoa)
