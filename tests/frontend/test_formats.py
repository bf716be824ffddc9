"""Dates and numbers as people type them: the day comes first in both languages."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import get_format, number_format


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("text", ["05/07/2025", "2025-07-05"])
def test_date_field_reads_the_day_first(language, text):
    with translation.override(language):
        assert forms.DateField().clean(text) == date(2025, 7, 5)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_date_field_refuses_the_month_first(language):
    with translation.override(language), pytest.raises(forms.ValidationError):
        forms.DateField().clean("07/25/2025")


@pytest.mark.parametrize(("language", "text"), [("vi", "1.234.567,50"), ("en", "1,234,567.50")])
def test_number_groups_by_three(language, text):
    with translation.override(language):
        assert number_format(Decimal("1234567.5"), 2, use_l10n=True, force_grouping=True) == text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_week_starts_on_monday(language):
    assert get_format("FIRST_DAY_OF_WEEK", language) == 1
