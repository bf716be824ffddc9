"""Conditional reading: whoever names the tag of what would be answered is told that it has not changed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.http import HttpResponseNotModified
from django.utils.http import parse_etags


def tag_of(content: bytes) -> str:
    """A strong tag of these very bytes."""
    return f'"{sha256(content).hexdigest()[:40]}"'


def is_known(tag: str, meta: Mapping[str, Any]) -> bool:
    """Whether `If-None-Match` names the tag. It is compared weakly, as RFC 9110 (13.1.2) has it."""
    header = meta.get("HTTP_IF_NONE_MATCH", "")
    if not header:
        return False
    given = parse_etags(header)
    return given == ["*"] or tag in [each.removeprefix("W/") for each in given]


def not_modified(tag: str) -> HttpResponseNotModified:
    response = HttpResponseNotModified()
    response["ETag"] = tag
    return response
