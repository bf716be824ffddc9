"""Template face of editions: `{% load editions %}`."""

from typing import Any

from django import template

from dashboard.models import Edition
from indicators.models import Period
from provinces.models import Unit

register = template.Library()


@register.inclusion_tag("editions/_newest.html")
def newest_edition(unit: Unit, period: Period | None) -> dict[str, Any]:
    """A line that leads to the newest edition of a unit and period; nothing where there is none.

    One query. Whoever sees the unit's results may read its editions.
    """
    if period is None:
        return {"edition": None}
    found = Edition.objects.filter(unit=unit, period=period).defer("content").order_by("-number").first()
    return {"edition": found}
