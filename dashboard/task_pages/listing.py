"""The list and the board of tasks, with the counts that add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from dashboard.charts import Segment, state_bar
from dashboard.task_pages.asked import Asked
from provinces.dates import today
from resolutions.counts import TaskCounts, count_tasks
from resolutions.models import Extension, ExtensionState, Task, TaskStanding, TaskStep, standing_is

ON_A_PAGE = 50
IN_A_COLUMN = 15
_KEYS = {"agency": "lead", "person": "person", "document": "document"}
_ORDERS: dict[str, list[Any]] = {
    "": [],
    "agency": [F("lead__ref").asc(nulls_last=True)],
    "person": [F("person__full_name").asc(nulls_last=True), "person_id"],
    "document": [F("document__issued_on").desc(nulls_last=True), "document_id"],
}


@dataclass(frozen=True)
class State:
    """One standing with its number; ``is_asked`` where the list is narrowed to it."""

    standing: str
    css: str
    word: str
    count: int
    is_asked: bool


@dataclass
class Group:
    """Tasks of one agency, person or document: its words, its own counts, and those on this page."""

    label: str
    counts: TaskCounts
    tasks: list[Task]
    segments: list[Segment]


@dataclass
class Column:
    state: State
    tasks: list[Task]

    @property
    def more(self) -> int:
        return self.state.count - len(self.tasks)


@dataclass
class Listing:
    counts: TaskCounts
    states: list[State]
    segments: list[Segment]
    page: Page | None
    groups: list[Group]
    columns: list[Column]


def listing_of(asked: Asked) -> Listing:
    """What the page shows, in a number of queries that does not grow with the tasks."""
    counts = count_tasks(asked.rows)
    states = [
        State(
            str(standing),
            standing.look,
            str(standing.label),
            counts.by_standing[standing],
            standing in asked.standings,
        )
        for standing in TaskStanding
    ]
    made = Listing(counts, states, bar_of(counts), None, [], [])
    if asked.is_board:
        made.columns = [_column(asked, state) for state in states]
    else:
        made.page = Paginator(for_rows(asked), ON_A_PAGE).get_page(asked.given.get("page"))
        made.groups = _groups(asked, list(made.page.object_list)) if asked.by else []
    return made


def bar_of(counts: TaskCounts) -> list[Segment]:
    """The bar of targets' states, in the colours the standings borrow."""
    return state_bar({TaskStanding(each).look.replace("-", "_"): n for each, n in counts.by_standing.items()})


def for_rows(asked: Asked) -> Any:
    """The tasks as rows, in the order that groups them."""
    return with_numbers(asked.shown).order_by(*_ORDERS[asked.by], "due_on", "pk")


def with_numbers(rows: Any) -> Any:
    """Tasks with their steps, how often their day was moved, and whether a request waits."""
    steps = TaskStep.objects.filter(task=OuterRef("pk"))
    asked = Extension.objects.filter(task=OuterRef("pk"))
    return rows.for_list().annotate(
        steps_total=_number(steps),
        steps_done=_number(steps.filter(done_on__isnull=False)),
        extended=_number(asked.filter(state=ExtensionState.GRANTED)),
        waits=Exists(asked.filter(state=ExtensionState.ASKED)),
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("task").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _column(asked: Asked, state: State) -> Column:
    if not state.count:
        return Column(state, [])
    rows = with_numbers(asked.rows.standing_in([state.standing], today()))
    return Column(state, list(rows.order_by("due_on", "pk")[:IN_A_COLUMN]))


def _groups(asked: Asked, tasks: Sequence[Task]) -> list[Group]:
    """The tasks of the page under the heads of their groups; one query for all their counts."""
    key = _KEYS[asked.by]
    conditions = standing_is(today())
    counted = (
        asked.shown.order_by()
        .values(key)
        .annotate(**{str(each): Count("pk", filter=condition) for each, condition in conditions.items()})
    )
    counts = {row.pop(key): TaskCounts(row) for row in counted}
    groups: dict[int | None, Group] = {}
    for task in tasks:
        pk = getattr(task, f"{key}_id")
        if pk not in groups:
            groups[pk] = Group(_label(task, asked.by), counts[pk], [], bar_of(counts[pk]))
        groups[pk].tasks.append(task)
    return list(groups.values())


def _label(task: Task, by: str) -> str:
    if by == "agency":
        return task.lead.label if task.lead else gettext("Without an agency")
    if by == "person":
        return str(task.person) if task.person else gettext("Nobody named")
    return (
        f"{task.document.number} · {task.document.title}" if task.document else gettext("Without a document")
    )


def words_of(states: Iterable[State]) -> str:
    """`Chưa triển khai 3, Trong hạn 20, …` for those who do not see the bar."""
    return ", ".join(f"{each.word} {each.count}" for each in states)
