"""The real files, loaded: what stood on which day, and who became whom."""

from datetime import date

import pytest

from provinces.actions import load_agencies, load_holidays, load_units
from provinces.models import (
    Agency,
    AgencySuccession,
    Tier,
    Unit,
    UnitClosure,
    UnitName,
    UnitSuccession,
    reach_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_units")]

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def unit(ref: str) -> Unit:
    return Unit.objects.get(ref=ref)


def agency(ref: str) -> Agency:
    return Agency.objects.with_names().get(ref=ref)


@pytest.mark.parametrize(
    ("tier", "day", "expected"),
    [
        (Tier.NATION, BEFORE, 1),
        (Tier.NATION, AFTER, 1),
        (Tier.PROVINCE, BEFORE, 63),
        (Tier.PROVINCE, AFTER, 34),
        (Tier.DISTRICT, BEFORE, 696),
        (Tier.DISTRICT, AFTER, 0),
        (Tier.COMMUNE, BEFORE, 10_035),
        (Tier.COMMUNE, AFTER, 3_321),
    ],
)
def test_units_of_a_tier_on_a_day_are_as_published(tier: str, day: date, expected: int) -> None:
    assert Unit.objects.of_tier(tier).valid_on(day).count() == expected


@pytest.mark.parametrize(
    ("tier", "code", "before", "after"),
    [
        (Tier.PROVINCE, "82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"),
        (Tier.COMMUNE, "22849", "Xã Lợi Hải", "Xã Thuận Bắc"),
        (Tier.PROVINCE, "56", "Tỉnh Khánh Hòa", "Tỉnh Khánh Hòa"),
    ],
)
def test_reused_code_means_another_unit_after_the_merger(
    tier: str, code: str, before: str, after: str
) -> None:
    units = Unit.objects.of_tier(tier).filter(code=code)
    assert units.count() == 2
    assert units.valid_on(BEFORE).get().name == before
    assert units.valid_on(AFTER).get().name == after


def test_code_of_a_merged_province_is_free_after_the_merger() -> None:
    assert Unit.objects.of_tier(Tier.PROVINCE).valid_on(BEFORE).get(code="58").ref == "P58"
    assert not Unit.objects.of_tier(Tier.PROVINCE).valid_on(AFTER).filter(code="58").exists()


def test_province_of_each_unit_is_the_one_above_it() -> None:
    assert unit("C22849").province == unit("P58")
    assert unit("D588").province == unit("P58")
    assert unit("C22849-2025").province == unit("P56-2025")
    assert unit("P58").province == unit("P58")
    assert unit("VN").province is None
    assert Unit.objects.exclude(tier=Tier.NATION).filter(province=None).count() == 0


def test_predecessors_of_khanh_hoa_are_both_old_provinces() -> None:
    assert {each.ref for each in unit("P56-2025").predecessors()} == {"P56", "P58"}


def test_successors_of_an_unchanged_province_are_none() -> None:
    assert not unit("P12").successors().exists()


def test_successors_of_a_district_are_those_of_its_communes() -> None:
    of_communes = UnitSuccession.objects.filter(predecessor__parent__ref="D588")
    assert {each.pk for each in unit("D588").successors()} == {row.successor_id for row in of_communes}
    assert "C22849-2025" in {each.ref for each in unit("D588").successors()}


def test_successors_of_a_district_that_became_one_unit_are_that_unit() -> None:
    assert [each.ref for each in unit("D755").successors()] == ["C26732-2025"]


def test_succession_begins_with_its_successor() -> None:
    assert set(UnitSuccession.objects.values_list("effective_on", flat=True)) == {AFTER}


def test_name_of_dong_nai_changes_on_the_day_it_became_a_city() -> None:
    dong_nai = unit("P75-2025")
    assert dong_nai.name_on(date(2026, 4, 29)) == "Tỉnh Đồng Nai"
    assert dong_nai.name_on(date(2026, 4, 30)) == "Thành phố Đồng Nai"
    assert (dong_nai.name, dong_nai.kind) == ("Thành phố Đồng Nai", "Thành phố")
    assert not dong_nai.successors().exists()


def test_renamed_unit_is_found_by_its_old_name() -> None:
    assert unit("P75-2025") in Unit.objects.search("tinh dong nai")


def test_every_unit_has_one_name_on_its_last_day() -> None:
    assert UnitName.objects.count() == Unit.objects.count() + 1
    assert UnitName.objects.valid_on(AFTER).count() == Unit.objects.valid_on(AFTER).count()


def test_closure_links_a_commune_to_everything_above_it() -> None:
    links = UnitClosure.objects.filter(descendant__ref="C22849")
    assert set(links.values_list("ancestor__ref", "depth")) == {
        ("C22849", 0),
        ("D588", 1),
        ("P58", 2),
        ("VN", 3),
    }


def test_under_the_nation_is_every_unit() -> None:
    assert Unit.objects.under(unit("VN")).count() == Unit.objects.count() == 14_139


def test_communes_of_khanh_hoa_are_65() -> None:
    communes = Unit.objects.under(unit("P56-2025")).of_tier(Tier.COMMUNE)
    assert communes.count() == communes.valid_on(AFTER).count() == 65


def test_communes_of_dak_lak_are_102() -> None:
    assert Unit.objects.under(unit("P66-2025")).of_tier(Tier.COMMUNE).count() == 102


def test_under_an_unchanged_province_are_both_generations() -> None:
    communes = Unit.objects.under(unit("P12")).of_tier(Tier.COMMUNE)
    assert communes.valid_on(BEFORE).exists()
    assert communes.valid_on(AFTER).exists()


def test_reach_of_khanh_hoa_holds_both_old_provinces_and_all_below() -> None:
    reached = reach_of(unit("P56-2025"))
    assert {"P56-2025", "P56", "P58", "D588", "C22849", "C22849-2025"} <= set(
        reached.values_list("ref", flat=True)
    )
    below = [Unit.objects.under(unit(ref)).count() for ref in ("P56-2025", "P56", "P58")]
    assert reached.count() == sum(below)


def test_reach_of_khanh_hoa_leaves_out_the_neighbours_and_the_nation() -> None:
    assert not reach_of(unit("P56-2025")).filter(ref__in=["VN", "P66", "P66-2025", "P54"]).exists()


def test_reach_of_an_old_province_stays_in_its_own_life() -> None:
    assert not reach_of(unit("P58")).filter(ref__in=["P56", "P56-2025", "C22849-2025"]).exists()


def test_reach_is_one_query(django_assert_num_queries) -> None:
    khanh_hoa = unit("P56-2025")
    with django_assert_num_queries(1):
        len(reach_of(khanh_hoa))


@pytest.mark.parametrize(
    "words", ["khanh hoa", "Khánh Hòa", "Khánh Hoà", "KHÁNH  HÒA", "Kha\u0301nh Ho\u0300a"]
)
def test_search_finds_a_province_however_it_is_typed(words: str) -> None:
    found = Unit.objects.of_tier(Tier.PROVINCE).search(words)
    assert {each.ref for each in found} == {"P56", "P56-2025"}


def test_search_finds_by_reference_and_by_code() -> None:
    assert [each.ref for each in Unit.objects.search("p56-2025")] == ["P56-2025"]
    assert {each.ref for each in Unit.objects.search("22849")} == {"C22849", "C22849-2025"}


def test_search_for_nothing_finds_nothing() -> None:
    assert not Unit.objects.search("   ").exists()


def test_search_treats_a_percent_sign_as_a_letter() -> None:
    assert not Unit.objects.search("%").exists()


def test_names_sort_by_the_vietnamese_alphabet() -> None:
    provinces = Unit.objects.of_tier(Tier.PROVINCE).valid_on(AFTER).in_name_order()
    names = [each.place_name for each in provinces]
    assert names[:5] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ"]
    wanted = ["Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai"]
    assert names[4:11] == wanted


def test_administrative_lists_are_in_code_order() -> None:
    provinces = Unit.objects.of_tier(Tier.PROVINCE).valid_on(AFTER).in_code_order()
    codes = [each.code for each in provinces]
    assert codes[:3] == ["01", "04", "08"]
    assert codes == sorted(codes)


def test_labels_of_living_communes_are_all_different() -> None:
    for day in (BEFORE, AFTER):
        labels = [each.label for each in Unit.objects.of_tier(Tier.COMMUNE).valid_on(day).with_places()]
        assert len(set(labels)) == len(labels)


def test_labels_of_a_list_are_one_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        labels = [each.label for each in Unit.objects.filter(code="22849").with_places().in_code_order()]
    assert set(labels) == {"Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận", "Xã Thuận Bắc, tỉnh Khánh Hòa"}


def test_agency_of_information_ended_when_it_was_merged() -> None:
    ended = agency("P58.so-tttt")
    assert (ended.valid_from, ended.valid_to) == (None, date(2025, 2, 28))
    moves = ended.successions_to.values_list("successor__ref", "share", "effective_on", "scope")
    assert set(moves) == {
        ("P58.so-khcn", "whole", date(2025, 3, 1), ""),
        ("P58.cong-an", "part", date(2025, 3, 1), "an toàn thông tin mạng"),
    }


def test_agency_of_a_merged_province_goes_on_in_the_new_one() -> None:
    ended = agency("P58.so-khcn")
    assert ended.valid_to == BEFORE
    assert [move.successor.ref for move in ended.successions_to.all()] == ["P56-2025.so-khcn"]
    assert agency("P56-2025.so-khcn").valid_from == AFTER
    came_from = agency("P56-2025.so-khcn").successions_from.values_list("predecessor__ref", flat=True)
    assert set(came_from) == {"P56.so-khcn", "P58.so-khcn"}


def test_agency_that_ended_before_the_merger_has_none_in_the_new_province() -> None:
    assert not Agency.objects.filter(ref="P56-2025.so-tttt").exists()


def test_agency_of_an_unchanged_province_lives_on() -> None:
    lai_chau = agency("P12.so-khcn")
    assert (lai_chau.valid_from, lai_chau.valid_to) == (None, None)


def test_every_ended_agency_has_a_successor_on_the_next_day() -> None:
    ended = Agency.objects.exclude(valid_to=None)
    assert ended.filter(successions_to=None).count() == 0
    assert all(
        row.effective_on > row.predecessor.valid_to
        for row in AgencySuccession.objects.select_related("predecessor")
        if row.predecessor.valid_to
    )


@pytest.mark.parametrize(
    ("ref", "name", "label"),
    [
        ("P56-2025.so-khcn", "Sở Khoa học và Công nghệ tỉnh Khánh Hòa", "Sở KH&CN Khánh Hòa"),
        ("P56-2025.cong-an", "Công an tỉnh Khánh Hòa", "Công an tỉnh Khánh Hòa"),
        ("P48-2025.cong-an", "Công an thành phố Đà Nẵng", "Công an thành phố Đà Nẵng"),
        ("P48-2025.van-phong-tinh-uy", "Văn phòng Thành ủy Đà Nẵng", "Văn phòng Thành ủy Đà Nẵng"),
        ("P58.van-phong-tinh-uy", "Văn phòng Tỉnh ủy Ninh Thuận", "Văn phòng Tỉnh ủy Ninh Thuận"),
        ("P79.so-y-te", "Sở Y tế Thành phố Hồ Chí Minh", "Sở Y tế Thành phố Hồ Chí Minh"),
        ("VN.bo-khcn", "Bộ Khoa học và Công nghệ", "Bộ KH&CN"),
    ],
)
def test_agency_is_named_as_its_province_writes_it(ref: str, name: str, label: str) -> None:
    assert (agency(ref).name, agency(ref).label) == (name, label)


def test_agency_bears_the_name_its_province_had_that_day() -> None:
    police = agency("P75-2025.cong-an")
    assert police.name_on(date(2026, 4, 29)) == "Công an tỉnh Đồng Nai"
    assert police.name_on(date(2026, 4, 30)) == "Công an thành phố Đồng Nai"


def test_agency_is_found_by_the_words_of_a_plan() -> None:
    ninh_thuan = Agency.objects.filter(unit__ref="P58").valid_on(date(2023, 12, 31))
    assert ninh_thuan.called("Sở TT&TT").get().ref == "P58.so-tttt"
    assert ninh_thuan.called("Sở Thông tin và Truyền thông").get().ref == "P58.so-tttt"


def test_second_load_changes_nothing() -> None:
    counts = load_units() | load_agencies() | load_holidays()
    assert {what: tuple(count) for what, count in counts.items()} == dict.fromkeys(counts, (0, 0))
