"""What an address asks about: the unit and the period of its parameters, or 404 naming the parameter."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.permissions import units_read_by
from indicators.filters import NO_SUCH_PERIOD, period_rows
from indicators.models import Period
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
