"""One spelling of a content: the same content is always the same bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

FORMAT = "edition/1"
Content = dict[str, Any]


def bytes_of(content: Content) -> bytes:
    """UTF-8 without a blank, keys in order, letters as they are."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def content_in(raw: bytes) -> Content:
    found: Content = json.loads(raw)
    return found


def digest_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def exact(value: int | Decimal | Fraction | None) -> str | None:
    """`97.22`, `-3`; never an exponent and no zeros that say nothing. None stays None."""
    if value is None:
        return None
    if isinstance(value, Fraction):
        raise TypeError("a fraction is frozen as its numerator and denominator")
    text = format(Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None
