"""The fixed cast of people and the places they belong to.

Places: Khánh Hòa of today with two communes, Ninh Thuận that merged into it with a district and a commune,
and Đắk Lắk next door. People: reporter and approver of the commune Phan Rang, coordinator in the department
of science and technology, leader of the province, neighbour leading Đắk Lắk, outsider without any role,
administrator of the nation, and a partner system that reads for Khánh Hòa.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import ApiClient, ApiToken, Membership, Role, User
from accounts.models.clients import Scope, hash_token, scopes_text
from provinces.models import Agency, Unit
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency, make_unit, merge, nation


@dataclass(frozen=True)
class Places:
    nation: Unit
    khanh_hoa: Unit
    phan_rang: Unit
    cam_ranh: Unit
    ninh_thuan: Unit
    thuan_bac: Unit
    loi_hai: Unit
    dak_lak: Unit
    ea_kao: Unit
    department: Agency


@pytest.fixture
def places(db: None) -> Places:
    khanh_hoa = make_unit("province", ref="P56-2025", name="Tỉnh Khánh Hòa", valid_from=MERGER)
    ninh_thuan = make_unit("province", ref="P58", name="Tỉnh Ninh Thuận", valid_to=BEFORE_MERGER)
    merge(ninh_thuan, into=khanh_hoa)
    thuan_bac = make_unit(
        "district", ref="D588", parent=ninh_thuan, name="Huyện Thuận Bắc", valid_to=BEFORE_MERGER
    )
    dak_lak = make_unit("province", ref="P66-2025", name="Tỉnh Đắk Lắk", valid_from=MERGER)
    return Places(
        nation=nation(),
        khanh_hoa=khanh_hoa,
        phan_rang=make_unit("commune", parent=khanh_hoa, name="Phường Phan Rang", kind="Phường"),
        cam_ranh=make_unit("commune", parent=khanh_hoa, name="Phường Cam Ranh", kind="Phường"),
        ninh_thuan=ninh_thuan,
        thuan_bac=thuan_bac,
        loi_hai=make_unit("commune", parent=thuan_bac, name="Xã Lợi Hải", valid_to=BEFORE_MERGER),
        dak_lak=dak_lak,
        ea_kao=make_unit("commune", parent=dak_lak, name="Phường Ea Kao", kind="Phường"),
        department=make_agency(khanh_hoa),
    )


def make_person(
    username: str, role: str = "", unit: Unit | None = None, agency: Agency | None = None, **fields: Any
) -> User:
    user = User.objects.create_user(username=username, password="a password of tests", **fields)
    if role:
        Membership.objects.create(user=user, role=role, unit=unit or agency.unit, agency=agency)
    return user


def make_token(client: ApiClient, *, scope: str = Scope.READ, **fields: Any) -> str:
    """A new token of the client, in clear. `scope` is one more than reading; `scopes` are all there are."""
    token = ApiToken.new_secret()
    fields.setdefault("scopes", scopes_text({Scope.READ, scope}))
    ApiToken.objects.create(client=client, token_hash=hash_token(token), hint=token[:12], **fields)
    return token


@pytest.fixture
def reporter(places: Places) -> User:
    return make_person("reporter", Role.REPORTER, places.phan_rang)


@pytest.fixture
def approver(places: Places) -> User:
    return make_person("approver", Role.APPROVER, places.phan_rang)


@pytest.fixture
def coordinator(places: Places) -> User:
    return make_person("coordinator", Role.COORDINATOR, agency=places.department)


@pytest.fixture
def leader(places: Places) -> User:
    return make_person("leader", Role.LEADER, places.khanh_hoa)


@pytest.fixture
def neighbour(places: Places) -> User:
    return make_person("neighbour", Role.LEADER, places.dak_lak)


@pytest.fixture
def outsider(db: None) -> User:
    return make_person("outsider")


@pytest.fixture
def administrator(places: Places) -> User:
    return make_person("administrator", Role.ADMINISTRATOR, places.nation, is_staff=True, is_superuser=True)


@pytest.fixture
def api_client(places: Places) -> ApiClient:
    """A partner system that reads for Khánh Hòa."""
    return ApiClient.objects.create(name="Partner of Khánh Hòa", unit=places.khanh_hoa)


@pytest.fixture
def api_token(api_client: ApiClient) -> str:
    return make_token(api_client)


@pytest.fixture
def cast(
    reporter: User,
    approver: User,
    coordinator: User,
    leader: User,
    neighbour: User,
    outsider: User,
    administrator: User,
    api_client: ApiClient,
    api_token: str,
) -> SimpleNamespace:
    """Everybody at once, by name; `token` is the API client's."""
    return SimpleNamespace(
        reporter=reporter,
        approver=approver,
        coordinator=coordinator,
        leader=leader,
        neighbour=neighbour,
        outsider=outsider,
        administrator=administrator,
        api_client=api_client,
        token=api_token,
    )
