"""Who sets up what: a coordinator their own province, and nobody themselves."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import Deputy, Membership, Role, User
from accounts.setting_up import area_of
from indicators.actions.upload_setup import plan
from indicators.workbooks.reading import WorkbookRefused
from tests.cast import Places, make_person
from tests.factories.units import make_agency
from tests.workbooks.setting_up import (
    FIRST,
    check,
    codes,
    counted,
    counts,
    duty,
    person,
    problems,
    role,
    rows_of,
    sheets_of,
    write,
)

TODAY = date(2026, 9, 20)


@pytest.fixture(autouse=True)
def english(pin_today: Any) -> Iterator[None]:
    pin_today(TODAY)
    with override("en"):
        yield


def named(user: User, full_name: str = "Tên mới") -> Any:
    return person(user.username, full_name)


@pytest.mark.parametrize("name", ["reporter", "approver", "leader", "neighbour", "outsider"])
def test_others_set_up_nothing(cast: SimpleNamespace, places: Places, name: str) -> None:
    user = getattr(cast, name)
    assert area_of(user) is None
    before = counts()
    with pytest.raises(WorkbookRefused, match="coordinators"):
        plan(rows_of(sheets_of(roles=[role("reporter", places.cam_ranh)])), user)
    assert counts() == before


def test_superuser_without_a_role_sets_up_nothing(db: None) -> None:
    assert area_of(make_person("root", is_superuser=True, is_staff=True)) is None


def test_role_that_has_ended_sets_up_nothing(places: Places, coordinator: User) -> None:
    coordinator.memberships.update(valid_to=date(2026, 9, 19))
    assert area_of(coordinator) is None


def test_coordinator_of_a_ministry_sets_up_no_province(places: Places) -> None:
    ministry = make_agency(places.nation, "bo-khcn")
    assert area_of(make_person("ministry", Role.COORDINATOR, agency=ministry)) is None


def test_coordinator_of_a_commune_sets_up_the_commune(places: Places, reporter: User) -> None:
    of_commune = make_person("xa", Role.COORDINATOR, places.phan_rang)
    assert codes(check(of_commune, roles=[role("reporter", places.phan_rang, "Leader")])) == ["role.new"]
    assert codes(check(of_commune, roles=[role("reporter", places.cam_ranh)])) == ["unit.unknown"]
    assert codes(check(of_commune, roles=[role("reporter", places.khanh_hoa)])) == ["unit.unknown"]


def test_deputy_of_the_coordinator_sets_up(places: Places, coordinator: User, approver: User) -> None:
    held = coordinator.memberships.get()
    Deputy.objects.create(membership=held, user=approver, valid_from=FIRST, valid_to=TODAY)
    assert codes(check(approver, roles=[role("coordinator", places.cam_ranh)])) == ["role.new"]
    assert codes(check(approver, roles=[role("approver", places.cam_ranh)])) == ["role.own"]


def test_unit_elsewhere_reads_like_none(places: Places, coordinator: User, reporter: User) -> None:
    """Of a unit, an agency or a nation outside the area nothing is told, not even that it exists."""
    elsewhere = make_agency(places.dak_lak, "so-nv")
    ministry = make_agency(places.nation, "bo-khcn")
    counted("DI-01")

    def said(ref: str, seat: str) -> list[str]:
        found = check(
            coordinator,
            roles=[role("reporter", ref), role("reporter", places.khanh_hoa, agency=seat)],
            obligations=[duty(ref, "DI-01"), duty(places.khanh_hoa, "DI-01", filed_by=seat)],
        )
        return [each.message.replace(seat, "…").replace(ref, "…") for each in found]

    nowhere = said("P00-2025", "P00-2025.so-nv")
    assert len(nowhere) == 4
    assert said(places.dak_lak.ref, elsewhere.ref) == nowhere
    assert said(places.ea_kao.ref, elsewhere.ref) == nowhere
    assert said(places.nation.ref, ministry.ref) == nowhere


@pytest.mark.parametrize("word", ["Reporter", "Approver", "Leader"])
def test_coordinator_gives(places: Places, coordinator: User, leader: User, word: str) -> None:
    assert codes(check(coordinator, roles=[role("leader", places.cam_ranh, word)])) == ["role.new"]


@pytest.mark.parametrize("word", ["Coordinator", "Administrator"])
def test_coordinator_does_not_give(places: Places, coordinator: User, reporter: User, word: str) -> None:
    row = role("reporter", places.khanh_hoa, word)
    found = check(coordinator, roles=[row])
    assert problems(found) == [("Roles", "B2", "role.not_yours")]
    assert "Reporter, Approver, Leader" in found[0].message
    new = {"people": [person("an")], "roles": [role("an", places.khanh_hoa, word)]}
    assert "role.not_yours" in codes(check(coordinator, **new))


@pytest.mark.parametrize("given", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_coordinator_does_not_end(places: Places, coordinator: User, given: Role) -> None:
    other = make_person("other", given, places.khanh_hoa)
    Membership.objects.filter(user=other).update(valid_from=FIRST)
    row = role("other", places.khanh_hoa, given, last=TODAY)
    assert codes(check(coordinator, roles=[row])) == ["role.not_yours"]


@pytest.mark.parametrize("unit", ["nation", "khanh_hoa"])
def test_coordinator_of_the_nation_is_no_administrator(places: Places, reporter: User, unit: str) -> None:
    national = make_person("national", Role.COORDINATOR, places.nation)
    Membership.objects.create(user=national, role=Role.ADMINISTRATOR, unit=places.khanh_hoa)
    row = role("reporter", getattr(places, unit), "Coordinator")
    assert codes(check(national, roles=[row])) == ["role.not_yours"]


def test_administrator_of_the_nation_gives_every_role(
    places: Places, administrator: User, reporter: User, neighbour: User
) -> None:
    rows = [
        role("reporter", places.khanh_hoa, "Coordinator", agency=places.department),
        role("neighbour", places.dak_lak, "Coordinator"),
        role("neighbour", places.nation, "Administrator"),
    ]
    assert write(administrator, roles=rows) == 3
    assert write(administrator, people=[named(neighbour)]) == 1


def test_administrator_of_a_province_gives_no_more_than_a_coordinator(places: Places, reporter: User) -> None:
    provincial = make_person("provincial", Role.ADMINISTRATOR, places.khanh_hoa)
    assert codes(check(provincial, roles=[role("reporter", places.khanh_hoa, "Coordinator")])) == [
        "role.not_yours"
    ]
    assert codes(check(provincial, roles=[role("reporter", places.dak_lak)])) == ["unit.unknown"]


def test_nobody_changes_themselves(places: Places, coordinator: User, administrator: User) -> None:
    for user, unit in ((coordinator, places.khanh_hoa), (administrator, places.nation)):
        assert codes(check(user, people=[named(user)])) == ["person.own"]
        assert codes(check(user, roles=[role(user.username, unit, "Leader")])) == ["role.own"]
    own = coordinator.memberships.get()
    row = role("coordinator", places.khanh_hoa, "Coordinator", agency=places.department, first="", last=TODAY)
    assert codes(check(coordinator, roles=[row]))[0] == "role.own"
    own.refresh_from_db()
    assert own.valid_to is None


# --- Accounts -----------------------------------------------------------------------------------------------


def test_stranger_is_a_taken_name_and_nothing_more(
    places: Places, coordinator: User, neighbour: User, outsider: User, administrator: User
) -> None:
    """Whether they exist next door, at the ministry or without a role, and even with the right values."""
    User.objects.update(full_name="Tên đúng")
    for user in (neighbour, outsider, administrator):
        for row in (named(user), named(user, "Tên đúng"), named(user, "")):
            found = check(coordinator, people=[row])
            assert [(each.cell, each.code, each.subject, each.old, each.new) for each in found] == [
                ("A2", "user_name.taken", user.username, "", "")
            ]
            assert found[0].message == "This user name is taken; choose another or ask the administrator."
        found = check(coordinator, people=[named(user)], roles=[role(user.username, places.phan_rang)])
        assert codes(found) == ["user_name.taken"]


def test_stranger_on_the_sheet_of_roles_reads_like_nobody(
    places: Places, coordinator: User, neighbour: User, outsider: User
) -> None:
    def said(name: str) -> list[str]:
        return [each.message for each in check(coordinator, roles=[role(name, places.phan_rang)])]

    assert said("neighbour") == said("outsider") == said("nobody")
    assert len(said("nobody")) == 1


def protected(places: Places, kind: str) -> User:
    """Somebody of Khánh Hòa whose account reaches further."""
    if kind in ("is_staff", "is_superuser"):
        other = make_person("other", Role.REPORTER, places.phan_rang)
        User.objects.filter(pk=other.pk).update(**{kind: True})
        return other
    other = make_person("other", Role.REPORTER, places.phan_rang)
    ended = {"valid_to": date(2026, 1, 31)} if kind == "was coordinator" else {}
    if kind in ("coordinator", "was coordinator"):
        Membership.objects.create(user=other, role=Role.COORDINATOR, unit=places.khanh_hoa, **ended)
    elif kind == "administrator":
        Membership.objects.create(user=other, role=Role.ADMINISTRATOR, unit=places.cam_ranh)
    elif kind == "works elsewhere":
        Membership.objects.create(user=other, role=Role.REPORTER, unit=places.ea_kao)
    else:
        stood_for = make_person("third", kind.removeprefix("deputy of "), places.khanh_hoa)
        if kind.endswith(Role.APPROVER):
            stood_for.memberships.update(unit=places.dak_lak)
        held = stood_for.memberships.get()
        Deputy.objects.create(membership=held, user=other, valid_from=FIRST, valid_to=TODAY)
    return other


@pytest.mark.parametrize(
    "kind",
    [
        *("is_staff", "is_superuser", "coordinator", "was coordinator", "administrator", "works elsewhere"),
        *("deputy of coordinator", "deputy of approver"),
    ],
)
def test_account_that_reaches_further_is_the_administrators(
    places: Places, coordinator: User, administrator: User, kind: str
) -> None:
    """With another e-mail address the coordinator could set its password and act beyond the province."""
    other = protected(places, kind)
    for row in (
        person("other", "", "thief@example.vn"),
        person("other", "Tên", "thief@example.vn"),
        person("other", "Tên", active="no"),
    ):
        assert not write_or_refuse(coordinator, row)
    other.refresh_from_db()
    assert (other.email, other.is_active) == ("", True)
    assert codes(check(coordinator, people=[person("other", "Tên")])) == ["person.protected"]
    assert codes(check(administrator, people=[person("other", "Tên")])) == ["person.changed"]


def write_or_refuse(by: User, row: Any) -> int:
    try:
        return write(by, people=[row])
    except WorkbookRefused:
        return 0


def test_unchanged_row_of_a_protected_account_is_no_mistake(places: Places, coordinator: User) -> None:
    other = protected(places, "coordinator")
    User.objects.filter(pk=other.pk).update(full_name="Tên")
    assert check(coordinator, people=[person("other", "Tên")]) == []


def test_account_of_a_superuser_is_a_superusers(places: Places) -> None:
    plain = make_person("plain", Role.ADMINISTRATOR, places.nation)
    protected(places, "is_superuser")
    assert codes(check(plain, people=[person("other", "Tên")])) == ["person.protected"]


def test_role_in_the_province_for_somebody_who_also_works_elsewhere(
    places: Places, coordinator: User
) -> None:
    protected(places, "works elsewhere")
    assert codes(check(coordinator, roles=[role("other", places.cam_ranh)])) == ["role.new"]
    assert codes(check(coordinator, roles=[role("other", places.ea_kao, first="", last=TODAY)])) == [
        "unit.unknown"
    ]


def test_coordinator_next_door_reaches_nothing_here(places: Places, reporter: User) -> None:
    next_door = make_person("next.door", Role.COORDINATOR, agency=make_agency(places.dak_lak))
    counted("DI-01")
    found = check(
        next_door,
        people=[named(reporter)],
        roles=[role("reporter", places.phan_rang)],
        obligations=[duty(places.phan_rang, "DI-01")],
    )
    assert codes(found) == ["user_name.taken", "unit.unknown", "unit.unknown"]
