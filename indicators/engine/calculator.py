"""The calculator: judges one case of plain JSON values, stores nothing (attainment rules, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from .cases import COMPOSITES, DECLARED, Result, Rule
from .display import fixed
from .errors import MESSAGES, CaseError, CaseErrors
from .reader import read_case
from .rules import RULES_VERSION, judge

__all__ = ["MESSAGES", "CaseError", "CaseErrors", "answer", "evaluate", "read_case"]


def evaluate(body: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one case, ready for JSON. Raises CaseErrors naming every field that is wrong.

    `body` holds `target`, `observation` (not for composites, whose parts bring their own), `as_of`, and if
    wanted `today` and `case` (a label, ignored). Numbers are strings, whole numbers may be JSON integers;
    days are ISO dates. A null counts as not given. A part without `due_on` is due with its composite.
    """
    target, observation, as_of, today = read_case(body)
    result = judge(target, observation, as_of=as_of, today=today)
    return {**answer(target.rule, result), "rules_version": RULES_VERSION}


def answer(rule: Rule, result: Result) -> dict[str, Any]:
    """The result as plain JSON values: only the keys that exist for it, shares with six decimals or None.

    Without a verdict (missing values) there is only `status`; `progress` and `expected` exist for rules
    that compare a value (growth excepted) and are None where undefined; `late` and `days_early` exist for
    targets declared done.
    """
    found: dict[str, Any] = {"status": result.status.value}
    if result.met is None:
        return found
    found["met"] = result.met
    if rule not in COMPOSITES and rule not in DECLARED and rule is not Rule.GROWTH_AT_LEAST:
        found["progress"] = _six_places(result.progress)
        found["expected"] = _six_places(result.expected)
    if result.late is not None:
        found["late"] = result.late
        found["days_early"] = result.days_early
    return found


def _six_places(share: Fraction | None) -> str | None:
    return None if share is None else fixed(share, 6)
