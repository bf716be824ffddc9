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

PARTICULARS = (
    *("event", "document", "title_vi", "title_en", "reached_means_vi", "reached_means_en"),
    "asks_product",
)
"""What may be said anew of a roll-out; its unit stays."""


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
def edit_roll_out(
    *, roll_out: RollOut, by: User, pilots: Collection[Unit], seen: int | None = None, **fields: Any
) -> RollOut:
    """Other particulars and other pilot units; its unit stays. Raises RollOutRefused, naming the field.

    ``seen`` is the revision that its writer read. A former pilot stays as one of all communes where the
    roll-out goes to all; where it has pilots alone it is taken out, unless it has reported. The caller has
    asked whether ``by`` coordinates the unit.
    """
    roll_out = _locked(roll_out)
    if seen is not None and seen != roll_out.revision:
        words = _("Somebody else changed the roll-out meanwhile. Open it anew, and write what you changed.")
        raise RollOutRefused("", words)
    before = _told(roll_out)
    for name in PARTICULARS:
        if name in fields:
            value = fields[name]
            setattr(roll_out, name, plain_text(value) if isinstance(value, str) else value)
    _check_particulars(roll_out)
    asks_no_more = before["asks_product"] and not roll_out.asks_product
    if asks_no_more and roll_out.units.exclude(product_name="").exists():
        raise RollOutRefused("asks_product", _("Units have registered products already: this stays."))
    _choose_pilots(roll_out, pilots, by)
    if (after := _told(roll_out)) == before:
        return roll_out
    roll_out.revision += 1
    roll_out.save()
    audit(by, "roll_out.edited", roll_out, roll_out.unit, before=before, after=after)
    return roll_out


def _locked(roll_out: RollOut) -> RollOut:
    """The roll-out as it is now; whoever else edits or extends it waits."""
    found: RollOut = (
        RollOut.objects.select_for_update(of=("self",))
        .select_related("unit", "event", "document")
        .get(pk=roll_out.pk)
    )
    return found


def _choose_pilots(roll_out: RollOut, pilots: Collection[Unit], by: User) -> None:
    """Make these its pilot units. The rows are locked: what a unit reports meanwhile is not lost."""
    rows = {
        each.unit_id: each for each in roll_out.units.select_for_update(of=("self",)).select_related("unit")
    }
    chosen = {each.pk for each in pilots}
    _check_pilots(roll_out, [each for each in pilots if each.pk not in rows])
    goes_to_all = any(not each.is_pilot for each in rows.values())
    former = [each for each in rows.values() if each.is_pilot and each.unit_id not in chosen]
    told = [each.unit.name for each in former if each.has_reported]
    if told and not goes_to_all:
        words = _(
            "These have reported already and stay pilot units until the roll-out goes to all: %(units)s."
        )
        raise RollOutRefused("pilots", words % {"units": ", ".join(told)})
    changed = [each.pk for each in former]
    if goes_to_all:
        roll_out.units.filter(pk__in=changed).update(is_pilot=False)
    else:
        roll_out.units.filter(pk__in=changed).delete()
    roll_out.units.filter(unit__in=chosen).update(is_pilot=True)
    RollOutUnit.objects.bulk_create(
        RollOutUnit(roll_out=roll_out, unit=unit, is_pilot=True, changed_by=by)
        for unit in pilots
        if unit.pk not in rows
    )


def _check_particulars(roll_out: RollOut) -> None:
    if roll_out.event is None and roll_out.document is None:
        raise RollOutRefused("event", _("Choose the event or the document that the roll-out belongs to."))
    same = RollOut.objects.filter(unit=roll_out.unit, title_vi=roll_out.title_vi)
    if same.exclude(pk=roll_out.pk).exists():
        raise RollOutRefused("title_vi", _("The unit has a roll-out of this title already."))


def _check_pilots(roll_out: RollOut, pilots: Collection[Unit]) -> None:
    reached = set(communes_to_reach(roll_out).order_by().values_list("pk", flat=True))
    if any(each.pk not in reached for each in pilots):
        raise RollOutRefused("pilots", _("The pilot units are communes of the unit, in being today."))


def _told(roll_out: RollOut) -> dict[str, Any]:
    """What was said of it, as the audit trail keeps it."""
    told = {name: getattr(roll_out, name) for name in PARTICULARS if name not in ("event", "document")}
    pilots = roll_out.units.filter(is_pilot=True).order_by("unit__ref")
    return told | {
        "event": roll_out.event_id,
        "document": roll_out.document_id,
        "pilots": list(pilots.values_list("unit__ref", flat=True)),
    }


@transaction.atomic
def make_roll_out(*, by: User, pilots: Collection[Unit] = (), **fields: Any) -> RollOut:
    """A new roll-out, begun in its pilot units. Raises RollOutRefused, naming the field.

    ``fields`` are those of the model but its provenance. The
    caller has asked whether ``by`` coordinates the unit.
    """
    roll_out = RollOut(
        **{name: plain_text(each) if isinstance(each, str) else each for name, each in fields.items()}
    )
    _check_particulars(roll_out)
    _check_pilots(roll_out, pilots)
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
    roll_out = _locked(roll_out)
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
