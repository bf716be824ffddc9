"""Who assigns tasks, who works on them, and who decides on a later day."""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet

from accounts.models import Membership, Role, User
from accounts.permissions import (
    Principal,
    colleagues_of,
    either,
    own_seats,
    reach,
    reach_as,
    reach_as_coordinator,
    units_coordinated_by,
)
from provinces.dates import today
from provinces.models import Agency, Unit
from resolutions.models import Extension, ProgressFile, Task
from resolutions.models.tasks import TaskQuerySet

WORKS = (Role.REPORTER, Role.APPROVER, Role.COORDINATOR)


def _managed(who: Principal) -> Q:
    """Tasks of the units somebody coordinates."""
    return reach_as_coordinator(who).cells()


def managed_by(who: Principal) -> TaskQuerySet:
    """The tasks somebody may change, and on whose extensions they may decide."""
    return Task.objects.filter(_managed(who))


def may_manage(who: Principal, task: Task) -> bool:
    return managed_by(who).filter(pk=task.pk).exists()


def _own(who: Principal) -> Q:
    """Tasks given to the person, to an agency they work in, or to their unit where no agency leads."""
    if not isinstance(who, User) or not who.is_active:
        return Q(pk__in=[])
    seen = reach_as(who, *WORKS)
    seats = [seat.agency_id for seat in seen.agencies]
    return Q(person=who.pk) | Q(lead__in=seats) | Q(lead__isnull=True, unit__in=seen.unit_ids)


def own_tasks(who: Principal) -> TaskQuerySet:
    """The tasks somebody works on themselves. A person who is named reads theirs wherever it is."""
    return Task.objects.filter(_own(who))


def worked_on_by(who: Principal) -> TaskQuerySet:
    """The tasks whose progress somebody may report: their own, and those they look after."""
    return Task.objects.filter(either(_own(who), _managed(who)))


def may_work(who: Principal, task: Task) -> bool:
    return worked_on_by(who).filter(pk=task.pk).exists()


def may_decide(who: Principal, extension: Extension) -> bool:
    """Coordinators of the unit, never whoever asked. The action and the database hold it as well."""
    return who.pk != extension.asked_by_id and may_manage(who, extension.task)


def leading_agencies(unit: Unit, on: datetime.date) -> QuerySet[Agency]:
    """The agencies that may lead a task of the unit: those it had on a day. Agencies of the unit above may
    help; whom they work for is not the unit's to say."""
    return Agency.objects.with_names().filter(unit__in=_offices(unit)).valid_on(on)


def named_people(who: Principal, unit: Unit) -> QuerySet[User]:
    """Whom a coordinator may name for a task of the unit: colleagues, and people seated in the unit or its
    agencies."""
    seated = Membership.objects.valid_on(today()).filter(unit__in=_offices(unit)).values("user")
    keeps = units_coordinated_by(who).filter(pk=unit.pk).exists()
    colleagues = colleagues_of(own_seats(who, Role.COORDINATOR)).values("pk") if keeps else []
    people = User.objects.filter(Q(pk__in=seated) | Q(pk__in=colleagues), is_active=True)
    return people.order_by("full_name", "username", "pk")


def _offices(unit: Unit) -> list[int]:
    """The unit itself, or what it became; no communes below it, whose people are hundreds."""
    return [unit.pk, *unit.successors().values_list("pk", flat=True)]


def read_by(who: Principal) -> TaskQuerySet:
    """Tasks somebody may read: as open as results, and always one's own."""
    return Task.objects.filter(either(reach(who).results(), _own(who)))


def files_taken_off_by(who: Principal) -> QuerySet[ProgressFile]:
    """Files of tasks that somebody may take off: of the tasks they look after, and while a task is open what
    they attached themselves and still work on. After that they prove what was said to be done."""
    own = Q(uploaded_by=who.pk, note__task__in=worked_on_by(who).values("pk"), note__task__done_on=None)
    return ProgressFile.objects.kept().filter(own | Q(note__task__in=managed_by(who).values("pk")))


def with_files_read_by(who: Principal) -> TaskQuerySet:
    """Tasks whose files somebody may open: those within their subtree, their own, and those their agency
    leads or helps with. Files say more than results do."""
    seats = [seat.agency_id for seat in reach(who).agencies]
    helps = Task.cooperating.through.objects.filter(agency__in=seats).values("task")
    near = (reach(who).cells(), _own(who), _managed(who), Q(lead__in=seats), Q(pk__in=helps))
    return Task.objects.filter(either(*near))
