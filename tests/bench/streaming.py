"""The memory of a process that streams a long list: the same after a million rows as after ten thousand."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from accounts.actions import create_client, issue_token
from accounts.models.clients import LARGEST_RATE
from provinces.models import Tier, Unit
from tests.bench.wsgi import Handler, streamed

FORMS = ("application/x-ndjson", "text/csv")
MARKS = (10_000, 1_000_000)


def measure() -> dict[str, list[float]]:
    """Megabytes resident at each of the marks, for each form; the list must be longer than a million rows."""
    connection.settings_dict["CONN_MAX_AGE"] = None
    nation = Unit.objects.get(tier=Tier.NATION)
    token = issue_token(client=create_client(name="bench of streams", unit=nation, rate=LARGEST_RATE))
    portal: Handler = WSGIHandler()
    found = {}
    for form in FORMS:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_ACCEPT": form}
        rows = 0
        taken: list[float] = []
        for chunk in streamed(portal, "/api/v1/measurements/", "", **headers):
            rows += chunk.count(b"\n")
            if rows >= MARKS[len(taken)]:
                taken.append(_resident())
                if len(taken) == len(MARKS):
                    break
        if len(taken) < len(MARKS):
            raise SystemExit(f"the stream has only {rows:,} rows: the figure is void")
        found[form] = taken
    return found


def report(taken: dict[str, list[float]]) -> None:
    for form, (few, many) in taken.items():
        print(f"resident after 1,000,000 ÷ 10,000 rows of {form:<20} {many / few:.2f}   (to reach: ≤ 1.05)")
        print(f"  {few:.0f} MB, {many:.0f} MB")


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
