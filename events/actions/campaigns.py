"""Figures of a campaign: saved whole or not at all; a correction ends the old row and writes a new one."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.telling import note_event, note_figures
from events.campaigns import LONGEST_DAYS, days_in, quarters_of
from events.models import CampaignFigure, CampaignGoal, Event
from indicators import figures
from indicators.actions.reporting import DefinitionLookup, ReportingError
from indicators.entry.numbers import NumberRefused, read_number
from indicators.entry.reading import plain_text
from indicators.models import Indicator, MeasureMode, Period, Pooling, Provenance
from provinces.dates import today
from provinces.models import Unit

Span = tuple[int, datetime.date, datetime.date]
"""The id of a goal, the first and the last day."""
LONGEST_NOTE = 300


class CampaignRefused(Exception):  # noqa: N818 (told to its reader)
    """A goal that does not fit; the message says why in the reader's language."""


class FiguresRefused(Exception):  # noqa: N818 (told to its reader)
    """Nothing was written; ``problems`` says by span what to mend."""

    def __init__(self, problems: Mapping[Span, str], conflicts: Collection[Span] = ()) -> None:
        super().__init__(_("Nothing was saved: mend what is marked and save again."))
        self.problems, self.conflicts = problems, conflicts


@dataclass(frozen=True)
class Typed:
    """A figure as it was typed; ``base`` is the id of the one its writer saw there, if there was one."""

    goal: int
    from_on: datetime.date
    to_on: datetime.date
    text: str
    base: int | None = None

    @property
    def span(self) -> Span:
        return self.goal, self.from_on, self.to_on


@transaction.atomic
def add_goal(
    *,
    event: Event,
    indicator: Indicator,
    value: Decimal,
    level: str,
    by: User | None,
    provenance: str = Provenance.REPORTED,
) -> CampaignGoal:
    """A number to reach by the campaign's last day. Raises CampaignRefused where it cannot be added up."""
    try:
        definition = DefinitionLookup().on(indicator, event.starts_on)
    except ReportingError as refused:
        raise CampaignRefused(str(refused)) from refused
    if definition.pooling != Pooling.SUM:
        # Shares of days or communes make no share of the whole (product principle: never a mean of shares).
        raise CampaignRefused(_("Only counts and amounts can be goals: figures of days must add up."))
    if value <= 0:
        raise CampaignRefused(_("The goal must be above zero."))
    if CampaignGoal.objects.filter(event=event, indicator=indicator, level=level).exists():
        raise CampaignRefused(_("The campaign has a goal of this indicator already."))
    goal = CampaignGoal.objects.create(
        event=event,
        indicator=indicator,
        level=level,
        value=value,
        unit_of_measure=definition.unit_of_measure,
        is_flow=definition.measure_mode == MeasureMode.FLOW,
        position=CampaignGoal.objects.filter(event=event).count() + 1,
        provenance=provenance,
    )
    audit(by, "campaign.goal", goal, event.unit, after={"indicator": indicator.code, "value": str(value)})
    note_event(event)
    return goal


@transaction.atomic
def save_figures(
    *,
    event: Event,
    unit: Unit,
    typed: Sequence[Typed],
    by: User,
    notes: Mapping[int, str] | None = None,
    provenance: str = Provenance.REPORTED,
) -> int:
    """Write what was typed for one unit; answers how many figures changed. Empty text takes a figure back.

    ``notes`` by goal go to the figures that change. Raises FiguresRefused, having written nothing. The caller
    has asked whether ``by`` reports for the unit. Two people saving at once act one after the other.
    """
    saving = _Saving(event, unit, typed)
    ended, new = saving.judged()
    now = timezone.now()
    CampaignFigure.objects.filter(pk__in=[each.pk for each in ended]).update(ended_at=now, ended_by=by)
    notes = notes or {}
    written = CampaignFigure.objects.bulk_create(
        CampaignFigure(
            goal_id=goal,
            unit=unit,
            from_on=from_on,
            to_on=to_on,
            value=value,
            note=plain_text(notes.get(goal, ""))[:LONGEST_NOTE],
            provenance=provenance,
            entered_by=by,
            entered_at=now,
        )
        for (goal, from_on, to_on), value in new.items()
    )
    changed = {*new, *(_span(each) for each in ended)}
    if changed:
        words = {
            "before": {_said(_span(each)): str(each.value) for each in ended},
            "after": {_said(span): str(value) for span, value in new.items()},
        }
        audit(by, "campaign.figures", event, unit, **words)
        note_figures(written, ended)
        note_event(event)
    return len(changed)


def _span(figure: CampaignFigure) -> Span:
    return figure.goal_id, figure.from_on, figure.to_on


def _said(span: Span) -> str:
    return f"{span[0]} {span[1]} {span[2]}"


class _Saving:
    """What stands there, locked, and what becomes of the cells that were typed."""

    def __init__(self, event: Event, unit: Unit, typed: Sequence[Typed]) -> None:
        self.unit, self.typed = unit, typed
        # The goals' rows stand for all figures of the campaign: overlaps are judged one writer at a time.
        goals = CampaignGoal.objects.select_for_update(of=("self",)).filter(event=event)
        self.goals = {each.pk: each for each in goals.select_related("indicator", "event").order_by("pk")}
        # The days as they are under the lock: the campaign may have been changed or cancelled meanwhile.
        event = self.event = next((each.event for each in self.goals.values()), event)
        self.whole = counted_whole(event, self.goals.values())
        live = CampaignFigure.objects.live().filter(goal__in=self.goals, unit=unit)
        self.live = {_span(each): each for each in live}
        self.quarters = quarters_of(event)
        self.seen = self._seen()
        self.problems: dict[Span, str] = {}
        self.conflicts: set[Span] = set()

    def _seen(self) -> dict[int, Decimal]:
        """What the writer saw where it was corrected meanwhile; most of the time nothing is asked for."""
        known = {each.pk for each in self.live.values()}
        older = {each.base for each in self.typed if each.base is not None} - known
        if not older:
            return {}
        rows = CampaignFigure.objects.filter(pk__in=older, unit=self.unit)
        return dict(rows.values_list("pk", "value"))

    def judged(self) -> tuple[list[CampaignFigure], dict[Span, Decimal]]:
        """The figures that end and those that begin."""
        ended: dict[Span, CampaignFigure] = {}
        new: dict[Span, Decimal] = {}
        for each in self.typed:
            if each.goal not in self.goals:
                continue
            try:
                value = self._read(each)
            except NumberRefused as refused:
                self.problems[each.span] = refused.message
                continue
            found = self.live.get(each.span)
            if not self._is_change(each, value, found):
                continue
            if found is not None:
                ended[each.span] = found
            if value is not None:
                new[each.span] = value
        self._refuse_overlaps(ended, new)
        if self.problems:
            raise FiguresRefused(self.problems, self.conflicts)
        return list(ended.values()), new

    def _read(self, each: Typed) -> Decimal | None:
        if not each.text.strip():
            return None
        whole = each.goal in self.whole
        number = read_number(each.text, whole=whole)
        if number < 0:
            raise NumberRefused("below_zero", _("A figure cannot be below zero."))
        if whole and number != number.to_integral_value():
            raise NumberRefused("not_an_integer", _("Write a whole number: things are counted here."))
        return number

    def _is_change(self, each: Typed, value: Decimal | None, found: CampaignFigure | None) -> bool:
        """Whether it is to be written; notes the problem where it may not be."""
        stored = found.value if found else None
        seen = self.seen.get(each.base) if each.base is not None else None
        if found is not None and each.base == found.pk:
            seen = found.value
        if value in (stored, seen):
            # The same as stands there, or left as it was shown: somebody's newer figure stays.
            return False
        if (found.pk if found else None) != each.base:
            self.conflicts.add(each.span)
            words = _("Somebody else changed this figure meanwhile: it is now %(value)s.")
            self.problems[each.span] = words % {
                "value": figures.number(stored) if stored is not None else "–"
            }
            return False
        if value is not None and (problem := self._misplaced(each)):
            self.problems[each.span] = problem
            return False
        return True

    def _misplaced(self, each: Typed) -> str:
        """Why no figure of these days can be taken; empty where it can."""
        first, last, event = each.from_on, each.to_on, self.event
        if event.cancelled:
            return _("The campaign is cancelled; it takes no figures.")
        if not 1 <= days_in(first, last) <= LONGEST_DAYS:
            return _("Give the figure of one day, or of one week at most.")
        if first < event.starts_on or last > event.ends_on:
            days = {"first": figures.day(event.starts_on), "last": figures.day(event.ends_on)}
            return _("The campaign lasts from %(first)s to %(last)s.") % days
        if last > today():
            return _("These days are not over yet.")
        if not (self.unit.is_valid_on(first) and self.unit.is_valid_on(last)):
            return _("The unit is not in being on these days.")
        return crossing(self.quarters, first, last)

    def _refuse_overlaps(self, ended: Mapping[Span, CampaignFigure], new: Mapping[Span, Decimal]) -> None:
        standing = [span for span in {*self.live, *new} if span in new or span not in ended]
        for span in new:
            others = [each for each in standing if each != span and each[0] == span[0]]
            if any(first <= span[2] and last >= span[1] for _goal, first, last in others):
                self.problems[span] = _(
                    "Another figure covers some of these days: give either the days or the week's total."
                )


def crossing(quarters: Iterable[Period], first: datetime.date, last: datetime.date) -> str:
    """The refusal of days on both sides of a quarter's data cut-off; empty where they are on one side."""
    for quarter in quarters:
        if first <= quarter.cutoff_on < last:
            return _(
                "%(cutoff)s is the data cut-off of %(quarter)s: give the two parts separately, "
                "%(first)s–%(cutoff)s and %(next)s–%(last)s."
            ) % {
                "cutoff": figures.day(quarter.cutoff_on),
                "quarter": figures.period(quarter.code),
                "first": figures.day(first),
                "next": figures.day(quarter.cutoff_on + datetime.timedelta(days=1)),
                "last": figures.day(last),
            }
    return ""


def counted_whole(event: Event, goals: Iterable[CampaignGoal]) -> set[int]:
    """The ids of the goals whose figures count things, so that a dot in a number can only group."""
    listed = list(goals)
    definitions = DefinitionLookup() if listed else None
    return {
        each.pk
        for each in listed
        if definitions and definitions.on(each.indicator, event.starts_on).value_type == "count"
    }
