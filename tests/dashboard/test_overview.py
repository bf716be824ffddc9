"""The overview: one headline, the states that add up to it, and every row behind it."""

from decimal import Decimal

import pytest

from indicators.models import Job, Provenance
from tests.dashboard.reading import card, words
from tests.factories.results import make_attainment, make_document, make_indicator, make_period, make_target
from tests.factories.units import make_agency

PAGE = {"unit": "P58", "period": "2023"}


def test_headline_counts_met_and_exceeded(reads, judge):
    for status in ("exceeded", "met", "met", "missed"):
        judge(status)
    page = reads.get("/", PAGE)
    assert "3/4 chỉ tiêu đạt và vượt" in card(page, "headline")
    assert "75,00 %" in card(page, "headline")


def test_headline_states_add_up_to_the_total(reads, judge):
    for status in ("exceeded", "missed", "at_risk", "no_data", "not_due"):
        judge(status)
    counts = reads.get("/", PAGE).context["page"].counts
    assert sum(number for _status, number in counts) == 5
    assert "tổng 5" in card(reads.get("/", PAGE), "headline")


def test_document_filter_narrows_headline_and_rows(reads, judge, places):
    other = make_document(places.ninh_thuan, "06/QĐ-TTg")
    judge("met", name_vi="Chỉ tiêu của kế hoạch")
    judge("missed", document=other, name_vi="Chỉ tiêu của đề án")
    page = reads.get("/", PAGE | {"document": other.pk})
    assert "0/1 chỉ tiêu đạt và vượt" in card(page, "headline")
    assert "Chỉ tiêu của kế hoạch" not in words(page)


def test_level_filter_narrows_headline_and_rows(reads, judge):
    judge("met", level="commune")
    judge("missed", level="total")
    assert "1/1 chỉ tiêu đạt và vượt" in card(reads.get("/", PAGE | {"level": "commune"}), "headline")


def test_documents_are_counted_apart(reads, judge, places):
    other = make_document(places.ninh_thuan, "06/QĐ-TTg")
    judge("met")
    judge("missed")
    judge("met", document=other)
    found = card(reads.get("/", PAGE), "by-document")
    assert "32/KH-UBND 1/2" in found
    assert "06/QĐ-TTg 1/1" in found


def test_owners_are_counted_apart(reads, judge, places):
    owner = make_agency(places.ninh_thuan)
    judge("met", owner=owner)
    judge("missed", owner=owner)
    page = words(reads.get("/", PAGE), 'aria-label="Theo cơ quan chủ trì"', "</section>")
    assert "Sở KH&CN Ninh Thuận 1/2" in page


def test_unmet_are_listed_worst_first(reads, judge):
    for status in ("on_track", "at_risk", "missed", "off_track", "worsening"):
        judge(status)
    found = [row.status for row in reads.get("/", PAGE).context["page"].unmet]
    assert found == ["missed", "worsening", "off_track", "at_risk", "on_track"]


def test_unmet_says_what_is_missing(reads, judge):
    judge("missed", value=Decimal("21.4"), threshold="30")
    assert "21,40 % ≥ 30 % 8,60 điểm %" in card(reads.get("/", PAGE), "unmet")


def test_unmet_says_stored_pace_and_landing(reads, judge):
    judge("at_risk", value=Decimal("60"), pace_needed=Decimal("10"), landing=Decimal("72"))
    found = card(reads.get("/", PAGE), "unmet")
    assert "cần +10,00 điểm % mỗi kỳ" in found
    assert "theo đà này đạt 72,00 %" in found


def test_figure_never_contradicts_the_verdict(reads, judge):
    judge("missed", value=Decimal("89.996"), threshold="90")
    found = card(reads.get("/", PAGE), "unmet")
    assert "89,996 %" in found
    assert "0,004 điểm %" in found


def test_levels_of_one_indicator_stand_together(reads, judge):
    indicator = make_indicator("CQ-01")
    for level, value in (("province", "98.9"), ("district", "96.52"), ("commune", "94.89")):
        judge("exceeded", indicator=indicator, level=level, value=Decimal(value))
    found = card(reads.get("/", PAGE), "by-levels")
    assert "Cấp tỉnh 98,90 % Cấp huyện 96,52 % Cấp xã 94,89 %" in found


def test_change_against_last_year_is_given_twice(reads, judge):
    judge("missed", value=Decimal("97.22"), previous_value=Decimal("87.74"))
    found = card(reads.get("/", PAGE), "changes")
    assert "97,22 % +9,48 điểm %" in found
    assert "+10,80 % · năm trước 87,74 %" in found


def test_better_rank_is_so_many_places_up(reads, judge):
    rank = make_indicator(unit_of_measure="thứ hạng", value_type="rank", decimals=0, direction="lower")
    judge("exceeded", indicator=rank, threshold="30", value=27, out_of=63, previous_value=53)
    page = reads.get("/", PAGE)
    assert "27/63 26 bậc" in card(page, "changes")
    assert "change change-good" in page.content.decode()


def test_year_before_is_compared_where_stored(reads, judge, places, plan):
    before, now = make_period("2022"), make_period("2023")
    for status_before, status in (("missed", "met"), ("met", "met")):
        target = make_target(places.ninh_thuan, document=plan)
        make_attainment(target, before, status=status_before)
        make_attainment(target, now, status=status)
    assert "Năm 2022: 1/2 (50,00 %)" in card(reads.get("/", PAGE), "headline")


def test_target_that_turned_worse_is_named(reads, places, plan):
    target = make_target(places.ninh_thuan, document=plan, name_vi="Phủ sóng")
    make_attainment(target, make_period("2023-Q1"), status="on_track")
    make_attainment(target, make_period("2023-Q2"), status="off_track")
    found = card(reads.get("/", {"unit": "P58", "period": "2023-Q2"}), "moved")
    assert "Đổi trạng thái so với Quý I/2023 Mới có nguy cơ 1 Phủ sóng" in found
    assert "Phủ sóng Chậm tiến độ trước: đúng tiến độ" in found


@pytest.mark.parametrize(
    ("before", "now", "heading"),
    [
        ("off_track", "met", "Mới đạt"),
        ("no_data", "exceeded", "Mới đạt"),
        ("met", "missed", "Mới có nguy cơ"),
        ("no_data", "at_risk", "Mới có nguy cơ"),
        ("at_risk", "missed", "Thay đổi khác"),
        ("met", "exceeded", "Thay đổi khác"),
    ],
)
def test_change_of_state_stands_under_its_heading(reads, places, plan, before, now, heading):
    target = make_target(places.ninh_thuan, document=plan, name_vi="Phủ sóng")
    make_attainment(target, make_period("2023-Q1"), status=before)
    make_attainment(target, make_period("2023-Q2"), status=now)
    found = card(reads.get("/", {"unit": "P58", "period": "2023-Q2"}), "moved")
    assert f"{heading} 1 Phủ sóng" in found


@pytest.mark.parametrize(
    ("before", "now"), [("no_data", "not_due"), ("on_track", "on_track"), ("not_due", "no_data")]
)
def test_change_that_says_nothing_of_danger_is_left_out(reads, places, plan, before, now):
    target = make_target(places.ninh_thuan, document=plan)
    make_attainment(target, make_period("2023-Q1"), status=before)
    make_attainment(target, make_period("2023-Q2"), status=now)
    assert 'id="moved"' not in reads.get("/", {"unit": "P58", "period": "2023-Q2"}).content.decode()


def test_due_by_the_years_end_is_counted_apart(reads, judge):
    judge("met")
    judge("on_track", is_due=False)
    assert "Đến hạn trong năm 2023: 1/1" in card(reads.get("/", PAGE), "headline")


def test_pending_recomputation_is_visible(reads, judge):
    judge("met")
    assert 'data-pending="no"' in reads.get("/", PAGE).content.decode()
    Job.objects.create()
    assert 'data-pending="yes"' in reads.get("/", PAGE).content.decode()


def test_open_period_says_so(reads, judge, pin_today):
    judge("on_track", period=make_period("2026"))
    assert "Kỳ còn mở" in card(reads.get("/", {"unit": "P58", "period": "2026"}), "headline")


def test_reported_figures_carry_no_mark(reads, judge):
    judge("met", value=Decimal(95))
    assert "Dữ liệu minh họa" not in words(reads.get("/", PAGE))


def test_note_of_a_document_is_shown(reads, judge, plan):
    plan.note_vi = "Phụ lục chưa đọc được."
    plan.save()
    judge("met")
    assert "32/KH-UBND : Phụ lục chưa đọc được." in card(reads.get("/", PAGE), "headline")


@pytest.mark.parametrize("name", ["Bảo đảm " * 60, "<b>Tỷ lệ</b> & “số”"])
def test_any_name_is_written_as_it_is(reads, judge, name):
    judge("missed", name_vi=name.strip()[:400])
    assert " ".join(name.strip()[:400].split()) in card(reads.get("/", PAGE), "unmet")


def test_english_page_speaks_english(reads, judge):
    judge("missed", name_vi="Chữ ký số", name_en="Digital signatures", value=Decimal("1234.5"))
    reads.cookies["django_language"] = "en"
    page = reads.get("/", PAGE)
    assert "0/1 targets met or exceeded" in card(page, "headline")
    assert "Digital signatures" in card(page, "unmet")
    assert "1,234.50 %" in card(page, "unmet")


def test_illustrative_results_are_counted(reads, judge):
    judge("met", value=Decimal(95), provenance=Provenance.ILLUSTRATIVE)
    assert "Dữ liệu minh họa 1 kết quả" in card(reads.get("/", PAGE), "headline")


def test_rows_outside_the_count_are_counted_apart(reads, judge):
    judge("met")
    judge("missed", counts=False, is_overdue=True)
    judge("not_applicable")
    found = card(reads.get("/", PAGE), "headline")
    assert "1/1 chỉ tiêu đạt và vượt" in found
    assert "1 chỉ tiêu quá hạn, ngoài phép đếm" in found
    assert "1 chỉ tiêu không áp dụng, ngoài phép đếm" in found


def test_lists_longer_than_a_card_are_whole_behind_one_click(reads, places, plan):
    before, now = make_period("2023-Q3"), make_period("2023-Q4")
    for number in range(8):
        target = make_target(places.ninh_thuan, document=plan, name_vi=f"Chỉ tiêu {number}")
        make_attainment(target, before, status="missed", value=40)
        make_attainment(target, now, status="met", value=95, qualifier="estimate")
    page = reads.get("/", {"unit": "P58", "period": "2023-Q4"})
    for heading in ("moved", "findings"):
        found = card(page, heading)
        assert "Xem cả 8" in found
        assert all(found.count(f"Chỉ tiêu {number} ") == 1 for number in range(8)), heading
