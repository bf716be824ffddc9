"""Whether an indicator is counted at the level that a target, or a part of one, asks for."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from indicators.models import DefinitionLevel, Indicator, Level


def level_problem(indicator: Indicator, level: str) -> str:
    """What is wrong with the level, naming those the indicator has; "" for one of these or a total."""
    levels = set(
        DefinitionLevel.objects.filter(definition__indicator=indicator).values_list("level", flat=True)
    )
    if not levels or level == Level.TOTAL or level in levels:
        return ""
    words = ", ".join(str(each.label) for each in Level if each in levels)
    return _("This indicator is not counted at this level, but at: %(words)s.") % {"words": words}


def problems_of_parts(parts: Iterable[tuple[Indicator, str]]) -> dict[str, str]:
    """The same for the parts of a composite, by field: `parts[0].level`."""
    found = {
        f"parts[{index}].level": level_problem(indicator, level)
        for index, (indicator, level) in enumerate(parts)
    }
    return {name: problem for name, problem in found.items() if problem}
