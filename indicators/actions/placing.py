"""Where a row stands in a document's list: its number and its heading. No figure changes by it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from indicators.actions.adding_targets import heading_problems, place_problems
from indicators.actions.jobs import mark_stale
from indicators.actions.traces import as_text, leave_trace
from indicators.models import Attainment, Declaration, Target
from indicators.models.jobs import JobPriority
from indicators.models.targets import CountsAs, TargetKind, row_sort_key

_PLACE = ("code", "parent_id")


@transaction.atomic
def place_target(*, target: Target, code: str, parent: Target | None, by: User) -> Target:
    """Give a row another number, or put it under another heading of its document, or under none.

    A row under a heading that counts as one does not count itself (attainment rules §3), so that a row that
    was judged is not put there, or taken from there. The caller has asked whether ``by`` sets targets of the
    unit. Raises ValidationError, naming the field.
    """
    rows = Target.objects.select_for_update(of=("self",)).select_related("unit", "document", "parent")
    target = rows.get(pk=target.pk)
    before, counted = as_text(target, _PLACE), _counts_itself(target)
    target.code, target.sort_key, target.parent = code, row_sort_key(code), parent
    if (after := as_text(target, _PLACE)) == before:
        return target
    problems = place_problems(target) | heading_problems(target)
    if problems := problems | _standing_problems(target, counted=counted):
        raise ValidationError(problems)
    target.save(update_fields=["code", "sort_key", "parent"])
    leave_trace(
        action="place",
        subject=target,
        operation=Operation.UPDATED,
        by=by,
        unit=target.unit,
        before=before,
        after=after,
    )
    mark_stale(target=target, priority=JobPriority.CHANGE)
    return target


def may_be_placed(target: Target) -> bool:
    """A row that people entered. One of the shipped data is known by its number: given another, it would be
    loaded a second time. Headings keep theirs, which the rows below them begin with."""
    first = target.revisions.order_by("number").first()
    return target.kind == TargetKind.LEAF and first is not None and first.recorded_by_id is not None


def _counts_itself(target: Target) -> bool:
    return target.parent is None or target.parent.counts_as != CountsAs.ONE


def _standing_problems(target: Target, *, counted: bool) -> dict[str, str]:
    if not may_be_placed(target):
        return {"code": _("This row came with the data of the portal and keeps its place.")}
    if _counts_itself(target) == counted or not _is_judged(target):
        return {}
    if counted:
        words = _("Its results are counted already; under a heading that counts as one they would not.")
    else:
        words = _("Its results count as part of its heading already; elsewhere they would count twice.")
    what_to_do = _("Leave it where it is, and enter a new row there.")
    return {"parent": f"{words} {what_to_do}"}


def _is_judged(target: Target) -> bool:
    return (
        Attainment.objects.filter(target=target).exclude(status="no_data").exists()
        or Declaration.objects.filter(target=target).exists()
    )
