"""The page of an edition: its frozen content in the reader's language, and nothing from the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext

from dashboard import asked
from dashboard.asked import Measure
from dashboard.charts import Segment, TargetBar, state_bar, target_bar
from dashboard.editions.canonical import Content
from dashboard.editions.reports import WORDS
from indicators import figures
from indicators.figures import Number
from indicators.models import TargetRevision
from indicators.models.results import Status

_RULE_NUMBERS = ("threshold", "low", "high", "baseline")


@dataclass
class FrozenRow:
    """A target in the words of that day."""

    code: str
    name: str
    sub: list[str]
    place: str
    value: str
    unit_word: str
    asked: str
    css: str
    status: str
    is_measured: bool
    is_value_illustrative: bool
    is_target_illustrative: bool
    bar: TargetBar | None


@dataclass
class HeadingRows:
    code: str
    name: str
    rows: list[FrozenRow] = field(default_factory=list)


@dataclass
class DocumentRows:
    number: str
    title: str
    headings: list[HeadingRows] = field(default_factory=list)


@dataclass
class Apart:
    """Targets listed outside the count."""

    anchor: str
    title: str
    note: str
    rows: list[FrozenRow]


@dataclass
class FrozenLine:
    label: str
    sub: str
    met: int
    total: int
    segments: list[Segment]


@dataclass
class FrozenPrevious:
    name: str
    met: int
    total: int
    difference: Fraction


@dataclass
class Narrative:
    body: str
    paragraphs: list[tuple[str, str]]


@dataclass
class EditionPage:
    unit: str
    period: str
    year: int
    assessed_on: date
    met: int
    total: int
    due_met: int
    due_total: int
    not_applicable: int
    overdue: int
    illustrative_values: int
    illustrative_targets: int
    counts: list[tuple[str, int]]
    segments: list[Segment]
    previous: FrozenPrevious | None
    by_document: list[FrozenLine]
    by_level: list[FrozenLine]
    by_pillar: list[FrozenLine]
    by_owner: list[FrozenLine]
    documents: list[DocumentRows]
    apart: list[Apart]
    noted: list[tuple[str, str]]
    narratives: list[Narrative]
    rules_version: str

    @property
    def is_illustrative(self) -> bool:
        return bool(self.illustrative_values or self.illustrative_targets)


def edition_page(content: Content) -> EditionPage:
    """The page in the active language."""
    language = "en" if get_language() == "en" else "vi"
    headline, targets = content["headline"], content["targets"]
    counting = [each for each in targets if each["counts"]]
    titles = {each["id"]: each["title"] for each in content["documents"]}
    return EditionPage(
        unit=content["unit"]["name"],
        period=content["period"][f"name_{language}"],
        year=content["period"]["year"],
        assessed_on=date.fromisoformat(content["period"]["assessed_on"]),
        met=headline["met"],
        total=headline["total"],
        due_met=headline["due_met"],
        due_total=headline["due_total"],
        not_applicable=headline["not_applicable"],
        overdue=headline["overdue"],
        illustrative_values=sum(each["is_value_illustrative"] for each in targets),
        illustrative_targets=sum(each["is_target_illustrative"] for each in targets),
        counts=[(status, headline["counts"][status]) for status in figures.STATUSES],
        segments=state_bar(headline["counts"]),
        previous=_previous(headline, language),
        by_document=_lines(content["groups"]["document"], language),
        by_level=_lines(content["groups"]["level"], language),
        by_pillar=_lines(content["groups"]["pillar"], language),
        by_owner=_lines(content["groups"]["owner"], language),
        documents=_documents(counting, titles, language),
        apart=_apart(targets, language),
        noted=[(each["number"], note) for each in content["documents"] if (note := _note(each, language))],
        narratives=_narratives(content["narratives"]),
        rules_version=content["rules_version"],
    )


def _note(document: dict[str, Any], language: str) -> str:
    note: str = document[f"note_{language}"] or document["note_vi"]
    return note


def _previous(headline: dict[str, Any], language: str) -> FrozenPrevious | None:
    before = headline["previous"]
    if before is None:
        return None
    gain = Fraction(100 * headline["met"], headline["total"]) - Fraction(100 * before["met"], before["total"])
    return FrozenPrevious(before[f"name_{language}"], before["met"], before["total"], gain)


def _lines(groups: Iterable[dict[str, Any]], language: str) -> list[FrozenLine]:
    tail = "_en" if language == "en" else ""
    return [
        FrozenLine(
            each[f"label{tail}"],
            each[f"sub{tail}"] or "",
            each["met"],
            each["total"],
            state_bar(each["counts"]),
        )
        for each in groups
        if each["total"]
    ]


def _documents(
    targets: Iterable[dict[str, Any]], titles: dict[int, str], language: str
) -> list[DocumentRows]:
    """Rows under their document and, where there is one, their heading; in the order they were frozen in."""
    found: list[DocumentRows] = []
    last: int | None = None
    for target in targets:
        if not found or last != target["document_id"]:
            last = target["document_id"]
            found.append(DocumentRows(target["document"], titles.get(target["document_id"], "")))
        code = target["heading"]["code"] if target["heading"] else ""
        headings = found[-1].headings
        if not headings or headings[-1].code != code:
            headings.append(HeadingRows(code, target["texts"][language]["heading"]))
        headings[-1].rows.append(_row(target, language))
    return found


def _apart(targets: list[dict[str, Any]], language: str) -> list[Apart]:
    late: list[dict[str, Any]] = []
    none: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for target in targets:
        if target["counts"]:
            continue
        if target["status"] == Status.NOT_APPLICABLE:
            none.append(target)
        else:
            (late if target["is_overdue"] else rest).append(target)
    tables = (
        (
            "overdue",
            gettext("Overdue, outside the count"),
            gettext("Unmet after the end of the year they were due."),
            late,
        ),
        ("not-applicable", gettext("Not applicable, outside the count"), "", none),
        (
            "outside",
            gettext("Listed, outside the count"),
            gettext("Met after the year they were due, or computed from this scoreboard itself."),
            rest,
        ),
    )
    return [
        Apart(anchor, title, note, [_row(each, language) for each in listed])
        for anchor, title, note, listed in tables
        if listed
    ]


def _row(target: dict[str, Any], language: str) -> FrozenRow:
    texts = target["texts"][language]
    indicator = target["indicator"]
    value = _value(target)
    return FrozenRow(
        code=target["code"],
        name=texts["name"],
        sub=[
            each for each in (indicator["code"] if indicator else "", texts["owner"], *texts["notes"]) if each
        ],
        place=texts["place"],
        value=texts["value_short"],
        unit_word=texts["unit_word"],
        asked=texts["asked_short"],
        css=figures.plain(target["status"]),
        status=texts["status"],
        is_measured=value is not None,
        is_value_illustrative=target["is_value_illustrative"],
        is_target_illustrative=target["is_target_illustrative"],
        bar=_bar(target, value),
    )


def _value(target: dict[str, Any]) -> Number | None:
    """The figure as a number: only where its bar ends, never what is written."""
    factor = target["indicator"]["factor"] if target["indicator"] else 100
    top, bottom, single = (
        None if target[key] is None else Decimal(target[key]) for key in ("numerator", "denominator", "value")
    )
    return Measure(factor=factor).number(top, bottom, single)


def _bar(target: dict[str, Any], value: Number | None) -> TargetBar | None:
    indicator, asks = target["indicator"], target["revision"]
    if value is None or indicator is None or indicator["value_type"] in ("rank", "boolean"):
        return None
    numbers = {key: None if asks[key] is None else Decimal(asks[key]) for key in _RULE_NUMBERS}
    rule = TargetRevision(
        rule=asks["rule"], direction=asks["direction"] or "", years=asks["years"], **numbers
    )
    goal = asked.goal_of(rule)
    if goal is None:
        return None
    top = 100 if indicator["unit"] == "%" else None
    return target_bar(value, goal, status=target["status"], baseline=numbers["baseline"], top=top)


def _narratives(reports: Iterable[dict[str, Any]]) -> list[Narrative]:
    titles = {
        "results": gettext("Results"),
        "difficulties": gettext("Difficulties"),
        "causes": gettext("Causes"),
        "proposals": gettext("Proposals"),
    }
    return [
        Narrative(each["body"], [(titles[name], each[name]) for name in WORDS if each[name]])
        for each in reports
    ]
