"""The demonstration's request for an explanation: the leader asks the department of science why."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from accounts.models import User
from config.demo.people import MARK
from config.demo.world import PROVINCE
from indicators.actions.explaining import ask
from indicators.explanations import EXPLAINED
from indicators.models import Attainment, Explanation
from provinces.dates import add_working_days, today

_OWNER, _PERIOD, _LEADER = f"{PROVINCE}.so-khcn", "2026-Q3", "leader"
_QUESTION = f"Vì sao chậm so với kế hoạch, và đến khi nào thì khắc phục được? {MARK}"
_DAYS = 5


def load_explanations(people: Mapping[str, User]) -> int:
    """Ask once, about the first target in danger that the department owns; how many were asked."""
    found = (
        Attainment.objects.filter(
            target__unit__ref=PROVINCE, target__owner__ref=_OWNER, period__code=_PERIOD, status__in=EXPLAINED
        )
        .select_related("target__unit", "period")
        .order_by("target__sort_key", "pk")
        .first()
    )
    if found is None or Explanation.objects.filter(target__unit__ref=PROVINCE).exists():
        return 0
    due_on: datetime.date = add_working_days(today(), _DAYS)
    ask(judged=found, by=people[_LEADER], question=_QUESTION, due_on=due_on, figure="")
    return 1
