"""Which operations of the API will go, since when that is said, and when they go; docs/api-deprecation.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

from django.urls import Resolver404, resolve

POLICY = "/api/docs/#deprecation"


@dataclass(frozen=True)
class Deprecated:
    """One operation: the day it was said and the first day without it, both from midnight UTC."""

    since: date
    until: date
    instead: str = ""
    """The address of what takes its place, as a path."""

    def headers(self) -> dict[str, str]:
        """`Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` (RFC 8288)."""
        links = [f'<{POLICY}>; rel="deprecation"; type="text/html"', f'<{POLICY}>; rel="sunset"']
        if self.instead:
            links.append(f'<{self.instead}>; rel="successor-version"')
        return {
            "Deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "Sunset": format_datetime(_midnight(self.until), usegmt=True),
            "Link": ", ".join(links),
        }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# By method and name of the address: {("GET", "api-unit-list"): Deprecated(…)}. Nothing is deprecated today.
DEPRECATED: dict[tuple[str, str], Deprecated] = {}


def headers_of(method: str, name: str, link: str | None = None) -> dict[str, str]:
    """The headers of an operation that is deprecated; `link` is what the answer links to anyway."""
    found = DEPRECATED and DEPRECATED.get(("GET" if method == "HEAD" else method, name))
    if not found:
        return {}
    told = found.headers()
    return told | {"Link": f"{link}, {told['Link']}"} if link else told


def mark_deprecated(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say it in the OpenAPI description as well (a postprocessing hook of drf-spectacular)."""
    if not DEPRECATED:
        return result
    for path, methods in result["paths"].items():
        try:
            name = resolve(re.sub(r"{[^}]+}", "1", path)).view_name
        except Resolver404:
            continue
        for method, operation in methods.items():
            if (method.upper(), name) in DEPRECATED:
                operation["deprecated"] = True
    return result
