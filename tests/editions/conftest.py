"""Ninh Thuận 2023 with judged targets, and its coordinator at hand to close it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from dashboard.actions.editions import close_edition
from dashboard.models import Edition
from indicators.models import Report
from tests.cast import Places
from tests.factories.cells import owe
from tests.factories.results import (
    make_attainment,
    make_document,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import make_agency


@pytest.fixture(autouse=True)
def the_day(pin_today: Callable[[date], None]) -> None:
    pin_today(date(2026, 11, 21))


@pytest.fixture
def plan(places: Places) -> SimpleNamespace:
    """Two documents; met, missed, overdue and not applicable; a word of the province and of a commune."""
    unit, period = places.ninh_thuan, make_period("2023")
    owner = make_agency(unit, "so-y-te")
    first = make_document(unit, "09-NQ/TU")
    second = make_document(unit, "06/QĐ-TTg", issued_on=date(2023, 2, 1), note_vi="Ghi chú của văn bản")
    rates = [make_indicator(pillar="I", owner_kind=owner.kind) for _each in range(2)]
    cell = make_measurement(unit, rates[1], period, numerator="7001", denominator="7201")
    row = [1, "0", "measurement", cell.pk, cell.approved_version_id, 1, 70010000, 72010000, None]
    met = make_attainment(
        make_target(unit, rates[0], first, code="1", owner=owner, name_vi="Văn bản điện tử"),
        status="exceeded",
        numerator=Decimal("989"),
        denominator=Decimal("1000"),
        previous_numerator=Decimal("900"),
        previous_denominator=Decimal("1000"),
    )
    missed = make_attainment(
        make_target(
            unit,
            rates[1],
            first,
            code="2",
            threshold="100",
            owner=owner,
            name_vi="Chữ ký số",
            name_en="Digital signatures",
        ),
        status="missed",
        numerator=Decimal("7001"),
        denominator=Decimal("7201"),
        inputs=[row],
    )
    worded = make_attainment(
        make_target(
            unit, make_indicator(unit_of_measure="địa chỉ", decimals=0), second, code="3", threshold="5"
        ),
        status="met",
        value=Decimal("146587"),
        provenance="illustrative",
    )
    late = make_attainment(
        make_target(unit, document=second, code="4", name_vi="Quá hạn"),
        status="missed", counts=False, is_overdue=True, value=Decimal("10"),
    )  # fmt: skip
    none = make_attainment(make_target(unit, document=second, code="5"), status="not_applicable")
    Report.objects.create(
        unit=unit, period=period, state="approved", results="Đã làm xong", difficulties="Thiếu người"
    )
    Report.objects.create(unit=places.loi_hai, period=period, state="locked", causes="Mưa bão")
    Report.objects.create(unit=places.thuan_bac, period=period, state="draft", results="Chưa duyệt")
    return SimpleNamespace(
        unit=unit, period=period, owner=owner, first=first, second=second, met=met, missed=missed,
        worded=worded, late=late, none=none, cell=cell,
    )  # fmt: skip


@pytest.fixture
def owing(plan: SimpleNamespace, places: Places) -> SimpleNamespace:
    """The commune owes a figure for the year and has not reported it."""
    owe(places.thuan_bac, plan.met.target.indicator, "total", frequency="year")
    return plan


@pytest.fixture
def close(plan: SimpleNamespace, coordinator: User) -> Any:
    """Closes Ninh Thuận 2023 as the coordinator of the department."""

    def close(**words: Any) -> Edition:
        asked: dict[str, Any] = {"unit": plan.unit, "period": plan.period, "by": coordinator} | words
        return close_edition(**asked)

    return close


@pytest.fixture
def coordinates(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


@pytest.fixture
def corrected(plan: SimpleNamespace, close: Any) -> tuple[Edition, Edition]:
    """Edition 1, a changed figure that is now met, and edition 2."""
    first = close()
    type(plan.missed).objects.filter(pk=plan.missed.pk).update(
        numerator=Decimal("7201"), status="met", met=True
    )
    return first, close(reason="Sở Y tế đính chính số liệu")


def tamper(edition: Edition) -> None:
    """Change a letter of the stored bytes behind the back of the model."""
    changed = edition.raw.replace(b'"met":2', b'"met":3', 1)
    assert changed != edition.raw
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dashboard_edition SET content = %s WHERE id = %s", [changed, edition.pk])
