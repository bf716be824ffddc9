"""How the sheets of an uploaded workbook are known."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from indicators.actions import upload_setup
from indicators.actions.upload_setup import plan
from indicators.workbooks.reading import Row, WorkbookRefused
from indicators.workbooks.setup_sheets import read_sheets
from tests.cast import Places
from tests.workbooks.setting_up import HEADINGS, person, problems, role, rows_of, run

VIETNAMESE = {
    "people": ["Tên đăng nhập", "Họ và tên", "Thư điện tử", "Chức vụ", "Được đăng nhập"],
    "roles": ["Tên đăng nhập", "Vai trò", "Đơn vị", "Cơ quan", "Từ ngày", "Đến ngày"],
    "obligations": [
        *("Đơn vị", "Cơ quan báo cáo phần của mình", "Chỉ số", "Cấp", "Tần suất", "Từ ngày", "Đến ngày"),
        *("Cơ quan nộp báo cáo", "Hạn (với “Một lần”)"),
    ],
}
ROW = ["reporter", "x", "x", "x", "x", "x"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def kinds(sheets: Any) -> dict[str, int]:
    """How many rows of each kind are read from these sheets."""
    found = read_sheets(rows_of(sheets))
    return {kind: len(rows) for kind, rows in found.rows.items() if rows}


@pytest.mark.parametrize("kind", ["people", "roles", "obligations"])
def test_sheet_is_known_by_its_headings(kind: str) -> None:
    english = list(HEADINGS[kind.capitalize()])
    for headings in (english, VIETNAMESE[kind], [each.upper() for each in VIETNAMESE[kind]]):
        assert kinds({"CSV": [headings, ROW]}) == {kind: 1}
        assert kinds({"Trang tính1": [["Sở KH&CN Khánh Hòa"], [], headings, ROW, ROW]}) == {kind: 2}


def test_columns_stand_in_any_order() -> None:
    rows = rows_of({"CSV": [list(reversed(HEADINGS["People"])), ["yes", "title", "e", "Tên", "an"]]})
    row, columns = read_sheets(rows).rows["people"][0]
    assert {name: row.text(column) for name, column in columns.items()} == {
        "user_name": "an",
        "full_name": "Tên",
        "email": "e",
        "job_title": "title",
        "active": "yes",
    }


def test_machine_names_and_headings_above_the_rows() -> None:
    machine = ["user_name", "role", "unit", "agency", "first_day", "last_day"]
    assert kinds({"Vai trò": [machine, VIETNAMESE["roles"], ROW, ROW]}) == {"roles": 2}
    # Whoever renames the headings keeps the machine's.
    assert kinds({"Vai trò": [machine, ROW]}) == {"roles": 1}


def test_empty_rows_are_none() -> None:
    sheet: list[Any] = [
        HEADINGS["Roles"],
        ROW,
        ["", "", ""],
        ["", "", "", "", "", "", "a remark beside"],
        ROW,
    ]
    assert kinds({"Roles": sheet}) == {"roles": 2}


def test_texts_of_the_workbook_are_not_read() -> None:
    sheets: dict[str, Any] = {name: [["anything", "x"]] for name in ("Hướng dẫn", "Instructions", "Danh mục")}
    assert read_sheets(rows_of(sheets)).found == []


def test_other_sheets_are_told_and_not_read(places: Places, coordinator: User, reporter: User) -> None:
    sheets: dict[str, Any] = {
        "Ghi chú": [["anything"]],
        "Roles": [HEADINGS["Roles"], role("reporter", places.cam_ranh)],
    }
    found, _done = run(coordinator, rows_of(sheets))
    assert [(each.kind, each.sheet, each.code) for each in found] == [
        ("warning", "Ghi chú", "sheet.ignored"),
        ("difference", "Roles", "role.new"),
    ]


def test_missing_columns_are_told(places: Places, coordinator: User, reporter: User) -> None:
    sheets: dict[str, Any] = {
        "Roles": [["User name", "Role", "Unit"], ["reporter", "Leader", places.cam_ranh.ref]],
        "People": [HEADINGS["People"], person("an", "")],
    }
    found, _done = run(coordinator, rows_of(sheets))
    assert problems(found) == [
        *[("Roles", "", "column.missing")] * 3,
        ("People", "B2", "full_name.missing"),
        ("People", "A2", "person.no_role"),
    ]
    assert [each.message.split("”")[0] for each in found[:3]] == [
        *("The column “Agency", "The column “First day", "The column “Last day")
    ]
    with pytest.raises(WorkbookRefused):
        run(coordinator, rows_of({"Roles": sheets["Roles"]}), writes=True)


def test_sheet_without_its_headings_is_told(places: Places, coordinator: User) -> None:
    found, _done = run(coordinator, rows_of({"Vai trò": [role("reporter", places.cam_ranh)]}))
    assert {each.code for each in found} == {"column.missing"}


def test_column_twice_is_told(places: Places, coordinator: User, reporter: User) -> None:
    headings = [*HEADINGS["Roles"], "Vai trò"]
    found, _done = run(
        coordinator, rows_of({"Roles": [headings, [*role("reporter", places.cam_ranh), "Leader"]]})
    )
    assert problems(found) == [("Roles", "G1", "column.twice")]


def test_file_without_any_of_the_sheets_is_refused(places: Places, coordinator: User) -> None:
    for rows in ([], [Row("Sheet1", 1, ["a", "b"])]):
        with pytest.raises(WorkbookRefused, match="none of the sheets"):
            plan(rows, coordinator)


def test_too_many_rows_are_refused(
    places: Places, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_setup, "MOST_ROWS", 1)
    with pytest.raises(WorkbookRefused, match="split it"):
        plan(rows_of({"Roles": [HEADINGS["Roles"], ROW, ROW]}), coordinator)
