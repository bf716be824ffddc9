"""The list of measurements over WSGI against a bare handler that answers the same bytes.

Both are called in one process with persistent connections. The portal's handler checks the token, its scope
and what the client may see, and goes through every middleware; the bare one only reads and writes JSON. Where
the next page begins, it is told: making the cursor is the portal's work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg2
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from accounts.actions import create_client, issue_token
from accounts.models.clients import LARGEST_RATE
from provinces.models import Tier, Unit
from tests.bench.wsgi import Handler, call

PATH = "/api/v1/measurements/"
SIZES = (100, 1000)
CALLS = {100: 100, 1000: 30}

ROWS = """
    SELECT cell.id, indicator.code, unit.ref, cell.level, period.code, agency.ref, cell.answer,
        cell.missing_reason, cell.numerator, cell.denominator, cell.value, cell.out_of, cell.qualifier,
        cell.provenance, cell.definition_id, version.number, version.approved_at, cell.updated_at
    FROM indicators_measurement AS cell
    JOIN provinces_unit AS unit ON unit.id = cell.unit_id
    JOIN indicators_indicator AS indicator ON indicator.id = cell.indicator_id
    JOIN indicators_period AS period ON period.id = cell.period_id
    LEFT JOIN provinces_agency AS agency ON agency.id = cell.agency_id
    LEFT JOIN indicators_measurementversion AS version ON version.id = cell.approved_version_id
    WHERE unit.ref = %s ORDER BY cell.id LIMIT %s
"""
KEYS = (
    *("id", "indicator", "unit", "level", "period", "agency", "answer", "missing_reason", "numerator"),
    *("denominator", "value", "out_of", "qualifier", "provenance", "definition", "version", "approved_at"),
    "updated_at",
)


def decimal_text(whole: int | None) -> str | None:
    if whole is None:
        return None
    ones, rest = divmod(abs(whole), 10_000)
    text = f"{ones}.{rest:04d}".rstrip("0") if rest else str(ones)
    return f"-{text}" if whole < 0 else text


def bare_handler(following: dict[int, str | None]) -> Handler:
    """psycopg2 and orjson, nothing else; `following` has the address of the next page for each size."""
    named = connection.get_connection_params()
    connected = psycopg2.connect(
        host=named["host"],
        port=named["port"],
        user=named["user"],
        password=named["password"],
        dbname=named["dbname"],
        options="-c timezone=UTC",
    )
    connected.autocommit = True

    def handler(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = parse_qs(environ["QUERY_STRING"])
        unit, limit = asked["unit"][0], int(asked["limit"][0])
        with connected.cursor() as cursor:
            cursor.execute(ROWS, [unit, limit + 1])
            rows = [dict(zip(KEYS, row, strict=True)) for row in cursor.fetchall()]
        is_last = len(rows) <= limit
        del rows[limit:]
        for row in rows:
            row["missing_reason"] = row["missing_reason"] or None
            for key in ("numerator", "denominator", "value"):
                row[key] = decimal_text(row[key])
        body = {"limit": limit, "next": None if is_last else following[limit], "results": rows}
        answer = orjson.dumps(body, option=orjson.OPT_UTC_Z)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]

    return handler


def measure(rounds: int) -> dict[int, list[float]]:
    """For 100 and 1,000 rows, in each round: seconds of the bare handler ÷ seconds of the portal."""
    connection.settings_dict["CONN_MAX_AGE"] = None
    province = Unit.objects.filter(tier=Tier.PROVINCE).in_code_order().first()
    commune = Unit.objects.filter(tier=Tier.COMMUNE, province=province).in_code_order().first()
    assert province is not None
    assert commune is not None
    token = issue_token(client=create_client(name="bench", unit=province, rate=LARGEST_RATE))
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    portal: Handler = WSGIHandler()
    following: dict[int, str | None] = {}
    bare = bare_handler(following)
    ratios: dict[int, list[float]] = {size: [] for size in SIZES}
    for size in SIZES:
        query = f"limit={size}&unit={commune.ref}"
        answered = call(portal, PATH, query, **headers)
        following[size] = orjson.loads(answered)["next"]
        if answered != call(bare, PATH, query):
            raise SystemExit("the two handlers do not answer the same bytes: the figure is void")
    for _each in range(rounds):
        for size in SIZES:
            query = f"limit={size}&unit={commune.ref}"
            taken = []
            for handler in (bare, portal):
                began = time.perf_counter()
                for _call in range(CALLS[size]):
                    call(handler, PATH, query, **headers)
                taken.append(time.perf_counter() - began)
            ratios[size].append(taken[0] / taken[1])
    return ratios


def deep(rounds: int, page: int = 1000) -> list[float]:
    """Seconds of page 1,000 ÷ seconds of page 1 of the list of everything, 100 rows each, in each round."""
    connection.settings_dict["CONN_MAX_AGE"] = None
    nation = Unit.objects.get(tier=Tier.NATION)
    token = issue_token(client=create_client(name="bench of the nation", unit=nation, rate=LARGEST_RATE))
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    portal: Handler = WSGIHandler()
    first = query = "limit=100"
    for number in range(1, page):
        following = orjson.loads(call(portal, PATH, query, **headers))["next"]
        if following is None:
            raise SystemExit(f"the list has only {number} pages: the figure is void")
        query = following.partition("?")[2]
    ratios = []
    for _each in range(rounds):
        taken = []
        for asked in (first, query):
            began = time.perf_counter()
            for _call in range(CALLS[100]):
                call(portal, PATH, asked, **headers)
            taken.append(time.perf_counter() - began)
        ratios.append(taken[1] / taken[0])
    return ratios
