"""Pooled figures: encodings, coverage, reach and filters."""

import pytest

from tests.factories.results import make_indicator, make_period, make_roll_up

PATH = "rollups/"


def test_roll_up_of_a_rate_has_its_sums_and_its_coverage(get, places):
    indicator = make_indicator(coverage_floor_percent=80)
    made = make_roll_up(
        places.khanh_hoa,
        indicator,
        numerator="137884.5",
        denominator="147818",
        owing=65,
        reporting=60,
        not_applicable=2,
    )
    [row] = get(PATH)["results"]
    assert row == {
        "id": made.pk,
        "indicator": indicator.code,
        "unit": "P56-2025",
        "level": "total",
        "period": "2023",
        "basis": "as_reported",
        "answer": "value",
        "numerator": "137884.5",
        "denominator": "147818",
        "value": None,
        "owing": 65,
        "reporting": 60,
        "not_applicable": 2,
        "coverage_floor_percent": 80,
        "is_illustrative": False,
        "is_preliminary": False,
        "definition": made.definition_id,
        "version": 1,
        "computed_at": row["computed_at"],
        "is_partial": False,
    }
    assert get(f"{PATH}{made.pk}/") == row


@pytest.mark.parametrize(
    ("fields", "answer", "value"),
    [
        ({"value": "0"}, "value", "0"),
        ({"answer": "missing"}, "missing", None),
        ({"answer": "not_applicable"}, "not_applicable", None),
        ({"answer": "not_comparable"}, "not_comparable", None),
    ],
)
def test_zero_missing_and_not_applicable_differ(fields, answer, value, get, places):
    make_roll_up(places.khanh_hoa, **fields)
    [row] = get(PATH)["results"]
    assert (row["answer"], row["value"], row["numerator"]) == (answer, value, None)


@pytest.mark.parametrize(("reporting", "partial"), [(51, True), (52, False), (65, False)])
def test_partial_is_a_value_below_its_floor(reporting, partial, get, places):
    """80 % of 65 bodies are 52."""
    make_roll_up(places.khanh_hoa, make_indicator(coverage_floor_percent=80), owing=65, reporting=reporting)
    assert get(PATH)["results"][0]["is_partial"] is partial
    assert len(get(PATH, partial="true")["results"]) == int(partial)
    assert len(get(PATH, partial="false")["results"]) == int(not partial)


def test_what_has_no_value_is_not_partial(get, places):
    make_roll_up(places.khanh_hoa, answer="missing", owing=65, reporting=0)
    assert get(PATH)["results"][0]["is_partial"] is False
    assert get(PATH, partial="true")["results"] == []
    assert len(get(PATH, partial="false")["results"]) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "P56-2025"}, 1),
        ({"under": "P56-2025"}, 2),
        ({"period": "2023"}, 1),
        ({"period": "2024"}, 1),
        ({"indicator": "A-01"}, 1),
        ({"pillar": "II"}, 1),
        ({"level": "commune"}, 1),
        ({"basis": "restated"}, 1),
        ({"answer": "missing"}, 1),
        ({"answer": ["missing", "value"]}, 2),
        ({"illustrative": "true"}, 1),
        ({"illustrative": "false"}, 1),
    ],
)
def test_roll_ups_are_narrowed(asked, found, get, places):
    make_roll_up(places.khanh_hoa, make_indicator("A-01", pillar="I"), is_illustrative=True)
    make_roll_up(
        places.phan_rang,
        make_indicator("A-02", pillar="II"),
        make_period("2024"),
        level="commune",
        answer="missing",
        basis="restated",
    )
    assert len(get(PATH, **asked)["results"]) == found


def test_roll_up_of_a_commune_next_door_does_not_exist(refused, get, places):
    made = make_roll_up(places.ea_kao)
    assert refused(f"{PATH}{made.pk}/") == (404, [(None, "not_found")])
    assert get(PATH)["results"] == []
    assert get(PATH, unit=places.ea_kao.ref)["results"] == []
