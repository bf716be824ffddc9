"""Exact decimal numbers in the database.

SQLite keeps decimal columns as binary floats, so sums there would not be exact. A measured number is
therefore a whole number of 10⁻⁴ in a bigint column on both databases, and a ``Decimal`` in Python.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

BIGINT_MAX = 2**63 - 1


def to_scaled(value: Decimal | int | str, places: int) -> int:
    """The whole number of 10⁻ᵖˡᵃᶜᵉˢ that ``value`` is; raises ValueError where it is not exactly one."""
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not a finite number")
    scaled = number.scaleb(places)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"more than {places} decimal places")
    if abs(whole) > BIGINT_MAX:
        raise ValueError("too large")
    return whole


def from_scaled(whole: int, places: int) -> Decimal:
    return Decimal(whole).scaleb(-places)


class ScaledDecimalField(models.BigIntegerField):
    """A ``Decimal`` with exactly ``places`` decimal places at most, stored as a bigint × 10^places."""

    # What may be assigned and what is read, for the type checker.
    _pyi_private_set_type: Decimal | int | Combinable  # type: ignore[assignment]
    _pyi_private_get_type: Decimal  # type: ignore[assignment]

    description = _("Exact decimal number")
    default_error_messages = {
        "inexact": _("Write at most %(places)s decimal places."),
        "invalid": _("“%(value)s” is not a number."),
    }

    def __init__(self, *args: Any, places: int = 4, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.places != 4:
            kwargs["places"] = self.places
        return name, path, args, kwargs

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else from_scaled(int(value), self.places)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value})
        try:
            number = Decimal(value)
            to_scaled(number, self.places)
        except ValueError as problem:
            raise ValidationError(
                self.error_messages["inexact"], "inexact", {"places": self.places}
            ) from problem
        except (ArithmeticError, TypeError) as problem:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from problem
        return number

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, float):
            raise TypeError("a binary float is not an exact number")
        return to_scaled(value, self.places)

    @property
    def validators(self) -> list[Any]:
        # The integer bounds of BigIntegerField speak of the stored whole number, not of the Decimal;
        # to_scaled checks them already.
        return list(self._validators)  # type: ignore[attr-defined]  # (Django's own, not in the stubs)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "decimal_places": self.places, **kwargs}
        )
