"""The leaders' overview: its data at 0.6 and 4.8 million measurements, its JSON and its whole page; streams.

The larger world is a copy of the smaller one with as many communes as the country has, each owing and having
reported every figure. Both are asked in turn, in one process, so that the machine's moods hit both alike.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import psycopg2
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client

from accounts.actions import create_client, issue_token
from accounts.models import Membership, Role, User
from accounts.models.clients import LARGEST_RATE
from dashboard.choosing import periods_of
from dashboard.overview import overview
from indicators.models import Measurement, Period
from provinces.models import Tier, Unit
from tests.bench import streaming, world
from tests.bench.bare_scoreboard import bare_scoreboard
from tests.bench.wsgi import Handler, call
from tests.factories.units import make_unit

# With these 15 bodies a province become 120: the 3,321 communes of the country, give or take a few.
MORE_COMMUNES = 105
ASKED = ("2026-Q3", "2026-Q2", "2025-Q4")
CALLS = 100
PAGES = 40

MORE_OBLIGATIONS = """
    INSERT INTO indicators_obligation (unit_id, agency_id, indicator_id, level, frequency)
    SELECT unit.id, NULL::bigint, indicator.id, 'commune', 'quarter'
    FROM provinces_unit AS unit CROSS JOIN indicators_indicator AS indicator WHERE unit.id > %s
"""
MORE_CELLS = """
    INSERT INTO indicators_measurement (id, unit_id, agency_id, indicator_id, level, period_id, definition_id,
        answer, missing_reason, numerator, denominator, value, qualifier, provenance, approved_version_id,
        working_version_id, updated_at)
    SELECT cell.*, cell.id, cell.id, now() FROM (
    SELECT %s + row_number() OVER () AS id, owed.unit_id, NULL::bigint, owed.indicator_id, owed.level,
        period.id AS period_id, definition.id AS definition_id, 'value', '',
        CASE WHEN definition.pooling = 'ratio_of_sums' THEN 10000 * (400 + owed.id %% 500) END,
        CASE WHEN definition.pooling = 'ratio_of_sums' THEN 10000 * (1000 + owed.id %% 300) END,
        CASE WHEN definition.pooling = 'sum' THEN 10000 * (owed.id %% 5000) END,
        'official', 'reported'
    FROM indicators_obligation AS owed
    JOIN indicators_period AS period ON period.kind = 'quarter'
    JOIN indicators_indicatordefinition AS definition ON definition.indicator_id = owed.indicator_id
    WHERE owed.unit_id > %s) AS cell
"""


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of each call of the data in both worlds and of the larger page; ratios of the JSON."""
    small = str(connection.settings_dict["NAME"])
    large = f"{small}_large"
    _copy(small, large)
    with _at(large):
        cells = _grow()
    taken: dict[str, Any] = {"cells": cells, "small": [], "large": [], "json": [], "page": []}
    with _at(large):
        json_ratio = _json()
    for _each in range(rounds):
        for name, database in (("small", small), ("large", large)):
            with _at(database):
                taken[name] += _data()
        with _at(large):
            taken["json"].append(json_ratio())
            taken["page"] += _page()
    with _at(large):
        taken["streams"] = streaming.measure()
    return taken


def machine() -> str:
    """The machine's name and processor, for beside the figures that are no ratios."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{platform.node()}, {models[0] if models else platform.processor()}"


def _copy(small: str, large: str) -> None:
    connection.close()
    named = connection.get_connection_params() | {"dbname": "postgres"}
    server = psycopg2.connect(**{key: named[key] for key in ("host", "port", "user", "password", "dbname")})
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{large}" TEMPLATE "{small}"')
    server.close()


@contextmanager
def _at(database: str) -> Any:
    """Ask another database for a while; one connection stays open meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _grow() -> int:
    last = Unit.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for province in Unit.objects.filter(tier=Tier.PROVINCE):
        for _number in range(MORE_COMMUNES):
            make_unit(Tier.COMMUNE, parent=province)
    last_cell = Measurement.objects.order_by("-pk").values_list("pk", flat=True)[0]
    author, approver = User.objects.order_by("pk").values_list("pk", flat=True)[:2]
    with connection.cursor() as cursor:
        with transaction.atomic():
            # The rows refer to what is there by construction; asking each of them takes a quarter of an hour.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(MORE_OBLIGATIONS, [last])
            cursor.execute(MORE_CELLS, [last_cell, last])
            # As in the smaller world: a cell and its version have one id.
            cursor.execute(f"{world.VERSIONS} WHERE id > %s", [author, author, approver, last_cell])
        cursor.execute("VACUUM ANALYZE")
    return Measurement.objects.count()


def _leader() -> User:
    province = Unit.objects.filter(tier=Tier.PROVINCE).in_code_order()[0]
    leader, made = User.objects.get_or_create(username="bench-leader")
    if made:
        Membership.objects.create(user=leader, role=Role.LEADER, unit=province)
    return leader


def _data() -> list[float]:
    """What the page shows of each province in three quarters, one after the other."""
    leader = _leader()
    periods = {each.code: each for each in Period.objects.filter(code__in=ASKED)}
    found = []
    for unit in Unit.objects.filter(tier=Tier.PROVINCE).in_code_order():
        for code in ASKED:
            who = User.objects.get(pk=leader.pk)
            began = time.perf_counter()
            page = overview(who, unit, periods[code], periods_of(unit))
            found.append(time.perf_counter() - began)
            if page.board.total != world.INDICATORS:
                raise SystemExit("the overview does not hold every target: the figure is void")
    return found


def _json() -> Callable[[], float]:
    """Checks that both answer the same, and gives what times them: seconds of the bare one ÷ the portal's."""
    province = Unit.objects.filter(tier=Tier.PROVINCE).in_code_order()[0]
    token = issue_token(client=create_client(name="bench-overview", unit=province, rate=LARGEST_RATE))
    query, path = f"unit={province.ref}&period={ASKED[0]}", "/api/v1/scoreboards/"
    portal: Handler = WSGIHandler()
    bare = bare_scoreboard()
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    both = [_plain(call(handler, path, query, **headers)) for handler in (portal, bare)]
    if both[0] != both[1]:
        raise SystemExit(f"the two handlers do not answer the same: the figure is void\n{both[0]}\n{both[1]}")

    def ratio() -> float:
        connection.settings_dict["CONN_MAX_AGE"] = None
        taken = []
        for handler in (bare, portal):
            call(handler, path, query, **headers)
            began = time.perf_counter()
            for _call in range(CALLS):
                call(handler, path, query, **headers)
            taken.append(time.perf_counter() - began)
        return taken[0] / taken[1]

    return ratio


def _plain(body: bytes) -> Any:
    """The content; the time of computing, which both write in their own way, as a moment."""
    found = orjson.loads(body)
    found["computed_at"] = str(found["computed_at"])[:19]
    return found


def _page() -> list[float]:
    """The whole page for its leader, middleware, session and templates included."""
    connection.settings_dict["CONN_MAX_AGE"] = None
    leader = _leader()
    browser = Client()
    browser.force_login(leader)
    cookie = "; ".join(f"{name}={each.value}" for name, each in browser.cookies.items())
    # As it is served.
    handler: Handler = import_module("config.wsgi").application
    unit = Unit.objects.filter(tier=Tier.PROVINCE).in_code_order()[0]
    query = f"unit={unit.ref}&period={ASKED[0]}"
    if b'id="unmet"' not in call(handler, "/", query, HTTP_COOKIE=cookie):
        raise SystemExit("the page does not hold the unmet: the figure is void")
    found = []
    for _call in range(PAGES):
        began = time.perf_counter()
        call(handler, "/", query, HTTP_COOKIE=cookie)
        found.append(time.perf_counter() - began)
    return found


def report(taken: dict[str, Any]) -> None:
    """Print the ratios, and beside them the milliseconds with the machine's name."""
    p95 = {name: statistics.quantiles(taken[name], n=20)[-1] for name in ("small", "large")}
    ratio, page = p95["large"] / p95["small"], 1000 * statistics.median(taken["page"])
    print(f"overview data, {taken['cells']:,} cells ÷ fewer, p95  {ratio:.2f}   (to reach: ≤ 1.2)")
    for name, value in p95.items():
        middle, calls = 1000 * statistics.median(taken[name]), len(taken[name])
        print(f"  {name}: p95 {1000 * value:.0f} ms, median {middle:.0f} ms of {calls} calls")
    json = statistics.median(taken["json"])
    print(f"bare handler ÷ overview JSON                {json:.2f}   (to reach: ≥ 0.25)")
    print(f"overview page, median on one core           {page:.0f} ms   (to reach: ≤ 150 ms)")
    print(f"  on {machine()}")
    streaming.report(taken["streams"])
