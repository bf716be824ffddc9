"""One document: what it is, how its targets stand in a unit and period, its tasks and its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.permissions import OPEN_TIERS, Principal, reach, units_read_by
from dashboard import choosing
from dashboard import rows as listing
from dashboard.charts import Segment, state_bar
from dashboard.choosing import Option, OptionGroup
from dashboard.document_graph import Graph, Related, graph_of, related_to
from dashboard.document_list import Validity, validity_of
from dashboard.listed import Listed, by_document
from dashboard.rows import Row, note_of
from events.models import Event
from indicators.models import Attainment, Period, Target
from indicators.scoreboards import MET, Scoreboard, scoreboard_of
from provinces.dates import today
from provinces.models import Tier, Unit
from resolutions.counts import TaskCounts
from resolutions.models import Document, DocumentFile, DocumentText, Task, TaskStanding


@dataclass
class Standing:
    """The document's targets in one unit and period, as they were judged."""

    unit: Unit
    period: Period
    board: Scoreboard
    groups: list[tuple[object, list[Row]]]
    """Rows that count, under their heading where they have one."""
    listed: Listed
    whole_met: int
    whole_total: int
    """The unit's targets of all documents."""
    segments: list[Segment]
    illustrative_values: int
    illustrative_targets: int

    @property
    def counts(self) -> list[tuple[str, int]]:
        return list(self.board.counts.items())

    @property
    def is_illustrative(self) -> bool:
        return bool(self.illustrative_values or self.illustrative_targets)

    @property
    def has_others(self) -> bool:
        return self.whole_total > self.board.total

    @property
    def is_open(self) -> bool:
        return not self.period.is_closed_on(today())


@dataclass
class TaskLine:
    task: Task
    standing: TaskStanding

    @property
    def css(self) -> str:
        return self.standing.look


@dataclass
class Tasks:
    lines: list[TaskLine]
    counts: TaskCounts

    @property
    def states(self) -> list[tuple[TaskStanding, int]]:
        """Every standing, also the empty ones: they add up to all."""
        return [(each, self.counts.by_standing[each]) for each in TaskStanding]


@dataclass
class DocumentPage:
    document: Document
    validity: Validity
    note: str
    related: Related
    graph: Graph | None
    files: list[DocumentFile]
    words: DocumentText | None
    unit: Unit | None
    period: Period | None
    unit_groups: list[OptionGroup]
    period_options: list[Option]
    standing: Standing | None
    unjudged: list[Target]
    tasks: Tasks
    events: list[Event]


def document_page(who: Principal, document: Document, asked: Mapping[str, str]) -> DocumentPage:
    """The page with the unit and period of the address, else with what says most to the reader."""
    related = related_to(document)
    units = _units_with_targets(who, document, asked.get("unit", ""))
    unit = _chosen(who, document, units, asked.get("unit", ""))
    known = _periods_of(document, unit) if unit is not None else []
    period = choosing.period_of(asked.get("period", ""), known) if unit is not None else None
    every = listing.rows_of(unit, period) if unit is not None and period is not None else []
    own = [row for row in every if row.target.document_id == document.pk]
    standing = (
        _standing(unit, period, own, every) if unit is not None and period is not None and own else None
    )
    return DocumentPage(
        document=document,
        validity=validity_of(document, today()),
        note=note_of(document),
        related=related,
        graph=graph_of(document, related),
        files=list(document.files.select_related("uploaded_by", "removed_by")),
        words=DocumentText.objects.filter(document=document).select_related("kept_by").first(),
        unit=unit,
        period=period,
        unit_groups=choosing.grouped(units) if len(units) > 1 else [],
        period_options=choosing.period_options(known, period) if known else [],
        standing=standing,
        unjudged=_unjudged(who, document, unit, own) if unit is not None else [],
        tasks=_tasks(who, document),
        events=list(
            Event.objects.visible_to(who)
            .filter(documents=document)
            .select_related("unit", "host")
            .order_by("-starts_on", "pk")
        ),
    )


def _units_with_targets(who: Principal, document: Document, asked: str) -> list[Unit]:
    """Units for whom the document asks something, as far as a person goes through them: no communes of other
    provinces but the one asked for."""
    near = units_read_by(who).filter(Exists(Target.objects.filter(document=document, unit=OuterRef("pk"))))
    seen = reach(who)
    provinces = set(seen.province_ids)
    return [
        each
        for each in near.with_places().in_name_order()
        if each.tier in OPEN_TIERS or each.province_id in provinces or each.ref == asked or seen.everything
    ]


def _chosen(who: Principal, document: Document, units: list[Unit], asked: str) -> Unit | None:
    """The unit of the address; of a national document the reader's, else the document's; else the first."""
    if asked:
        named = choosing.unit_of(who, asked)
        return next((each for each in units if each.pk == named.pk), named)
    by_pk = {each.pk: each for each in units}
    if document.unit.tier == Tier.NATION:
        seen = reach(who)
        own = (*seen.unit_ids, *seen.province_ids)
        if found := next((by_pk[pk] for pk in own if pk in by_pk), None):
            return found
    return by_pk.get(document.unit_id) or next(iter(units), None)


def _periods_of(document: Document, unit: Unit) -> list[Period]:
    results = Attainment.objects.filter(target__document=document, target__unit=unit, period=OuterRef("pk"))
    counting = Exists(results.filter(counts=True))
    return choosing.in_order(Period.objects.filter(Exists(results)).annotate(has_counting=counting))


def _standing(unit: Unit, period: Period, rows: list[Row], every: list[Row]) -> Standing:
    listed = Listed.of(rows)
    board = scoreboard_of(unit, period, [row.attainment for row in rows])
    whole = [row for row in every if row.attainment.counts]
    groups = by_document(listed.counting)
    return Standing(
        unit=unit,
        period=period,
        board=board,
        groups=groups[0].headings if groups else [],
        listed=listed,
        whole_met=sum(row.status in MET for row in whole),
        whole_total=len(whole),
        segments=state_bar(board.counts),
        illustrative_values=sum(row.is_value_illustrative for row in rows),
        illustrative_targets=sum(row.is_target_illustrative for row in rows),
    )


def _unjudged(who: Principal, document: Document, unit: Unit, rows: list[Row]) -> list[Target]:
    """Targets without a result in this period: entered since, or asking something only later."""
    judged = {row.target.pk for row in rows}
    of_unit: QuerySet[Any] = Target.objects.visible_to(who).leaves().filter(document=document, unit=unit)
    found = of_unit.select_related("unit", "indicator", "owner__kind", "owner__unit")
    return [each for each in found.order_by("sort_key", "pk") if each.pk not in judged]


def _tasks(who: Principal, document: Document) -> Tasks:
    day = today()
    order = list(_WORST_FIRST)
    lines = [
        TaskLine(task, task.standing_on(day))
        for task in Task.objects.visible_to(who).filter(document=document).for_list()
    ]
    lines.sort(key=lambda line: (order.index(line.standing), line.task.due_on, line.task.pk))
    counted = Counter(line.standing for line in lines)
    return Tasks(lines, TaskCounts({each: counted[each] for each in TaskStanding}))


_WORST_FIRST = (
    TaskStanding.OVERDUE,
    TaskStanding.NOT_STARTED,
    TaskStanding.IN_TIME,
    TaskStanding.DONE_LATE,
    TaskStanding.DONE_IN_TIME,
)
