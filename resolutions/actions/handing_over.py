"""Passing open tasks and roles on to the successors of units and agencies that have ended."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.changes import note_change
from accounts.actions.people import change_memberships
from accounts.actions.traces import audit
from accounts.models import Membership, User
from accounts.models.audit import Operation
from accounts.setting_up import area_of
from provinces.dates import today
from provinces.models import Agency, Unit
from resolutions.actions.tasks import TaskRefused, trace
from resolutions.models import Document, HandedMembership, HandedTask, Handover, Task
from resolutions.succeeding import Choice, Waiting, WaitingRole, WaitingTask, waiting_in


@dataclass(frozen=True)
class PassedTask:
    """A task by its id, with the unit and the lead it passes to; None for what stays as it is."""

    task: int
    unit: int | None = None
    lead: int | None = None


@dataclass(frozen=True)
class PassedRole:
    """A membership by its id, with the unit or the agency it passes to."""

    membership: int
    to: int


@transaction.atomic
def hand_over(
    *,
    document: Document,
    on: datetime.date,
    by: User,
    tasks: Sequence[PassedTask] = (),
    roles: Sequence[PassedRole] = (),
) -> Handover:
    """Pass these on from a day, by a decision. Roles end the day before and begin again on the day.

    What waits is read again under a lock: raises TaskRefused where something was handed over meanwhile, goes
    to no successor of it, or lies out of reach of ``by``; then nothing was written.
    """
    area = area_of(by)
    if area is None:
        raise TaskRefused(_("Only coordinators and administrators hand over."))
    if not tasks and not roles:
        raise TaskRefused(_("Choose what is handed over."))
    if on > today():
        raise TaskRefused(_("The handover is from today or from a day before."), "on")
    _lock(tasks, roles)
    waiting = waiting_in(area)
    handover = Handover.objects.create(document=document, on=on, by=by)
    for task, passed in _chosen_tasks(waiting, tasks):
        _pass_task(handover, task, passed)
    _pass_roles(handover, _chosen_roles(waiting, roles))
    after = {"document": document.pk, "on": on.isoformat(), "tasks": len(tasks), "roles": len(roles)}
    audit(by, "handover", handover, None, after=after)
    return handover


def _lock(tasks: Sequence[PassedTask], roles: Sequence[PassedRole]) -> None:
    """Two handovers of the same rows act one after the other; the second finds nothing that waits. The units
    that tasks pass to are held as they are where one is assigned: no twin comes in between."""
    list(Task.objects.select_for_update().filter(pk__in=[each.task for each in tasks]).order_by("pk"))
    units = [each.unit for each in tasks if each.unit is not None]
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))
    named = [each.membership for each in roles]
    list(Membership.objects.select_for_update().filter(pk__in=named).order_by("pk"))


def _gone() -> TaskRefused:
    return TaskRefused(_("Some of it was handed over meanwhile or goes elsewhere; look again."))


def _chosen_tasks(
    waiting: Waiting, tasks: Sequence[PassedTask]
) -> list[tuple[WaitingTask, tuple[Unit | None, Agency | None]]]:
    known = {each.task.pk: each for each in waiting.tasks}
    found = []
    for each in tasks:
        task = known.get(each.task)
        if task is None or not _fits(task, each):
            raise _gone()
        unit = _unit(task.units, each.unit) if task.units else None
        lead = _agency(task.leads, each.lead) if task.leads else None
        found.append((task, (unit, lead)))
    return found


def _fits(task: WaitingTask, passed: PassedTask) -> bool:
    """What is given is what has ended, no more and no less."""
    return (task.units is None) == (passed.unit is None) and (task.leads is None) == (passed.lead is None)


def _chosen_roles(
    waiting: Waiting, roles: Sequence[PassedRole]
) -> list[tuple[WaitingRole, Unit, Agency | None]]:
    known = {each.membership.pk: each for each in waiting.roles}
    found: list[tuple[WaitingRole, Unit, Agency | None]] = []
    for each in roles:
        role = known.get(each.membership)
        if role is None:
            raise _gone()
        if role.membership.agency_id is None:
            found.append((role, _unit(role.choice, each.to), None))
        else:
            agency = _agency(role.choice, each.to)
            found.append((role, agency.unit, agency))
    return found


def _unit(choice: Choice, pk: int | None) -> Unit:
    found = next((each for each in choice.units if each.pk == pk), None)
    if found is None:
        raise _gone()
    return found


def _agency(choice: Choice, pk: int | None) -> Agency:
    found = next((each for each in choice.agencies if each.pk == pk), None)
    if found is None:
        raise _gone()
    return found


def _pass_task(handover: Handover, waiting: WaitingTask, to: tuple[Unit | None, Agency | None]) -> None:
    task, (unit, lead) = waiting.task, to
    former_unit, former_lead = task.unit, task.lead
    _refuse_early(handover, unit, lead)
    task.unit, task.lead = unit or former_unit, lead or former_lead
    twins = Task.objects.filter(unit=task.unit, document=task.document_id, title_vi=task.title_vi)
    if twins.exclude(pk=task.pk).exists():
        words = _("“%(task)s” is a task of %(unit)s already; give one of them other words first.")
        raise TaskRefused(words % {"task": task.title, "unit": task.unit.name})
    task.save(update_fields=["unit", "lead"])
    HandedTask.objects.create(
        handover=handover,
        task=task,
        former_unit=former_unit,
        unit=task.unit,
        former_lead=former_lead,
        lead=task.lead,
    )
    before = {"unit": former_unit.ref, "lead": former_lead.ref if former_lead else ""}
    after = {"unit": task.unit.ref, "lead": task.lead.ref if task.lead else "", "handover": handover.pk}
    trace(handover.by, "hand_over", task, before=before, after=after)
    if former_unit != task.unit:
        # Whoever reached it in its former unit is told as well: for them it may be gone.
        note_change("task", task.pk, Operation.UPDATED, former_unit.pk)


def _refuse_early(handover: Handover, *seats: Unit | Agency | None) -> None:
    for seat in seats:
        if seat is not None and not seat.is_valid_on(handover.on):
            words = _("%(place)s is not in being on %(day)s.")
            raise TaskRefused(words % {"place": seat, "day": f"{handover.on:%d/%m/%Y}"}, "on")


def _pass_roles(handover: Handover, roles: Sequence[tuple[WaitingRole, Unit, Agency | None]]) -> None:
    last = handover.on - datetime.timedelta(days=1)
    new: list[Membership] = []
    ended: list[tuple[Membership, datetime.date | None]] = []
    pairs: list[tuple[Membership, Membership]] = []
    held: dict[tuple[int, str, int, int | None], Membership] = {}
    for waiting, unit, agency in roles:
        former = waiting.membership
        _refuse_early(handover, unit, agency)
        if former.valid_from is not None and former.valid_from > last:
            words = _("%(role)s began after this day.")
            raise TaskRefused(words % {"role": former}, "on")
        key = (former.user_id, former.role, unit.pk, agency.pk if agency else None)
        made = held.get(key) or _held(former, unit, agency, handover.on)
        if made is None:
            made = Membership(
                user=former.user,
                role=former.role,
                unit=unit,
                agency=agency,
                valid_from=handover.on,
                valid_to=former.valid_to,
            )
            new.append(made)
        made.valid_to = _later(made.valid_to, former.valid_to)
        held[key] = made
        pairs.append((former, made))
        ended.append((former, last))
    change_memberships(new=new, ended=ended, by=handover.by)
    HandedMembership.objects.bulk_create(
        HandedMembership(handover=handover, former=former, membership=made) for former, made in pairs
    )


def _later(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    """Of two last days the later; None is open, and later than all."""
    return None if one is None or other is None else max(one, other)


def _held(former: Membership, unit: Unit, agency: Agency | None, on: datetime.date) -> Membership | None:
    """The same role that the person holds at the successor already."""
    same = Membership.objects.valid_on(on).filter(valid_to__isnull=True)
    return same.filter(user=former.user_id, role=former.role, unit=unit, agency=agency).first()
