"""A form's field for an exact number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from indicators.entry.numbers import NumberRefused, read_number, write_number


class NumberField(forms.CharField):
    """An exact number as offices write it; what has two readings is refused with both.

    ``whole`` says that the field counts things, so that a dot can only group.
    """

    def __init__(self, *, whole: bool = False, **options: Any) -> None:
        self.whole = whole
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "number-field"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_number(text, whole=self.whole)
        except NumberRefused as refused:
            raise ValidationError(refused.message) from None

    def prepare_value(self, value: Any) -> Any:
        return write_number(value, whole=self.whole) if isinstance(value, Decimal) else value
