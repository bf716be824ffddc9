"""Agencies, pillars and breakdowns: what indicators are owned, grouped and broken down by."""

import pytest

from tests.factories.results import make_indicator
from tests.factories.units import BEFORE_MERGER, hand_over, make_agency, make_kind


def test_agency_has_its_names_and_days(get, places):
    [row] = get("agencies/")["results"]
    assert row == {
        "id": places.department.pk,
        "ref": "P56-2025.so-khcn",
        "unit": "P56-2025",
        "kind": "so-khcn",
        "name_vi": "Sở Khoa học và Công nghệ tỉnh Khánh Hòa",
        "name_en": "Department of Science and Technology, Khánh Hòa",
        "label_vi": "Sở KH&CN Khánh Hòa",
        "valid_from": "2025-07-01",
        "valid_to": None,
    }


def test_agency_names_whose_work_it_took_over(get, places):
    before = make_agency(places.ninh_thuan)
    hand_over(before, places.department, scope="chuyển đổi số")
    taken = {"share": "whole", "effective_on": "2025-07-01", "scope": "chuyển đổi số"}
    found = get("agencies/P56-2025.so-khcn/")
    assert found["predecessors"] == [{"agency": "P58.so-khcn", **taken}]
    assert found["successors"] == []
    assert get("agencies/P58.so-khcn/")["successors"] == [{"agency": "P56-2025.so-khcn", **taken}]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "P58"}, ["P58.so-nv"]),
        ({"kind": "so-khcn"}, ["P56-2025.so-khcn"]),
        ({"tier": "nation"}, ["VN.bo-khcn"]),
        ({"on": BEFORE_MERGER.isoformat()}, ["P58.so-nv", "VN.bo-khcn"]),
    ],
)
def test_agencies_are_narrowed(asked, found, get, places):
    make_agency(places.ninh_thuan, "so-nv")
    make_agency(places.nation, "bo-khcn")
    assert [row["ref"] for row in get("agencies/", **asked)["results"]] == found


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"kind": "so-nothing"}, (400, [("kind", "unknown")])),
        ({"unit": "P0"}, (404, [("unit", "not_found")])),
        ({"kin": "x"}, (400, [("kin", "unknown_parameter")])),
    ],
)
def test_agencies_name_what_is_wrong(asked, answer, refused, places):
    assert refused("agencies/", **asked) == answer


def test_pillars_come_in_their_order(get, places):
    for code, position in (("II", 1), ("I", 2)):
        pillar = make_indicator(pillar=code).pillar
        pillar.position = position
        pillar.save()
    rows = get("pillars/")["results"]
    assert [row["code"] for row in rows] == ["II", "I"]
    assert rows[0] == get("pillars/II/")
    assert set(rows[0]) == {"id", "code", "name_vi", "name_en", "position"}
    assert [row["code"] for row in get("pillars/", q="cột II")["results"]] == ["II"]


def test_breakdowns_are_all_levels_and_the_kinds_that_own(get, places):
    make_kind("so-nv")
    make_indicator(owner_kind=make_kind("so-khcn"))
    make_indicator(owner_kind=make_kind("so-khcn"))
    found = get("breakdowns/")
    assert {"code": "total", "name_vi": "Toàn tỉnh", "name_en": "Whole unit"} in found["levels"]
    assert [each["code"] for each in found["levels"]] == ["province", "district", "commune", "total"]
    assert [each["code"] for each in found["owners"]] == ["so-khcn"]


def test_breakdowns_take_no_parameter(refused, places):
    assert refused("breakdowns/", level="total") == (400, [("level", "unknown_parameter")])
