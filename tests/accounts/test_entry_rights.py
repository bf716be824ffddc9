"""Who may read, enter and approve which report: every role, at every seat, against reports near and far.

Two tables say it. RIGHTS says what a role may do with which report: reading follows the seat alone (one's
own body and what lies below it), entering is for reporters and coordinators, approving for approvers and
coordinators (product.md; `ENTERS` and `APPROVES`), and a superuser gets no role from being one. ADDRESSES
says which right each address asks for, and what it answers to those who have it; for everybody else there
is nothing there, and nothing is written.
"""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import ApiClient, Role, User
from tests.accounts.entry_world import (
    APPROVED,
    CODE,
    DAY,
    LOCKED,
    OPEN,
    PDF,
    SENT,
    Body,
    everything,
    make_bodies,
)
from tests.accounts.test_permission_table import addresses
from tests.cast import Places, make_person, make_token

SEE, READ, ENTER, APPROVE = "see", "read", "enter", "approve"
"""To see the cell and its files, to read the report it is in, to enter figures, to approve them."""
LOOKS = f"{SEE} {READ}"
WORKS = {
    Role.REPORTER: f"{LOOKS} {ENTER}",
    Role.APPROVER: f"{LOOKS} {APPROVE}",
    Role.COORDINATOR: f"{LOOKS} {ENTER} {APPROVE}",
    Role.LEADER: LOOKS,
    Role.ADMINISTRATOR: LOOKS,
}
NOTHING = ""
ROLE = "what the role may do"

# Seat ► report ► rights. Rows whose report is named after a place of the cast, with what it is to the seat.
RIGHTS: dict[str, dict[str, str]] = {
    "in Khánh Hòa": {
        "Khánh Hòa": ROLE,  # own
        "Phan Rang": ROLE,  # child
        "Sở KH&CN": ROLE,  # one of its agencies
        "Đắk Lắk": NOTHING,  # neighbour
        "Ea Kao": NOTHING,  # stranger
        "Sở KH&CN Đắk Lắk": NOTHING,
    },
    "in Phan Rang": {
        "Phan Rang": ROLE,  # own
        "Khánh Hòa": NOTHING,  # what lies above
        "Sở KH&CN": NOTHING,
        "Cam Ranh": NOTHING,  # neighbour
        "Ea Kao": NOTHING,  # stranger
    },
    "in Sở KH&CN": {
        "Sở KH&CN": ROLE,  # own
        # The department owns the figure: it sees the cells of it in its province, and nobody's report.
        "Khánh Hòa": SEE,
        "Phan Rang": SEE,
        "Sở Nội vụ": SEE,  # neighbour
        "Đắk Lắk": NOTHING,
        "Ea Kao": NOTHING,
        "Sở KH&CN Đắk Lắk": NOTHING,  # stranger
    },
    "in Sở Nội vụ": {
        "Sở Nội vụ": ROLE,  # own
        "Khánh Hòa": NOTHING,
        "Phan Rang": NOTHING,
        "Sở KH&CN": NOTHING,  # neighbour
        "Sở KH&CN Đắk Lắk": NOTHING,
    },
    "in the nation": dict.fromkeys(("Khánh Hòa", "Phan Rang", "Sở KH&CN", "Đắk Lắk", "Ea Kao"), ROLE),
}
WITHOUT_A_ROLE = {
    "superuser": dict.fromkeys(("Khánh Hòa", "Phan Rang", "Sở KH&CN", "Đắk Lắk"), LOOKS),
    "nobody": dict.fromkeys(("Khánh Hòa", "Phan Rang", "Sở KH&CN", "Đắk Lắk"), NOTHING),
}


@dataclass(frozen=True)
class Address:
    """One address with a method: whom it is for, and what it answers them."""

    name: str
    right: str
    code: int
    where: Callable[[Body], str]
    sends: Callable[[Body], dict[str, Any]] | None = None
    """The arguments of a POST; none for a GET."""


def page(quarter: str, path: str = "") -> Callable[[Body], str]:
    return lambda body: body.address(quarter, path)


def evidence(path: str = "") -> Callable[[Body], str]:
    return lambda body: f"/evidence/{body.evidence}/{path}"


def form(**fields: Any) -> Callable[[Body], dict[str, Any]]:
    return lambda _body: {"data": fields}


def typed(**more: str) -> Callable[[Body], dict[str, Any]]:
    return lambda body: {"data": {f"{CODE}:{body.level}-value": "91", **more}}


def decided(action: str, **more: str) -> Callable[[Body], dict[str, Any]]:
    return lambda body: {"data": {"version": [body.versions[SENT]], "action": action, **more}}


def one_cell(body: Body) -> dict[str, Any]:
    cells = [{"indicator": CODE, "level": body.level, "value": "91"}]
    return in_json({"cells": cells})


def in_json(body: Any) -> dict[str, Any]:
    return {"data": json.dumps(body), "content_type": "application/json", "headers": ANY_VERSION}


def api(path: str) -> Callable[[Body], str]:
    return lambda body: body.api_of(path)


def a_file(_body: Body) -> dict[str, Any]:
    return {"data": {"file": SimpleUploadedFile("b.pdf", PDF + b"2")}}


ANY_VERSION = {"If-Match": "*"}
CELL = f"{CODE}/{{level}}/"
UNTIL = DAY.strftime("%d/%m/%Y")
ADDRESSES = [
    Address("reports:entry", READ, 200, page(OPEN)),
    Address("reports:entry", ENTER, 302, page(OPEN), typed()),
    Address("reports:entry", ENTER, 302, page(OPEN), typed(submit="1")),
    Address("reports:cells", ENTER, 200, page(OPEN, "cells/"), one_cell),
    Address("reports:review", READ, 200, page(SENT, "review/")),
    Address("reports:review", APPROVE, 302, page(SENT, "review/"), decided("approve")),
    Address("reports:review", APPROVE, 302, page(SENT, "review/"), decided("return", reason="Xem lại")),
    Address("reports:workbook-download", READ, 200, lambda body: body.workbook),
    Address("reports:history", READ, 200, page(SENT, "history/")),
    Address("reports:withdraw", APPROVE, 200, page(APPROVED, f"withdraw/{CELL}")),
    Address("reports:withdraw", APPROVE, 302, page(APPROVED, f"withdraw/{CELL}"), form(reason="Nhầm")),
    Address("reports:reopen", APPROVE, 200, page(LOCKED, "reopen/")),
    Address("reports:reopen", APPROVE, 302, page(LOCKED, "reopen/"), form(until=UNTIL, reason="Sửa")),
    Address("reports:attach", READ, 200, page(OPEN, f"evidence/{CELL}")),
    Address("reports:attach", ENTER, 302, page(OPEN, f"evidence/{CELL}"), a_file),
    Address("reports:evidence", SEE, 200, evidence()),
    Address("reports:evidence-remove", ENTER, 302, evidence("remove/"), form(reason="Sai năm")),
    Address("api-report-cells", ENTER, 200, api("cells/")),
    Address("api-report-cells", ENTER, 200, api("cells/"), one_cell),
    Address("api-report-submission", ENTER, 200, api("submission/"), lambda _body: in_json({})),
    Address(
        "api-report-evidence",
        ENTER,
        201,
        api(f"cells/{CELL}evidence/"),
        lambda body: a_file(body) | {"headers": ANY_VERSION},
    ),
    # One address for all reports: each row says whether its report may be written.
    Address(
        "api-measurements-bulk",
        ENTER,
        200,
        lambda _body: "/api/v1/measurements/bulk/",
        lambda body: in_json({"rows": [body.row]}),
    ),
]
API = {address.name for address in ADDRESSES if address.name.startswith("api-")}
# Addresses that are not about one report, with the tests that try who gets what there.
ELSEWHERE = {
    f"reports:{name}": "tests/accounts/test_permission_table.py"
    for name in (
        *("mine", "monitor", "deputies", "deputy-end", "setup", "setup-download"),
        # An upload is its uploader's alone; what its rows may write is tried in tests/workbooks.
        *("workbooks", "upload", "upload-confirm", "upload-cancel"),
        # Asked of the owner of a target; tests/dashboard/test_explanations.py tries the sending.
        *("explanation", "explanation-withdraw"),
    )
} | dict.fromkeys(("api-report-list", "api-report-detail"), "tests/accounts/test_permission_table.py")


@pytest.fixture
def bodies(places: Places, pin_today: Any, settings: Any, tmp_path: Any) -> dict[str, Body]:
    settings.MEDIA_ROOT = tmp_path
    pin_today(DAY)
    return make_bodies(places)


def seated(role: Role, seat: str, places: Places) -> User:
    units = {
        "in Khánh Hòa": places.khanh_hoa,
        "in Phan Rang": places.phan_rang,
        "in the nation": places.nation,
    }
    if seat in units:
        return make_person("somebody", role, units[seat])
    kind = {"in Sở KH&CN": "so-khcn", "in Sở Nội vụ": "so-noi-vu"}[seat]
    return make_person("somebody", role, agency=places.khanh_hoa.agencies.get(kind__code=kind))


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back, so that every address finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answer(client: Client, address: Address, body: Body, before: list[Any]) -> tuple[int, bool]:
    """The status, and whether anything is other than before."""
    path = address.where(body)
    with undone():
        told: Any = client.post(path, **address.sends(body)) if address.sends else client.get(path)
        for close in told._resource_closers:
            close()
        return told.status_code, everything() != before


def expected(address: Address, rights: str) -> tuple[int, bool]:
    if address.right not in rights.split():
        return 422 if address.name == "api-measurements-bulk" else 404, False
    return address.code, address.sends is not None


def assert_rights(
    client: Client, rights: dict[str, str], bodies: dict[str, Body], only: Collection[str] = ()
) -> None:
    answered, wanted, before = {}, {}, everything()
    for name, held in rights.items():
        for number, address in enumerate(ADDRESSES):
            if only and address.name not in only:
                continue
            key = f"{name} · {number} {address.name} {'POST' if address.sends else 'GET'}"
            answered[key] = answer(client, address, bodies[name], before)
            wanted[key] = expected(address, held)
    assert answered == wanted


def of_role(role: Role, seat: str) -> dict[str, str]:
    return {name: WORKS[role] if held == ROLE else held for name, held in RIGHTS[seat].items()}


@pytest.mark.slow
@pytest.mark.parametrize("seat", RIGHTS)
@pytest.mark.parametrize("role", Role)
def test_role_at_its_seat(
    role: Role, seat: str, places: Places, bodies: dict[str, Body], client: Client
) -> None:
    somebody = seated(role, seat, places)
    client.force_login(somebody)
    assert_rights(client, of_role(role, seat), bodies)
    # A partner system that reads everything enters no more than the official it acts for.
    partner = partner_of(places.nation, somebody)
    assert_rights(partner, of_role(role, seat), bodies, only=API)


@pytest.mark.parametrize("who", WITHOUT_A_ROLE)
def test_person_without_a_role(who: str, bodies: dict[str, Body], client: Client) -> None:
    client.force_login(make_person("somebody", is_superuser=who == "superuser", is_staff=True))
    assert_rights(client, WITHOUT_A_ROLE[who], bodies)


def test_client_without_its_own_right_gets_none_from_its_official(
    places: Places, bodies: dict[str, Body]
) -> None:
    official = make_person("somebody", Role.COORDINATOR, places.nation)
    partner = partner_of(places.dak_lak, official)
    rights = {
        "Đắk Lắk": WORKS[Role.COORDINATOR],
        "Ea Kao": WORKS[Role.COORDINATOR],
        "Khánh Hòa": NOTHING,
        "Phan Rang": NOTHING,
        "Sở KH&CN": NOTHING,
    }
    assert_rights(partner, rights, bodies, only=API)


def partner_of(unit: Any, official: User) -> Client:
    made = ApiClient.objects.create(name="Partner", unit=unit, acts_for=official)
    return Client(headers={"Authorization": f"Bearer {make_token(made, scope='report')}"})


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_writes_nothing(bodies: dict[str, Body]) -> None:
    before = everything()
    for address in ADDRESSES:
        code, wrote = answer(Client(), address, bodies["Phan Rang"], before)
        assert (code, wrote) == (401 if address.name.startswith("api-") else 302, False), address.name


def test_every_address_of_a_report_is_in_the_table() -> None:
    found = {name for _path, name in addresses() if name.startswith("reports:") or name in API}
    found |= {name for _path, name in addresses() if name.startswith("api-report-")}
    assert found == {address.name for address in ADDRESSES} | ELSEWHERE.keys()
    for name, where in ELSEWHERE.items():
        assert name in Path(where).read_text(), where


def test_every_role_is_in_the_table() -> None:
    assert WORKS.keys() == set(Role)
