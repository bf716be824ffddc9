"""Mergers and splits: restated figures, accumulations, targets of an ended unit (rules §8)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from indicators.models import RollUp
from provinces.models import Unit
from tests.factories.cells import aim, calendar, owe, pooled, recompute_all, report, shown, verdict
from tests.factories.results import make_document, make_indicator
from tests.factories.units import BEFORE_MERGER, MERGER, make_agency, make_unit, merge, nation

pytestmark = pytest.mark.django_db
COUNT: dict[str, Any] = {"value_type": "count", "pooling": "sum", "unit_of_measure": "hồ sơ"}
FLOW = {**COUNT, "measure_mode": "flow"}


@pytest.fixture(autouse=True)
def periods(db: None) -> None:
    calendar(2024, 2025)


@pytest.fixture
def old() -> tuple[Unit, Unit]:
    return make_unit("province", valid_to=BEFORE_MERGER), make_unit("province", valid_to=BEFORE_MERGER)


@pytest.fixture
def new(old: tuple[Unit, Unit]) -> Unit:
    successor = make_unit("province", valid_from=MERGER)
    merge(*old, into=successor)
    return successor


def test_restated_is_the_sum_of_whole_predecessors(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator()
    for unit, figure in zip(old, ("9/10", "100/1000"), strict=True):
        owe(unit, indicator)
        report(unit, indicator, "2025-Q2", "total", figure)

    recompute_all()

    found = pooled(new, indicator, "2025-Q2")
    assert found is not None
    assert (shown(found), found.basis, found.owing) == ("109/1010", "restated", 2)
    assert pooled(new, indicator, "2025-Q3") is None


def test_restated_sums_levels_that_predecessors_pooled(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator()
    for unit in old:
        agency = make_agency(unit)
        owe(unit, indicator, "province", agency=agency)
        report(agency, indicator, "2025-Q2", "province", "10/20")
        district = make_unit("district", parent=unit, valid_to=BEFORE_MERGER)
        commune = make_unit("commune", parent=district, valid_to=BEFORE_MERGER)
        owe(commune, indicator, "commune")
        report(commune, indicator, "2025-Q2", "commune", "1/2")

    recompute_all()

    assert shown(pooled(new, indicator, "2025-Q2", "province")) == "20/40"
    assert shown(pooled(new, indicator, "2025-Q2", "commune")) == "2/4"
    assert shown(pooled(new, indicator, "2025-Q2")) == "22/44"
    assert shown(pooled(nation(), indicator, "2025-Q2")) == "22/44", "the nation counts each body once"


def test_as_reported_then_is_kept_beside_the_restated(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator()
    commune = make_unit("commune", parent=old[0], valid_to=BEFORE_MERGER)
    owe(commune, indicator, "commune")
    report(commune, indicator, "2025-Q2", "commune", "1/2")

    recompute_all()

    basis = dict(
        RollUp.objects.filter(indicator=indicator, period__code="2025-Q2", level="commune").values_list(
            "unit__ref", "basis"
        )
    )
    assert basis[old[0].ref] == "as_reported"
    assert basis[new.ref] == "restated"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        # One predecessor owed nothing, or its percentage does not pool: never guessed.
        (("9/10", "nothing owed"), "not_comparable"),
        (("9/10", "95.5"), "not_comparable"),
        # What is only missing is covered in part.
        (("9/10", "not_collected"), "9/10"),
        (("9/10", "not_applicable"), "9/10"),
        (("not_collected", "late_source"), "missing"),
    ],
)
def test_restated_of_incomplete_predecessors(
    old: tuple[Unit, Unit], new: Unit, figures: tuple[str, str], expected: str
) -> None:
    indicator = make_indicator()
    for unit, figure in zip(old, figures, strict=True):
        if figure != "nothing owed":
            owe(unit, indicator)
            report(unit, indicator, "2025-Q2", "total", figure)

    recompute_all()

    assert shown(pooled(new, indicator, "2025-Q2")) == expected


def test_restated_is_not_comparable_where_a_predecessor_was_split() -> None:
    indicator = make_indicator()
    whole, split = (make_unit("commune", valid_to=BEFORE_MERGER) for _ in range(2))
    successor = make_unit("commune", valid_from=MERGER)
    merge(whole, into=successor)
    merge(split, into=successor, share="part")
    for unit in (whole, split):
        owe(unit, indicator, "commune")
        report(unit, indicator, "2025-Q2", "commune", "9/10")

    recompute_all()

    assert shown(pooled(successor, indicator, "2025-Q2", "commune")) == "not_comparable"


def test_unit_that_took_another_in_keeps_its_own_past(old: tuple[Unit, Unit]) -> None:
    """Absorbing a neighbour does not replace the figures of the years before by the neighbour's."""
    indicator = make_indicator()
    living = make_unit("province")
    merge(old[0], into=living)
    for unit, figure in ((old[0], "9/10"), (living, "1/2")):
        commune = make_unit("commune", parent=unit)
        owe(commune, indicator, "commune")
        report(commune, indicator, "2025-Q2", "commune", figure)

    recompute_all()

    found = pooled(living, indicator, "2025-Q2")
    assert found is not None
    assert (shown(found), found.basis) == ("1/2", "as_reported")
    assert recompute_all().roll_ups_written == 0


def accumulated(units: tuple[Unit, Unit], successor: Unit, figures: dict[str, str], share: str) -> str:
    indicator = make_indicator(**FLOW)
    if share == "part":
        units[1].successions_to.update(share="part")
    for unit in (*units, successor):
        owe(unit, indicator)
    for code, figure in figures.items():
        for unit in units if code < "2025-Q3" else (successor,):
            report(unit, indicator, code, "total", figure)
    target = aim(successor, indicator)
    recompute_all()
    return verdict(target, "2025-Q3")


def test_accumulation_in_the_year_of_the_merger_follows_whole_predecessors(
    old: tuple[Unit, Unit], new: Unit
) -> None:
    figures = {"2025-Q1": "10", "2025-Q2": "15", "2025-Q3": "30"}

    assert accumulated(old, new, figures, "whole") == "in_progress 80 restated"


def test_accumulation_with_a_split_predecessor_is_no_data(old: tuple[Unit, Unit], new: Unit) -> None:
    figures = {"2025-Q1": "10", "2025-Q2": "15", "2025-Q3": "30"}

    assert accumulated(old, new, figures, "part") == "no_data"


def test_accumulation_with_a_gap_before_the_merger_is_partial(old: tuple[Unit, Unit], new: Unit) -> None:
    assert accumulated(old, new, {"2025-Q2": "15", "2025-Q3": "30"}, "whole") == "no_data 60 partial restated"


def test_accumulation_of_what_began_with_the_successor_needs_no_predecessor(
    old: tuple[Unit, Unit], new: Unit
) -> None:
    indicator = make_indicator(**FLOW)
    owe(new, indicator)
    report(new, indicator, "2025-Q3", "total", "30")
    target = aim(new, indicator)

    recompute_all()

    assert verdict(target, "2025-Q3") == "in_progress 30"


def test_stock_after_the_merger_is_not_restated(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator(**COUNT)
    for unit in (*old, new):
        owe(unit, indicator)
    report(new, indicator, "2025-Q3", "total", "95")
    target = aim(new, indicator)

    recompute_all()

    assert verdict(target, "2025-Q3") == "exceeded 95"


def test_previous_year_of_a_merged_unit_is_restated(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator()
    for unit, figure in zip(old, ("9/10", "100/1000"), strict=True):
        owe(unit, indicator)
        report(unit, indicator, "2024-Q3", "total", figure)
    owe(new, indicator)
    report(new, indicator, "2025-Q3", "total", "1000/1010")
    target = aim(new, indicator)

    recompute_all()

    found = target.attainments.get(period__code="2025-Q3")
    assert (found.previous_numerator, found.previous_denominator) == (109, 1010)


def test_targets_of_an_ended_unit_stop_on_its_last_day(old: tuple[Unit, Unit], new: Unit) -> None:
    indicator = make_indicator(**COUNT)
    owe(old[0], indicator)
    report(old[0], indicator, "2025-Q2", "total", "95")
    ended = aim(old[0], indicator)
    reissued = aim(new, indicator, counts_from=MERGER)
    reissued.continues, reissued.continued_by_document = ended, make_document(new)
    reissued.save()

    recompute_all()

    listed = [verdict(ended, code) for code in ("2025-Q2", "2025-Q3", "2025")]
    assert listed == ["exceeded 95", "not listed", "not listed"]
    assert verdict(reissued, "2025-Q2") == "not listed"
    assert verdict(reissued, "2025-Q3") == "no_data"


def test_revision_in_force_on_the_last_day_judges_the_period(pin_today: Callable[[date], None]) -> None:
    unit = make_unit("province")
    indicator = make_indicator(**COUNT)
    owe(unit, indicator)
    for code in ("2025-Q1", "2025-Q2", "2025-Q3"):
        report(unit, indicator, code, "total", "95")
    target = aim(unit, indicator, threshold="90")
    for number, (day, threshold) in enumerate(((date(2025, 6, 30), 95), (date(2025, 10, 1), 99)), 2):
        target.revisions.create(
            number=number,
            document=target.document,
            effective_on=day,
            rule="at_least",
            threshold=threshold,
            due_on=date(2025, 12, 31),
        )

    recompute_all()

    stood = [verdict(target, f"2025-Q{n}") for n in (1, 2, 3)]
    assert stood == ["exceeded 95", "met 95", "met 95"]
    pinned = {
        a.period.code: a.revision.number for a in target.attainments.select_related("period", "revision")
    }
    assert (pinned["2025-Q1"], pinned["2025-Q2"], pinned["2025-Q3"], pinned["2025-Q4"]) == (1, 2, 2, 3)
