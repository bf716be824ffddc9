"""The scoreboard's own JSON by psycopg2 and orjson alone: what the portal's is measured against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg2
from django.db import connection

from tests.bench.wsgi import Handler

STATES = (
    *("exceeded", "met", "on_track", "at_risk", "off_track", "worsening", "missed", "in_progress"),
    *("no_data", "not_due"),
)
SUMS = """
    SELECT document.issuer || '|' || document.number || '|' || document.issued_on, document.number,
        target.level, result.status, result.counts, result.is_due, result.is_overdue,
        result.provenance = 'illustrative', COUNT(*), MAX(result.computed_at), MAX(result.rules_version),
        pillar.code, target.owner_note
    FROM indicators_attainment AS result
    JOIN indicators_target AS target ON target.id = result.target_id
    JOIN resolutions_document AS document ON document.id = target.document_id
    LEFT JOIN indicators_indicator AS indicator ON indicator.id = target.indicator_id
    LEFT JOIN indicators_pillar AS pillar ON pillar.id = indicator.pillar_id
    JOIN provinces_unit AS unit ON unit.id = target.unit_id
    JOIN indicators_period AS period ON period.id = result.period_id
    WHERE unit.ref = %s AND period.code = %s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 12, 13 ORDER BY 1, 3, 4
"""
PENDING = "SELECT COUNT(*) FROM indicators_job WHERE state <> 'done'"
LABELS = {"province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã", "total": "Toàn tỉnh"}


def _nothing() -> dict[str, Any]:
    return {
        "counts": dict.fromkeys(STATES, 0),
        "total": 0,
        "met_total": 0,
        "due": {"total": 0, "met_total": 0},
        "not_applicable": 0,
        "overdue": 0,
        "illustrative": 0,
    }


def _add(sums: dict[str, Any], row: tuple[Any, ...]) -> None:
    status, counts, due, overdue, made_up, number = row[3:9]
    if not counts:
        sums["not_applicable"] += number if status == "not_applicable" else 0
        sums["overdue"] += number if overdue else 0
        return
    met = number if status in ("met", "exceeded") else 0
    sums["counts"][status] += number
    sums["total"] += number
    sums["met_total"] += met
    sums["illustrative"] += number if made_up else 0
    if due:
        sums["due"]["total"] += number
        sums["due"]["met_total"] += met


def _share(met: int, total: int) -> str | None:
    if not total:
        return None
    hundredths = (20_000 * met + total) // (2 * total)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _finished(sums: dict[str, Any]) -> dict[str, Any]:
    sums["met_fraction"] = f"{sums['met_total']}/{sums['total']}"
    sums["met_share"] = _share(sums["met_total"], sums["total"])
    sums["due"]["met_share"] = _share(sums["due"]["met_total"], sums["due"]["total"])
    return sums


def bare_scoreboard() -> Handler:
    """One statement for the sums of every group, one for what is pending."""
    named = connection.get_connection_params()
    connected = psycopg2.connect(
        **{key: named[key] for key in ("host", "port", "user", "password", "dbname")},
        options="-c timezone=UTC",
    )
    connected.autocommit = True

    def handler(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = parse_qs(environ["QUERY_STRING"])
        unit, period = asked["unit"][0], asked["period"][0]
        with connected.cursor() as cursor:
            cursor.execute(SUMS, [unit, period])
            rows = cursor.fetchall()
            cursor.execute(PENDING)
            (pending,) = cursor.fetchone() or (0,)
        whole = _nothing()
        groups: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
        for row in rows:
            _add(whole, row)
            keys = (
                (row[0], row[1]),
                (row[2], LABELS[row[2]]),
                (row[11] or "", row[11] or "Chưa xếp trụ cột"),
                ("", row[12] or "Chưa rõ cơ quan chủ trì"),
            )
            for group, (key, label) in zip(groups, keys, strict=True):
                if key not in group:
                    group[key] = {"key": key, "label": label} | _nothing()
                _add(group[key], row)
        body = {
            "unit": unit,
            "period": period,
            **_finished(whole),
            "computed_at": max(row[9] for row in rows),
            "pending": pending > 0,
            "pending_jobs": pending,
            "rules_version": max(row[10] for row in rows),
            **{
                f"by_{name}": [_finished(each) for each in group.values()]
                for name, group in zip(("document", "level", "pillar", "owner"), groups, strict=True)
            },
        }
        answer = orjson.dumps(body, option=orjson.OPT_UTC_Z)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]

    return handler
