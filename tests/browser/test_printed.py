"""On paper: the overview is one A4; an edition's list starts on the second sheet."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from accounts.models import Role
from indicators.models import PeriodDueDay, Report
from provinces.actions import load_agencies, load_holidays
from provinces.models import Unit
from tests.browser.house import QUARTER, furnish
from tests.cast import Places, make_person
from tests.factories.cells import owe
from tests.factories.reference import load_all, make_named_units
from tests.factories.results import make_attainment, make_document, make_indicator, make_period, make_target
from tests.factories.units import make_agency, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A4 = (595, 842)
STATES = ("met", "exceeded", "on_track", "at_risk", "off_track", "missed", "no_data", "not_due")
NAME = "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn, nhóm"
OWNERS = ("so-y-te", "so-noi-vu", "so-tu-phap", "so-tai-chinh", "van-phong", "cong-an", "mttq", "so-gddt")


def sheets(page: Any) -> list[str]:
    """The words of each printed sheet."""
    read = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {tuple(round(float(each)) for each in sheet.mediabox[2:]) for sheet in read.pages} == {A4}
    return [" ".join(sheet.extract_text().split()) for sheet in read.pages]


@pytest.fixture
def busy(places: Places, pin_today: Any) -> Places:
    """Khánh Hòa as it is today: 60 targets in every state, eight owners, a quarter before, late communes."""
    pin_today(date(2026, 11, 21))
    plan = make_document(places.khanh_hoa, "03/KH-UBND")
    owners = [make_agency(places.khanh_hoa, kind) for kind in OWNERS]
    levelled = [make_indicator(f"L-{each}", pillar="NL") for each in range(3)]
    now, earlier, year_ago = make_period(QUARTER), make_period("2026-Q2"), make_period("2025-Q3")
    for number in range(60):
        level = ("province", "commune")[number % 2] if number < 6 else "total"
        indicator = levelled[number // 2] if number < 6 else make_indicator(pillar=f"T{number % 8}")
        target = make_target(
            places.khanh_hoa, indicator, plan, code=str(number + 1), level=level, threshold="95",
            owner=owners[number % 8], name_vi=f"{NAME} {number}",
        )  # fmt: skip
        status, before = STATES[number % 8], STATES[(number // 2) % 8]
        numbers = {} if status in ("no_data", "not_due") else {"value": 50 + number % 40}
        make_attainment(target, earlier, status=before, value=40)
        make_attainment(target, year_ago, status="on_track", value=30)
        make_attainment(target, now, status=status, previous_value=30, pace="0.7", **numbers)
    PeriodDueDay.objects.filter(period=now).delete()
    PeriodDueDay.objects.create(period=now, body="commune", due_on=date(2026, 10, 16))
    for number in range(8):
        commune = make_unit("commune", parent=places.khanh_hoa, name=f"Xã Vạn Hưng {number}")
        owe(commune, levelled[0], "commune", frequency="quarter")
        if number % 2:
            Report.objects.create(
                unit=commune, period=now, state="approved", first_submitted_at=f"2026-10-2{number}T00:00:00Z"
            )
    return places


def test_overview_of_ninh_thuan_2023_is_one_sheet(visit: Any, db: None) -> None:
    make_named_units()
    load_agencies()
    load_holidays()
    load_all()
    call_command("recompute", all=True, verbosity=0)
    page = visit(make_person("chairs", Role.LEADER, Unit.objects.get(ref="P58")), "/?unit=P58&period=2023")
    found = sheets(page)
    assert "17/23" in found[0].replace(" /", "/")
    assert "Theo cơ quan chủ trì" in found[0]
    assert len(found) == 1


def test_overview_of_a_busy_quarter_is_one_sheet(visit: Any, busy: Places, leader: Any) -> None:
    found = sheets(visit(leader, f"/?unit=P56-2025&period={QUARTER}"))
    for heading in (
        "Chưa đạt, đáng lo nhất trước",
        "Kỷ luật báo cáo",
        "Đổi trạng thái",
        "Theo cơ quan chủ trì",
    ):
        assert heading in found[0]
    assert len(found) == 1


def test_scoreboard_prints_its_rows_under_their_headings(visit: Any, busy: Places, leader: Any) -> None:
    found = sheets(visit(leader, f"/scoreboard/?unit=P56-2025&period={QUARTER}"))
    # Each row once, and none cut off; its number ends the name.
    text = " ".join(found)
    assert all(f"{NAME} {number} " in text for number in range(60))
    assert "16/60 chỉ tiêu đạt và vượt" in found[0]


def test_edition_prints_its_list_on_the_second_sheet(
    visit: Any, shown: Any, places: Places, leader: Any, coordinator: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    edition = furnish(shown, places, leader, coordinator).edition
    found = sheets(visit(leader, edition))
    assert "Bản công bố số 1" in found[0]
    assert "Tải nội dung" not in " ".join(found)
    assert "chỉ tiêu của bảng này" in found[1]
