"""The parameters that every list has beside its filters, read strictly."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import orjson
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
PAGING = ("limit", "cursor", "count")
SHOWING = ("fields", "labels")
MAC_BYTES = 12


class CursorInvalid(APIException):
    """400: made up, damaged, of another list, or used with other filters."""

    status_code = 400
    default_code = "cursor_invalid"
    default_detail = _(
        "This cursor was not given by this list with these filters. Follow the address in “next” as it is, "
        "or begin again without a cursor."
    )
    field = "cursor"


@dataclass(frozen=True)
class Asked:
    """What a request asks of a list beside its filters."""

    limit: int
    is_limited: bool
    after: Sequence[Any] | None
    is_counted: bool


def asked_of(request: Request, order: tuple[str, ...]) -> Asked:
    """400 naming the parameter that cannot be read, or `cursor_invalid`."""
    given = request.query_params
    cursor = given.get("cursor")
    return Asked(
        limit=whole_number(request, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT),
        is_limited="limit" in given,
        after=None if cursor is None else opened(cursor, request, order),
        is_counted=yes_or_no(request, "count"),
    )


def sealed(place: Sequence[Any], request: Request, order: tuple[str, ...]) -> str:
    """A place in a list as opaque text: the values of the order, and a digest that binds them to the list,
    its order and its filters."""
    values = orjson.dumps(place)
    return urlsafe_b64encode(_mac(values, request, order) + values).rstrip(b"=").decode()


def opened(cursor: str, request: Request, order: tuple[str, ...]) -> list[Any]:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise CursorInvalid from None
    values = raw[MAC_BYTES:]
    if not compare_digest(raw[:MAC_BYTES], _mac(values, request, order)):
        raise CursorInvalid
    found: list[Any] = orjson.loads(values)
    return found


def _mac(values: bytes, request: Request, order: tuple[str, ...]) -> bytes:
    free = (*PAGING, *SHOWING)
    filters = sorted((name, sorted(v)) for name, v in request.query_params.lists() if name not in free)
    text = values + orjson.dumps([request.path, order, filters])
    return salted_hmac("provinces.reading.cursor", text, algorithm="sha256").digest()[:MAC_BYTES]


def address_of_next(place: Sequence[Any], request: Request, order: tuple[str, ...]) -> str:
    """The address of the page behind a place, with all that was asked for."""
    asked = [(name, v) for name, values in request.query_params.lists() for v in values if name != "cursor"]
    query = urlencode([*asked, ("cursor", sealed(place, request, order))])
    return request.build_absolute_uri(f"{request.path}?{query}")


def fields_of(request: Request, known: Collection[str]) -> list[str] | None:
    """The fields asked for with `fields`, in that order; None for all. 400 naming an unknown one."""
    text = request.query_params.get("fields")
    if text is None:
        return None
    names = list(dict.fromkeys(text.split(",")))
    for name in names:
        if name not in known:
            words = _("There is no field “%(name)s”. Possible here: %(known)s.")
            told = words % {"name": name[:40], "known": ", ".join(known)}
            raise ValidationError({"fields": ValidationError(told, "unknown_field").detail})
    return names


def whole_number(request: Request, name: str, default: int, *, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and least <= int(text) <= most):
        words = _("Give a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise ValidationError({name: ValidationError(words, "invalid").detail})
    return int(text)


def yes_or_no(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "false")
    if text not in ("true", "false"):
        raise ValidationError({name: ValidationError(_("Give true or false."), "invalid").detail})
    return text == "true"
