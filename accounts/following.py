"""Following the change feed: how far somebody has read, and which changes they are told of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException

from accounts.models import Change
from accounts.permissions import Reach

# Who is told of a change, by what changed: the circles of `accounts.permissions`, as the lists of the API
# draw them. What stands in none of them is told to nobody but those who see everything.
OPEN = frozenset({"unit", "agency", "document", "indicator", "period"})
RESULTS = frozenset(
    {"target", "attainment", "rollup", "edition", "task", "event", "campaign", "campaign_figure"}
)
CELLS = frozenset({"measurement", "report", "evidence"})

_SALT = "changes"
_EVERYTHING = "*"


class CursorInvalid(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("This is no cursor of the change feed. Send “next” of the last answer unchanged.")
    default_code = "cursor_invalid"
    field = "since"


class CursorExpired(APIException):
    status_code = status.HTTP_410_GONE
    default_detail = _(
        "The changes after this cursor are no longer kept. Take a new cursor with “since=now”, read all "
        "lists once more, then follow the changes from that cursor."
    )
    default_code = "cursor_expired"
    field = "since"


REACH_CHANGED = _(
    "What you may see has changed since this cursor was made. Take a new cursor with “since=now”, read all "
    "lists once more, then follow the changes from that cursor."
)
WIDER = _("This cursor follows other resources. Ask for the same ones, for fewer, or begin anew.")


@dataclass(frozen=True)
class Cursor:
    """All changes up to `position` have been read, of these kinds (None: of all), by somebody of this reach.

    As text it is signed: nobody makes one up, and it says nothing that its reader does not know.
    """

    position: int
    reach: str
    kinds: frozenset[str] | None = None

    def __str__(self) -> str:
        kinds = _EVERYTHING if self.kinds is None else ",".join(sorted(self.kinds))
        return signing.Signer(salt=_SALT).sign_object([self.position, self.reach, kinds])

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Raises CursorInvalid."""
        try:
            position, reach, kinds = signing.Signer(salt=_SALT).unsign_object(text)
        except (signing.BadSignature, ValueError):
            raise CursorInvalid from None
        return cls(position, reach, None if kinds == _EVERYTHING else frozenset(kinds.split(",")))

    def check(self, reach: str, kinds: frozenset[str] | None) -> None:
        """Raises where whoever sends it saw other things when it was made, or left kinds out till now."""
        if self.reach != reach:
            raise CursorExpired(REACH_CHANGED)
        if self.kinds is not None and (kinds is None or not kinds <= self.kinds):
            raise CursorInvalid(WIDER)


def digest_of(seen: Reach) -> str:
    """The same for the same reach."""
    seats = sorted((seat.agency_id, seat.kind_id, seat.province_id or 0) for seat in seen.agencies)
    told = (seen.is_official, seen.everything, sorted(seen.unit_ids), sorted(seen.province_ids), seats)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def told_to(seen: Reach, kinds: Collection[str]) -> QuerySet[Change]:
    """The numbered changes of these kinds that somebody of this reach is told of, in the order of the feed.

    Exact for whoever looks after units. What an agency sees of cells depends on their indicators, which a
    tombstone does not name: its people are refused those kinds (`cells_are_exact`).
    """
    asked = frozenset(kinds)
    rows = Change.objects.filter(position__isnull=False, resource__in=asked).order_by("position")
    if seen.everything:
        return rows
    allowed = Q(resource__in=OPEN & asked)
    if RESULTS & asked:
        allowed |= Q(resource__in=RESULTS & asked) & seen.results()
    if CELLS & asked:
        allowed |= Q(resource__in=CELLS & asked) & seen.cells()
    return rows.filter(allowed)


def cells_are_exact(seen: Reach) -> bool:
    """Whether the units somebody looks after say exactly which cells they see."""
    return seen.everything or not seen.agencies


def first_position() -> int:
    """Where the feed begins: the oldest change that is kept."""
    return _end("position") or 1


def last_position() -> int:
    """Where the feed ends now; 0 before it has begun."""
    return _end("-position") or 0


def state_of_feed() -> tuple[int, int]:
    """The end of the feed and how many changes wait for their position, in one query: it differs as soon as a
    change is committed. The waiting ones are counted, since one whose transaction ends late has a lower id
    than what was seen before it; giving them positions moves the end.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT COALESCE(MAX(position), 0) FROM accounts_change),
                   (SELECT COUNT(*) FROM accounts_change WHERE position IS NULL)
            """
        )
        last, waiting = cursor.fetchone()
    return last, waiting


def _end(order: str) -> int | None:
    numbered: Any = Change.objects.filter(position__isnull=False)
    return numbered.order_by(order).values_list("position", flat=True).first()
