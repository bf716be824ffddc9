"""Closing a quarter or a year of a province: the edition, and its corrections."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.changes import Noted, note_changes
from accounts.actions.hooks import emit
from accounts.hooks.addresses import api_address
from accounts.models import User
from accounts.models.audit import Operation
from accounts.models.webhooks import HookKind
from dashboard.editions.canonical import Content, bytes_of, content_in, digest_of
from dashboard.editions.closable import CLOSED_KINDS
from dashboard.editions.content import content_of
from dashboard.editions.differences import Difference, differences, is_same
from dashboard.editions.reports import awaited
from dashboard.models import Edition
from indicators import figures
from indicators.actions.traces import leave_trace
from indicators.engine.dialect import take_recompute_lock
from indicators.entry.places import Place
from indicators.models import Attainment, Period
from indicators.scoreboards import jobs_touching
from provinces.dates import today
from provinces.models import Tier, Unit


class EditionError(Exception):
    """The period cannot be closed now; the message says why."""


class Unconfirmed(EditionError):  # noqa: N818 (a question, not a fault)
    """Some reports are not approved, and nobody said that this is known."""


@dataclass
class Proposal:
    """What closing would freeze now, and what stands against it."""

    unit: Unit
    period: Period
    content: Content
    raw: bytes
    last: Edition | None
    differences: list[Difference]
    obstacles: list[str]
    awaited: list[Place]

    @property
    def number(self) -> int:
        return self.last.number + 1 if self.last is not None else 1

    @property
    def digest(self) -> str:
        return digest_of(self.raw)


def proposal(unit: Unit, period: Period) -> Proposal:
    """Read for a preview; closing reads it once more, under the lock."""
    obstacles = _obstacles(unit, period)
    content = content_of(unit, period)
    last = Edition.objects.filter(unit=unit, period=period).order_by("-number").first()
    changed: list[Difference] = []
    if last is not None and not last.is_intact:
        obstacles.append(
            _("The stored bytes of edition no. %(number)d no longer have its digest; bring them back first.")
            % {"number": last.number}
        )
    elif last is not None:
        frozen = content_in(last.raw)
        if is_same(frozen, content):
            obstacles.append(_("Nothing has changed since edition no. %(number)d.") % {"number": last.number})
        changed = differences(frozen, content)
    return Proposal(unit, period, content, bytes_of(content), last, changed, obstacles, awaited(unit, period))


def _obstacles(unit: Unit, period: Period) -> list[str]:
    """What keeps the period from being closed, in words."""
    found = []
    if unit.tier != Tier.PROVINCE:
        found.append(_("Editions are those of provinces."))
    if period.kind not in CLOSED_KINDS:
        found.append(_("Only quarters and years are closed."))
    if not period.is_closed_on(today()):
        found.append(
            _("The period has not ended: it is judged on %(day)s.") % {"day": figures.day(period.assessed_on)}
        )
    if jobs_touching(unit, period).exists():
        found.append(_("Newer approvals are still being computed; try again in a moment."))
    if not Attainment.objects.filter(target__unit=unit, period=period).exists():
        found.append(_("Nothing has been judged for this unit and period."))
    return found


@transaction.atomic
def close_edition(
    *,
    unit: Unit,
    period: Period,
    by: User,
    reason: str = "",
    confirmed: bool = False,
    is_internal: bool = False,
    seen: str = "",
) -> Edition:
    """Freeze what stands now as the next edition of the unit and period. Audited.

    `confirmed` says that unapproved reports are known, `seen` is the digest that was previewed, if one was.
    Raises EditionError where the period is not a closed quarter or year of a province, where a recompute is
    still due, where nothing was judged, where nothing changed since the last edition, where a correction has
    no reason, and where the figures are no longer those that were previewed; Unconfirmed where reports are
    not approved.
    """
    # No recompute writes while this is read, and two closings come one after the other.
    take_recompute_lock()
    unit = Unit.objects.select_for_update(of=("self",)).select_related("parent", "province").get(pk=unit.pk)
    now = proposal(unit, period)
    if now.obstacles:
        raise EditionError(" ".join(now.obstacles))
    if now.last is not None and not reason.strip():
        raise EditionError(_("Say why edition no. %(number)d is corrected.") % {"number": now.last.number})
    if seen and seen != now.digest:
        raise EditionError(_("The figures have changed since you looked; look at them again."))
    if now.awaited and not confirmed:
        raise Unconfirmed(_("Some reports are not approved: confirm that you close without them."))
    edition = Edition(
        unit=unit,
        period=period,
        number=now.number,
        content=now.raw,
        digest=now.digest,
        met=now.content["headline"]["met"],
        total=now.content["headline"]["total"],
        is_illustrative=now.content["is_illustrative"],
        is_internal=is_internal,
        reason=reason.strip(),
        closed_by=by,
        closed_by_name=str(by),
    )
    edition.save()
    leave_trace(
        action="close",
        subject=edition,
        operation=Operation.CREATED,
        by=by,
        unit=unit,
        after={
            "period": period.code,
            "number": edition.number,
            "digest": edition.digest,
            "differences": len(now.differences),
            "unapproved_reports": len(now.awaited),
            "is_internal": is_internal,
        },
        reason=edition.reason,
    )
    # Each edition tells the number of the newest one.
    older = (
        Edition.objects.filter(unit=unit, period=period).exclude(pk=edition.pk).values_list("pk", flat=True)
    )
    note_changes(Noted("edition", pk, Operation.UPDATED, unit.pk) for pk in older)
    _tell(edition, unit, period)
    return edition


def _tell(edition: Edition, unit: Unit, period: Period) -> None:
    """The editions of a unit and period are one object to webhooks: no correction overtakes the first one."""
    same = Edition.objects.filter(unit=unit, period=period).order_by("number")
    emit(
        HookKind.EDITION_PUBLISHED if edition.number == 1 else HookKind.EDITION_CORRECTED,
        resource="edition",
        object_id=same.values_list("pk", flat=True)[0],
        unit_id=unit.pk,
        data={
            "id": edition.pk,
            "resource": "edition",
            "unit": unit.ref,
            "period": period.code,
            "number": edition.number,
            "digest": edition.digest,
            "is_internal": edition.is_internal,
            "address": api_address("editions", edition.pk),
        },
    )
