"""Numbers as officials write them: understood, or refused with both readings named."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.entry.numbers import NumberRefused, read_machine_number, read_number, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("98,90", "98.90"),
        ("98.90", "98.90"),
        ("98,90 %", "98.90"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("146.587", "146587"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("314.792", "314792"),
        ("0", "0"),
        ("+7", "7"),
        ("-3,5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        ("12,3456", "12.3456"),
        ("12,34560", "12.3456"),
        ("007", "7"),
    ],
)
def test_understood(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("98.902", "number_ambiguous"),
        ("1,234", "number_ambiguous"),
        ("1.234", "number_ambiguous"),
        ("98,902", "number_ambiguous"),
        ("", "number_unreadable"),
        ("mười", "number_unreadable"),
        ("1.23.456", "number_unreadable"),
        ("1.2345.678", "number_unreadable"),
        ("1.234,5,6", "number_unreadable"),
        ("--5", "number_unreadable"),
        ("5,", "number_unreadable"),
        ("NaN", "number_unreadable"),
        ("1e5", "number_unreadable"),
        ("=1+1", "number_unreadable"),
        ("12 abc", "number_unreadable"),
        ("5/7", "number_unreadable"),
        ("1,23456", "too_many_decimals"),
        ("99999999999999999", "too_large"),
        ("9" * 400 + ",12345", "too_large"),
        ("922337203685477,5809", "too_large"),
        ("1," + "0" * 400 + "1", "too_many_decimals"),
    ],
)
def test_refused(text, code):
    with pytest.raises(NumberRefused) as refused:
        read_number(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "readings"), [("98.902", ("98902", "98,9020")), ("1,234", ("1234", "1,2340"))]
)
def test_both_readings_are_named_and_can_be_typed(text, readings):
    with pytest.raises(NumberRefused) as refused:
        read_number(text)
    for reading in readings:
        assert reading in refused.value.message
        assert read_number(reading)


def test_field_that_counts_reads_dots_as_thousands():
    assert read_number("1.234", whole=True) == 1234
    with pytest.raises(NumberRefused):
        read_number("1,234", whole=True)


def test_limit_leaves_one_reading():
    assert read_number("98.902", most=Decimal(50)) == 98902
    with pytest.raises(NumberRefused):
        read_number("98.902", most=Decimal(100))


@given(st.integers(-(10**14), 10**14), st.integers(0, 4), st.booleans())
def test_echo_reads_as_the_same_number(digits, places, whole):
    number = Decimal(digits).scaleb(-places)
    assert read_number(write_number(number, whole=whole), whole=whole) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "number_unreadable"),
        ("Infinity", "number_unreadable"),
        ("1_000", "number_unreadable"),
        ("1e999999999", "number_unreadable"),
        ("1,5", "number_unreadable"),
        ("\u0661", "number_unreadable"),
        ("1.00001", "too_many_decimals"),
        ("9" * 200, "too_large"),
    ],
)
def test_machine_number_refused(text, code):
    with pytest.raises(NumberRefused) as refused:
        read_machine_number(text)
    assert refused.value.code == code


def test_machine_number_is_exact():
    assert read_machine_number("98.902") == Decimal("98.902")
    assert read_machine_number("-12.50000") == Decimal("-12.5")
