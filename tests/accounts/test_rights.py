"""Who may enter and who may approve a figure."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, Role
from indicators.permissions import can_approve, can_enter
from tests.factories.results import make_indicator, make_measurement


@pytest.fixture
def cells(places):
    """One of the commune, one of the province that the department owns, one next door."""
    owned = make_indicator(owner_kind=places.department.kind)
    return {
        "commune": make_measurement(places.phan_rang),
        "owned": make_measurement(places.khanh_hoa, owned),
        "foreign": make_measurement(places.ea_kao),
    }


@pytest.mark.parametrize(
    ("who", "enters", "approves"),
    [
        ("reporter", {"commune"}, set()),
        ("approver", set(), {"commune"}),
        ("coordinator", {"owned"}, {"owned"}),
        ("leader", set(), set()),
        ("neighbour", set(), set()),
        ("outsider", set(), set()),
        ("administrator", set(), set()),
        ("api_client", set(), set()),
    ],
)
def test_rights_of(who, enters, approves, cells, request):
    person = request.getfixturevalue(who)
    assert {name for name, cell in cells.items() if can_enter(person, cell)} == enters
    versions = {name: cell.approved_version for name, cell in cells.items()}
    assert {name for name, version in versions.items() if can_approve(person, version)} == approves


def test_nobody_signed_out_has_rights(cells):
    assert not can_enter(AnonymousUser(), cells["commune"])
    assert not can_approve(AnonymousUser(), cells["commune"].approved_version)


@pytest.mark.parametrize("did", ["entered_by", "submitted_by"])
def test_nobody_approves_their_own(did, cells, approver):
    version = cells["commune"].approved_version
    setattr(version, did, approver)
    assert not can_approve(approver, version)


def test_role_reaches_only_where_it_is_held(cells, reporter, places):
    Membership.objects.create(user=reporter, role=Role.LEADER, unit=places.dak_lak)
    assert can_enter(reporter, cells["commune"])
    assert not can_enter(reporter, cells["foreign"])
