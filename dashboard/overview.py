"""What a leader sees of one unit and period: assembled from stored results, in few queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from accounts.permissions import Principal
from accounts.prepared import PreparedQuerySet
from dashboard import rows as listing
from dashboard.agenda import AgendaLine, agenda, due_days_of, tasks_of
from dashboard.charts import Segment, state_bar
from dashboard.findings import Finding, findings_of
from dashboard.listed import DANGER, Listed, in_danger
from dashboard.narrowing import Narrowing
from dashboard.rows import Row
from indicators import figures
from indicators.discipline import ReportingDiscipline, discipline_of
from indicators.models import Attainment, Level, Period
from indicators.models.results import Status
from indicators.scoreboards import MET, Group, Scoreboard, Sums, scoreboard_of
from provinces.dates import today
from provinces.models import Unit
from resolutions.counts import NO_TASKS, TaskCounts
from resolutions.models import Document, Task

NARROWED_BY = ("document", "level")
UNMET_SHOWN = 12
CARD_LINES = 5


@dataclass
class Line:
    """One group with its count and bar; `query` narrows the page to it."""

    label: str
    sub: str
    sums: Sums
    segments: list[Segment]
    query: dict[str, str] = field(default_factory=dict)


@dataclass
class Previous:
    """The headline of an earlier period, for comparison."""

    period: Period
    met_total: int
    total: int
    difference: Fraction


@dataclass
class LevelLine:
    level: str
    row: Row


@dataclass
class ByLevels:
    name: str
    lines: list[LevelLine]


@dataclass
class Moved:
    row: Row
    before: str


@dataclass
class Movement:
    """What is different from the period before; the lists are whole."""

    earlier: Period
    newly_met: list[Moved]
    newly_in_danger: list[Moved]
    otherwise: list[Moved]
    """Changed within danger, or within what is met."""

    def __bool__(self) -> bool:
        return bool(self.newly_met or self.newly_in_danger or self.otherwise)


@dataclass
class Overview:
    board: Scoreboard
    listed: Listed
    unmet: list[Row]
    unmet_total: int
    unmet_states: list[str]
    """What narrows the scoreboard to all of them."""
    segments: list[Segment]
    by_document: list[Line]
    by_level: list[Line]
    breakdowns: list[tuple[str, list[Line]]]
    by_levels: list[ByLevels]
    changes: list[Row]
    movement: Movement | None
    discipline: ReportingDiscipline
    findings: list[Finding]
    previous: Previous | None
    noted: list[tuple[Document, str]]
    all_documents: list[Document]
    all_levels: list[str]
    agenda: list[AgendaLine]
    overdue_tasks: list[Task]
    tasks: TaskCounts
    successors: list[Unit]
    illustrative_values: int
    illustrative_targets: int
    is_open: bool
    document: int | None
    level: str

    @property
    def counts(self) -> list[tuple[str, int]]:
        return list(self.board.counts.items())

    @property
    def is_illustrative(self) -> bool:
        return bool(self.illustrative_values or self.illustrative_targets)


def overview(
    who: Principal,
    unit: Unit,
    period: Period,
    known: list[Period],
    asked: QueryDict | None = None,
) -> Overview:
    """The page of a unit and period, narrowed to a document and a level where the unit has them."""
    every = listing.rows_of(unit, period)
    narrowing = Narrowing.asked(asked, every, NARROWED_BY) if asked else Narrowing()
    document, level = narrowing.document, narrowing.level
    chosen = narrowing.of(every)
    board = scoreboard_of(unit, period, [row.attainment for row in chosen])
    listed = Listed.of(chosen)
    counting = listed.counting
    unmet = in_danger(counting)
    documents = list({row.target.document_id: row.target.document for row in chosen}.values())
    previous, movement = _comparison(unit, period, known, counting, board, document, level)
    has_ended = unit.valid_to is not None and unit.valid_to < today()
    due_days = [] if has_ended else due_days_of(unit, period)
    tasks, task_counts = ([], NO_TASKS) if has_ended else tasks_of(unit)
    return Overview(
        board=board,
        listed=listed,
        unmet=unmet[:UNMET_SHOWN],
        unmet_total=len(unmet),
        unmet_states=list(dict.fromkeys(row.status for row in unmet)),
        segments=state_bar(board.counts),
        by_document=_document_lines(board, documents),
        by_level=_level_lines(board),
        breakdowns=_breakdowns(board, chosen),
        by_levels=_by_levels(chosen),
        changes=_changes(chosen),
        movement=movement,
        # Of a unit that has ended nobody is waited for any more.
        discipline=ReportingDiscipline()
        if has_ended
        else discipline_of(
            who, unit, period, {each.body: each.due_on for each in due_days if each.period_id == period.pk}
        ),
        findings=findings_of(unit, period, chosen),
        previous=previous,
        noted=[(each, listing.note_of(each)) for each in documents if listing.note_of(each)],
        all_documents=list({row.target.document_id: row.target.document for row in every}.values()),
        all_levels=[value for value in Level.values if any(row.target.level == value for row in every)],
        agenda=agenda(unit, period, counting, due_days, tasks),
        overdue_tasks=[task for task in tasks if task.due_on < today()],
        tasks=task_counts,
        successors=list(unit.successors()) if has_ended else [],
        illustrative_values=sum(row.is_value_illustrative for row in chosen),
        illustrative_targets=sum(row.is_target_illustrative for row in chosen),
        is_open=not period.is_closed_on(today()),
        document=document,
        level=level,
    )


def _line(group: Group, label: str, sub: str = "", **query: str) -> Line:
    return Line(label, sub, group.sums, state_bar(group.sums.counts), query)


def _document_lines(board: Scoreboard, documents: list[Document]) -> list[Line]:
    known = {document.pk: document for document in documents}
    lines = []
    for group in board.by_document:
        document = known.get(group.pk or 0)
        if group.sums.total and document is not None:
            sub = f"{document.issuer}, {figures.day(document.issued_on)}"
            lines.append(_line(group, document.number, sub, document=str(document.pk)))
    return lines


def _level_lines(board: Scoreboard) -> list[Line]:
    tier = board.unit.tier
    return [
        _line(each, figures.level(each.key, tier), level=each.key)
        for each in board.by_level
        if each.sums.total
    ]


def _breakdowns(board: Scoreboard, rows: list[Row]) -> list[tuple[str, list[Line]]]:
    owners = {row.target.owner.ref: row.owner for row in rows if row.target.owner is not None}
    pillars = [_line(each, str(each.label), pillar=each.key) for each in board.by_pillar if each.sums.total]
    answering = [
        _line(each, owners.get(each.key, str(each.label)), owner=each.key)
        for each in board.by_owner
        if each.sums.total
    ]
    return [(gettext("By pillar"), pillars), (gettext("By owner"), answering)]


def _by_levels(rows: list[Row]) -> list[ByLevels]:
    """Indicators that several tiers report, each for itself: no total follows from them."""
    tiers = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
    found: dict[int, dict[str, Row]] = {}
    for row in rows:
        if row.value is not None and row.target.level in tiers and row.target.indicator_id:
            found.setdefault(row.target.indicator_id, {}).setdefault(row.target.level, row)
    return [
        ByLevels(
            next(iter(levels.values())).indicator_name,
            [LevelLine(figures.level(level), levels[level]) for level in tiers if level in levels],
        )
        for levels in found.values()
        if len(levels) > 1
    ][:3]


def _changes(rows: list[Row]) -> list[Row]:
    changed = [
        (row.change.tone != "bad", row.target.sort_key, row.target.pk, row) for row in rows if row.change
    ]
    return [row for *_order, row in sorted(changed, key=lambda each: each[:3])][:CARD_LINES]


def _comparison(
    unit: Unit,
    period: Period,
    known: list[Period],
    rows: list[Row],
    board: Scoreboard,
    document: int | None,
    level: str,
) -> tuple[Previous | None, Movement | None]:
    """The headline a year before, and which targets changed their state since the period before.

    Both are narrowed as the page is.
    """
    same = [each for each in known if each.kind == period.kind and each.assessed_on < period.assessed_on]
    year_before = next(
        (each for each in same if (each.year, each.ordinal) == (period.year - 1, period.ordinal)), None
    )
    earlier = same[0] if same else None
    if earlier is None:
        return None, None
    met: Counter[bool] = Counter()
    before: dict[int, str] = {}
    last_year = year_before or earlier
    stored = _EARLIER.rows(unit=unit.pk, earlier=earlier.pk, last_year=last_year.pk)
    for target_id, period_id, status, counts, of_document, of_level in stored:
        if document not in (None, of_document) or (level and level != of_level):
            continue
        if year_before is not None and period_id == year_before.pk and counts:
            met[status in MET] += 1
        if period_id == earlier.pk:
            before[target_id] = status
    previous = None
    total = met[True] + met[False]
    if year_before is not None and total and board.total:
        gain = Fraction(100 * board.met_total, board.total) - Fraction(100 * met[True], total)
        previous = Previous(year_before, met[True], total, gain)
    return previous, _movement(rows, before, earlier)


def _earlier(*, unit: int, earlier: int, last_year: int) -> QuerySet[Attainment, tuple[Any, ...]]:
    rows = Attainment.objects.filter(target__unit=unit, period__in=[earlier, last_year])
    return rows.values_list(
        "target_id", "period_id", "status", "counts", "target__document_id", "target__level"
    )


_EARLIER = PreparedQuerySet(_earlier, unit=int, earlier=int, last_year=int)


IN_DANGER = (Status.AT_RISK, Status.OFF_TRACK, Status.WORSENING, Status.MISSED)
_WORST_FIRST = {status.value: place for place, status in enumerate(DANGER)}


def _movement(rows: list[Row], before: dict[int, str], earlier: Period) -> Movement:
    """Targets whose state differs; those that say nothing of danger on either side are left out."""
    found = Movement(earlier, [], [], [])
    spoken = (*MET, *IN_DANGER)
    for row in rows:
        old = before.get(row.target.pk, "")
        if not old or old == row.status:
            continue
        if row.status in MET and old not in MET:
            found.newly_met.append(Moved(row, old))
        elif row.status in IN_DANGER and old not in IN_DANGER:
            found.newly_in_danger.append(Moved(row, old))
        elif row.status in spoken and old in spoken:
            found.otherwise.append(Moved(row, old))
    for moved in (found.newly_met, found.newly_in_danger, found.otherwise):
        moved.sort(key=lambda each: (_WORST_FIRST.get(each.row.status, -1), each.row.target.sort_key))
    return found
