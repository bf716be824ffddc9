"""Deadlines and events beside the headline."""

from datetime import date

from events.models import Event
from indicators.models import PeriodDueDay
from tests.dashboard.reading import card, words
from tests.factories.results import make_period

PAGE = {"unit": "P56-2025", "period": "2026-Q3"}


def test_next_report_of_the_unit_is_named(reads, judge, places):
    judge("met", unit=places.khanh_hoa, period=make_period("2026-Q3"))
    PeriodDueDay.objects.create(period=make_period("2026-Q4"), body="province", due_on=date(2026, 12, 25))
    assert "25/12/2026 Hạn báo cáo: Quý IV/2026" in card(reads.get("/", PAGE), "dates")


def test_targets_falling_due_are_counted(reads, judge, places):
    judged = judge("at_risk", unit=places.khanh_hoa, period=make_period("2026-Q3"))
    judged.target.revisions.update(due_on=date(2026, 12, 31))
    assert "31/12/2026 1 chỉ tiêu đến hạn" in card(reads.get("/", PAGE), "dates")


def test_met_target_does_not_fall_due(reads, judge, places):
    judged = judge("met", unit=places.khanh_hoa, period=make_period("2026-Q3"))
    judged.target.revisions.update(due_on=date(2026, 12, 31))
    assert "đến hạn" not in words(reads.get("/", PAGE), "<main", "</main>").replace("đến hạn trong năm", "")


def test_national_day_returns_every_year(reads, judge, places):
    Event.objects.create(
        kind="national_day",
        unit=places.nation,
        starts_on=date(2023, 10, 10),
        ends_on=date(2023, 10, 10),
        title_vi="Ngày Chuyển đổi số quốc gia 2023",
        repeats_yearly=True,
    )
    judge("met", unit=places.khanh_hoa, period=make_period("2026-Q3"))
    found = card(reads.get("/", PAGE), "dates")
    assert "10/10/2026 Ngày Chuyển đổi số quốc gia" in found
    assert "2023" not in found


def test_event_of_another_province_is_not_listed(reads, judge, places):
    Event.objects.create(
        kind="workshop",
        unit=places.dak_lak,
        starts_on=date(2026, 5, 5),
        ends_on=date(2026, 5, 5),
        title_vi="Hội thảo ở Đắk Lắk",
    )
    judge("met", unit=places.khanh_hoa, period=make_period("2026-Q3"))
    assert "Hội thảo ở Đắk Lắk" not in words(reads.get("/", PAGE))


def test_unit_that_ended_names_its_successor(reads, judge):
    judge("met")
    page = reads.get("/", {"unit": "P58", "period": "2023"})
    assert "Đơn vị này kết thúc ngày 30/06/2025; nay thuộc Tỉnh Khánh Hòa" in card(page, "headline")
