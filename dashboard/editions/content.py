"""The content of an edition: what the pages of a unit and period show today, as one document.

Read from stored results only. Built in both languages, whatever language is active, so that the same results
are always the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django.utils.translation import override

from dashboard.choosing import period_text
from dashboard.editions.canonical import FORMAT, Content, day
from dashboard.editions.reports import narratives
from dashboard.editions.targets import LANGUAGES, frozen_targets, judged_rows
from dashboard.rows import Row
from indicators import figures
from indicators.models import Period
from indicators.scoreboards import Group, Scoreboard, Sums, scoreboard
from provinces.dates import today
from provinces.models import Unit
from resolutions.counts import count_tasks
from resolutions.models import Document, Task


def content_of(unit: Unit, period: Period) -> Content:
    """The document to be frozen; its shape is described in docs/decisions/editions.md.

    The caller holds the recompute lock where nothing may change between one reading and the next.
    """
    boards = {}
    for language in LANGUAGES:
        with override(language):
            boards[language] = scoreboard(unit, period)
    rows, board = judged_rows(unit, period), boards["vi"]
    return {
        "format": FORMAT,
        "unit": {
            "ref": unit.ref,
            "name": unit.name,
            "label": unit.running_name,
            "tier": unit.tier,
            "kind": unit.kind,
        },
        "period": _period(period),
        "rules_version": board.rules_version,
        "computed_at": board.computed_at.astimezone(UTC).isoformat() if board.computed_at else None,
        "headline": _sums(board.sums) | {"previous": _previous(unit, period, board)},
        "groups": _groups(boards, rows),
        "targets": frozen_targets(unit, period, rows),
        "narratives": narratives(unit, period),
        "documents": _documents(rows["vi"]),
        "tasks": _tasks(unit),
        "is_illustrative": any(row.is_value_illustrative or row.is_target_illustrative for row in rows["vi"]),
    }


def _tasks(unit: Unit) -> dict[str, Any] | None:
    """How the tasks of the unit stand on the day the edition is made; nothing where it has none."""
    found = count_tasks(Task.objects.filter(unit=unit))
    if not found.total:
        return None
    counts = {"total": found.total, "finished": found.finished, "overdue": found.overdue}
    return {"on": day(today()), **counts, "counts": dict(found.by_standing)}


def _named(period: Period) -> dict[str, str]:
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[f"name_{language}"] = period_text(period)
    return names


def _period(period: Period) -> dict[str, Any]:
    return {
        "code": period.code,
        "kind": period.kind,
        "year": period.year,
        "starts_on": day(period.starts_on),
        "cutoff_on": day(period.cutoff_on),
        "assessed_on": day(period.assessed_on),
        **_named(period),
    }


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "total": sums.total,
        "met": sums.met_total,
        "counts": dict(sums.counts),
        "share": _two_places(sums.share),
        "due_total": sums.due_total,
        "due_met": sums.due_met_total,
        "due_share": _two_places(sums.due_share),
        "not_applicable": sums.not_applicable,
        "overdue": sums.overdue,
        "illustrative": sums.illustrative,
    }


def _two_places(share: Any) -> str | None:
    return None if share is None else format(share, "f")


def _previous(unit: Unit, period: Period, board: Scoreboard) -> dict[str, Any] | None:
    """The headline of the same period a year before, where both count anything."""
    same = Period.objects.filter(kind=period.kind, year=period.year - 1, ordinal=period.ordinal)
    before = same.order_by("-assessed_on", "pk").first()
    if before is None or not board.total:
        return None
    sums = scoreboard(unit, before).sums
    if not sums.total:
        return None
    return {
        "period": before.code,
        "met": sums.met_total,
        "total": sums.total,
        "share": _two_places(sums.share),
        **_named(before),
    }


def _groups(boards: dict[str, Scoreboard], rows: dict[str, list[Row]]) -> dict[str, list[dict[str, Any]]]:
    tier = boards["vi"].unit.tier
    documents = {row.target.document_id: row.target.document for row in rows["vi"]}
    owners = {language: _owners(spoken, language) for language, spoken in rows.items()}

    def under(name: str, group: Group, language: str) -> str:
        if name == "level":
            return figures.level(group.key, tier, language=language)
        if name == "owner":
            return owners[language].get(group.key, str(group.label))
        return str(group.label)

    found: dict[str, list[dict[str, Any]]] = {}
    for name in ("document", "level", "pillar", "owner"):
        labels: dict[str, list[str]] = {}
        for language, board in boards.items():
            with override(language):
                labels[language] = [under(name, each, language) for each in getattr(board, f"by_{name}")]
        both = zip(getattr(boards["vi"], f"by_{name}"), labels["vi"], labels["en"], strict=True)
        found[name] = [_group(group, vi, en, documents.get(group.pk or 0)) for group, vi, en in both]
    return found


def _owners(rows: Sequence[Row], language: str) -> dict[str, str]:
    with override(language):
        return {row.target.owner.ref: row.owner for row in rows if row.target.owner is not None}


def _group(group: Group, label: str, label_en: str, document: Document | None) -> dict[str, Any]:
    return {
        "key": group.key,
        "label": label,
        "label_en": label_en,
        "sub": _issued(document, "vi"),
        "sub_en": _issued(document, "en"),
        **_sums(group.sums),
    }


def _issued(document: Document | None, language: str) -> str | None:
    if document is None:
        return None
    return f"{document.issuer}, {figures.day(document.issued_on, language=language)}"


def _documents(rows: Sequence[Row]) -> list[dict[str, Any]]:
    documents = {row.target.document_id: row.target.document for row in rows}
    return [
        {
            "id": each.pk,
            "number": each.number,
            "issuer": each.issuer,
            "issued_on": day(each.issued_on),
            "title": each.title_vi,
            "note_vi": each.note_vi,
            "note_en": each.note_en,
        }
        for each in sorted(documents.values(), key=lambda each: (each.issued_on, each.pk))
    ]
