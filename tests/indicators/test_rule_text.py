"""How officials write what a target asks, and the rule each spelling stands for."""

from decimal import Decimal

import pytest

from indicators.rule_text import ParsedRule, parse_number, parse_rule


@pytest.mark.parametrize(
    ("text", "rule", "threshold"),
    [
        ("90", "at_least", "90"),
        ("100%", "at_least", "100"),
        ("100 %", "at_least", "100"),
        ("09", "at_least", "9"),
        ("≥ 80", "at_least", "80"),
        (">= 30", "at_least", "30"),
        ("≥ 03", "at_least", "3"),
        ("> 0,7", "more_than", "0.7"),
        (">60", "more_than", "60"),
        ("≤ 5", "at_most", "5"),
        ("<= 5", "at_most", "5"),
        ("< 5%", "less_than", "5"),
        ("146.587.000", "at_least", "146587000"),
    ],
)
def test_rule_with_one_number(text: str, rule: str, threshold: str) -> None:
    assert parse_rule(text) == ParsedRule(rule, threshold=Decimal(threshold))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("16 - 18", 16, 18), ("8-10", 8, 10), ("20% - 50%", 20, 50), ("40 – 50", 40, 50)],
)
def test_rule_of_a_range_prefers_the_higher_end(text: str, low: int, high: int) -> None:
    expected = ParsedRule("between", low=Decimal(low), high=Decimal(high), direction="higher")
    assert parse_rule(text) == expected


def test_rule_of_a_rank_keeps_its_field() -> None:
    expected = ParsedRule("rank_at_most", threshold=Decimal(3), words="Đông Nam Á")
    assert parse_rule("≤ 3 Đông Nam Á", is_rank=True) == expected


def test_rule_of_two_ranks_asks_for_both() -> None:
    parsed = parse_rule("≤ 3 Đông Nam Á; ≤ 50 Thế giới", is_rank=True)
    assert parsed.rule == "all_of"
    assert [(part.rule, part.threshold, part.words) for part in parsed.parts] == [
        ("rank_at_most", 3, "Đông Nam Á"),
        ("rank_at_most", 50, "Thế giới"),
    ]


def test_rule_of_a_number_and_words_asks_for_both() -> None:
    parsed = parse_rule("≥ 3% và tăng dần theo yêu cầu phát triển")
    assert parsed.rule == "all_of"
    assert [(part.rule, part.threshold, part.words) for part in parsed.parts] == [
        ("at_least", 3, ""),
        ("judged", None, "tăng dần theo yêu cầu phát triển"),
    ]


def test_rule_in_words_is_judged_as_a_whole() -> None:
    text = "Tiên tiến, hiện đại và ngang tầm các nước"
    assert parse_rule(text) == ParsedRule("judged", words=text)


@pytest.mark.parametrize(
    "text", ["", "≥", "khoảng 80", "≥ 5 doanh nghiệp mới", "80 hoặc 90", "18 - 16", "1.500", "0.7", "≥ 80; "]
)
def test_rule_that_might_be_misread_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_rule(text)


@pytest.mark.parametrize("text", ["≥ 3", "3", "3 - 5", "< 3"])
def test_rank_is_only_asked_for_as_at_most(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_rule(text, is_rank=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), ("0,7", "0.7"), ("1.234,5", "1234.5"), ("98,9025", "98.9025"), ("1.234.567", "1234567")],
)
def test_number_as_officials_write_it(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["98.902", "1,23456", "1.23", "1.2345,6", "01.234,5", "1,2,3"])
def test_number_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="0,7"):
        parse_number(text)
