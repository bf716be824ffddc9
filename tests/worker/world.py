"""A small world whose results can be worked out by hand, and which takes a worker a moment to recompute.

A province of six communes that later merged into another one. Each commune owes a rate and a count by the
quarter, for 2023 and 2024. The province has a ladder of targets on the rate of all communes, with 100 steps
"at least 1 %", "at least 2 %" and so on: as many of them are met as the pooled rate holds steps. A longer
ladder makes each job slower.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from accounts.models import User
from indicators.actions.reporting import ApprovedCell, CellValue, approve, enter, load_approved, submit
from indicators.engine.queue import recompute_everything
from indicators.models import (
    Attainment,
    Indicator,
    Job,
    Level,
    Obligation,
    Period,
    RollUp,
    Target,
    TargetRevision,
)
from indicators.models.jobs import JobState
from indicators.models.targets import row_sort_key
from provinces.models import Unit
from tests.factories.results import make_document, make_indicator, make_period
from tests.factories.units import BEFORE_MERGER, MERGER, make_unit, merge

TODAY = date(2025, 2, 3)
YEARS = (2023, 2024)
LADDER = 100
SLOW = 250
"""A ladder on which a job takes about half a second."""
HOUSEHOLDS = 1000
"""Each commune's denominator; the province's is six times that."""


@dataclass
class World:
    province: Unit
    successor: Unit
    communes: list[Unit]
    quarters: list[Period]
    rate: Indicator
    count: Indicator
    reporter: User
    approver: User
    ladder: int
    numerators: dict[tuple[int, int], int] = field(default_factory=dict)
    """What was approved last, by commune and quarter: the expected sums are made from it alone."""

    @property
    def cells(self) -> list[tuple[Unit, Period]]:
        return [(commune, quarter) for quarter in self.quarters for commune in self.communes]

    def approve(self, commune: Unit, quarter: Period, numerator: int) -> None:
        """A new version of a commune's rate, entered and submitted by one person, approved by another."""
        version = enter(
            indicator=self.rate,
            unit=commune,
            level=Level.COMMUNE,
            period=quarter,
            by=self.reporter,
            cell=CellValue(numerator=Decimal(numerator), denominator=Decimal(HOUSEHOLDS)),
        )
        submit(version=version, by=self.reporter)
        approve(version=version, by=self.approver)
        self.numerators[commune.pk, quarter.pk] = numerator

    def approve_all(self, numerator: int) -> None:
        """One approval for each of the 48 cells."""
        for commune, quarter in self.cells:
            self.approve(commune, quarter, numerator)

    def sum_of(self, quarter: Period) -> int:
        return sum(self.numerators[commune.pk, quarter.pk] for commune in self.communes)

    def met_in(self, quarter: Period) -> int:
        """How many steps of the ladder lie at or below the pooled rate."""
        rate = Fraction(100 * self.sum_of(quarter), HOUSEHOLDS * len(self.communes))
        return rate // Fraction(100, self.ladder)

    def assert_right(self) -> None:
        """Every job is done; the results are those worked out by hand and those of a full recompute."""
        unfinished = Job.objects.exclude(state=JobState.DONE, finished_at__isnull=False, error="")
        assert list(unfinished.values("pk", "state", "error")) == []
        for quarter in self.quarters:
            for unit, level in (
                (self.province, Level.COMMUNE),
                (self.province, Level.TOTAL),
                (self.successor, Level.TOTAL),
            ):
                pooled = RollUp.objects.get(unit=unit, indicator=self.rate, level=level, period=quarter)
                assert pooled.numerator == self.sum_of(quarter), (unit, level, quarter)
                assert pooled.denominator == HOUSEHOLDS * len(self.communes)
            judged = Attainment.objects.filter(target__unit=self.province, period=quarter)
            assert judged.count() == self.ladder
            assert judged.filter(met=True).count() == self.met_in(quarter), quarter
        counts = recompute_everything()
        assert (counts.roll_ups_written, counts.attainments_written) == (0, 0)


def all_done() -> bool:
    return not Job.objects.exclude(state=JobState.DONE).exists()


def build(ladder: int) -> World:
    """The world with every cell at 500 of 1,000, recomputed: 50 %, and half of the targets met."""
    province = make_unit("province", name="Tỉnh Ninh Thuận", valid_to=BEFORE_MERGER)
    successor = make_unit("province", name="Tỉnh Khánh Hòa", valid_from=MERGER)
    merge(province, into=successor)
    communes = [
        make_unit("commune", parent=province, name=f"Xã Mẫu {number}", valid_to=BEFORE_MERGER)
        for number in range(1, 7)
    ]
    world = World(
        province=province,
        successor=successor,
        communes=communes,
        quarters=[make_period(f"{year}-Q{number}") for year in YEARS for number in (1, 2, 3, 4)],
        rate=make_indicator("R", numerator_within_denominator=True),
        count=make_indicator(
            "C", value_type="count", measure_mode="flow", pooling="sum", unit_of_measure="hồ sơ"
        ),
        reporter=User.objects.create(username="reporter"),
        approver=User.objects.create(username="approver"),
        ladder=ladder,
    )
    make_indicator("S", pooling="computed", frequency="year")
    Obligation.objects.bulk_create(
        [
            Obligation(unit=commune, indicator=indicator, level=Level.COMMUNE, frequency="quarter")
            for commune in communes
            for indicator in (world.rate, world.count)
        ]
    )
    add_ladder(world)
    load_approved(
        [
            cell
            for commune, quarter in world.cells
            for cell in (
                ApprovedCell(
                    indicator=world.rate,
                    unit=commune,
                    level=Level.COMMUNE,
                    period=quarter,
                    numerator=Decimal(500),
                    denominator=Decimal(HOUSEHOLDS),
                ),
                ApprovedCell(
                    indicator=world.count, unit=commune, level=Level.COMMUNE, period=quarter, value=Decimal(7)
                ),
            )
        ],
        entered_by=world.reporter,
        approved_by=world.approver,
    )
    world.numerators = {(commune.pk, quarter.pk): 500 for commune, quarter in world.cells}
    recompute_everything()
    return world


def add_ladder(world: World) -> None:
    document = make_document(world.province)
    targets = Target.objects.bulk_create(
        [
            Target(
                document=document,
                unit=world.province,
                indicator=world.rate,
                code=str(step),
                sort_key=row_sort_key(str(step)),
                level=Level.TOTAL,
                counts_from=date(2023, 1, 1),
            )
            for step in range(1, world.ladder + 1)
        ]
    )
    TargetRevision.objects.bulk_create(
        [
            TargetRevision(
                target=target,
                document=document,
                effective_on=date(2023, 1, 1),
                rule="at_least",
                threshold=Decimal(100 * step) / world.ladder,
                due_on=date(2024, 12, 31),
            )
            for step, target in enumerate(targets, start=1)
        ]
    )
