"""What stands on the page of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from accounts.permissions import get_visible_or_404, units_coordinated_by, units_read_by
from events.forms import PointRow, choices_of
from events.models import Event, EventFile, EventPoint, EventSite, Outcome, Participant, PointKind, RollOut
from events.permissions import is_plan_open, leading_agencies, may_feed, may_keep, may_plan, named_people
from provinces.dates import today
from provinces.models import Tier
from resolutions.models import TaskStanding


@dataclass
class PointLine:
    """A point with how its task stands today, or with the row of the form that makes it one."""

    point: EventPoint
    form: PointRow | None = None

    @property
    def standing(self) -> TaskStanding | None:
        return self.point.task.standing_on(today()) if self.point.task else None

    @property
    def word(self) -> str:
        return str(self.standing.label) if self.standing else ""

    @property
    def css(self) -> str:
        return self.standing.look if self.standing else ""


@dataclass
class PointGroup:
    kind: PointKind
    lines: list[PointLine]

    @property
    def may_assign(self) -> bool:
        return any(line.form for line in self.lines)

    @property
    def is_table(self) -> bool:
        """It has columns to show; what was only said is a list."""
        return any(line.form or line.point.task for line in self.lines)


@dataclass
class EventPage:
    """One event as somebody sees it."""

    event: Event
    who: User
    may_keep: bool
    may_plan: bool
    may_feed: bool
    groups: list[PointGroup]
    sees_inside: bool
    """Whether the reader reads who sat there, and the files."""
    participants: list[Participant]
    mine: Participant | None
    open_units: set[int]
    """Units of its sites whose results the reader reads."""
    error: str = ""

    @property
    def sites(self) -> list[EventSite]:
        return list(self.event.sites.all())

    @property
    def site_count(self) -> int:
        return sum(site.number for site in self.sites)

    @property
    def roll_outs(self) -> list[RollOut]:
        return list(self.event.roll_outs.all())

    @property
    def files(self) -> list[EventFile]:
        kept = self.event.files.all() if self.sees_inside else []
        return [each for each in kept if each.removed_at is None]

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.event.ends_on - self.event.starts_on).days + 1

    @property
    def day_number(self) -> int:
        """The how manieth of its days today is; 0 before and after them."""
        event = self.event
        return (today() - event.starts_on).days + 1 if event.starts_on <= today() <= event.ends_on else 0

    @property
    def is_over(self) -> bool:
        return self.event.ends_on < today()

    @property
    def is_bare(self) -> bool:
        """The left column would be empty."""
        event = self.event
        said = event.outcomes or event.agenda or self.groups or event.figures.all()
        return not (said or self.may_keep or self.is_plan_open)

    @property
    def can_invite(self) -> bool:
        waits = any(each.address and not each.is_asked for each in self.participants)
        return self.may_keep and waits and not self.is_over and not self.event.cancelled

    @property
    def may_assign(self) -> bool:
        return any(group.may_assign for group in self.groups)

    @property
    def removable(self) -> list[PointLine]:
        return [line for group in self.groups for line in group.lines if line.point.task is None]

    @property
    def is_plan_open(self) -> bool:
        """Theme and plan are still to be filled in by the reader."""
        return self.may_plan and is_plan_open(self.event)


def event_of(who: Any, pk: int) -> Event:
    """The event with all that its page shows, in a fixed number of queries; 404 for strangers."""
    rows: Any = Event.objects.select_related(
        "unit__province", "host__province", "returns_of"
    ).prefetch_related(
        "documents",
        "roll_outs",
        Prefetch("sites", EventSite.objects.select_related("unit")),
        Prefetch("figures", Outcome.objects.select_related("indicator", "version__measurement__period")),
        Prefetch(
            "points",
            EventPoint.objects.select_related(
                "task__lead__kind", "task__lead__unit", "task__person", "task__unit"
            ),
        ),
        Prefetch("participants", Participant.objects.select_related("user", "agency__kind", "agency__unit")),
        Prefetch("files", EventFile.objects.select_related("uploaded_by")),
    )
    found: Event = get_visible_or_404(rows, who, pk=pk)
    return found


def page_of(who: User, event: Event, data: Any = None) -> EventPage:
    """The page; with ``data`` the table of points as it was typed."""
    keeps = may_keep(who, event)
    inside = keeps or Event.objects.seen_inside_by(who).filter(pk=event.pk).exists()
    people = list(event.participants.all()) if inside else []
    named = [site.unit_id for site in event.sites.all() if site.unit_id]
    return EventPage(
        event=event,
        who=who,
        may_keep=keeps,
        may_plan=keeps or may_plan(who, event),
        may_feed=any(each.indicator for each in event.figures.all()) and may_feed(who, event),
        groups=_groups(event, point_rows(who, event, data) if keeps else []),
        sees_inside=inside,
        participants=people,
        open_units=set(units_read_by(who).filter(pk__in=named).order_by().values_list("pk", flat=True)),
        mine=next((each for each in people if each.user_id == who.pk), None),
    )


def point_rows(who: User, event: Event, data: Any = None) -> list[PointRow]:
    """The rows of the table that makes tasks: points that are none yet and ask something of somebody."""
    open_points = [each for each in event.points.all() if each.task_id is None and not each.is_unpublished]
    if not open_points or event.cancelled:
        return []
    agencies, people = choices_of(leading_agencies(event), named_people(who, event))
    return [PointRow(point, agencies, people, data) for point in open_points]


def _groups(event: Event, rows: Sequence[PointRow]) -> list[PointGroup]:
    forms = {row.point.pk: row for row in rows}
    found = []
    for kind in PointKind:
        lines = [PointLine(each, forms.get(each.pk)) for each in event.points.all() if each.kind == kind]
        if lines:
            found.append(PointGroup(kind, lines))
    return found


def may_make_own(who: User, event: Event) -> bool:
    """Whether a coordinator of a province may enter the province's own event of the same day."""
    return event.unit.tier == Tier.NATION and units_coordinated_by(who).exists()
