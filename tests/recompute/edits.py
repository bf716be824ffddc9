"""Random edits of a small world through the real actions, as officials would make them."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from indicators.actions import declaring, reporting
from indicators.actions.obligations import add_obligation, end_obligation
from indicators.actions.periods import change_period
from indicators.actions.reporting import CellValue, ReportingError
from indicators.actions.targets import Asked, revise_target
from indicators.engine import queue
from indicators.models import (
    Declaration,
    Indicator,
    MeasurementVersion,
    Obligation,
    Period,
    Target,
    VersionState,
)
from indicators.models.jobs import JobPriority
from tests.factories.setup import World, decree

LAST_DAY = date(2026, 1, 31)


class Editor:
    """Makes one edit after another; what the rules refuse is no edit."""

    def __init__(self, world: World, seed: int, today: date, pin: Callable[[date], None]) -> None:
        self.world, self.random, self.today, self.pin = world, random.Random(seed), today, pin
        self.enters, self.approves, self.coordinates = world.people
        self.document = decree(world)
        self.made: dict[str, int] = {}
        self.kinds: list[tuple[int, Callable[[], bool]]] = [
            (60, self.value),
            (8, self.withdraw),
            (8, self.revise),
            (5, self.add),
            (5, self.end),
            (4, self.declare),
            # These two judge everything again, and so would mend what an edit before them missed.
            (1, self.change_days),
            (1, self.next_morning),
        ]

    def edit(self) -> None:
        """One edit that was accepted."""
        weights = [weight for weight, _kind in self.kinds]
        while True:
            [(_weight, kind)] = self.random.choices(self.kinds, weights)
            try:
                if kind():
                    self.made[kind.__name__] = self.made.get(kind.__name__, 0) + 1
                    return
            except (ReportingError, ValidationError):
                continue

    def pick(self, rows: Any) -> Any:
        found = list(rows)
        return self.random.choice(found) if found else None

    def value(self) -> bool:
        owed = self.pick(Obligation.objects.select_related("unit", "agency", "indicator").order_by("pk"))
        begun = Period.objects.filter(
            kind=owed.frequency, starts_on__lte=self.today, assessed_on__year__gte=2024
        )
        first, last = owed.unit.valid_from or date.min, owed.unit.valid_to or date.max
        period = self.pick(begun.filter(assessed_on__gte=first, assessed_on__lte=last).order_by("pk"))
        if period is None:
            return False
        version = reporting.enter(
            indicator=owed.indicator,
            unit=owed.unit,
            level=owed.level,
            period=period,
            agency=owed.agency,
            by=self.enters,
            cell=self.cell(owed.indicator),
        )
        if self.random.random() < 0.05:
            return True  # a draft that never goes further changes nothing
        version = reporting.submit(version=version, by=self.enters)
        if self.random.random() > 0.05:
            reporting.approve(version=version, by=self.approves)
        return True

    def cell(self, indicator: Indicator) -> CellValue:
        roll = self.random.random()
        if roll < 0.12:
            reasons = ("not_collected", "not_applicable", "late_source", "system_fault")
            return CellValue(answer="missing", missing_reason=self.random.choice(reasons))
        definition = indicator.definitions.get()
        if roll < 0.18 and definition.measure_mode == "flow":
            return CellValue(answer="nothing_arose")
        marks: dict[str, Any] = {"qualifier": self.random.choice(("official", "official", "estimate"))}
        if definition.pooling == "ratio_of_sums" and roll < 0.97:
            denominator = self.random.randint(0, 20)
            return CellValue(numerator=self.random.randint(0, denominator), denominator=denominator, **marks)
        if definition.pooling == "all_true":
            return CellValue(value=self.random.randint(0, 3) and 1, **marks)
        return CellValue(value=Decimal(self.random.randint(0, 4000)) / 100, **marks)

    def withdraw(self) -> bool:
        version = self.pick(MeasurementVersion.objects.filter(state=VersionState.APPROVED).order_by("pk"))
        if version is None:
            return False
        reporting.withdraw(version=version, by=self.coordinates, reason="counted twice")
        return True

    def revise(self) -> bool:
        target = self.pick(Target.objects.filter(indicator__isnull=False).order_by("pk"))
        last = target.revisions.order_by("-effective_on").first()
        effective = max(last.effective_on, date(2024, 1, 1)) + timedelta(days=self.random.randint(1, 120))
        rule = self.random.choice(("at_least", "more_than", "at_most"))
        due_on = date(2025, self.random.choice((6, 9, 12)), 30)
        baseline: dict[str, Any] = (
            {"baseline": 1, "baseline_on": date(2023, 12, 31)} if self.random.random() < 0.5 else {}
        )
        asked = Asked(rule=rule, threshold=self.random.randint(5, 95), due_on=due_on, **baseline)
        revise_target(
            target=target, document=self.document, effective_on=effective, asked=asked, by=self.coordinates
        )
        return True

    def add(self) -> bool:
        agency = self.pick([None, None, *self.world.agencies])
        unit = agency.unit if agency else self.pick(self.world.units)
        levels = {"commune": ("commune",), "district": ("district", "commune")}
        level = self.pick(levels.get(unit.tier, ("province", "commune", "total")))
        name = self.pick(name for name in self.world.indicators if name != "rank")
        add_obligation(
            unit=unit,
            agency=agency,
            indicator=self.world.indicators[name],
            level="province" if agency else level,
            frequency=self.random.choice(("quarter", "quarter", "year", "half")),
            valid_from=date(2024, self.random.randint(1, 12), 1),
            by=self.coordinates,
        )
        return True

    def end(self) -> bool:
        obligation = self.pick(Obligation.objects.filter(valid_to__isnull=True).order_by("pk"))
        valid_to = date(2025, self.random.randint(1, 12), 28)
        end_obligation(obligation=obligation, valid_to=valid_to, by=self.coordinates)
        return True

    def declare(self) -> bool:
        target = self.pick(Target.objects.filter(revisions__rule="done").order_by("pk"))
        approved = Declaration.objects.filter(target=target, state=VersionState.APPROVED).first()
        if approved is not None and self.random.random() < 0.3:
            declaring.withdraw(declaration=approved, by=self.coordinates, reason="not done after all")
            return True
        day = self.today - timedelta(days=self.random.randint(0, 300))
        is_met = self.random.random() < 0.8
        made = declaring.enter(target=target, kind="done", is_met=is_met, declared_on=day, by=self.enters)
        made = declaring.submit(declaration=made, by=self.enters)
        declaring.approve(declaration=made, by=self.approves)
        return True

    def change_days(self) -> bool:
        period = self.pick(Period.objects.filter(assessed_on__gte=self.today).order_by("pk"))
        if period is None:
            return False
        body = self.random.choice(("agency", "commune", "province"))
        due = {body: period.cutoff_on + timedelta(days=self.random.randint(0, 20))}
        starts = None
        if period.starts_on > self.today and self.random.random() < 0.5:
            starts = period.starts_on - timedelta(days=self.random.randint(1, 40))
        change_period(period=period, starts_on=starts, due_days=due, by=self.coordinates)
        return True

    def next_morning(self) -> bool:
        """Some days later, after the nightly judging."""
        if self.today >= LAST_DAY:
            return False
        self.today += timedelta(days=self.random.randint(10, 40))
        self.pin(self.today)
        queue.queue_judging(JobPriority.NIGHTLY)
        return True
