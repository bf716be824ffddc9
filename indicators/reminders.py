"""Reminding by e-mail: who is late with a report or with a decision, and each message once.

Reporters hear three working days before the due day, on it and on the first working day after it; the
approvers of the body on the second, while the report is still not sent. Once it is sent, its approvers hear
after three working days without a decision, the coordinators of the province after five. A day on which
nothing ran is made up for on the next one.

A message is claimed by its row before it is sent. Where a worker dies between the two, the next run after ten
minutes sends it, for nobody can know whether it had gone out: it carries the Message-ID it had before, by
which a mail server that has it already knows it again.
"""

from __future__ import annotations

import datetime
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Min, Prefetch, Q
from django.utils import timezone

from accounts.models import Deputy, Membership, Role, User
from indicators.emails import Kind, reminder
from indicators.entry.places import Place, obligations_in
from indicators.models import (
    IndicatorDefinition,
    Obligation,
    Period,
    PeriodDueDay,
    Pooling,
    Reminder,
    Report,
    ReportState,
    VersionState,
)
from provinces.dates import VIETNAM, add_working_days, today
from provinces.models import Tier, Unit

log = logging.getLogger(__name__)

CLAIM = datetime.timedelta(minutes=10)
# Five working days never span more than this, Tết included.
AROUND = datetime.timedelta(days=30)
SENT = (ReportState.SUBMITTED, ReportState.APPROVED, ReportState.LOCKED)
"""States of a report that is with its approver or past them."""


@dataclass(frozen=True)
class Due:
    """One message that is due. ``since`` tells a second wait for approval from the first."""

    place: Place
    kind: Kind
    to: User
    since: datetime.date | None = None

    @property
    def key(self) -> str:
        place = self.place
        agency = place.agency.ref if place.agency else ""
        kind = f"{self.kind.value}@{self.since}" if self.since else self.kind.value
        return f"{place.unit.ref}:{agency}:{place.period.code}:{kind}:{self.to.pk}"

    def message(self) -> EmailMessage:
        return reminder(kind=self.kind, place=self.place, to=self.to, key=self.key)


def due_reminders(day: datetime.date) -> list[Letter]:
    """What is due that day and not sent yet; the number of queries does not grow with the bodies."""
    people = People(day)
    return unsent([*_of_unsent(day, people), *_of_undecided(day, people)])


class Letter(Protocol):
    """A message to one person, known by its key."""

    @property
    def key(self) -> str: ...

    @property
    def to(self) -> User: ...

    def message(self) -> EmailMessage: ...


def send_reminders(day: datetime.date | None = None) -> int:
    """Send what is due; answers how many went out. One that fails is tried again after ten minutes."""
    return deliver(due_reminders(day or today()))


def deliver(letters: Iterable[Letter]) -> int:
    """Send each letter once, however many workers try; answers how many went out."""
    count = 0
    connection = mail.get_connection()
    for letter in letters:
        if not _claim(letter):
            continue
        message = letter.message()
        message.connection = connection
        try:
            message.send()
        except (OSError, ValueError):  # smtplib's errors, and addresses that cannot be written to
            log.exception("reminder not sent", extra={"reminder": letter.key})
            continue
        Reminder.objects.filter(key=letter.key).update(sent_at=timezone.now())
        count += 1
    return count


def unsent(letters: Iterable[Letter]) -> list[Letter]:
    """Those that have not gone out yet; one query."""
    listed = {letter.key: letter for letter in letters}
    to = {letter.to.pk for letter in listed.values()}
    sent = Reminder.objects.filter(sent_at__isnull=False, to__in=to).values_list("key", flat=True)
    return [letter for key, letter in listed.items() if key not in set(sent)]


def _claim(due: Letter) -> bool:
    """True for the one worker that sends it."""
    with transaction.atomic(durable=True):
        now = timezone.now()
        _row, made = Reminder.objects.get_or_create(key=due.key, defaults={"to": due.to, "claimed_at": now})
        stale = Reminder.objects.filter(key=due.key, sent_at__isnull=True, claimed_at__lt=now - CLAIM)
        return made or stale.update(claimed_at=now) == 1


class People:
    """Who holds a role at a body itself that day, or stands in there; read once for all bodies."""

    def __init__(self, day: datetime.date) -> None:
        self._at: dict[tuple[int, int | None, str], list[User]] = defaultdict(list)
        self._coordinators: dict[tuple[int, bool], list[User]] = defaultdict(list)
        deputies = Deputy.objects.valid_on(day).select_related("user")
        rows = (
            Membership.objects.valid_on(day)
            .filter(role__in=(Role.REPORTER, Role.APPROVER, Role.COORDINATOR))
            .select_related("user", "unit")
            .prefetch_related(Prefetch("deputies", deputies, to_attr="standing_in"))
        )
        for row in rows:
            everybody = [row.user, *(each.user for each in row.standing_in)]
            reached = [user for user in everybody if user.is_active and user.email]
            self._at[row.unit_id, row.agency_id, row.role] += reached
            if row.role == Role.COORDINATOR and row.unit.tier != Tier.COMMUNE:
                self._coordinators[row.unit_id, row.agency_id is not None] += reached

    def of(self, place: Place, role: Role) -> list[User]:
        """Those with the role there; a body without any is looked after by its coordinators."""
        return self.at(place.unit.pk, place.agency.pk if place.agency else None, role)

    def at(self, unit: int, agency: int | None, role: Role) -> list[User]:
        """The same for a unit, or an agency of it, by their ids."""
        return self._at.get((unit, agency, role)) or self._at.get((unit, agency, Role.COORDINATOR), [])

    def above(self, place: Place) -> list[User]:
        """The province's coordinators; where it has none of its own, those in its agencies."""
        return self.coordinating(place.unit)

    def coordinating(self, place: Unit) -> list[User]:
        """The coordinators of a unit's province."""
        unit = place.province_id or place.pk
        return self._coordinators.get((unit, False)) or self._coordinators.get((unit, True), [])


def _of_unsent(day: datetime.date, people: People) -> Iterator[Due]:
    around = Q(due_on__gte=day - AROUND, due_on__lte=day + AROUND)
    due_days = PeriodDueDay.objects.filter(around, period__starts_on__lte=day)
    kinds: dict[datetime.date, Kind | None] = {}
    wanted: dict[int, dict[str, Kind]] = defaultdict(dict)
    for each in due_days:
        if each.due_on not in kinds:
            kinds[each.due_on] = kind_on(day, each.due_on)
        kind = kinds[each.due_on]
        if kind is not None:
            wanted[each.period_id][each.body] = kind
    periods = Period.objects.filter(pk__in=wanted).prefetch_related("due_days")
    sent = set(
        Report.objects.filter(period__in=wanted, state__in=SENT).values_list(
            "unit_id", "agency_id", "period_id"
        )
    )
    for period in periods:
        for place in _owing(period, wanted[period.pk]):
            key = (place.unit.pk, place.agency.pk if place.agency else None, period.pk)
            if key in sent:
                continue
            kind = wanted[period.pk][place.body]
            role = Role.APPROVER if kind == Kind.UNSENT else Role.REPORTER
            yield from (Due(place, kind, user) for user in people.of(place, role))


def kind_on(day: datetime.date, due_on: datetime.date) -> Kind | None:
    """What is said that day of a report due on the other and not sent."""
    if day == due_on:
        return Kind.DUE
    if day < due_on:
        return Kind.BEFORE if add_working_days(due_on, -3) <= day else None
    if day < add_working_days(due_on, 1):
        return None
    if day < add_working_days(due_on, 2):
        return Kind.LATE
    return Kind.UNSENT if day <= add_working_days(due_on, 5) else None


def _owing(period: Period, bodies: Iterable[str]) -> list[Place]:
    """The reports of these kinds of bodies that are owed in the period."""
    computed = IndicatorDefinition.objects.valid_on(period.assessed_on).filter(pooling=Pooling.COMPUTED)
    rows = (
        Obligation.objects.filter(obligations_in(period))
        .exclude(indicator__in=computed.values("indicator"))
        .select_related("unit", "agency__unit", "agency__kind", "filed_by__unit", "filed_by__kind")
    )
    places: dict[tuple[int, int | None], Place] = {}
    for row in rows:
        agency = row.agency or row.filed_by
        places.setdefault((row.unit_id, agency.pk if agency else None), Place(row.unit, agency, period))
    return [place for place in places.values() if place.body in bodies]


def owing_late(day: datetime.date) -> list[Place]:
    """Reports past their due day and not sent, as far back as reminders look."""
    missed = PeriodDueDay.objects.filter(due_on__lt=day, due_on__gte=day - AROUND, period__starts_on__lte=day)
    bodies: dict[int, list[str]] = defaultdict(list)
    for each in missed:
        bodies[each.period_id].append(each.body)
    periods = Period.objects.filter(pk__in=bodies).prefetch_related("due_days")
    sent = set(
        Report.objects.filter(period__in=bodies, state__in=SENT).values_list(
            "unit_id", "agency_id", "period_id"
        )
    )
    places = [place for period in periods for place in _owing(period, bodies[period.pk])]
    return [place for place in places if place.key not in sent]


def _of_undecided(day: datetime.date, people: People) -> Iterator[Due]:
    waiting = Q(measurements__working_version__state=VersionState.SUBMITTED)
    reports = (
        Report.objects.filter(state=ReportState.SUBMITTED)
        .annotate(waits_since=Min("measurements__working_version__submitted_at", filter=waiting))
        .select_related("unit", "agency__unit", "agency__kind", "period")
        .prefetch_related("period__due_days")
    )
    after: dict[datetime.date, tuple[datetime.date, datetime.date]] = {}
    for report in reports:
        moment = report.waits_since or report.first_submitted_at
        if moment is None:
            continue
        since = timezone.localdate(moment, VIETNAM)
        if since not in after:
            after[since] = (add_working_days(since, 3), add_working_days(since, 5))
        place = Place(report.unit, report.agency, report.period, report)
        late = partial(Due, place, since=since)
        if after[since][0] <= day:
            yield from (late(Kind.WAITING, user) for user in people.of(place, Role.APPROVER))
        if after[since][1] <= day:
            yield from (late(Kind.UNDECIDED, user) for user in people.above(place))
