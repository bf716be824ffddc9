"""Who may ask for an explanation of an unmet target, and who answers it."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Membership, Role, User
from accounts.permissions import Principal, Reach, reach_as, reach_as_coordinator, units_around
from indicators.models import Attainment, Explanation, Target
from indicators.models.explanations import ExplanationQuerySet
from indicators.models.results import Status
from provinces.dates import today

ASKS = (Role.LEADER, Role.COORDINATOR)
ANSWERS = (Role.REPORTER, Role.APPROVER)
EXPLAINED = (Status.MISSED, Status.WORSENING, Status.OFF_TRACK, Status.AT_RISK, Status.NO_DATA)
"""The states that are asked about: those in danger, and a figure that should be there and is not."""


def may_ask(who: Principal, target: Target) -> bool:
    """Leaders and coordinators, about targets of the units they look after.

    A coordinator in a department looks after its province; a leader in a department answers for it instead.
    """
    return Target.objects.filter(_asked_about(who), pk=target.pk).exists()


def _asked_about(who: Principal) -> Q:
    seen = reach_as(who, *ASKS)
    if seen.everything:
        return Q()
    units = {*seen.unit_ids, *reach_as_coordinator(who).unit_ids}
    return Q(unit__in=units_around(units)) if units else Q(pk__in=[])


def is_explained(judged: Attainment) -> bool:
    return judged.status in EXPLAINED


def to_answer(who: Principal) -> ExplanationQuerySet:
    """The open requests that somebody answers: for the agency that owns the target, else for its unit."""
    return Explanation.objects.open().filter(_answered_for(reach_as(who, *ANSWERS)))


def _answered_for(seen: Reach) -> Q:
    agencies = [seat.agency_id for seat in seen.agencies]
    return Q(target__owner__in=agencies) | Q(target__owner__isnull=True, target__unit__in=seen.unit_ids)


def visible_to(who: Principal) -> ExplanationQuerySet:
    """Those about targets one looks after, and those one answers for; open or not."""
    mine = Q(target__in=Target.objects.filter(_asked_about(who)).values("pk"))
    answered_for = _answered_for(reach_as(who, *ANSWERS, Role.LEADER))
    return Explanation.objects.filter(mine | answered_for)


def answerers(target: Target) -> list[User]:
    """Who is told of a request: active people who report or approve for the owner, deputies apart."""
    seat = Q(agency=target.owner_id) if target.owner_id else Q(unit=target.unit_id, agency__isnull=True)
    held = Membership.objects.filter(seat, role__in=ANSWERS).valid_on(today()).values("user")
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("pk"))
