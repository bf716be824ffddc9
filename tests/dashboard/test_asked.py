"""What a target asks, in words and short, and how figures are written beside it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from dashboard.asked import Measure, asked_in_words, asked_short, goal_of, limits_of
from indicators.models import TargetRevision

RATE = Measure(unit="%", decimals=2)
RANK = Measure(unit="thứ hạng", decimals=0, value_type="rank")
PEOPLE = Measure(unit="người", decimals=0, value_type="count", factor=1)
YES_NO = Measure(unit="có/không", decimals=0, value_type="boolean", factor=1)


def rule(name, **numbers):
    found = TargetRevision(rule=name, due_on=date(2025, 12, 31))
    for field, value in numbers.items():
        setattr(found, field, Decimal(value) if field in ("threshold", "low", "high", "baseline") else value)
    return found


CASES = [
    (rule("at_least", threshold="95"), RATE, "≥ 95 %", "Đạt ít nhất 95 %"),
    (rule("more_than", threshold="0.7"), RATE, "> 0,7 %", "Đạt trên 0,7 %"),
    (rule("at_most", threshold="5"), RATE, "≤ 5 %", "Không quá 5 %"),
    (rule("less_than", threshold="5"), RATE, "< 5 %", "Dưới 5 %"),
    (rule("equal", threshold="14"), PEOPLE, "= 14 người", "Đạt đúng 14 người"),
    (rule("equal", threshold="1"), YES_NO, "Có", "Đạt đúng Có"),
    (rule("rank_at_most", threshold="30"), RANK, "hạng ≤ 30", "Xếp hạng 30 trở lên"),
    (rule("between", low="16", high="18", direction="higher"), RATE, "16–18 %", "Đạt từ 16 % đến 18 %"),
    (
        rule("between", low="1", high="3", direction="lower"),
        RATE,
        "1–3 %",
        "Không quá 3 %, tốt hơn nữa là dưới 1 %",
    ),
    (rule("between", low="1", high="3", direction="within"), RATE, "1–3 %", "Giữ trong khoảng 1 % đến 3 %"),
    (
        rule("growth_at_least", threshold="5", years=3, baseline="100"),
        PEOPLE,
        "+5 %/năm",
        "Tăng ít nhất 5 % mỗi năm trong 3 năm",
    ),
    (rule("done"), RATE, "đến 31/12/2025", "Hoàn thành"),
    (rule("judged"), RATE, "theo đánh giá", "Được người có thẩm quyền đánh giá là đạt"),
    (rule("all_of"), RATE, "cả 2 phần", "Đạt mọi phần"),
    (rule("any_of"), RATE, "một trong 2 phần", "Đạt một trong các phần"),
]


@pytest.mark.parametrize(("asked", "measure", "short", "words"), CASES)
def test_rule_is_asked_in_words_and_short(asked, measure, short, words):
    with override("vi"):
        assert asked_short(asked, measure, asked.due_on, parts=2).replace("\u00a0", " ") == short
        assert asked_in_words(asked, measure).replace("\u00a0", " ") == words


def test_goal_of_a_range_is_the_end_to_be_reached():
    assert goal_of(rule("between", low="16", high="18", direction="higher")) == 16
    assert goal_of(rule("between", low="16", high="18", direction="lower")) == 18


def test_goal_of_growth_is_exact():
    growth = rule("growth_at_least", threshold="5", years=2, baseline="100")
    assert goal_of(growth) == Fraction(11025, 100)
    assert limits_of(growth) == [Fraction(11025, 100)]


def test_what_is_declared_has_no_goal():
    assert goal_of(rule("done")) is None
    assert limits_of(rule("judged")) == []


def test_ratio_is_written_in_its_unit():
    assert RATE.number(Decimal(137884), Decimal(147818), None) == Fraction(13788400, 147818)
    with override("vi"):
        assert RATE.text(RATE.number(Decimal(137884), Decimal(147818), None)) == "93,28\u00a0%"


@pytest.mark.parametrize(("numerator", "denominator"), [(None, None), (5, None), (0, 0)])
def test_missing_is_not_zero(numerator, denominator):
    assert RATE.number(numerator, denominator, None) is None


def test_zero_is_a_figure():
    with override("vi"):
        assert PEOPLE.text(PEOPLE.number(None, None, Decimal(0))) == "0\u00a0người"
