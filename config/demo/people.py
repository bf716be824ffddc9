"""The people of the demonstration and the roles they hold."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.actions import create_client, issue_token
from accounts.models import ApiClient, Membership, Role, User
from accounts.models.clients import hash_token
from config.demo.world import NATION, PROVINCE
from provinces.models import Agency, Unit

_LAST_OF_THREE_TIERS = date(2025, 6, 30)
_TOKEN_LASTS = timedelta(days=365)
THUAN_BAC = "C22849-2025"
NEIGHBOUR = "P66-2025"
# Ends the name of every demo person.
MARK = "(minh họa)"


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    full_name: str
    job_title: str
    role: str
    unit: str
    agency: str = ""
    is_active: bool = True
    until: date | None = None


PEOPLE = (
    Person("reporter", "Nguyễn Thị Minh An", "Chuyên viên Văn phòng UBND tỉnh", Role.REPORTER, PROVINCE),
    Person("approver", "Trần Quốc Bảo", "Phó Chánh Văn phòng UBND tỉnh", Role.APPROVER, PROVINCE),
    Person(
        "coordinator",
        "Lê Hoàng Châu",
        "Trưởng phòng Chuyển đổi số, Sở KH&CN",
        Role.COORDINATOR,
        PROVINCE,
        agency=f"{PROVINCE}.so-khcn",
    ),
    Person(
        "khcn.nhap",
        "Đinh Thị Hòa",
        "Chuyên viên Sở KH&CN",
        Role.REPORTER,
        PROVINCE,
        agency=f"{PROVINCE}.so-khcn",
    ),
    Person("leader", "Phạm Đức Dũng", "Phó Chủ tịch UBND tỉnh", Role.LEADER, PROVINCE),
    Person("admin", "Quản trị hệ thống", "Quản trị viên", Role.ADMINISTRATOR, NATION),
    Person("thuanbac.nhap", "Chamaléa Thị Hạnh", "Công chức văn hóa - xã hội", Role.REPORTER, THUAN_BAC),
    Person("thuanbac.duyet", "Katơr Văn Khoa", "Phó Chủ tịch UBND xã", Role.APPROVER, THUAN_BAC),
    Person("daklak.lanhdao", "Y Bhông Niê", "Phó Chủ tịch UBND tỉnh Đắk Lắk", Role.LEADER, NEIGHBOUR),
    Person("daklak.dieuphoi", "H'Linh Êban", "Chuyên viên Sở KH&CN Đắk Lắk", Role.COORDINATOR, NEIGHBOUR),
    # Whoever entered and approved the history does not sign in any more, or is many people in one.
    Person(
        *("khanhhoa.nhap", "Võ Thị Lan", "Chuyên viên (đến 30/6/2025)", Role.REPORTER, "P56"),
        is_active=False,
        until=_LAST_OF_THREE_TIERS,
    ),
    Person(
        *("khanhhoa.duyet", "Đỗ Văn Minh", "Phó Giám đốc sở (đến 30/6/2025)", Role.APPROVER, "P56"),
        is_active=False,
        until=_LAST_OF_THREE_TIERS,
    ),
    Person(
        *("ninhthuan.nhap", "Bùi Thị Nga", "Chuyên viên (đến 30/6/2025)", Role.REPORTER, "P58"),
        is_active=False,
        until=_LAST_OF_THREE_TIERS,
    ),
    Person(
        *("ninhthuan.duyet", "Hồ Văn Phúc", "Phó Giám đốc sở (đến 30/6/2025)", Role.APPROVER, "P58"),
        is_active=False,
        until=_LAST_OF_THREE_TIERS,
    ),
    Person(
        *("xa.nhap", "Cán bộ nhập liệu cấp xã", "Đại diện các xã, phường", Role.REPORTER, PROVINCE),
        is_active=False,
    ),
    Person(
        *("xa.duyet", "Lãnh đạo duyệt cấp xã", "Đại diện các xã, phường", Role.APPROVER, PROVINCE),
        is_active=False,
    ),
)


def new_password() -> str:
    return secrets.token_urlsafe(9)


def load_people(password: str | None) -> tuple[Mapping[str, User], str | None, int]:
    """The people by user name, the password that was made up, if one was, and how many people are new.

    A password that is given becomes that of everybody who may sign in; without one, those who are there
    already keep theirs.
    """
    known = {user.username: user for user in User.objects.filter(username__in=[p.username for p in PEOPLE])}
    units = {unit.ref: unit for unit in Unit.objects.filter(ref__in={person.unit for person in PEOPLE})}
    agencies = {each.ref: each for each in Agency.objects.filter(ref__in=[p.agency for p in PEOPLE])}
    before, made_up = len(known), None
    if password is None and any(person.is_active and person.username not in known for person in PEOPLE):
        password = made_up = new_password()
    # One hash for all of them: they share the password anyway, and a strong hash takes its time.
    encoded = make_password(password) if password else ""
    for person in PEOPLE:
        user = known.get(person.username)
        if user is None:
            user = known[person.username] = _create(person, encoded)
        elif person.is_active and password is not None and made_up is None:
            _give(user, password, encoded)
        if person.unit in units:
            Membership.objects.get_or_create(
                user=user,
                role=person.role,
                unit=units[person.unit],
                agency=agencies.get(person.agency),
                defaults={"valid_to": person.until},
            )
    return known, made_up, len(known) - before


def _create(person: Person, encoded: str) -> User:
    is_admin = person.role == Role.ADMINISTRATOR
    return User.objects.create(
        username=person.username,
        full_name=f"{person.full_name} {MARK}",
        job_title=person.job_title,
        password=encoded if person.is_active else make_password(None),
        is_active=person.is_active,
        is_staff=is_admin,
        is_superuser=is_admin,
    )


def _give(user: User, password: str, encoded: str) -> None:
    """The password asked for, where a demo person has another one; somebody real keeps theirs."""
    if user.full_name.endswith(MARK) and not user.check_password(password):
        user.password = encoded
        user.save(update_fields=["password"])


def load_client(token: str) -> None:
    """The partner system of the demonstration, which reads everything with this token for a year."""
    client = ApiClient.objects.filter(name="demo").first()
    if client is None:
        client = create_client(name="demo", unit=Unit.objects.get(ref=NATION))
    if not client.tokens.filter(token_hash=hash_token(token)).exists():
        issue_token(client=client, secret=token, expires_at=timezone.now() + _TOKEN_LASTS)
