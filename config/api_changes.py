"""The change feed in the API: creations, updates and deletions in the order of their commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.changes import AT_ONCE, give_positions
from accounts.following import (
    CELLS,
    Cursor,
    CursorExpired,
    cells_are_exact,
    digest_of,
    first_position,
    last_position,
    told_to,
)
from accounts.models import Change
from accounts.models.audit import Operation
from accounts.permissions import Reach, reach
from accounts.remembering import remembered
from provinces.filters import refuse_unreadable
from provinces.reading.parameters import DEFAULT_LIMIT, MAX_LIMIT, whole_number

WINDOW = 20_000
"""How many positions one request looks through at most: what others did costs a reader little."""
NOW = "now"

Viewsets = Mapping[str, Any]


class ChangeSerializer(serializers.Serializer[Any]):
    resource = serializers.CharField(help_text="What changed, in the singular: `measurement`, `target` …")
    id = serializers.IntegerField(help_text="Its number, under which a replica keeps it.")
    operation = serializers.ChoiceField(
        [(each, each) for each in Operation.values],
        help_text="`deleted` wherever `object` is null.",
    )
    at = serializers.DateTimeField(help_text="When it was written; the order is that of the list.")
    object: Any = serializers.JSONField(
        allow_null=True,
        help_text=(
            "The object as its own address answers it now, perhaps with newer changes that follow later. "
            "Null where it was deleted or may no longer be seen: remove it."
        ),
    )


class ChangesSerializer(serializers.Serializer[Any]):
    changes = ChangeSerializer(many=True)
    next = serializers.CharField(help_text="`since` of the next request. Lives for 90 days at least.")
    has_more = serializers.BooleanField(
        help_text="Whether to ask again at once; `changes` may be empty all the same."
    )


class ChangesView(APIView):
    """`viewsets` are the kinds of things it tells of, each with `resource` and `json_of`."""

    viewsets: Sequence[Any] = ()

    @extend_schema(
        tags=["changes"],
        operation_id="changes_list",
        summary="What changed since",
        description=(
            "Creations, updates and deletions of what you may see, in the order in which they were committed "
            "and without a gap. Each comes with the object as it is now: a replica that stores each `object` "
            "and removes what has none equals the lists.\n\n"
            "To begin: take a cursor with `since=now`, read all lists, then follow the changes from that "
            "cursor. Without `since` the answer begins with the oldest change kept. A cursor lives for 90 "
            "days at least; an older one, or one made before what you may see was changed, is answered with "
            "410 `cursor_expired`: begin again. People of an agency are refused measurements and reports, "
            "since a deletion does not say whether it concerns them."
        ),
        parameters=[
            OpenApiParameter("since", str, description="`next` of the last answer, or `now`."),
            OpenApiParameter(
                "resource", str, many=True, description="Only these resources; may be given several times."
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                description="How many changes to answer at most.",
            ),
        ],
        responses={
            200: ChangesSerializer,
            410: OpenApiTypes.OBJECT,
        },
        examples=[
            OpenApiExample(
                "A target was reworded, a result deleted",
                {
                    "changes": [
                        {
                            "resource": "attainment",
                            "id": 4711,
                            "operation": "deleted",
                            "at": "2026-11-20T08:15:00Z",
                            "object": None,
                        }
                    ],
                    "next": "WzQ3MTIsIjA3YTgiLCIqIl0:pDqTgYvX0",
                    "has_more": False,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    @remembered
    def get(self, request: Request) -> Response:
        given = request.query_params
        refuse_unreadable(given, known=("since", "resource", "limit"), several=("resource",))
        limit = whole_number(request, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
        seen = reach(request.user)
        viewsets = {each.resource: each for each in self.viewsets if getattr(each, "resource", "")}
        asked = _asked(given.getlist("resource"), viewsets)
        kinds = frozenset(viewsets) if asked is None else asked
        _refuse_inexact(seen, kinds)
        rows, start, is_last = _page(given.get("since"), limit, seen, kinds, asked)
        return Response(
            {
                "changes": _told(rows, viewsets, request),
                "next": str(Cursor(start, digest_of(seen), asked)),
                "has_more": not is_last,
            }
        )


def _page(
    since: str | None, limit: int, seen: Reach, kinds: frozenset[str], asked: frozenset[str] | None
) -> tuple[list[Change], int, bool]:
    """The next changes, up to which position they have now been read, and whether that is the present end."""
    last = last_position()
    if since == NOW:
        # What waits for its position comes after this cursor, whether or not the lists show it already.
        return [], last, True
    if since is None:
        after = first_position() - 1
    else:
        cursor = Cursor.read(since)
        cursor.check(digest_of(seen), asked)
        after = cursor.position
    numbered = give_positions() if last - after < WINDOW else 0
    if numbered:
        last = last_position()
    until = min(last, after + WINDOW)
    rows = list(told_to(seen, kinds).filter(position__gt=after, position__lte=until)[:limit])
    # Looked at after the rows: whatever was forgotten before they were read has moved the beginning.
    if since is not None and not first_position() - 1 <= after <= last:
        # Forgotten; or from a time that a restored database does not know.
        raise CursorExpired
    if len(rows) == limit:
        until = rows[-1].position or until
    return rows, until, until == last and numbered < AT_ONCE


def _told(rows: Sequence[Change], viewsets: Viewsets, request: Request) -> list[dict[str, Any]]:
    """The rows with the objects as they are now, read kind by kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.operation != Operation.DELETED:
            ids[row.resource].add(row.object_id)
    found = {kind: viewsets[kind].json_of(request.user, sorted(some), request) for kind, some in ids.items()}
    told = []
    for row in rows:
        shown = found.get(row.resource, {}).get(row.object_id) if row.operation != Operation.DELETED else None
        told.append(
            {
                "resource": row.resource,
                "id": row.object_id,
                "operation": row.operation if shown is not None else str(Operation.DELETED),
                "at": row.at,
                "object": shown,
            }
        )
    return told


def _asked(names: Sequence[str], viewsets: Viewsets) -> frozenset[str] | None:
    """The kinds that were asked for; None for all of them."""
    unknown = next((name for name in names if name not in viewsets), None)
    if unknown is not None:
        words = _("There is no resource “%(value)s” here. Possible are: %(known)s.")
        told = words % {"value": unknown[:40], "known": ", ".join(sorted(viewsets))}
        raise ValidationError({"resource": ValidationError(told, "invalid_choice").detail})
    return frozenset(names) if names else None


def _refuse_inexact(seen: Reach, kinds: frozenset[str]) -> None:
    refused = sorted(CELLS & kinds)
    if refused and not cells_are_exact(seen):
        words = _(
            "The changes of these resources cannot be told to people of an agency: %(resources)s. "
            "Ask for others with “resource”."
        )
        raise PermissionDenied(words % {"resources": ", ".join(refused)}, "reach_not_exact")
