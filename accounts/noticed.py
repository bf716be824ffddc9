"""Units in the change feed: the app they live in lies below the feed, so it is told of them here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from accounts.noticing import About, Objects, follow, of
from provinces.models import Agency, AgencyKind, AgencySuccession, Unit, UnitName, UnitSuccession


def connect() -> None:
    follow(Unit, "unit")
    follow(Unit, "unit", _labelled_by)
    follow(UnitName, "unit", of("unit"))
    follow(UnitSuccession, "unit", _both_ends)
    follow(Agency, "agency")
    # An agency is named by a pattern of its kind with the name of its unit.
    follow(AgencyKind, "agency", _agencies_by("kind"))
    follow(Unit, "agency", _agencies_by("unit"))
    follow(AgencySuccession, "agency", _both_ends)


def _agencies_by(field: str) -> About:
    def agencies(rows: Sequence[Any]) -> Objects:
        found = Agency.objects.filter(**{f"{field}__in": [row.pk for row in rows]})
        return [(pk, None) for pk in found.values_list("pk", flat=True)]

    return agencies


def _labelled_by(rows: Sequence[Any]) -> Objects:
    """The units whose label names one of these: a commune is named with its district and province."""
    ids = [row.pk for row in rows]
    lower = Unit.objects.filter(Q(parent__in=ids) | Q(province__in=ids)).exclude(pk__in=ids)
    return [(pk, None) for pk in lower.values_list("pk", flat=True)]


def _both_ends(rows: Sequence[Any]) -> Objects:
    return [(pk, None) for row in rows for pk in (row.predecessor_id, row.successor_id)]
