"""Fields for what a target asks: exact numbers, and days with values."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.actions.asked_limits import MOST_MILESTONES
from indicators.entry.numbers import NumberRefused, read_number
from indicators.workbooks.setup_cells import QUOTED, read_day


class MilestonesField(forms.CharField):
    """Days with values, one a line: `31/12/2026: 60`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def clean(self, value: Any) -> list[tuple[datetime.date, Decimal]]:
        lines = [line.strip() for line in super().clean(value).splitlines()]
        listed = [line for line in lines if line]
        if len(listed) > MOST_MILESTONES:
            words = ngettext(
                "At most %(most)s milestone is possible.",
                "At most %(most)s milestones are possible.",
                MOST_MILESTONES,
            )
            raise ValidationError(words % {"most": MOST_MILESTONES})
        return [self._milestone(line) for line in listed]

    def _milestone(self, line: str) -> tuple[datetime.date, Decimal]:
        text, _colon, number = line.partition(":")
        day = read_day(text.strip())
        if day is None or not number.strip():
            words = _("“%(line)s” is no milestone; write it as 31/12/2026: 60 (day, colon, value).")
            raise ValidationError(words % {"line": line[:QUOTED]})
        try:
            return day, read_number(number)
        except NumberRefused as refused:
            raise ValidationError(refused.message) from None
