"""Exact figures for the eye."""

from decimal import Decimal
from fractions import Fraction

import pytest

from indicators.engine.display import fixed, places_to_show, plain, rounded, share


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Decimal("0.125"), 2, "0.13"),
        (Decimal("-0.125"), 2, "-0.13"),
        (Decimal("0.1249999999999999999999999999999999"), 2, "0.12"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-5, 2), 0, "-3"),
        (Decimal("98.9"), 2, "98.90"),
        (146587, 2, "146587.00"),
        (0, 6, "0.000000"),
        (Fraction(-1, 10**9), 6, "0.000000"),
        (Decimal("89.996"), 2, "90.00"),
    ],
)
def test_rounded_half_away_from_zero(value, places, text):
    assert str(rounded(value, places)) == text


def test_rounded_keeps_every_digit_of_a_long_figure():
    long = 10**40 + Fraction(1, 2)

    assert rounded(long, 0) == Decimal("1" + "0" * 39 + "1")


def test_rounded_refuses_a_float():
    with pytest.raises(TypeError):
        rounded(0.125, 2)


def test_fixed_never_uses_an_exponent():
    assert fixed(Fraction(1, 10**9), 9) == "0.000000001"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(989, 10), "98.9"),
        (100, "100"),
        (Fraction(-1, 4), "-0.25"),
        (Decimal("90.00"), "90"),
        (0, "0"),
    ],
)
def test_plain_drops_needless_zeros(value, text):
    assert plain(value) == text


def test_plain_is_cut_where_it_never_ends():
    assert plain(Fraction(1, 3), max_places=4) == "0.3333"


@pytest.mark.parametrize(
    ("value", "threshold", "met", "places"),
    [
        ("89.996", "90", False, 3),
        ("89.9999", "90", False, 4),
        ("89.99", "90", False, 2),
        ("89.4", "90", False, 2),
        ("90", "90", True, 2),
        ("90.004", "90", True, 3),
        ("98.90", "95", True, 2),
        ("80.001", "80", True, 3),
        ("10.0004", "10", False, 4),
        ("-0.004", "0", False, 3),
        ("89.996", "89.996", True, 3),
        ("89.999999999999", "90", False, 10),
    ],
)
def test_places_to_show(value, threshold, met, places):
    assert places_to_show(Fraction(value), Fraction(threshold), 2, met) == places


def test_places_to_show_without_a_verdict():
    assert places_to_show(Fraction("89.996"), Fraction(90), 2, met=None) == 2


def test_places_to_show_minds_both_ends_of_a_range():
    ends = [Decimal(16), Decimal(18)]

    assert places_to_show(Decimal("18.04"), ends, 1, met=True) == 2
    assert places_to_show(Decimal("15.96"), ends, 1, met=False) == 2
    assert places_to_show(Decimal("17.04"), ends, 1, met=True) == 1


def test_places_to_show_starts_from_whole_numbers_too():
    assert places_to_show(Fraction(179, 2), 90, 0, met=False) == 1


@pytest.mark.parametrize(
    ("met", "total", "text"),
    [
        (17, 23, "73.91"),
        (13, 19, "68.42"),
        (4, 4, "100.00"),
        (0, 5, "0.00"),
        (1, 800, "0.13"),
        (2, 3, "66.67"),
    ],
)
def test_share_half_up_with_two_decimals(met, total, text):
    assert str(share(met, total)) == text


def test_share_of_nothing_is_undefined():
    assert share(0, 0) is None
