"""What an address asks about: unit, period and indicator of its parameters, or an error naming the parameter.

An unknown unit or period is a 404, any other a 400, as in lists.
"""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.permissions import units_read_by
from indicators.filters import NO_SUCH_INDICATOR, NO_SUCH_PERIOD, indicator_rows, period_rows
from indicators.models import Indicator, Period
from provinces.filters import NO_SUCH_UNIT, NoSuch
from provinces.models import Unit


def unit_asked(request: Request) -> Unit:
    """A unit whose results the asker reads; one answer where there is none and where it may not be seen."""
    ref = request.query_params["unit"]
    unit = units_read_by(request.user).filter(ref=ref).first()
    if unit is None:
        raise NoSuch("unit", NO_SUCH_UNIT % {"value": ref[:40]})
    return unit


def period_asked(request: Request) -> Period:
    code = request.query_params["period"]
    period = period_rows(code).first()
    if period is None:
        raise NoSuch("period", NO_SUCH_PERIOD % {"value": code[:40]})
    return period


def indicator_asked(request: Request) -> Indicator:
    code = request.query_params["indicator"]
    indicator = indicator_rows(code).first()
    if indicator is None:
        words = NO_SUCH_INDICATOR % {"value": code[:40]}
        raise ValidationError({"indicator": ValidationError(words, "unknown").detail})
    return indicator
