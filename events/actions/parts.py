"""What hangs on an event: sites, points, outcomes and participants are added and taken off."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.keeping import EventError, lock_event
from events.actions.telling import note_event
from events.models import Event, EventPoint, EventSite, InvitationAnswer, Outcome, Participant
from indicators.models import Provenance

_UNTOLD = ("id", "email", "invited_to")
Part = EventSite | EventPoint | Outcome | Participant


@transaction.atomic
def add_site(*, event: Event, by: User, **fields: Any) -> EventSite:
    """One online site, or a number of them; one without a name is called by its unit.

    The caller has asked whether ``by`` keeps the event, and may name the unit. Raises EventError.
    """
    event = lock_event(event)
    if (unit := fields.get("unit")) and not fields.get("name") and not fields.get("count"):
        fields["name"] = unit.name
    if not fields.get("name") and not fields.get("count"):
        raise EventError(_("Name the site or its unit, or say how many sites there are."))
    return _added(EventSite(event=event, position=_next(event.sites), **fields), by)


@transaction.atomic
def add_point(*, event: Event, by: User, kind: str, **fields: Any) -> EventPoint:
    """One conclusion, result, difficulty, cause or request, after those of its kind."""
    event = lock_event(event)
    position = _next(event.points.filter(kind=kind))
    return _added(EventPoint(event=event, kind=kind, position=position, **fields), by)


@transaction.atomic
def add_outcome(*, event: Event, by: User, **fields: Any) -> Outcome:
    """One outcome as an exact figure. Raises EventError for a reported one of a made-up event."""
    event = lock_event(event)
    if event.is_illustrative and fields.get("provenance", Provenance.REPORTED) == Provenance.REPORTED:
        raise EventError(
            _("The event is made up: nothing is reported of it. Mark the figure as illustrative.")
        )
    if fields.get("out_of") is not None and fields["out_of"] <= 0:
        raise EventError(_("The number that it is out of is above zero."))
    return _added(Outcome(event=event, position=_next(event.figures), **fields), by)


@transaction.atomic
def add_participant(*, event: Event, by: User, **fields: Any) -> Participant:
    """Somebody who takes part. Raises EventError for nobody, and for a person or address that is listed."""
    event = lock_event(event)
    row = Participant(event=event, **fields)
    if not (row.user or row.full_name or row.organisation or row.agency):
        raise EventError(_("Choose a person, or give a name, an organisation or an agency."))
    if row.user is not None and event.participants.filter(user=row.user).exists():
        raise EventError(_("This person is listed already."))
    if row.email and event.participants.filter(email__iexact=row.email).exists():
        raise EventError(_("This address is listed already."))
    if written := event.written_to.get(hash_of(row.address)):
        row.invited_to = row.address
        row.claimed_at = row.invited_at = datetime.datetime.fromisoformat(written)
    return _added(row, by)


def hash_of(address: str) -> str:
    """An address as an event remembers it: enough to know it again, not to write to it."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()


@transaction.atomic
def remove_part(*, part: Part, by: User) -> None:
    """Take it off. What became a task or a figure stays on record. Raises EventError."""
    event = lock_event(part.event)
    part = type(part)._base_manager.select_for_update(of=("self",)).get(pk=part.pk)
    if isinstance(part, EventPoint) and part.task_id is not None:
        raise EventError(_("This point has become a task and stays."))
    if isinstance(part, Outcome) and part.version_id is not None:
        raise EventError(_("This outcome has fed an indicator and stays."))
    audit(by, f"{part._meta.model_name}.removed", part, event.unit, before=_told(part))
    if isinstance(part, Participant) and (written := part.invited_at or part.claimed_at):
        event.written_to[hash_of(part.invited_to)] = written.isoformat()
        event.save(update_fields=["written_to"])
    part.delete()
    note_event(event)


@transaction.atomic
def answer_invitation(*, participant: Participant, by: User, answer: str) -> Participant:
    """Whether somebody comes: they say it themselves, or whoever keeps the event notes it."""
    if answer not in InvitationAnswer.values:
        raise EventError(_("There is no such answer."))
    participant.answer = answer
    participant.save(update_fields=["answer"])
    audit(by, "participant.answered", participant, participant.event.unit, after={"answer": answer})
    return participant


def _next(rows: Any) -> int:
    """The place after the last one."""
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _added(part: Any, by: User) -> Any:
    part.save(force_insert=True)
    event = part.event
    note_event(event)
    audit(by, f"{part._meta.model_name}.added", part, event.unit, after=_told(part))
    return part


def _told(part: Part) -> dict[str, Any]:
    """What stood there, as text. E-mail addresses are left out: the trail is kept for years."""
    names = [field.attname for field in part._meta.concrete_fields if field.name not in _UNTOLD]
    return {name: str(value) for name in names if (value := getattr(part, name)) not in (None, "", False)}
