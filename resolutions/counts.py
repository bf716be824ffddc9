"""How many tasks stand how: every task in exactly one state, so that the states add up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from provinces.dates import today
from resolutions.models import FINISHED, TaskStanding, standing_is


@dataclass(frozen=True)
class TaskCounts:
    """`85/145 nhiệm vụ hoàn thành`, with the number of each standing."""

    by_standing: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_standing.values())

    @property
    def finished(self) -> int:
        return sum(self.by_standing[each] for each in FINISHED)

    @property
    def overdue(self) -> int:
        return self.by_standing[TaskStanding.OVERDUE]


NO_TASKS = TaskCounts(dict.fromkeys(TaskStanding.values, 0))


def count_tasks(rows: Any, day: datetime.date | None = None) -> TaskCounts:
    """Of a QuerySet of tasks, how they stand on a day, today by default; one query."""
    asked = {
        str(standing): Count("pk", filter=condition, distinct=True)
        for standing, condition in standing_is(day or today()).items()
    }
    return TaskCounts(rows.order_by().aggregate(**asked))
