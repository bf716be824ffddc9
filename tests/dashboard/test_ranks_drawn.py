"""Charts of ranks: the first stands at the top, and no line is drawn for a place that does not exist."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.charts import Mark, trajectory
from dashboard.lines import Line, Point, line_chart


def height(share: str) -> Decimal:
    return Decimal(share.rstrip("%"))


def drawn(*ranks: int, is_rank: bool):
    points = [Point(place, Fraction(rank), str(rank)) for place, rank in enumerate(ranks)]
    return line_chart(
        [Line("Ninh Thuận", points)], [str(2020 + each) for each in range(len(ranks))], is_rank=is_rank
    )


@pytest.mark.parametrize(("is_rank", "is_higher"), [(True, True), (False, False)])
def test_better_rank_is_drawn_higher(is_rank, is_higher):
    before, after = (height(point.y) for point in drawn(53, 27, is_rank=is_rank).lines[0].points)
    # Heights count from the top.
    assert (after < before) is is_higher


def test_scale_begins_with_the_first_place():
    chart = drawn(1, 1, is_rank=True)
    assert [tick.value for tick in chart.y_ticks] == [1, 2]
    assert height(chart.y_ticks[0].at) < height(chart.y_ticks[1].at)


def test_line_of_numbers_keeps_its_zero():
    assert drawn(1, 1, is_rank=False).y_ticks[0].value == 0


@pytest.mark.parametrize(("is_rank", "is_higher"), [(True, True), (False, False)])
def test_better_rank_is_drawn_higher_on_the_way_to_the_goal(is_rank, is_higher):
    values = [Mark(date(2022, 12, 31), 53), Mark(date(2023, 12, 31), 27)]
    chart = trajectory(goal=Mark(date(2024, 12, 31), 30), values=values, is_rank=is_rank)
    before, after = (height(each.y) for each in chart.values)
    assert (after < before) is is_higher
