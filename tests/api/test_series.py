"""A unit's series through a merger: as reported, restated, and why a period does not compare."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import signed_in
from tests.factories.cells import calendar, owe, recompute_all, report
from tests.factories.results import make_indicator, make_measurement, make_period
from tests.factories.units import BEFORE_MERGER, make_unit, merge

BEFORE, AFTER = "2025-Q2", "2025-Q3"


@pytest.fixture
def old_khanh_hoa(places: Any) -> Any:
    old = make_unit("province", ref="P56", name="Tỉnh Khánh Hòa", valid_to=BEFORE_MERGER)
    merge(old, into=places.khanh_hoa)
    calendar(2024, 2025)
    return old


@pytest.fixture
def told(places: Any, old_khanh_hoa: Any, get: Any) -> Any:
    """Reports a figure of each of the three units, recomputes, and reads the series of Khánh Hòa."""

    def told(*, old: str | None, ninh_thuan: str | None, **definition: Any) -> Any:
        indicator = make_indicator("DI-01", **definition)
        for unit, code, figure in (
            (old_khanh_hoa, BEFORE, old),
            (places.ninh_thuan, BEFORE, ninh_thuan),
            (places.khanh_hoa, AFTER, "80/120"),
        ):
            owe(unit, indicator)
            if figure is not None:
                report(unit, indicator, code, "total", figure)
        recompute_all()
        return get("series/", unit="P56-2025", indicator="DI-01")

    return told


def test_series_has_each_unit_as_reported_and_their_sum_restated(told: Any) -> None:
    found = told(old="9/10", ninh_thuan="100/1000")
    assert (found["unit"], found["indicator"], found["level"]) == ("P56-2025", "DI-01", "total")
    assert [each["unit"] for each in found["units"]] == ["P56-2025", "P56", "P58"]
    assert [each["period"] for each in found["periods"]] == [AFTER, BEFORE]
    then = found["periods"][1]
    assert {each["unit"]: each["value"] for each in then["as_reported"]} == {"P56": "90", "P58": "10"}
    restated = then["restated"]
    assert (restated["numerator"], restated["denominator"]) == ("109", "1010")
    assert restated["value"] == "10.792079207921"
    assert (restated["state"], restated["is_restated"], restated["owing"]) == ("value", True, 2)
    assert (then["not_comparable"], then["not_comparable_words"], then["because_of"]) == (None, None, None)


def test_own_period_is_as_the_unit_reported_it(told: Any) -> None:
    [now, _then] = told(old="9/10", ninh_thuan="1/10")["periods"]
    assert now["restated"]["value"] == "66.666666666667"
    assert now["restated"]["is_restated"] is False
    assert now["restated"] | {"unit": "P56-2025"} == now["as_reported"][0]


def test_rank_does_not_compare_and_says_why(told: Any) -> None:
    found = told(old="3", ninh_thuan="5", value_type="rank", pooling="none")
    then = found["periods"][1]
    assert then["restated"] is None
    assert then["not_comparable"] == "does_not_pool"
    assert then["not_comparable_words"] == ("thứ hạng, chỉ số tổng hợp và giá trị đơn lẻ không cộng gộp được")
    assert then["because_of"] is None


def test_reason_names_the_predecessor_without_a_figure(told: Any) -> None:
    then = told(old="9/10", ninh_thuan=None)["periods"][1]
    assert (then["not_comparable"], then["because_of"]) == ("no_figure", "P58")
    assert "Ninh Thuận" in then["not_comparable_words"]


def test_reasons_speak_the_language_asked_for(told: Any, reader: Any) -> None:
    told(old="9/10", ninh_thuan=None)
    answer = reader.get("/api/v1/series/?unit=P56-2025&indicator=DI-01", HTTP_ACCEPT_LANGUAGE="en").json()
    assert answer["periods"][1]["not_comparable_words"].endswith("has no figure for this period")


def test_kind_and_level_narrow_the_periods(get: Any, places: Any) -> None:
    indicator = make_indicator("DI-01")
    make_measurement(places.khanh_hoa, indicator, make_period("2025"))
    make_measurement(places.khanh_hoa, indicator, make_period("2025-Q4"), level="commune")
    asked = {"unit": "P56-2025", "indicator": "DI-01"}
    assert [each["period"] for each in get("series/", **asked)["periods"]] == ["2025"]
    assert get("series/", **asked, kind="quarter")["periods"] == []
    narrowed = get("series/", **asked, level="commune", kind="quarter")
    assert [each["period"] for each in narrowed["periods"]] == ["2025-Q4"]


def test_zero_is_a_value(get: Any, places: Any) -> None:
    indicator = make_indicator("DI-01", value_type="count", pooling="sum")
    make_measurement(places.khanh_hoa, indicator, make_period("2025"), value="0")
    asked = {"unit": "P56-2025", "indicator": "DI-01"}
    [own] = get("series/", **asked)["periods"]
    assert (own["restated"]["state"], own["restated"]["value"], own["restated"]["reason"]) == (
        *("value", "0"),
        None,
    )


def test_parts_of_cells_are_closed_to_those_who_read_results_alone(places: Any, leader: Any) -> None:
    """The neighbour's result is open; its numerator and denominator are its own."""
    indicator = make_indicator("DI-01")
    make_measurement(places.dak_lak, indicator, numerator="9", denominator="10")
    asked = {"unit": "P66-2025", "indicator": "DI-01"}
    [row] = signed_in(leader).get("/api/v1/series/", asked).json()["periods"]
    assert row["restated"]["value"] == "90"
    assert (row["restated"]["numerator"], row["restated"]["denominator"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({}, (400, [("unit", "required"), ("indicator", "required")])),
        ({"unit": "P0", "indicator": "DI-01"}, (404, [("unit", "not_found")])),
        ({"unit": "P56-2025", "indicator": "X"}, (400, [("indicator", "unknown")])),
        ({"unit": "P56-2025", "indicator": "DI-01", "level": "x"}, (400, [("level", "invalid_choice")])),
        ({"unit": "P56-2025", "indicator": "DI-01", "kind": "once"}, (400, [("kind", "invalid_choice")])),
        ({"unit": "P56-2025", "indicator": "DI-01", "limit": "1"}, (400, [("limit", "unknown_parameter")])),
    ],
)
def test_series_names_what_is_wrong(asked: Any, answer: Any, refused: Any, places: Any) -> None:
    make_indicator("DI-01")
    assert refused("series/", **asked) == answer


def test_series_takes_as_many_queries_for_any_number_of_periods(reader: Any, places: Any) -> None:
    indicator = make_indicator("DI-01")
    counts = []
    for last in (2001, 2019, 2199):
        for year in range(2000, last + 1):
            if not indicator.measurements.filter(period__code=str(year)).exists():
                make_measurement(places.khanh_hoa, indicator, make_period(str(year)))
        reader.get("/api/v1/series/?unit=P56-2025&indicator=DI-01")  # notes the use of the token
        with CaptureQueriesContext(connection) as queries:
            body = reader.get("/api/v1/series/?unit=P56-2025&indicator=DI-01").json()
        assert len(body["periods"]) == last - 1999
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
