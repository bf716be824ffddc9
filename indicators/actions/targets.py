"""Setting targets: revising one, continuing it in a successor, giving it to the units below."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.jobs import mark_stale
from indicators.actions.levels import problems_of_parts
from indicators.actions.traces import as_text, leave_trace
from indicators.engine.errors import MESSAGES
from indicators.engine.rules import find_problems
from indicators.engine.targets import build_revision
from indicators.models import (
    Indicator,
    Milestone,
    Provenance,
    RuleName,
    Shape,
    Target,
    TargetPart,
    TargetRevision,
)
from indicators.models.jobs import JobPriority
from indicators.models.rules import COMPOSITE, DECLARED
from indicators.models.targets import CountsAs
from provinces.models import Agency, Unit, UnitClosure, UnitSuccession
from resolutions.models import Document

_RULE = ("rule", "threshold", "low", "high", "direction", "years", "baseline", "baseline_on")
_REVISION = (*_RULE, "due_on", "shape", "window_from")
_TARGET = ("code", "document_id", "counts_from", "counts_as", "parent_id", "linked_to_id", "continues_id")
_PART = ("position", "indicator_id", "level", "name_vi", *_RULE)
_GIVEN = ("revision", "target", "document", "recorded_by", "indicator")
_DAYS = frozenset({"on", "previous", "due_on", "baseline_on"})
_PROVENANCE = ("threshold_provenance", "baseline_provenance", "due_provenance")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAsked:
    """A rule with its numbers, as the document says it."""

    rule: str
    threshold: Decimal | int | None = None
    low: Decimal | int | None = None
    high: Decimal | int | None = None
    direction: str = ""
    years: int | None = None
    baseline: Decimal | int | None = None
    baseline_on: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAsked(RuleAsked):
    """One part of a composite target."""

    indicator: Indicator
    level: str
    name_vi: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(RuleAsked):
    """All that a revision asks: rule, days, milestones as (day, value), parts in their order."""

    due_on: datetime.date
    shape: str = Shape.LINEAR
    window_from: datetime.date | None = None
    milestones: Sequence[tuple[datetime.date, Decimal | int]] = ()
    parts: Sequence[PartAsked] = ()
    threshold_provenance: str = Provenance.REPORTED
    baseline_provenance: str = Provenance.REPORTED
    due_provenance: str = Provenance.REPORTED


@transaction.atomic
def revise_target(
    *, target: Target, document: Document, effective_on: datetime.date, asked: Asked, by: User
) -> TargetRevision:
    """Record what the target asks from a day on; periods that end before it keep the revision they had.

    Raises ValidationError, naming each field that contradicts the rule (attainment rules §3, §4), and for a
    day that is not after the last revision's or lies before the document takes effect.
    """
    target = (
        Target.objects.select_for_update(of=("self",)).select_related("unit", "document").get(pk=target.pk)
    )
    last = target.revisions.order_by("-effective_on", "-number").first()
    if target.counts_as == CountsAs.LEAVES:
        raise ValidationError(_("A heading that counts by its sub-targets asks nothing itself."))
    if last is not None and effective_on <= last.effective_on:
        message = _("A revision in force from %(day)s exists; the next one begins later.")
        raise ValidationError({"effective_on": message % {"day": _day(last.effective_on)}})
    if effective_on < document.valid_from:
        message = _("The document takes effect on %(day)s; it changes nothing before.")
        raise ValidationError({"effective_on": message % {"day": _day(document.valid_from)}})
    if problems := problems_of_parts((part.indicator, part.level) for part in asked.parts):
        raise ValidationError(problems)
    revision = _record(target, document, effective_on, asked, by)
    leave_trace(
        action="revise",
        subject=target,
        operation=Operation.UPDATED,
        by=by,
        unit=target.unit,
        before=_told(last) if last is not None else None,
        after={**_told(revision), "document": document.key, "effective_on": str(effective_on)},
    )
    mark_stale(target=target, priority=JobPriority.CHANGE)
    return revision


@transaction.atomic
def continue_target(
    *,
    target: Target,
    unit: Unit,
    document: Document,
    counts_from: datetime.date,
    by: User,
    code: str = "",
    owner: Agency | None = None,
    asked: Asked | None = None,
) -> Target:
    """Re-issue the target of a unit that ended to its successor, by a recorded decision (rules §8).

    Without ``asked`` the last revision is taken over without its baseline and milestones: they spoke of
    the old unit. Raises ValidationError.
    """
    target = Target.objects.select_for_update(of=("self",)).select_related("unit").get(pk=target.pk)
    if not UnitSuccession.objects.filter(predecessor=target.unit, successor=unit).exists():
        message = _("%(unit)s is not a successor of %(old)s.")
        raise ValidationError({"unit": message % {"unit": unit.label, "old": target.unit.label}})
    if Target.objects.filter(continues=target).exists():
        raise ValidationError(_("This target is continued already."))
    if target.unit.valid_to is not None and counts_from <= target.unit.valid_to:
        message = _("The target counts for %(old)s up to %(day)s; its continuation begins later.")
        words = {"old": target.unit.label, "day": _day(target.unit.valid_to)}
        raise ValidationError({"counts_from": message % words})
    made = _copy_of(target, unit=unit, document=document, counts_from=counts_from)
    made.code, made.owner = code or target.code, owner
    made.continues, made.continued_by_document = target, document
    return save_new(made, asked or _taken_over(target), by, "continue")


@transaction.atomic
def link_copies(
    *,
    target: Target,
    units: Iterable[Unit],
    by: User,
    document: Document | None = None,
    counts_from: datetime.date | None = None,
) -> list[Target]:
    """Give a target to units below its own, each as a linked copy with the same rule and due day.

    A unit that has its copy already is passed over; returns the new ones. Baselines and milestones are not
    copied, since they speak of the whole. ``document`` is the one that gives it, by default the target's own.
    Raises ValidationError where a unit does not lie below the target's.
    """
    target = (
        Target.objects.select_for_update(of=("self",)).select_related("unit", "document").get(pk=target.pk)
    )
    wanted = list(units)
    below = set(
        UnitClosure.objects.filter(ancestor=target.unit, depth__gt=0, descendant__in=wanted).values_list(
            "descendant_id", flat=True
        )
    )
    for unit in wanted:
        if unit.pk not in below:
            message = _("%(unit)s does not lie below %(upper)s.")
            raise ValidationError({"units": message % {"unit": unit.label, "upper": target.unit.label}})
    known = set(Target.objects.filter(linked_to=target).values_list("unit_id", flat=True))
    headings = {
        heading.unit_id: heading
        for heading in Target.objects.filter(linked_to=target.parent_id, linked_to__isnull=False)
    }
    made = []
    for unit in wanted:
        if unit.pk in known:
            continue
        copy = _copy_of(
            target,
            unit=unit,
            document=document or target.document,
            counts_from=counts_from or target.counts_from,
        )
        copy.linked_to = target
        copy.parent = headings.get(unit.pk)
        asks_nothing = target.counts_as == CountsAs.LEAVES
        made.append(save_new(copy, None if asks_nothing else _taken_over(target), by, "link"))
        known.add(unit.pk)
    return made


def _copy_of(target: Target, *, unit: Unit, document: Document, counts_from: datetime.date) -> Target:
    same = ("code", "sort_key", "kind", "counts_as", "indicator_id", "level", "name_vi", "name_en", "note")
    fields: dict[str, Any] = {name: getattr(target, name) for name in same}
    return Target(unit=unit, document=document, counts_from=counts_from, **fields)


def save_new(made: Target, asked: Asked | None, by: User, action: str) -> Target:
    """Store a new target with its first revision, its traces and its job."""
    made.validate_constraints(exclude=["indicator", "parent", "linked_to", "continues", "owner"])
    made.save(force_insert=True)
    after: dict[str, Any] = as_text(made, _TARGET)
    if asked is not None:
        after |= _told(_record(made, made.document, made.counts_from, asked, by))
    leave_trace(action=action, subject=made, operation=Operation.CREATED, by=by, unit=made.unit, after=after)
    mark_stale(target=made, priority=JobPriority.CHANGE)
    return made


def _told(revision: TargetRevision) -> dict[str, Any]:
    """A revision for the audit trail, a composite one with its parts."""
    told: dict[str, Any] = as_text(revision, _REVISION)
    if revision.rule in COMPOSITE:
        told["parts"] = [as_text(part, _PART) for part in revision.parts.all()]
    return told


def _taken_over(target: Target) -> Asked:
    """What the last revision asks, without what speaks of its own unit only."""
    last = target.revisions.order_by("-effective_on", "-number").first()
    if last is None:
        raise ValidationError(_("The target asks nothing yet; record its first revision."))
    parts = [
        PartAsked(
            **_rule_of(part),
            indicator=part.indicator,
            level=part.level,
            name_vi=part.name_vi,
        )
        for part in last.parts.select_related("indicator").order_by("position")
    ]
    provenance = {name: getattr(last, name) for name in _PROVENANCE}
    asked = Asked(
        **_rule_of(last),
        due_on=last.due_on,
        shape=last.shape,
        window_from=last.window_from,
        parts=[replace(part, baseline=None, baseline_on=None) for part in parts],
        **provenance,
    )
    return replace(asked, baseline=None, baseline_on=None)


def _rule_of(row: TargetRevision | TargetPart) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _RULE}


def _record(
    target: Target, document: Document, effective_on: datetime.date, asked: Asked, by: User
) -> TargetRevision:
    """Check what is asked by the engine's own rules and store it as the target's next revision."""
    number = target.revisions.count() + 1
    revision = TargetRevision(
        target=target,
        number=number,
        document=document,
        effective_on=effective_on,
        recorded_by=by,
        **{name: getattr(asked, name) for name in (*_REVISION, *_PROVENANCE)},
    )
    milestones = [Milestone(revision=revision, on=day, value=value) for day, value in asked.milestones]
    parts = [
        TargetPart(
            revision=revision,
            position=position,
            indicator=part.indicator,
            level=part.level,
            name_vi=part.name_vi,
            **{name: getattr(part, name) for name in _RULE},
        )
        for position, part in enumerate(asked.parts, 1)
    ]
    _check(target, revision, milestones, parts)
    revision.save(force_insert=True)
    Milestone.objects.bulk_create(milestones)
    TargetPart.objects.bulk_create(parts)
    return revision


def _check(
    target: Target, revision: TargetRevision, milestones: list[Milestone], parts: list[TargetPart]
) -> None:
    for row in (revision, *milestones):
        row.clean_fields(exclude=_GIVEN)
    for index, part in enumerate(parts):
        _check_part(part, index)
    has_figure = revision.rule not in (*DECLARED, *COMPOSITE)
    if has_figure and target.indicator_id is None:
        raise ValidationError(_("This target names no indicator, so that it cannot ask for a figure."))
    if any(part.rule in COMPOSITE for part in parts):
        raise ValidationError({"parts": _("A part cannot have parts itself.")})
    thresholds = (target.document.on_track_from, target.document.at_risk_from)
    asked = build_revision(revision, target.indicator_id, target.level, milestones, parts, thresholds).target
    problems: dict[str, list[str]] = {}
    for problem in find_problems(asked):
        words = _(MESSAGES[problem.code]).format(**_as_people_write(problem.params))
        problems.setdefault(_column(problem.field), []).append(words)
    if revision.baseline_on is not None and revision.due_on == revision.baseline_on:
        problems.setdefault("due_on", []).append(_("The due day lies after the day of the baseline."))
    if problems:
        raise ValidationError(problems)


def _as_people_write(params: Mapping[str, str]) -> dict[str, str]:
    """Rules by their names and days as they are written here: the engine knows no languages."""
    told = dict(params)
    if told.get("rule") in RuleName.values:
        told["rule"] = f"“{RuleName(told['rule']).label}”"
    for name in _DAYS & told.keys():
        told[name] = _day(datetime.date.fromisoformat(told[name]))
    return told


def _check_part(part: TargetPart, index: int) -> None:
    try:
        part.clean_fields(exclude=_GIVEN)
    except ValidationError as refused:
        found = refused.message_dict.items()
        raise ValidationError({f"parts[{index}].{name}": words for name, words in found}) from None


def _column(field: str) -> str:
    """The engine's name of a field as the model names it: parts[0].target.target is parts[0].threshold."""
    field = re.sub(r"^(parts\[\d+\])\.target\b", r"\1", field)
    return re.sub(r"(^|\.)target$", r"\1threshold", field)


def _day(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")
