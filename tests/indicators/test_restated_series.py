"""A series through a merger: what restates, what does not compare and why, and that nothing old changes."""

from datetime import date
from typing import Any

import pytest

from indicators.models import Attainment, Measurement, RollUp
from indicators.restated_series import SeriesPeriod, Why, lineage_of, series_of
from provinces.models import Share, UnitSuccession
from tests.factories.cells import aim, calendar, owe, period, recompute_all, report
from tests.factories.results import make_indicator
from tests.factories.units import BEFORE_MERGER, MERGER, make_unit, merge

BEFORE, AFTER = "2025-Q2", "2025-Q3"


@pytest.fixture
def old_khanh_hoa(places: Any) -> Any:
    old = make_unit("province", ref="P56", name="Tỉnh Khánh Hòa", valid_to=BEFORE_MERGER)
    merge(old, into=places.khanh_hoa)
    calendar(2024, 2025)
    return old


@pytest.fixture
def told(places: Any, old_khanh_hoa: Any, leader: Any) -> Any:
    """Reports figures of the three units, recomputes, and reads the series of Khánh Hòa of today."""

    def told(indicator: Any, *, old: str | None, ninh_thuan: str | None, now: str | None = "80/100") -> Any:
        for unit, code, figure in (
            (old_khanh_hoa, BEFORE, old),
            (places.ninh_thuan, BEFORE, ninh_thuan),
            (places.khanh_hoa, AFTER, now),
        ):
            owe(unit, indicator)
            if figure is not None:
                report(unit, indicator, code, "total", figure)
        recompute_all()
        return {each.period.code: each for each in read(places.khanh_hoa, indicator, leader)}

    return told


def read(unit: Any, indicator: Any, who: Any) -> list[SeriesPeriod]:
    definition = indicator.definitions.get()
    return series_of(
        lineage_of(unit), indicator, "total", [period(AFTER), period(BEFORE)], definition, who=who
    )


def test_series_reaches_back_by_the_sums_of_both_predecessors(told: Any) -> None:
    found = told(make_indicator(), old="9/10", ninh_thuan="100/1000")
    assert found[BEFORE].restated is not None
    assert (found[BEFORE].restated.numerator, found[BEFORE].restated.denominator) == (109, 1010)
    assert found[BEFORE].restated.is_restated
    assert found[BEFORE].why == Why.NOTHING


def test_own_period_is_as_the_unit_reported_it(told: Any, places: Any) -> None:
    found = told(make_indicator(), old="9/10", ninh_thuan="1/10")
    assert found[AFTER].restated is not None
    assert found[AFTER].restated.number == 80
    assert not found[AFTER].restated.is_restated
    assert set(found[AFTER].as_reported) == {places.khanh_hoa.pk}


def test_both_predecessors_stand_as_reported_then(told: Any, places: Any, old_khanh_hoa: Any) -> None:
    found = told(make_indicator(), old="9/10", ninh_thuan="1/10")
    then = {pk: figure.number for pk, figure in found[BEFORE].as_reported.items()}
    assert then == {old_khanh_hoa.pk: 90, places.ninh_thuan.pk: 10}


def test_predecessor_that_went_over_in_part_does_not_compare(told: Any, places: Any) -> None:
    UnitSuccession.objects.filter(predecessor=places.ninh_thuan).update(share=Share.PART)
    found = told(make_indicator(), old="9/10", ninh_thuan="1/10")
    assert found[BEFORE].restated is None
    assert (found[BEFORE].why, found[BEFORE].because_of) == (Why.SPLIT, places.ninh_thuan)


def test_predecessor_without_a_figure_does_not_compare(told: Any, places: Any) -> None:
    found = told(make_indicator(), old="9/10", ninh_thuan=None)
    assert (found[BEFORE].why, found[BEFORE].because_of) == (Why.NO_FIGURE, places.ninh_thuan)


def test_percentage_without_numerator_does_not_compare(told: Any, old_khanh_hoa: Any) -> None:
    found = told(make_indicator(), old="90", ninh_thuan="1/10")
    assert found[BEFORE].restated is None
    assert (found[BEFORE].why, found[BEFORE].because_of) == (Why.NO_PARTS, old_khanh_hoa)


@pytest.mark.parametrize(
    ("value_type", "unit"), [("rank", "thứ hạng"), ("index", "điểm (0-1)")], ids=["rank", "index"]
)
def test_ranks_and_indices_do_not_pool(told: Any, value_type: str, unit: str) -> None:
    indicator = make_indicator(value_type=value_type, unit_of_measure=unit, pooling="none", decimals=0)
    found = told(indicator, old="24", ninh_thuan="31", now="18")
    assert found[BEFORE].restated is None
    assert found[BEFORE].why == Why.DOES_NOT_POOL


def test_counts_add_up_through_the_merger(told: Any) -> None:
    indicator = make_indicator(value_type="count", unit_of_measure="người", pooling="sum", decimals=0)
    found = told(indicator, old="200", ninh_thuan="0", now="250")
    assert found[BEFORE].restated is not None
    assert found[BEFORE].restated.number == 200


def test_unit_that_took_another_one_in_is_not_compared_with_its_smaller_self(
    places: Any, leader: Any
) -> None:
    calendar(2024, 2025)
    indicator = make_indicator()
    lives_on = make_unit("province", ref="P01", name="Thành phố Hà Nội")
    taken_in = make_unit("province", ref="P28", name="Tỉnh Hà Tây", valid_to=BEFORE_MERGER)
    merge(taken_in, into=lives_on, on=MERGER)
    owe(lives_on, indicator)
    report(lives_on, indicator, BEFORE, "total", "5/10")
    recompute_all()
    found = {each.period.code: each for each in read(lives_on, indicator, leader)}
    assert (found[BEFORE].why, found[BEFORE].because_of) == (Why.TOOK_IN, taken_in)
    assert found[BEFORE].as_reported[lives_on.pk].number == 50


def test_lineage_follows_mergers_behind_each_other(places: Any, old_khanh_hoa: Any) -> None:
    older = make_unit("province", ref="P-OLD", name="Tỉnh Thuận Hải", valid_to="1991-12-31")
    merge(older, into=places.ninh_thuan, on=date(1992, 1, 1))
    lineage = lineage_of(places.khanh_hoa)
    assert {unit.ref for unit in lineage.predecessors} == {"P56", "P58", "P-OLD"}
    assert {each.predecessor.ref for each in lineage.direct} == {"P56", "P58"}


def _as_reported() -> dict[str, list[Any]]:
    """Every stored figure and verdict of the time before the merger, as it stands in the database."""
    before = {"period__assessed_on__lt": MERGER}
    return {
        "cells": list(Measurement.objects.filter(**before).order_by("pk").values()),
        "roll-ups": list(RollUp.objects.filter(**before, basis="as_reported").order_by("pk").values()),
        "verdicts": list(Attainment.objects.filter(**before).order_by("pk").values()),
    }


def test_replaying_the_merger_leaves_every_earlier_figure_as_reported(
    told: Any, places: Any, old_khanh_hoa: Any
) -> None:
    """The successions are taken away and written again, and everything is recomputed each time."""
    indicator = make_indicator()
    for unit, code in ((places.loi_hai, "commune"), (places.thuan_bac, "district")):
        owe(unit, indicator, code)
        report(unit, indicator, BEFORE, code, "3/4")
    aim(places.ninh_thuan, indicator)
    told(indicator, old="9/10", ninh_thuan="1/10")
    first = _as_reported()
    assert all(first.values()), "there must be something to compare"
    kept = list(UnitSuccession.objects.all())
    UnitSuccession.objects.all().delete()
    recompute_all()
    assert not RollUp.objects.filter(basis="restated").exists()
    assert _as_reported() == first
    UnitSuccession.objects.bulk_create(kept)
    recompute_all()
    assert RollUp.objects.filter(basis="restated").exists()
    assert _as_reported() == first


def test_recomputing_again_writes_nothing(told: Any) -> None:
    told(make_indicator(), old="9/10", ninh_thuan="1/10")
    counts = recompute_all()
    assert (counts.roll_ups_written, counts.attainments_written) == (0, 0)
