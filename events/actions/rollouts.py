"""Roll-outs: extending one to all communes, and saying how far a unit is."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.models import RollOut, RollOutState, RollOutUnit
from indicators.entry.reading import plain_text
from provinces.dates import today
from provinces.models import Tier, Unit
from provinces.models.units import UnitQuerySet


class RollOutRefused(Exception):  # noqa: N818 (told to its reader)
    """What was said does not fit; the message says why, ``field`` where to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def communes_to_reach(roll_out: RollOut) -> UnitQuerySet:
    """The communes of the roll-out's unit in being today; of a unit that has ended, those of its last day."""
    ended = roll_out.unit.valid_to
    day = min(today(), ended) if ended else today()
    return Unit.objects.under(roll_out.unit).of_tier(Tier.COMMUNE).valid_on(day)


@transaction.atomic
def make_roll_out(*, by: User, pilots: Collection[Unit] = (), **fields: Any) -> RollOut:
    """A new roll-out, begun in its pilot units. Raises RollOutRefused, naming the field.

    ``fields`` are those of the model but its provenance. The
    caller has asked whether ``by`` coordinates the unit.
    """
    roll_out = RollOut(
        **{name: plain_text(each) if isinstance(each, str) else each for name, each in fields.items()}
    )
    if roll_out.event is None and roll_out.document is None:
        raise RollOutRefused("event", _("Choose the event or the document that the roll-out belongs to."))
    if RollOut.objects.filter(unit=roll_out.unit, title_vi=roll_out.title_vi).exists():
        raise RollOutRefused("title_vi", _("The unit has a roll-out of this title already."))
    reached = set(communes_to_reach(roll_out).order_by().values_list("pk", flat=True))
    if any(each.pk not in reached for each in pilots):
        raise RollOutRefused("pilots", _("The pilot units are communes of the unit, in being today."))
    roll_out.save(force_insert=True)
    RollOutUnit.objects.bulk_create(
        RollOutUnit(roll_out=roll_out, unit=unit, is_pilot=True, changed_by=by) for unit in pilots
    )
    told = {"title": roll_out.title_vi, "pilots": [unit.ref for unit in pilots]}
    audit(by, "roll_out.made", roll_out, roll_out.unit, after=told)
    return roll_out


@transaction.atomic
def extend_roll_out(*, roll_out: RollOut, by: User) -> int:
    """Extend a pilot to every commune, in one step; answers how many units are new in it.

    A new one has not reported yet, which is not the same as not started. What was said of others stays.
    """
    RollOut.objects.select_for_update(of=("self",)).get(pk=roll_out.pk)
    known = roll_out.units.values("unit")
    new = RollOutUnit.objects.bulk_create(
        RollOutUnit(roll_out=roll_out, unit=unit, changed_by=by)
        for unit in communes_to_reach(roll_out).exclude(pk__in=known)
    )
    if new:
        audit(by, "roll_out.extended", roll_out, roll_out.unit, after={"units": len(new)})
    return len(new)


@transaction.atomic
def report_state(
    *,
    row: RollOutUnit,
    state: str,
    by: User,
    reached_on: datetime.date | None = None,
    product_name: str = "",
    note: str = "",
) -> RollOutUnit:
    """Say how far a unit is. Raises RollOutRefused, naming the field, where what was said does not fit.

    The caller has asked whether ``by`` reports for the unit.
    """
    row = (
        RollOutUnit.objects.select_for_update(of=("self",)).select_related("roll_out", "unit").get(pk=row.pk)
    )
    before = _told_of(row)
    row.state, row.reached_on = state, reached_on
    row.product_name, row.note = plain_text(product_name), plain_text(note)
    _check(row)
    if _told_of(row) == before:
        return row
    row.changed_by, row.changed_at = by, timezone.now()
    row.save()
    audit(by, "roll_out.state", row, row.unit, before=before, after=_told_of(row))
    return row


def _check(row: RollOutUnit) -> None:
    if row.state not in RollOutState.values:
        raise RollOutRefused("state", _("Choose a state."))
    if row.state != RollOutState.REACHED:
        if row.reached_on is not None:
            raise RollOutRefused("reached_on", _("A day stands only beside what was reached."))
        return
    if row.reached_on is None:
        raise RollOutRefused("reached_on", _("Say on which day it was reached."))
    if row.reached_on > today():
        raise RollOutRefused("reached_on", _("This day is still to come."))
    if row.roll_out.asks_product and not row.product_name:
        raise RollOutRefused("product_name", _("Name the product that was registered."))


def _told_of(row: RollOutUnit) -> dict[str, str]:
    return {
        "state": row.state,
        "reached_on": f"{row.reached_on or ''}",
        "product_name": row.product_name,
        "note": row.note,
    }
