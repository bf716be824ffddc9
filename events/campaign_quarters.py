"""What a campaign's figures of a unit come to in each quarter, beside what the unit's reports say already.

Reads only. A figure belongs to the quarter in whose reporting stretch (first day to data cut-off) it lies
wholly; none lies on both sides of a cut-off, so all quarters together give the campaign's total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.permissions import Principal
from events.campaigns import days_in, quarters_of
from events.models import CampaignFigure, CampaignGoal, CampaignPosting, Event
from indicators import figures
from indicators.entry.context import Context, contexts_of
from indicators.entry.places import Owed, Place, may_enter
from indicators.models import (
    Answer,
    EnteredAs,
    Measurement,
    MeasurementVersion,
    Period,
    PeriodKind,
    Provenance,
    Qualifier,
    Report,
    VersionState,
)
from provinces.dates import today
from provinces.models import Unit

NEW, SAME, OURS, OTHER, BLOCKED = "new", "same", "ours", "other", "blocked"


@dataclass
class Line:
    """One goal in one quarter: the sum of the campaign's days, and what would be written for it."""

    goal: CampaignGoal
    place: Place
    value: Decimal
    days: int
    """How many of the quarter's days of the campaign have a figure."""
    of_days: int
    is_illustrative: bool
    before: Decimal | None = None
    """What the indicator had accumulated by the quarter before; only where it is entered so."""
    written: Decimal | None = None
    standing: MeasurementVersion | None = None
    state: str = BLOCKED
    words: str = ""

    @property
    def period(self) -> Period:
        return self.place.period

    @property
    def key(self) -> str:
        return f"{self.goal.pk}-{self.period.code}"

    @property
    def cell(self) -> str:
        return f"{self.goal.indicator.code}:{self.goal.level}"

    @property
    def base(self) -> int:
        return self.standing.number if self.standing else 0

    @property
    def first(self) -> str:
        return figures.day(max(self.period.starts_on, self.goal.event.starts_on))

    @property
    def last(self) -> str:
        return figures.day(min(self.period.cutoff_on, self.goal.event.ends_on))

    @property
    def is_over(self) -> bool:
        return min(self.period.cutoff_on, self.goal.event.ends_on) < today()

    @property
    def qualifier(self) -> str:
        """While days of the quarter are still to come or have no figure, the sum may only grow."""
        return Qualifier.OFFICIAL if self.is_over and self.days == self.of_days else Qualifier.PRELIMINARY

    @property
    def stands(self) -> str:
        """What the cell says now, as it is shown."""
        version = self.standing
        if version is None or version.state == VersionState.WITHDRAWN:
            return ""
        if version.value is not None:
            return figures.figure(version.value, figures.unit_word(self.goal.unit_of_measure))
        return str(Answer(version.answer).label)

    @property
    def note(self) -> str:
        """What the figure tells of where it came from; in Vietnamese, for the report is."""
        with override("vi"):
            return _(
                "From the campaign “%(name)s”, %(first)s–%(last)s: %(days)d of %(of)d days reported."
            ) % {
                "name": self.goal.event.title_vi,
                "first": figures.day(max(self.period.starts_on, self.goal.event.starts_on)),
                "last": figures.day(min(self.period.cutoff_on, self.goal.event.ends_on)),
                "days": self.days,
                "of": self.of_days,
            }


def lines_of(event: Event, unit: Unit, who: Principal) -> list[Line]:
    """The flow goals of a campaign by quarter, in order of goal and time; the queries are always as many."""
    goals = list(event.goals.filter(is_flow=True).select_related("indicator", "event"))
    quarters = quarters_of(event)
    found = list(CampaignFigure.objects.live().filter(goal__in=goals, unit=unit))
    reports = {
        each.period_id: each
        for each in Report.objects.filter(unit=unit, agency__isnull=True, period__in=quarters)
    }
    places = [Place(unit, None, quarter, reports.get(quarter.pk)) for quarter in quarters]
    contexts = contexts_of(places, with_history=False) if places else []
    may = bool(places) and may_enter(who, places[0])
    judging = _Judging(unit, quarters, goals, may=may)
    return [
        judging.line(goal, context, [each for each in found if each.goal_id == goal.pk])
        for goal in goals
        for context in contexts
    ]


class _Judging:
    """Says of each goal and quarter what is written; quarters come in their order."""

    def __init__(
        self, unit: Unit, quarters: Sequence[Period], goals: Sequence[CampaignGoal], *, may: bool
    ) -> None:
        self.unit, self.may = unit, may
        self.posted = {
            each.version_id: each
            for each in CampaignPosting.objects.filter(goal__in=goals, unit=unit, period__in=quarters)
        }
        self.accumulated = self._accumulated_before(quarters, goals)

    def _accumulated_before(
        self, quarters: Sequence[Period], goals: Sequence[CampaignGoal]
    ) -> dict[tuple[int, str, int, int], Decimal]:
        """By indicator, level, year and number of the quarter: what stands there or will."""
        rows = Measurement.objects.filter(
            unit=self.unit,
            agency__isnull=True,
            indicator__in=[each.indicator_id for each in goals],
            period__kind=PeriodKind.QUARTER,
            period__year__in={each.year for each in quarters},
        ).select_related("working_version", "period")
        found = {}
        for cell in rows:
            value = _number(cell.working_version)
            if value is not None:
                key = cell.indicator_id, cell.level, cell.period.year, cell.period.ordinal
                found[key] = value
        return found

    def line(self, goal: CampaignGoal, context: Context, figures_of_goal: Sequence[CampaignFigure]) -> Line:
        period = context.place.period
        own = [
            each
            for each in figures_of_goal
            if period.starts_on <= each.from_on and each.to_on <= period.cutoff_on
        ]
        line = Line(
            goal,
            context.place,
            sum((each.value for each in own), Decimal(0)),
            sum(days_in(each.from_on, each.to_on) for each in own),
            days_in(max(period.starts_on, goal.event.starts_on), min(period.cutoff_on, goal.event.ends_on)),
            goal.event.is_illustrative
            or goal.is_illustrative
            or any(each.provenance == Provenance.ILLUSTRATIVE for each in own),
            standing=context.working(f"{goal.indicator.code}:{goal.level}"),
        )
        self._judge(line, context.owed.get(line.cell))
        return line

    def _judge(self, line: Line, owed: Owed | None) -> None:
        line.words = self._obstacle(line, owed)
        if line.words or owed is None:
            return
        if owed.definition.entered_as == EnteredAs.CUMULATIVE:
            line.before = self._before(line)
            if line.before is None:
                line.words = _(
                    "The indicator accumulates since the start of the year, and the quarter before has no "
                    "figure: enter that first."
                )
                return
        line.written = line.value + (line.before or 0)
        line.state = self._state(line)
        if line.state != OTHER:
            number = line.goal.indicator_id, line.goal.level, line.period.year, line.period.ordinal
            self.accumulated[number] = line.written

    def _obstacle(self, line: Line, owed: Owed | None) -> str:
        if not line.days:
            return _("No figure of these days yet; missing is not zero.")
        if owed is None or not owed.level_is_valid:
            return _("The unit's own report of this quarter does not owe this indicator.")
        if not line.place.is_open:
            return _("The report is locked, or its period has not begun.")
        if not self.may:
            return _("Reporters and coordinators of the unit itself write its reports.")
        return ""

    def _before(self, line: Line) -> Decimal | None:
        """0 in the first quarter of a year, and for a unit that was not in being in the quarter before."""
        period, began = line.period, self.unit.valid_from
        if period.ordinal == 1 or (began is not None and began > period.starts_on):
            return Decimal(0)
        goal = line.goal
        return self.accumulated.get((goal.indicator_id, goal.level, period.year, period.ordinal - 1))

    def _state(self, line: Line) -> str:
        version = line.standing
        if version is None or version.state == VersionState.WITHDRAWN:
            return NEW
        if version.answer == Answer.VALUE and version.value == line.written:
            return SAME
        posted = self.posted.get(version.pk)
        return OURS if posted is not None and posted.goal_id == line.goal.pk else OTHER


def _number(version: MeasurementVersion | None) -> Decimal | None:
    """The single number of a version; 0 where nothing arose, none where it is missing."""
    if version is None or version.state == VersionState.WITHDRAWN:
        return None
    return Decimal(0) if version.answer == Answer.NOTHING_AROSE else version.value
