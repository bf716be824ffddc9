"""What a person may ask of a row, beyond what makes a rule judgeable: the same by form and by workbook."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.actions.targets import Asked, RuleAsked
from indicators.models import RuleName
from indicators.models.rules import COMPOSITE

FEWEST_PARTS, MOST_PARTS = 2, 6
MOST_MILESTONES = 40


def limit_problems(asked: Asked | None) -> dict[str, str]:
    """What is too few, too many or without its day, by field: `rule`, `parts[0].baseline_on`."""
    if asked is None:
        return {}
    problems = _day_missing(asked, "")
    for index, part in enumerate(asked.parts):
        problems |= _day_missing(part, f"parts[{index}].")
    if asked.rule in COMPOSITE and len(asked.parts) < FEWEST_PARTS:
        message = _("The rule “%(rule)s” has at least two parts.")
        problems["rule"] = message % {"rule": RuleName(asked.rule).label}
    if asked.rule not in COMPOSITE and asked.parts:
        message = _(
            "The rule “%(rule)s” has no parts; choose “All parts” or “One of the parts”, or empty them."
        )
        problems["parts"] = message % {"rule": RuleName(asked.rule).label}
    if len(asked.parts) > MOST_PARTS:
        message = ngettext(
            "At most %(most)s part is possible.", "At most %(most)s parts are possible.", MOST_PARTS
        )
        problems["parts"] = message % {"most": MOST_PARTS}
    if len(asked.milestones) > MOST_MILESTONES:
        message = ngettext(
            "At most %(most)s milestone is possible.",
            "At most %(most)s milestones are possible.",
            MOST_MILESTONES,
        )
        problems["milestones"] = message % {"most": MOST_MILESTONES}
    return problems


def _day_missing(asked: RuleAsked, path: str) -> dict[str, str]:
    if asked.baseline is None or asked.baseline_on is not None:
        return {}
    return {f"{path}baseline_on": _("A baseline has its day; write it as 31/12/2025.")}
