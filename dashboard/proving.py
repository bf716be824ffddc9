"""The case a stored result was judged from, as the calculator reads it: anybody can judge it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from dashboard.asked import Measure, is_composite
from indicators.engine.calculator import CaseErrors, evaluate
from indicators.engine.display import fixed, plain
from indicators.models import (
    Attainment,
    Declaration,
    RuleName,
    TargetPart,
    TargetRevision,
    VersionState,
)
from indicators.models.results import Status
from indicators.models.rules import DECLARED, RuleColumns
from provinces.dates import VIETNAM

SCALE = 10_000
SIX_PLACES = ("progress", "expected")


@dataclass(frozen=True)
class Proof:
    """The case, what judging it again gives, and in which keys that differs from what is stored."""

    case: dict[str, Any]
    answer: dict[str, Any]
    differs: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.differs

    @property
    def text(self) -> str:
        return json.dumps(self.case, ensure_ascii=False, indent=2)


def proof_of(
    judged: Attainment, declarations: Iterable[Declaration], measures: Mapping[int | None, Measure]
) -> Proof:
    """Judge the stored inputs again. `declarations` are those of the target that were ever approved."""
    case = case_of(judged, declarations, measures)
    try:
        answer = evaluate(case)
    except CaseErrors as wrong:
        # Only a stored row that breaks the rules themselves comes here; it is told, not hidden.
        return Proof(case, {"errors": [str(each) for each in wrong.errors]}, ("errors",))
    stored = stored_answer(judged)
    differs = tuple(key for key in stored if key in answer and answer[key] != stored[key])
    return Proof(case, answer, differs)


def stored_answer(judged: Attainment) -> dict[str, Any]:
    """The stored result in the calculator's words; `evaluate` answers those of its keys that exist."""
    shares = {name: getattr(judged, name) for name in SIX_PLACES}
    return {
        "status": judged.status,
        "met": judged.met,
        **{name: None if share is None else fixed(share, 6) for name, share in shares.items()},
        "late": judged.is_late,
        "days_early": judged.days_early,
        "rules_version": judged.rules_version,
    }


def case_of(
    judged: Attainment, declarations: Iterable[Declaration], measures: Mapping[int | None, Measure]
) -> dict[str, Any]:
    """`{target, observation, as_of, today}` as `POST /api/v1/attainment/evaluate/` takes it."""
    revision = judged.revision
    known = list(declarations)
    case: dict[str, Any] = {"target": _asked(revision) | _of_revision(judged)}
    if is_composite(revision):
        case["target"]["parts"] = [
            {"target": _asked(part), "observation": _part(judged, part, known, measures)}
            for part in revision.parts.all()
        ]
    else:
        measure = measures.get(judged.target.indicator_id) or Measure()
        case["observation"] = _observation(judged, known, measure)
    return case | {"as_of": judged.judged_on.isoformat(), "today": today_of(judged).isoformat()}


def today_of(judged: Attainment) -> date:
    """The day on which a missing figure was found missing (rules §5.2)."""
    if judged.is_before_own_report:
        return judged.judged_on
    return max(timezone.localdate(judged.computed_at, VIETNAM), judged.judged_on)


def _asked(rule: RuleColumns) -> dict[str, Any]:
    """The columns of a rule that are filled, numbers as text."""
    found: dict[str, Any] = {"rule": rule.rule}
    columns = {"target": rule.threshold, "low": rule.low, "high": rule.high, "baseline": rule.baseline}
    found |= {name: plain(value) for name, value in columns.items() if value is not None}
    if rule.baseline is not None and rule.baseline_on is not None:
        found["baseline_on"] = rule.baseline_on.isoformat()
    if rule.direction:
        found["direction"] = rule.direction
    if rule.years is not None:
        found["years"] = rule.years
    return found


def _of_revision(judged: Attainment) -> dict[str, Any]:
    revision: TargetRevision = judged.revision
    document = judged.target.document
    found: dict[str, Any] = {
        "due_on": revision.due_on.isoformat(),
        "shape": revision.shape,
        "on_track_from": plain(document.on_track_from),
        "at_risk_from": plain(document.at_risk_from),
    }
    milestones = [
        {"on": each.on.isoformat(), "value": plain(each.value)} for each in revision.milestones.all()
    ]
    return found | ({"milestones": milestones} if milestones else {})


def _observation(judged: Attainment, declarations: list[Declaration], measure: Measure) -> dict[str, Any]:
    rule = judged.revision.rule
    if rule in DECLARED:
        return _declared(declarations, rule, 0, judged.judged_on)
    if judged.status == Status.NOT_APPLICABLE:
        return {"missing": "not_applicable"}
    if not judged.is_partial:
        if judged.value is not None:
            return {"value": plain(judged.value)}
        if judged.numerator is not None and judged.denominator:
            return _ratio(judged.numerator, judged.denominator, measure)
    missing = {"missing": "not_collected"}
    return missing | ({"report_due_on": judged.report_due_on.isoformat()} if judged.report_due_on else {})


def _part(
    judged: Attainment,
    part: TargetPart,
    declarations: list[Declaration],
    measures: Mapping[int | None, Measure],
) -> dict[str, Any]:
    """What one part of a composite showed: its declaration, or the sum of its stored inputs."""
    if part.rule in DECLARED:
        return _declared(declarations, part.rule, part.position, judged.judged_on)
    inputs = [row for row in judged.inputs or [] if row[0] == part.position]
    if any(row[5] == "not_applicable" for row in inputs):
        return {"missing": "not_applicable"}
    numerator, denominator, value = (_sum(inputs, place) for place in (6, 7, 8))
    if value is not None:
        return {"value": plain(value)}
    if numerator is not None and denominator:
        return _ratio(numerator, denominator, measures.get(part.indicator_id) or Measure())
    return {"missing": "not_collected"}


def _sum(inputs: list[list[Any]], place: int) -> Decimal | None:
    column = [row[place] for row in inputs]
    return None if not column or None in column else Decimal(sum(column)) / SCALE


def _declared(declarations: list[Declaration], rule: str, position: int, on: date) -> dict[str, Any]:
    live = next(
        (
            each
            for each in declarations
            if each.part_position == position and each.state == VersionState.APPROVED
        ),
        None,
    )
    if rule == RuleName.DONE:
        if live is None or not live.is_met:
            return {"done": False}
        return {"done": True, "done_on": live.declared_on.isoformat()}
    return {"judged_met": live is not None and live.is_met and live.declared_on <= on}


def _ratio(numerator: Decimal, denominator: Decimal, measure: Measure) -> dict[str, Any]:
    return {
        "numerator": plain(numerator),
        "denominator": plain(denominator),
        "factor": str(measure.factor),
    }
