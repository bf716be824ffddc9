"""Exact numbers: what goes in comes out, and nothing inexact goes in."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Sum

from indicators.fields import ScaledDecimalField, to_scaled
from indicators.models import Measurement
from tests.factories.results import make_indicator, make_measurement
from tests.factories.units import make_unit


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "0.0001", "-0.0001", "98.9", "137884", "922337203685477.5807"])
def test_number_comes_back_as_it_went_in(number: str) -> None:
    cell = make_measurement(make_unit(), value=number)

    assert Measurement.objects.get(pk=cell.pk).value == Decimal(number)


@pytest.mark.django_db
def test_number_is_stored_as_a_whole_number() -> None:
    cell = make_measurement(make_unit(), value="98.9")
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM indicators_measurement WHERE id = %s", [cell.pk])
        assert cursor.fetchone() == (989000,)


@pytest.mark.django_db
def test_sum_in_the_database_is_exact() -> None:
    """Ten times 0.1 is 1, which binary floats do not give."""
    indicator = make_indicator()
    for _body in range(10):
        make_measurement(make_unit("commune"), indicator, value="0.1")

    total = Measurement.objects.filter(indicator=indicator).aggregate(total=Sum(F("value")))["total"]

    assert total == Decimal(1)


@pytest.mark.django_db
def test_number_can_be_compared_in_a_query() -> None:
    cell = make_measurement(make_unit(), value="98.9")

    assert list(Measurement.objects.filter(value__gt=Decimal("98.8999"))) == [cell]
    assert not Measurement.objects.filter(value__gt=Decimal("98.9")).exists()


@pytest.mark.parametrize("number", [98.9, 0.0, float("nan")])
def test_binary_float_is_refused(number: float) -> None:
    field = ScaledDecimalField()
    with pytest.raises(TypeError):
        field.get_prep_value(number)
    with pytest.raises(ValidationError):
        field.to_python(number)


@pytest.mark.parametrize("number", ["0.00001", "1e-5", "NaN", "Infinity", "922337203685477.5808"])
def test_number_that_does_not_fit_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match=r"finite|decimal places|too large"):
        to_scaled(number, 4)
    with pytest.raises(ValidationError):
        ScaledDecimalField().to_python(number)


@pytest.mark.parametrize("number", ["", "twelve", "1,5", [], {}])
def test_text_that_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(ValidationError):
        ScaledDecimalField().to_python(number)


def test_places_are_kept_in_a_migration() -> None:
    assert ScaledDecimalField().deconstruct()[3] == {}
    assert ScaledDecimalField(places=6, null=True).deconstruct()[3] == {"null": True, "places": 6}
