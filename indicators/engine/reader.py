"""Reads a case from plain JSON values, strictly: every mistake is noted, each with its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from .cases import (
    COMPOSITES,
    DEFAULT_AT_RISK_FROM,
    DEFAULT_ON_TRACK_FROM,
    DIRECTIONS,
    LINEAR,
    MISSING_REASONS,
    SHAPES,
    Milestone,
    Observation,
    Rule,
    Target,
)
from .errors import CaseError, CaseErrors
from .rules import find_problems

MAX_DIGITS = 30
MAX_MILESTONES = 100
MAX_PARTS = 50
MAX_DEPTH = 3

_BODY_KEYS = ("target", "observation", "as_of", "today", "case")
_TARGET_KEYS = (
    "rule", "target", "low", "high", "direction", "baseline", "baseline_on", "due_on", "milestones", "shape",
    "on_track_from", "at_risk_from", "years", "parts",
)  # fmt: skip
_MILESTONE_KEYS = ("on", "value")
_PART_KEYS = ("target", "observation")
_OBSERVATION_KEYS = (
    "value", "numerator", "denominator", "factor", "missing", "report_due_on", "done", "done_on",
    "judged_met",
)  # fmt: skip
# What each rule reads of an observation, one of them; every other rule reads a value.
_READS: dict[Rule, tuple[str, ...]] = {
    Rule.DONE: ("done", "missing"),
    Rule.JUDGED: ("judged_met", "missing"),
    **dict.fromkeys(COMPOSITES, ()),
}
_READS_A_VALUE = ("value", "numerator", "missing")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Case = tuple[Target, Observation, date, date | None]
T = TypeVar("T")


def read_case(body: Mapping[str, Any]) -> Case:
    """The case in a JSON body as (target, observation, as_of, today). Raises CaseErrors."""
    reader = _Reader()
    case = reader.case(body)
    if reader.errors or case is None:
        raise CaseErrors(reader.errors)
    return case


class _Reader:
    """Reads a case and collects its mistakes. A field that cannot be read is None and noted once."""

    def __init__(self) -> None:
        self.errors: list[CaseError] = []
        self.parts = 0

    # The pieces of a case.

    def case(self, body: Any) -> Case | None:
        given = self.object(body, "", _BODY_KEYS)
        if given is None:
            return None
        self.text(given, "", "case")
        as_of = self.day(given, "", "as_of", required=True)
        today = self.day(given, "", "today")
        read = self.judged(given, "", depth=1, due_on=None)
        if read is None or as_of is None:
            return None
        return (*read, as_of, today)

    def judged(
        self, given: Mapping[str, Any], path: str, *, depth: int, due_on: date | None
    ) -> tuple[Target, Observation] | None:
        """A `target` with its `observation`: a whole case or one part of a composite."""
        where = _join(path, "target")
        body = self.object(given.get("target"), where, _TARGET_KEYS)
        if body is None:
            self.observation(given, path, None, [])
            return None
        rule = self.rule(body, where)
        due_on = self.day(body, where, "due_on", required=due_on is None) or due_on
        parts = self.read_parts(body, where, depth, due_on)
        target = self.target(body, where, rule, due_on, [part for part, _ in parts])
        observation = self.observation(given, path, rule, [seen for _, seen in parts])
        return None if target is None or observation is None else (target, observation)

    def target(
        self, body: Mapping[str, Any], path: str, rule: Rule | None, due_on: date | None, parts: list[Target]
    ) -> Target | None:
        def number(key: str) -> Fraction | None:
            return self.number(body, path, key)

        on_track_from, at_risk_from = number("on_track_from"), number("at_risk_from")
        fields: dict[str, Any] = {
            **{key: number(key) for key in ("target", "low", "high", "baseline")},
            "direction": self.choice(body, path, "direction", DIRECTIONS),
            "baseline_on": self.day(body, path, "baseline_on"),
            "milestones": self.milestones(body, path),
            "shape": self.choice(body, path, "shape", SHAPES) or LINEAR,
            "on_track_from": DEFAULT_ON_TRACK_FROM if on_track_from is None else on_track_from,
            "at_risk_from": DEFAULT_AT_RISK_FROM if at_risk_from is None else at_risk_from,
            "years": self.whole(body, path, "years"),
            "parts": parts,
        }
        if rule is None:
            return None
        # Consistency is checked even where a field could not be read, so that one answer names all mistakes;
        # what could not be read is noted already and not reported as missing too.
        target = Target(rule, due_on or date.max, **fields)
        noted = {error.field for error in self.errors}
        for problem in find_problems(target):
            inside_part = problem.field.startswith("parts[")
            if not inside_part and not _noted(_join(path, problem.field), noted):
                self.errors.append(problem.inside(path))
        return target

    def milestones(self, body: Mapping[str, Any], path: str) -> list[Milestone]:
        found = []
        for index, item in enumerate(self.list(body, path, "milestones", MAX_MILESTONES)):
            where = f"{path}.milestones[{index}]"
            given = self.object(item, where, _MILESTONE_KEYS)
            if given is None:
                continue
            on = self.day(given, where, "on", required=True)
            value = self.number(given, where, "value", required=True)
            if on is not None and value is not None:
                found.append(Milestone(on, value))
        return found

    def read_parts(
        self, body: Mapping[str, Any], path: str, depth: int, due_on: date | None
    ) -> list[tuple[Target, Observation]]:
        items = self.list(body, path, "parts", MAX_PARTS)
        if not items:
            return []
        where = f"{path}.parts"
        self.parts += len(items)
        if depth > MAX_DEPTH:
            self.note(where, "parts_too_deep", limit=MAX_DEPTH)
            return []
        if self.parts > MAX_PARTS:
            self.note(where, "too_many", limit=MAX_PARTS)
            return []
        found = []
        for index, item in enumerate(items):
            part = f"{where}[{index}]"
            given = self.object(item, part, _PART_KEYS)
            # An unreadable due day of the whole is noted already: its parts need not miss it once more.
            if given is None:
                continue
            read = self.judged(given, part, depth=depth + 1, due_on=due_on or date.max)
            if read is not None:
                found.append(read)
        return found

    def observation(
        self, given: Mapping[str, Any], path: str, rule: Rule | None, parts: list[Observation]
    ) -> Observation | None:
        where = _join(path, "observation")
        if rule in COMPOSITES and given.get("observation") is None:
            return Observation(parts=parts)
        body = self.object(given.get("observation"), where, _OBSERVATION_KEYS)
        if body is None:
            return None
        value = self.number(body, where, "value")
        ratio = self.ratio(body, where)
        missing = self.choice(body, where, "missing", MISSING_REASONS)
        report_due_on = self.day(body, where, "report_due_on")
        done = self.boolean(body, where, "done")
        done_on = self.day(body, where, "done_on", required=done is True and rule is Rule.DONE)
        judged_met = self.boolean(body, where, "judged_met")
        if rule is not None:
            self.fits(body, where, rule)
        if done is False and done_on is not None:
            self.note(f"{where}.done_on", "done_on_without_done")
        if value is None:
            value = ratio
        return Observation(value, missing, report_due_on, done, done_on, judged_met, parts)

    def ratio(self, body: Mapping[str, Any], path: str) -> Fraction | None:
        """numerator × factor ÷ denominator, exactly: thirds have no decimal text. Factor 1 unless given."""
        numerator = self.number(body, path, "numerator")
        denominator = self.number(body, path, "denominator", required=body.get("numerator") is not None)
        factor = self.number(body, path, "factor")
        if denominator == 0:
            self.note(f"{path}.denominator", "denominator_zero")
        if numerator is None or not denominator:
            return None
        return numerator * (1 if factor is None else factor) / denominator

    def fits(self, body: Mapping[str, Any], path: str, rule: Rule) -> None:
        """Notes what the rule cannot read and what is missing or doubled in an observation."""
        possible = _READS.get(rule, _READS_A_VALUE)
        usable = {*possible}
        if "missing" in possible:
            usable.add("report_due_on")
        if body.get("numerator") is not None:
            usable |= {"denominator", "factor"}
        if "done" in possible:
            usable.add("done_on")
        given = [key for key in _OBSERVATION_KEYS if body.get(key) is not None]
        for key in given:
            if key not in usable:
                self.note(f"{path}.{key}", "not_for_rule", rule=rule.value)
        answers = [key for key in possible if key in given]
        if possible and not answers:
            self.note(path, "one_required", known=", ".join(possible))
        elif len(answers) > 1:
            self.note(path, "one_only", known=", ".join(possible))

    # Single values. Each answers None and notes why where the value cannot be read.

    def note(self, field: str, code: str, **params: object) -> None:
        self.errors.append(CaseError(field, code, {key: str(value) for key, value in params.items()}))

    def object(self, value: Any, path: str, known: tuple[str, ...]) -> Mapping[str, Any] | None:
        if value is None and path:
            self.note(path, "required")
            return None
        if not isinstance(value, Mapping):
            self.note(path or "body", "not_an_object")
            return None
        for key in value:
            if key not in known:
                self.note(_join(path, _short(key)), "unknown_key", key=_short(key), known=", ".join(known))
        return value

    def read(
        self,
        body: Mapping[str, Any],
        path: str,
        key: str,
        parse: Callable[[Any], T],
        *,
        required: bool = False,
    ) -> T | None:
        value, field = body.get(key), _join(path, key)
        if value is None:
            if required:
                self.note(field, "required")
            return None
        try:
            return parse(value)
        except CaseError as error:
            self.errors.append(CaseError(field, error.code, error.params))
            return None

    def list(self, body: Mapping[str, Any], path: str, key: str, limit: int) -> list[Any]:
        def parse(value: Any) -> list[Any]:
            if not isinstance(value, list | tuple):
                raise CaseError(key, "not_a_list")
            if len(value) > limit:
                raise CaseError(key, "too_many", {"limit": str(limit)})
            return list(value)

        return self.read(body, path, key, parse) or []

    def rule(self, body: Mapping[str, Any], path: str) -> Rule | None:
        def parse(value: Any) -> Rule:
            try:
                return Rule(_text(value))
            except ValueError as error:
                if isinstance(error, CaseError):
                    raise
                known = ", ".join(rule.value for rule in Rule)
                raise CaseError("rule", "unknown_rule", {"value": _short(value), "known": known}) from None

        return self.read(body, path, "rule", parse, required=True)

    def choice(self, body: Mapping[str, Any], path: str, key: str, known: tuple[str, ...]) -> str | None:
        def parse(value: Any) -> str:
            if _text(value) not in known:
                raise CaseError(key, "unknown_choice", {"value": _short(value), "known": ", ".join(known)})
            return str(value)

        return self.read(body, path, key, parse)

    def text(self, body: Mapping[str, Any], path: str, key: str) -> str | None:
        return self.read(body, path, key, _text)

    def boolean(self, body: Mapping[str, Any], path: str, key: str) -> bool | None:
        return self.read(body, path, key, _boolean)

    def day(self, body: Mapping[str, Any], path: str, key: str, *, required: bool = False) -> date | None:
        return self.read(body, path, key, _day, required=required)

    def number(
        self, body: Mapping[str, Any], path: str, key: str, *, required: bool = False
    ) -> Fraction | None:
        return self.read(body, path, key, _number, required=required)

    def whole(self, body: Mapping[str, Any], path: str, key: str) -> int | None:
        return self.read(body, path, key, _whole)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CaseError("", "not_text")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise CaseError("", "not_true_or_false")
    return value


def _day(value: Any) -> date:
    text = _text(value)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CaseError("", "date_format", {"value": _short(text)})


def _number(value: Any) -> Fraction:
    if isinstance(value, float):
        raise CaseError("", "number_as_string")
    too_long = CaseError("", "number_too_long", {"limit": str(MAX_DIGITS)})
    if isinstance(value, int) and not isinstance(value, bool):
        # Compared, not printed: printing a huge integer is slow and past 4300 digits an error.
        if abs(value) >= 10**MAX_DIGITS:
            raise too_long
        return Fraction(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise CaseError("", "number_format", {"value": _short(value)})
    if sum(map(str.isdigit, value)) > MAX_DIGITS:
        raise too_long
    return Fraction(value)


def _whole(value: Any) -> int:
    number = _number(value)
    if number.denominator != 1:
        raise CaseError("", "number_not_whole")
    return number.numerator


def _short(value: Any) -> str:
    """What was given, short enough to repeat in a message."""
    text = type(value).__name__ if isinstance(value, list | dict) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _noted(field: str, noted: set[str]) -> bool:
    """Whether the field, one around it or (for a list) one inside it is noted already."""

    def around(outer: str, inner: str) -> bool:
        return inner.startswith((f"{outer}.", f"{outer}["))

    return any(field == other or around(other, field) or around(field, other) for other in noted)
