"""What a unit says of itself, and what the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from provinces.models import (
    Agency,
    Holiday,
    Unit,
    UnitClosure,
    UnitName,
    reach_of,
)
from tests.factories.units import (
    BEFORE_MERGER,
    MERGER,
    hand_over,
    make_agency,
    make_kind,
    make_unit,
    merge,
    nation,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "day", "expected"),
    [
        (None, None, MERGER, True),
        (MERGER, None, MERGER, True),
        (MERGER, None, BEFORE_MERGER, False),
        (None, BEFORE_MERGER, BEFORE_MERGER, True),
        (None, BEFORE_MERGER, MERGER, False),
        (MERGER, MERGER, MERGER, True),
    ],
)
def test_valid_on_counts_both_days(valid_from, valid_to, day: date, expected: bool) -> None:
    unit = make_unit(valid_from=valid_from, valid_to=valid_to)
    assert unit.is_valid_on(day) is expected
    assert Unit.objects.valid_on(day).filter(pk=unit.pk).exists() is expected


def test_under_holds_the_unit_and_all_below() -> None:
    province = make_unit()
    district = make_unit("district", parent=province)
    commune = make_unit("commune", parent=district)
    make_unit("commune")
    assert set(Unit.objects.under(province)) == {province, district, commune}


def test_label_of_a_province_is_its_name() -> None:
    assert make_unit(name="Tỉnh Khánh Hòa").label == "Tỉnh Khánh Hòa"


def test_label_of_a_commune_names_its_province() -> None:
    province = make_unit(name="Tỉnh Khánh Hòa")
    assert make_unit("commune", name="Xã Thuận Bắc", parent=province).label == "Xã Thuận Bắc, tỉnh Khánh Hòa"


def test_label_of_an_old_commune_names_its_district_too() -> None:
    province = make_unit(name="Thành phố Hồ Chí Minh", kind="Thành phố")
    district = make_unit("district", name="Quận 1", kind="Quận", parent=province)
    commune = make_unit("commune", name="Phường 2", kind="Phường", parent=district)
    assert commune.label == "Phường 2, Quận 1, Thành phố Hồ Chí Minh"


def test_label_of_the_nation_has_no_province() -> None:
    assert (nation().label, nation().province_label) == ("Việt Nam", "")


def test_name_on_a_day_outside_its_life_is_the_nearest() -> None:
    unit = make_unit(name="Tỉnh A", valid_from=MERGER)
    assert unit.name_on(date(2000, 1, 1)) == "Tỉnh A"


def test_name_on_reads_prefetched_names(django_assert_num_queries) -> None:
    make_unit()
    units = list(Unit.objects.prefetch_related("names"))
    with django_assert_num_queries(0):
        assert all(unit.name_on(MERGER) == unit.name for unit in units)


def test_reach_follows_mergers_of_mergers() -> None:
    first, second, third = make_unit(), make_unit(), make_unit()
    commune = make_unit("commune", parent=first)
    merge(first, into=second)
    merge(second, into=third, on=date(2026, 7, 1))
    assert set(reach_of(third)) == {third, second, first, commune}


def test_reach_of_a_commune_holds_what_it_came_from() -> None:
    old, part, new = (make_unit("commune") for _each in range(3))
    merge(old, into=new)
    merge(part, into=new, share="part")
    assert set(reach_of(new)) == {new, old, part}


def test_reach_of_several_units_is_their_union() -> None:
    one, other = make_unit("commune"), make_unit("commune")
    assert set(reach_of(one, other)) == {one, other}


def test_reach_of_nobody_is_nothing() -> None:
    make_unit()
    assert not reach_of().exists()


def test_successors_of_a_district_without_rows_are_those_of_its_communes() -> None:
    district, new = make_unit("district"), make_unit("commune")
    merge(make_unit("commune", parent=district), make_unit("commune", parent=district), into=new)
    assert list(district.successors()) == [new]


def test_successors_and_predecessors_mirror_each_other() -> None:
    old, new = make_unit(), make_unit()
    merge(old, into=new)
    assert list(old.successors()) == [new]
    assert list(new.predecessors()) == [old]


def test_search_is_one_query(django_assert_num_queries) -> None:
    make_unit(name="Tỉnh Đắk Lắk")
    with django_assert_num_queries(1):
        assert [unit.name for unit in Unit.objects.search("đăk lak")] == ["Tỉnh Đắk Lắk"]


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("provinces_unit_dates_in_order", lambda: make_unit(valid_from=MERGER, valid_to=BEFORE_MERGER)),
        ("unit_ref_and_code_not_empty", lambda: make_unit(ref="", code="1")),
        ("unit_name_not_empty", lambda: make_unit(name="")),
        ("unit_only_nation_has_no_parent", lambda: make_unit(parent=None)),
        ("unit_only_nation_has_no_parent", lambda: make_unit("nation", parent=make_unit())),
        (
            "unit_tier_known_and_lower_ones_in_a_province",
            lambda: Unit.objects.filter(pk=make_unit("commune").pk).update(province=None),
        ),
        ("unit_not_its_own_parent", lambda: _own_parent(make_unit())),
        ("provinces_unitname_dates_in_order", lambda: _name(valid_from=MERGER, valid_to=BEFORE_MERGER)),
        ("unitname_name_not_empty", lambda: _name(name="", valid_from=MERGER, valid_to=MERGER)),
        ("unitsuccession_not_itself", lambda: _itself(make_unit())),
        ("unitsuccession_share_known", lambda: merge(make_unit(), into=make_unit(), share="half")),
        ("provinces_agency_dates_in_order", lambda: _agency(valid_from=MERGER, valid_to=BEFORE_MERGER)),
        ("agency_ref_not_empty", lambda: _agency(ref="")),
        ("agencykind_names_not_empty", lambda: make_kind("x", name_en="")),
        ("agencykind_patterns_not_empty", lambda: make_kind("x", name_pattern="")),
        ("agencykind_of_nation_or_province", lambda: make_kind("x", tier="commune")),
        ("agencysuccession_share_known", lambda: hand_over(_agency(), _agency(), share="half")),
        ("agencysuccession_not_itself", lambda: _own_agency(_agency())),
        ("holiday_name_not_empty", lambda: Holiday.objects.create(day=MERGER, name_vi="")),
    ],
)
def test_check_constraint_refuses(name: str, write) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("what", "write"),
    [
        ("ref", lambda: [make_unit(ref="P1", code=code) for code in "12"]),
        ("code", lambda: [make_unit(ref=ref, code="56") for ref in ("P1", "P2")]),
        ("unitname_one_open|unit_id", lambda: _name(valid_from=MERGER)),
        ("unitname_one_from_the_beginning|unit_id", lambda: _name(valid_to=MERGER)),
        ("predecessor_id", lambda: merge(*[make_unit()] * 2, into=make_unit())),
        ("ancestor_id", lambda: _repeat_closure(make_unit())),
        ("unit_id.*kind_id", lambda: [make_agency(nation(), ref=ref) for ref in "ab"]),
        ("predecessor_id", lambda: [hand_over(*pair) for pair in [(_agency(), _agency())] * 2]),
        ("day", lambda: [Holiday.objects.create(day=MERGER, name_vi="Nghỉ") for _each in "ab"]),
    ],
)
def test_unique_constraint_refuses(what: str, write) -> None:
    with pytest.raises(IntegrityError, match=rf"(?is)unique.*({what})"), transaction.atomic():
        write()


def test_code_may_be_used_again_once_its_unit_ended() -> None:
    make_unit(code="82", valid_to=BEFORE_MERGER)
    make_unit(code="82", valid_from=MERGER)
    assert Unit.objects.filter(code="82").count() == 2


def _own_parent(unit: Unit) -> None:
    Unit.objects.filter(pk=unit.pk).update(parent=unit)


def _name(**fields) -> None:
    UnitName.objects.create(unit=make_unit(), **{"name": "Tỉnh Khác", "kind": "Tỉnh"} | fields)


def _itself(unit: Unit) -> None:
    merge(unit, into=unit)


def _agency(**fields) -> Agency:
    return make_agency(make_unit(), **fields)


def _own_agency(agency: Agency) -> None:
    hand_over(agency, agency)


def _repeat_closure(unit: Unit) -> None:
    UnitClosure.objects.create(ancestor=unit, descendant=unit, depth=0)
