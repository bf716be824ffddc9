"""The sheet of roles."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Membership, Role, User
from tests.cast import Places
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency
from tests.workbooks.setting_up import FIRST, check, codes, counts, problems, role, write

LAST = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def held(reporter: User) -> Membership:
    """The reporter's role, from the first day of 2026 on."""
    membership = reporter.memberships.get()
    membership.valid_from = FIRST
    membership.save()
    return membership


def test_role_in_an_agency(places: Places, coordinator: User, reporter: User) -> None:
    row = role("reporter", places.khanh_hoa, "Người duyệt", agency=places.department, last=LAST)
    assert [(each.subject, each.new) for each in check(coordinator, roles=[row])] == [
        ("reporter · Approver · Sở KH&CN Khánh Hòa", "01/01/2026 – 30/06/2026")
    ]
    assert write(coordinator, roles=[row]) == 1
    made = reporter.memberships.get(role=Role.APPROVER)
    assert (made.unit, made.agency, made.valid_from, made.valid_to) == (
        *(places.khanh_hoa, places.department),
        *(FIRST, LAST),
    )


def test_stored_role_changes_nothing(places: Places, coordinator: User, held: Membership) -> None:
    assert check(coordinator, roles=[role("reporter", places.phan_rang)]) == []


def test_role_ends(places: Places, coordinator: User, held: Membership) -> None:
    row = role("reporter", places.phan_rang, last=LAST)
    assert [(each.code, each.cell, each.old, each.new) for each in check(coordinator, roles=[row])] == [
        ("role.ended", "F2", "01/01/2026 – …", "01/01/2026 – 30/06/2026")
    ]
    assert write(coordinator, roles=[row]) == 1
    held.refresh_from_db()
    assert held.valid_to == LAST
    assert Membership.objects.filter(user=held.user).count() == 1
    entry: Any = AuditEntry.objects.get()
    assert (entry.action, entry.unit, entry.before["valid_to"], entry.after["valid_to"]) == (
        *("membership.ended", places.phan_rang),
        *(None, "2026-06-30"),
    )
    assert check(coordinator, roles=[row]) == []


def test_person_moves(places: Places, coordinator: User, held: Membership) -> None:
    """One role ends, the next begins the day after, in one workbook."""
    rows = [
        role("reporter", places.phan_rang, last=LAST),
        role("reporter", places.phan_rang, first=date(2026, 7, 1)),
        role("reporter", places.cam_ranh, first=date(2026, 7, 1)),
    ]
    assert write(coordinator, roles=rows) == 3
    assert Membership.objects.filter(user=held.user).count() == 3


@pytest.mark.parametrize(
    ("fields", "cell", "code"),
    [
        ({"name": ""}, "A2", "user_name.missing"),
        ({"name": "nobody"}, "A2", "user_name.unknown"),
        ({"name": "reporter x"}, "A2", "user_name.unknown"),
        ({"word": ""}, "B2", "role.missing"),
        ({"word": "chief"}, "B2", "role.unknown"),
        ({"unit": ""}, "C2", "unit.missing"),
        ({"unit": "P99"}, "C2", "unit.unknown"),
        ({"agency": "P56-2025.so-x"}, "D2", "agency.unknown"),
        ({"agency": "department"}, "D2", "agency.elsewhere"),
        ({"first": ""}, "E2", "first_day.missing"),
        ({"first": "31/02/2026"}, "E2", "day.invalid"),
        ({"first": 46023}, "E2", "day.invalid"),
        ({"first": "hôm nay"}, "E2", "day.invalid"),
        ({"first": "01/01/0026"}, "E2", "day.invalid"),
        ({"last": "2026"}, "F2", "day.invalid"),
        ({"last": date(2025, 12, 31)}, "F2", "days.order"),
    ],
)
def test_bad_cell(
    places: Places, coordinator: User, reporter: User, fields: dict[str, Any], cell: str, code: str
) -> None:
    given: dict[str, Any] = {"name": "reporter", "unit": places.cam_ranh} | fields
    if given.get("agency") == "department":
        given["agency"] = places.department
    before = counts()
    found = check(coordinator, roles=[role(**given)])
    assert problems(found) == [("Roles", cell, code)]
    assert found[0].message
    assert counts() == before


def test_every_bad_cell_of_a_row_is_told(places: Places, coordinator: User) -> None:
    row = role("nobody", "P99", "chief", agency="P99.so-x", first="x", last="y")
    assert codes(check(coordinator, roles=[row])) == [
        *("user_name.unknown", "role.unknown", "unit.unknown", "agency.unknown", "day.invalid", "day.invalid")
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 3, 1), ""), (date(2025, 1, 1), FIRST), (date(2025, 1, 1), ""), (date(2026, 3, 1), LAST)],
)
def test_role_held_already_is_refused(
    places: Places, coordinator: User, held: Membership, first: date, last: Any
) -> None:
    found = check(coordinator, roles=[role("reporter", places.phan_rang, first=first, last=last)])
    assert problems(found) == [("Roles", "E2", "row.overlap")]
    assert "01/01/2026 – …" in found[0].message


def test_role_before_the_one_held_is_given(places: Places, coordinator: User, held: Membership) -> None:
    row = role("reporter", places.phan_rang, first=date(2025, 8, 1), last=date(2025, 12, 31))
    assert codes(check(coordinator, roles=[row])) == ["role.new"]


def test_role_without_a_first_day_is_held_always(places: Places, coordinator: User, reporter: User) -> None:
    assert codes(check(coordinator, roles=[role("reporter", places.phan_rang)])) == ["row.overlap"]
    assert check(coordinator, roles=[role("reporter", places.phan_rang, first="")]) == []


def test_same_role_twice_in_the_file(places: Places, coordinator: User, reporter: User) -> None:
    row = role("reporter", places.cam_ranh)
    found = check(coordinator, roles=[row, row])
    assert problems(found) == [("Roles", "E3", "row.twice")]
    assert "Row 2" in found[0].message
    assert codes(check(coordinator, roles=[role("reporter", places.cam_ranh, last=LAST), row])) == [
        *("row.twice", "role.new")
    ]


def test_stored_role_twice_in_the_file(places: Places, coordinator: User, held: Membership) -> None:
    row = role("reporter", places.phan_rang)
    assert codes(check(coordinator, roles=[row, row])) == ["row.twice"]


def test_other_roles_and_seats_stand_side_by_side(
    places: Places, coordinator: User, held: Membership
) -> None:
    rows = [
        role("reporter", places.phan_rang, "Approver"),
        role("reporter", places.khanh_hoa),
        role("reporter", places.khanh_hoa, agency=places.department),
    ]
    assert codes(check(coordinator, roles=rows)) == ["role.new"] * 3


def test_unit_of_another_time(places: Places, coordinator: User, reporter: User) -> None:
    gone = role("reporter", places.loi_hai)
    assert problems(check(coordinator, roles=[gone])) == [("Roles", "C2", "unit.not_then")]
    ended = make_agency(places.khanh_hoa, "so-cu", valid_from=MERGER, valid_to=date(2025, 9, 30))
    row = role("reporter", places.khanh_hoa, agency=ended)
    assert problems(check(coordinator, roles=[row])) == [("Roles", "D2", "agency.not_then")]
    then = role("reporter", places.loi_hai, first=date(2024, 1, 1), last=BEFORE_MERGER)
    assert codes(check(coordinator, roles=[then])) == ["role.new"]


def test_stored_rows_that_break_a_rule_are_left_alone(
    places: Places, coordinator: User, reporter: User
) -> None:
    """What an administrator set up by hand does not keep a downloaded workbook from being sent back."""
    for _twice in range(2):
        Membership.objects.create(user=reporter, role=Role.LEADER, unit=places.loi_hai)
    row = role("reporter", places.loi_hai, "Leader", first="")
    assert check(coordinator, roles=[row, row]) == []


def test_words_of_both_languages_and_codes(places: Places, coordinator: User, held: Membership) -> None:
    for word in ("Reporter", "reporter", "Người báo cáo", "NGƯỜI BÁO CÁO", "nguoi bao cao"):
        assert check(coordinator, roles=[role("reporter", places.phan_rang, word)]) == [], word


def test_days_in_each_writing(places: Places, coordinator: User, held: Membership) -> None:
    for day in ("01/01/2026", "1/1/2026", "1-1-2026", "01.01.2026", "2026-01-01", "2026-01-01T00:00:00"):
        assert check(coordinator, roles=[role("reporter", places.phan_rang, first=day)]) == [], day


def test_names_behind_a_code_do_not_count(places: Places, coordinator: User, held: Membership) -> None:
    unit = f"{places.phan_rang.ref} Phường nào đó"
    assert check(coordinator, roles=[role("reporter", unit)]) == []
