"""The rule table, case by case."""

from decimal import Decimal
from typing import Any

import pytest

from indicators.entry.rules import HISTORY_SCALE, CellCase, check

COUNT = {"value_type": "count", "pooling": "sum"}
STEADY = tuple(each * HISTORY_SCALE for each in (90, 91, 92, 90, 91, 93))

CASES: list[tuple[dict[str, Any], str]] = [
    ({"numerator": 9, "denominator": 10}, ""),
    ({"numerator": 0, "denominator": 0}, ""),
    ({"value": Decimal("98.9")}, ""),
    ({"value": 0}, ""),
    ({"value": 100}, ""),
    ({"value": Decimal("100.01")}, "out_of_range"),
    ({"value": Decimal("-0.01")}, "out_of_range"),
    ({"value": 150, "most": Decimal(200)}, ""),
    ({"value": 201, "most": Decimal(200)}, "out_of_range"),
    ({"value": 4, "least": Decimal(5)}, "out_of_range"),
    ({"numerator": 11, "denominator": 10}, "out_of_range"),
    ({"numerator": 11, "denominator": 10, "is_capped": True}, "numerator_exceeds_denominator"),
    ({"numerator": 11, "denominator": 10, "value_type": "duration", "ratio_factor": 1}, ""),
    ({"numerator": 9}, "number_missing"),
    ({"denominator": 9}, "number_missing"),
    ({}, "number_missing"),
    ({"numerator": 9, "denominator": 10, "value": 90}, "number_missing"),
    ({"numerator": -1, "denominator": 10}, "below_zero"),
    ({"numerator": 1, "denominator": -10}, "below_zero"),
    ({**COUNT, "value": 12}, ""),
    ({**COUNT, "value": Decimal("1.5")}, "not_an_integer"),
    ({**COUNT, "value": -1}, "out_of_range"),
    ({**COUNT, "numerator": 1, "denominator": 2}, "not_a_ratio"),
    ({"value_type": "boolean", "pooling": "all_true", "value": 2}, "out_of_range"),
    ({"value_type": "boolean", "pooling": "all_true", "value": 1}, ""),
    ({"value_type": "rank", "pooling": "none", "value": 0}, "out_of_range"),
    ({"value_type": "rank", "pooling": "none", "value": Decimal("2.5")}, "not_an_integer"),
    ({"value_type": "index", "pooling": "none", "value": Decimal("-0.5")}, ""),
    ({"value_type": "amount", "pooling": "sum", "value": Decimal("314792.25")}, ""),
    ({"answer": "missing", "missing_reason": "late_source"}, ""),
    ({"answer": "missing"}, "reason_missing"),
    ({"answer": "missing", "missing_reason": "late_source", "value": 5}, "number_with_missing"),
    ({"answer": "nothing_arose", "measure_mode": "flow"}, ""),
    ({"answer": "nothing_arose"}, "nothing_arose_on_stock"),
    ({"answer": "nothing_arose", "measure_mode": "flow", "value": 0}, "number_with_missing"),
    ({"value": 5, "is_owed": False}, "not_owed"),
    ({"value": 5, "period_is_open": False}, "period_not_open"),
    ({"value": 5, "is_locked": True}, "report_locked"),
    ({"value": 5, "level_is_valid": False}, "level_not_valid"),
    ({"value": 5, "pooling": "computed"}, "computed_indicator"),
    ({"value": 5, "evidence_required": True}, "evidence_required"),
    ({"value": 5, "evidence_required": True, "evidence_count": 1}, ""),
    ({"answer": "missing", "missing_reason": "not_collected", "evidence_required": True}, ""),
    ({"numerator": 9, "denominator": 11, "last_denominator": 10, "denominator_change_percent": 10}, ""),
    (
        {"numerator": 9, "denominator": 12, "last_denominator": 10, "denominator_change_percent": 10},
        "denominator_changed",
    ),
    ({"numerator": 9, "denominator": 12, "last_denominator": 10}, ""),
    ({"value": 94, "history": STEADY}, ""),
    ({"value": 40, "history": STEADY}, "outlier"),
    ({"value": 40, "history": STEADY[:4]}, ""),
    ({"value": 60, "history": (50 * HISTORY_SCALE,) * 6}, ""),
    ({"value": 80, "history": (50 * HISTORY_SCALE,) * 6}, "outlier"),
    ({**COUNT, "value": 9, "parts": (("xã", None, None, Decimal(10)),)}, "total_below_part"),
    ({**COUNT, "value": 10, "parts": (("xã", None, None, Decimal(10)),)}, ""),
    (
        {"numerator": 9, "denominator": 20, "parts": (("xã", Decimal(10), Decimal(12), None),)},
        "total_below_part",
    ),
    ({"value": 50, "parts": (("xã", None, None, Decimal(90)),)}, ""),
]


@pytest.mark.parametrize(("typed", "expected"), CASES, ids=range(len(CASES)))
def test_case(typed, expected):
    found = check(CellCase(**{"answer": "value"} | typed))
    assert [each.code for each in found] == ([expected] if expected else [])
    assert all(each.message for each in found)


def test_several_warnings_are_all_told():
    found = check(
        CellCase(
            answer="value",
            numerator=Decimal(1),
            denominator=Decimal(20),
            last_denominator=Decimal(10),
            denominator_change_percent=10,
            history=STEADY,
        )
    )
    assert [each.code for each in found] == ["denominator_changed", "outlier"]
    assert {each.severity for each in found} == {"warning"}
