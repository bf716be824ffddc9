"""What is wrong with a case: one error per field, each with a code, its parameters and an English message."""

from __future__ import annotations

from collections.abc import Iterable

# Marks a text for translation. The engine knows no languages: whoever answers a person translates.
_ = str

MESSAGES: dict[str, str] = {
    "not_an_object": _("Give an object with named keys here."),
    "not_a_list": _("Give a list here."),
    "not_text": _("Give a text in quotes here."),
    "not_true_or_false": _("Give true or false here."),
    "unknown_key": _("“{key}” is not known here. Known keys: {known}."),
    "unknown_rule": _("There is no rule “{value}”. Choose one of: {known}."),
    "unknown_choice": _("“{value}” is not possible here. Choose one of: {known}."),
    "required": _("This is required."),
    "one_required": _("Give one of: {known}."),
    "one_only": _("Give only one of: {known}."),
    "not_for_rule": _("The rule {rule} does not use this. Leave it out."),
    "number_as_string": _("Write the number as text in quotes, such as “98.90”: a bare decimal is inexact."),
    "number_format": _(
        "“{value}” is not a number. Write digits with a point for decimals, "
        "without thousands separators or exponent, such as 98.90."
    ),
    "number_too_long": _("A number may have at most {limit} digits."),
    "number_not_whole": _("Give a whole number here."),
    "number_negative": _("This may not be below zero."),
    "denominator_zero": _("A denominator of 0 gives no value. Give missing: not_applicable instead."),
    "date_format": _("“{value}” is not a day. Write year-month-day, such as 2025-12-31."),
    "years_out_of_range": _("Give between {low} and {high} years."),
    "low_above_high": _("The low end {low} is above the high end {high}."),
    "due_before_baseline": _("The due day {due_on} is before the baseline's day {baseline_on}."),
    "milestone_not_after_baseline": _("The milestone {on} must be after the baseline's day {baseline_on}."),
    "milestone_not_before_due": _("The milestone {on} must be before the due day {due_on}."),
    "milestones_not_ascending": _("The milestone {on} must be after the one before it, {previous}."),
    "at_risk_above_on_track": _("“At risk” from {at_risk_from} is above “on track” from {on_track_from}."),
    "done_on_without_done": _("A day is given, but done is not true. Leave the day out or set done to true."),
    "too_many": _("At most {limit} are possible here."),
    "parts_too_deep": _("Parts may be nested at most {limit} deep."),
}


class CaseError(ValueError):
    """One mistake in a case: the field it is in, a code of MESSAGES and the values the message names."""

    def __init__(self, field: str, code: str, params: dict[str, str] | None = None) -> None:
        self.field = field
        self.code = code
        self.params = params or {}
        super().__init__(field, code, self.params)

    @property
    def message(self) -> str:
        return MESSAGES[self.code].format(**self.params)

    def inside(self, path: str) -> CaseError:
        """The same mistake seen from outside: `low` inside `target` is `target.low`."""
        return CaseError(f"{path}.{self.field}", self.code, self.params)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class CaseErrors(ValueError):  # noqa: N818 - the plural tells it from CaseError
    """All mistakes of a case, in the order they were found."""

    def __init__(self, errors: Iterable[CaseError]) -> None:
        self.errors = list(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)
