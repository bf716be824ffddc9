"""What the rule table says of a cell: a code that never changes, how grave it is, and words that help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    BEFORE_SUBMIT = "before_submit", _("Needed before sending")


class Code(TextChoices):
    """The same codes through the form, a paste, a workbook and the API."""

    NUMBER_UNREADABLE = "number_unreadable", _("Not a number")
    NUMBER_AMBIGUOUS = "number_ambiguous", _("Number with two readings")
    TOO_MANY_DECIMALS = "too_many_decimals", _("Too many decimal places")
    TOO_LARGE = "too_large", _("Number too large")
    NUMBER_MISSING = "number_missing", _("Figure incomplete")
    NOT_A_RATIO = "not_a_ratio", _("One number, not a ratio")
    NOT_AN_INTEGER = "not_an_integer", _("Not a whole number")
    BELOW_ZERO = "below_zero", _("Below zero")
    OUT_OF_RANGE = "out_of_range", _("Outside the range allowed")
    NUMERATOR_EXCEEDS_DENOMINATOR = "numerator_exceeds_denominator", _("Numerator above denominator")
    REASON_MISSING = "reason_missing", _("Reason is missing")
    UNKNOWN_CHOICE = "unknown_choice", _("Unknown choice")
    NUMBER_WITH_MISSING = "number_with_missing", _("Number beside a missing figure")
    NOTHING_AROSE_ON_STOCK = "nothing_arose_on_stock", _("Nothing arose, on a state")
    LEVEL_NOT_VALID = "level_not_valid", _("Level not valid in the period")
    PERIOD_NOT_OPEN = "period_not_open", _("Period not open")
    REPORT_LOCKED = "report_locked", _("Report locked")
    NOT_OWED = "not_owed", _("Not owed here")
    COMPUTED_INDICATOR = "computed_indicator", _("Computed by the portal")
    EVIDENCE_REQUIRED = "evidence_required", _("Evidence required")
    DENOMINATOR_CHANGED = "denominator_changed", _("Denominator changed much")
    OUTLIER = "outlier", _("Far from its own history")
    TOTAL_BELOW_PART = "total_below_part", _("Total smaller than a part")
    CONFLICT = "conflict", _("Changed by somebody else")
    REPEATED = "repeated", _("The same cell twice")
    REPORT_UNKNOWN = "report_unknown", _("No such report")


SEVERITY = dict.fromkeys(Code, Severity.ERROR) | {
    Code.EVIDENCE_REQUIRED: Severity.BEFORE_SUBMIT,
    Code.DENOMINATOR_CHANGED: Severity.WARNING,
    Code.OUTLIER: Severity.WARNING,
    Code.TOTAL_BELOW_PART: Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``field`` is the one to mend: numerator, denominator, value, answer … or "" for the whole cell."""

    code: str
    severity: str
    field: str = ""
    message: str = ""


def finding(code: str, message: str, field: str = "") -> Finding:
    return Finding(code, SEVERITY[Code(code)], field, message)


def blocks_saving(findings: Iterable[Finding]) -> bool:
    return any(each.severity == Severity.ERROR for each in findings)


def needs_justification(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.severity == Severity.WARNING]
