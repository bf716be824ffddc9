"""Which unit and period a page opens, and what lies outside a person's reach."""

import pytest

from indicators.models import Period
from tests.dashboard.reading import card, words
from tests.factories.results import make_attainment, make_period, make_target


@pytest.fixture
def nine_months(db):
    return Period.objects.create(
        code="2026-9M",
        kind="nine_months",
        year=2026,
        starts_on="2026-01-01",
        cutoff_on="2026-09-30",
        assessed_on="2026-09-30",
    )


def test_overview_opens_the_persons_own_unit(reads, judge, places):
    judge("met", unit=places.khanh_hoa)
    assert reads.get("/").context["unit"] == places.khanh_hoa


def test_overview_of_a_unit_without_results_opens_the_one_above(signed_in, reporter, judge, places):
    judge("met", unit=places.khanh_hoa)
    assert signed_in(reporter).get("/").context["unit"] == places.khanh_hoa


def test_overview_opens_the_own_commune_once_it_has_results(signed_in, reporter, judge, places):
    judge("met", unit=places.khanh_hoa)
    judge("met", unit=places.phan_rang)
    assert signed_in(reporter).get("/").context["unit"] == places.phan_rang


def test_overview_opens_the_province_of_a_department(signed_in, coordinator, judge, places):
    judge("met", unit=places.khanh_hoa)
    assert signed_in(coordinator).get("/").context["unit"] == places.khanh_hoa


def test_overview_opens_the_nation_for_an_administrator(signed_in, administrator, judge, places):
    judge("met", unit=places.khanh_hoa)
    assert signed_in(administrator).get("/").context["unit"] == places.nation


def test_overview_opens_the_latest_closed_period(reads, places, nine_months):
    target = make_target(places.khanh_hoa)
    for period in (make_period("2026-Q2"), make_period("2026-Q3"), nine_months, make_period("2026-Q4")):
        make_attainment(target, period)
    assert reads.get("/").context["period"].code == "2026-Q3"


def test_overview_opens_a_year_before_its_last_quarter(reads, places):
    target = make_target(places.khanh_hoa)
    for code in ("2025-Q4", "2025"):
        make_attainment(target, make_period(code))
    assert reads.get("/").context["period"].code == "2025"


def test_overview_opens_a_period_in_which_something_counts(reads, places):
    target = make_target(places.khanh_hoa)
    make_attainment(target, make_period("2024"))
    make_attainment(target, make_period("2025"), status="missed", counts=False, is_overdue=True)
    assert reads.get("/").context["period"].code == "2024"


def test_overview_opens_the_latest_closed_period_where_nothing_counts(reads, places):
    target = make_target(places.khanh_hoa)
    for code in ("2024", "2025"):
        make_attainment(target, make_period(code), status="missed", counts=False, is_overdue=True)
    assert reads.get("/").context["period"].code == "2025"


def test_overview_opens_an_open_period_where_none_is_closed(reads, places):
    make_attainment(make_target(places.khanh_hoa), make_period("2026-Q4"))
    assert reads.get("/").context["period"].code == "2026-Q4"


def test_unknown_unit_is_not_found_with_words(reads):
    page = reads.get("/", {"unit": "P99"})
    assert page.status_code == 404
    assert "Không có đơn vị “P99”" in words(page)


@pytest.mark.parametrize("unit", ["P58\x00", "p58' OR 1=1", "P" * 5000, "٥٨"])
def test_unit_that_makes_no_sense_is_not_found(reads, unit):
    assert reads.get("/", {"unit": unit}).status_code == 404


@pytest.mark.parametrize("period", ["2023\x00", "-1", "9" * 400])
def test_period_that_makes_no_sense_is_not_found(reads, judge, period):
    judge("met")
    assert reads.get("/", {"unit": "P58", "period": period}).status_code == 404


@pytest.mark.parametrize("document", ["x", "-1", "9" * 40, "\x00"])
def test_document_that_makes_no_sense_is_let_go(reads, judge, document):
    judge("met")
    page = reads.get("/", {"unit": "P58", "period": "2023", "document": document})
    assert "1/1 chỉ tiêu đạt và vượt" in card(page, "headline")


def test_target_number_beyond_the_database_is_not_found(reads, db):
    assert reads.get(f"/targets/{'9' * 30}/").status_code == 404


def test_pages_are_only_read(reads, judge):
    judged = judge("met")
    assert reads.post("/").status_code == 405
    assert reads.post(f"/targets/{judged.target_id}/").status_code == 405


def test_unknown_period_is_not_found_with_words(reads, judge):
    judge("met")
    page = reads.get("/", {"unit": "P58", "period": "2023-Q9"})
    assert page.status_code == 404
    assert "Không có kỳ “2023-Q9”" in words(page)


def test_commune_of_another_province_is_not_found(signed_in, neighbour, judge, places):
    judge("met", unit=places.phan_rang)
    assert signed_in(neighbour).get("/", {"unit": places.phan_rang.ref}).status_code == 404


def test_another_province_is_open_to_officials(signed_in, neighbour, judge):
    judge("met")
    assert signed_in(neighbour).get("/", {"unit": "P58"}).status_code == 200


def test_person_without_a_role_is_told_so(signed_in, outsider):
    assert "chưa có vai trò" in words(signed_in(outsider).get("/"))


def test_person_without_a_role_finds_no_unit(signed_in, outsider, judge):
    judge("met")
    assert signed_in(outsider).get("/", {"unit": "P58"}).status_code == 404


def test_stranger_is_sent_to_sign_in(client, db):
    page = client.get("/", {"unit": "P58"})
    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/")


def test_unit_without_targets_says_so(reads, places):
    assert "Chưa có kết quả" in words(reads.get("/", {"unit": places.cam_ranh.ref}))


def test_period_without_results_offers_the_latest(reads, judge):
    judge("met", period=make_period("2023"))
    make_period("2019")
    page = reads.get("/", {"unit": "P58", "period": "2019"})
    assert "Chưa có kết quả của Năm 2019" in words(page)
    assert "period=2023" in page.content.decode()


def test_unit_whose_targets_do_not_count_says_so(reads, judge):
    judge("not_applicable")
    page = reads.get("/", {"unit": "P58", "period": "2023"})
    assert "Không có chỉ tiêu nào được tính cho đơn vị và kỳ này." in card(page, "headline")


def test_picker_offers_the_communes_of_ones_own_province_only(reads, judge, places):
    judge("met", unit=places.khanh_hoa)
    judge("met", unit=places.phan_rang)
    judge("met", unit=places.ea_kao)
    html = reads.get("/").content.decode()
    assert f'value="{places.phan_rang.ref}"' in html
    assert f'value="{places.ea_kao.ref}"' not in html


def test_filter_of_another_units_document_is_let_go(reads, judge):
    judge("met")
    page = reads.get("/", {"unit": "P58", "period": "2023", "document": "999999"})
    assert "1/1 chỉ tiêu đạt và vượt" in card(page, "headline")
