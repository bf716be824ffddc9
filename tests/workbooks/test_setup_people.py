"""The sheet of people."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Membership, Role, User
from tests.cast import Places
from tests.workbooks.setting_up import check, codes, counts, person, problems, role, rows_of, run, write


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def test_new_person_with_a_role(places: Places, coordinator: User) -> None:
    given = {
        "people": [person("an.nguyen", "Nguyễn  Văn An", "an@khanhhoa.gov.vn", "Chuyên viên")],
        "roles": [role("an.nguyen", places.phan_rang)],
    }
    before = counts()
    found = check(coordinator, **given)
    assert counts() == before
    assert [(each.kind, each.code, each.subject, each.old, each.new) for each in found] == [
        (
            *("difference", "person.new", "an.nguyen", ""),
            "Nguyễn Văn An, Chuyên viên, an@khanhhoa.gov.vn, may sign in",
        ),
        ("difference", "role.new", "an.nguyen · Reporter · Phường Phan Rang", "", "01/01/2026 – …"),
    ]

    assert write(coordinator, **given) == 2
    made = User.objects.get(username="an.nguyen")
    assert (made.full_name, made.email, made.job_title) == (
        "Nguyễn Văn An",
        "an@khanhhoa.gov.vn",
        "Chuyên viên",
    )
    assert made.is_active
    assert not made.is_staff
    assert not made.is_superuser
    assert not made.has_usable_password()
    assert [each.unit for each in made.memberships.all()] == [places.phan_rang]
    trail = AuditEntry.objects.order_by("pk").values_list("actor", "action", "subject_type", "subject_id")
    assert list(trail) == [
        (coordinator.pk, "user.created", "accounts.user", str(made.pk)),
        (coordinator.pk, "membership.created", "accounts.membership", str(made.memberships.get().pk)),
    ]


def test_the_same_workbook_twice_changes_nothing(places: Places, coordinator: User) -> None:
    given = {"people": [person("an", email="an@gov.vn")], "roles": [role("an", places.phan_rang)]}
    write(coordinator, **given)
    assert check(coordinator, **given) == []
    before = counts()
    assert write(coordinator, **given) == 0
    assert counts() == before


def test_changed_person(places: Places, coordinator: User, reporter: User) -> None:
    row = person("reporter", "Trần Thị Bình", "binh@khanhhoa.gov.vn", "Công chức", "no")
    found = check(coordinator, people=[row])
    assert [(each.code, each.cell, each.old, each.new) for each in found] == [
        (
            *("person.changed", "B2", "–; –; –; may sign in"),
            "Trần Thị Bình; binh@khanhhoa.gov.vn; Công chức; may not sign in",
        )
    ]
    assert write(coordinator, people=[row]) == 1
    reporter.refresh_from_db()
    assert (reporter.full_name, reporter.email, reporter.is_active) == (
        *("Trần Thị Bình", "binh@khanhhoa.gov.vn"),
        False,
    )
    entry: Any = AuditEntry.objects.get()
    assert (entry.action, entry.before["email"], entry.after["email"]) == (
        *("user.changed", ""),
        "binh@khanhhoa.gov.vn",
    )
    assert reporter.check_password("a password of tests")


def test_column_that_is_not_there_changes_nothing(places: Places, coordinator: User, reporter: User) -> None:
    User.objects.filter(pk=reporter.pk).update(email="old@gov.vn", job_title="Cũ", is_active=False)
    rows = rows_of({"People": [["User name", "Full name"], ["reporter", "Tên mới"]]})
    assert run(coordinator, rows, writes=True)[1].written == 1
    reporter.refresh_from_db()
    assert (reporter.full_name, reporter.email, reporter.job_title, reporter.is_active) == (
        *("Tên mới", "old@gov.vn", "Cũ"),
        False,
    )


def test_stored_values_that_break_a_rule_are_left_alone(
    places: Places, coordinator: User, reporter: User
) -> None:
    User.objects.filter(pk=reporter.pk).update(email="not an address")
    assert check(coordinator, people=[person("reporter", "", "not an address")]) == []
    assert problems(check(coordinator, people=[person("reporter", "", "nor this")])) == [
        ("People", "C2", "email.invalid")
    ]


@pytest.mark.parametrize(
    ("cells", "cell", "code"),
    [
        (person(""), "A2", "user_name.missing"),
        (person("An"), "A2", "user_name.invalid"),
        (person("nguyễn.an"), "A2", "user_name.invalid"),
        (person("nguyen an"), "A2", "user_name.invalid"),
        (person("=cmd"), "A2", "user_name.invalid"),
        (person("а.nguyen"), "A2", "user_name.invalid"),  # a Cyrillic letter
        (person("a" * 151), "A2", "user_name.invalid"),
        (person("an", ""), "B2", "full_name.missing"),
        (person("an", "Nguyễn " * 30), "B2", "text.too_long"),
        (person("an", email="an@"), "C2", "email.invalid"),
        (person("an", title="x" * 151), "D2", "text.too_long"),
        (person("an", active="maybe"), "E2", "active.invalid"),
    ],
)
def test_bad_cell(places: Places, coordinator: User, cells: list[str], cell: str, code: str) -> None:
    found = check(coordinator, people=[cells], roles=[role(cells[0] or "reporter", places.phan_rang)])
    assert ("People", cell, code) in problems(found)
    assert not any(each.code == "person.new" for each in found)
    assert all(each.message for each in found if each.kind == "problem")


def test_every_bad_cell_of_every_row_is_told(places: Places, coordinator: User) -> None:
    found = check(
        coordinator,
        people=[person("An", "", "x", active="?"), person("binh", "Bình"), person("chi", "", "y")],
    )
    assert problems(found) == [
        ("People", "B2", "full_name.missing"),
        ("People", "C2", "email.invalid"),
        ("People", "E2", "active.invalid"),
        ("People", "A2", "user_name.invalid"),
        ("People", "A2", "person.no_role"),
        ("People", "A3", "person.no_role"),
        ("People", "B4", "full_name.missing"),
        ("People", "C4", "email.invalid"),
        ("People", "A4", "person.no_role"),
    ]


def test_user_name_twice(places: Places, coordinator: User) -> None:
    found = check(coordinator, people=[person("an"), person("an")], roles=[role("an", places.phan_rang)])
    assert problems(found) == [("People", "A3", "user_name.twice")]
    assert "row 2" in next(each.message for each in found if each.code == "user_name.twice")


def test_new_person_needs_a_role(places: Places, coordinator: User) -> None:
    assert problems(check(coordinator, people=[person("an")])) == [("People", "A2", "person.no_role")]


def test_user_name_in_other_case_is_nobody_else(places: Places, coordinator: User, reporter: User) -> None:
    """The sign-in page takes both for one; a second account would lock the first out."""
    assert codes(check(coordinator, people=[person("Reporter", "Tên")])) == ["person.changed"]


def test_yes_and_no_in_many_words(places: Places, coordinator: User, reporter: User) -> None:
    User.objects.filter(pk=reporter.pk).update(full_name="Tên")
    for word in ("có", "Có", "x", "yes", "TRUE", "1", True, 1.0, ""):
        assert check(coordinator, people=[person("reporter", "Tên", active=word)]) == [], word
    for word in ("không", "Không", "no", "0", False, 0.0):
        assert codes(check(coordinator, people=[person("reporter", "Tên", active=word)])) == [
            "person.changed"
        ], word


def test_nothing_hides_in_a_name(places: Places, coordinator: User) -> None:
    """Characters that turn or hide text, and those a database cannot keep, do not arrive there."""
    given = {"people": [person("an", "An\x00 \u202eNguyễn\u200b")], "roles": [role("an", places.phan_rang)]}
    write(coordinator, **given)
    assert User.objects.get(username="an").full_name == "An Nguyễn"


def test_person_of_a_predecessor_is_known(places: Places, coordinator: User) -> None:
    """Whoever worked for Ninh Thuận before the merger belongs to Khánh Hòa's coordinator."""
    user = User.objects.create(username="ninhthuan", full_name="Cũ")
    Membership.objects.create(user=user, role=Role.REPORTER, unit=places.loi_hai)
    assert codes(check(coordinator, people=[person("ninhthuan", "Mới")])) == ["person.changed"]
