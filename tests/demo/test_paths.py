"""The short lines that say how an indicator went."""

from decimal import Decimal

import pytest

from config.demo.paths import APPROVED, DRAFT, SUBMITTED, Step, codes_from, steps
from indicators.models import MissingReason


def test_steps_reads_numbers() -> None:
    assert [step.number for step in steps("9250 0.6821", 2)] == [Decimal(9250), Decimal("0.6821")]


def test_steps_climbs() -> None:
    assert [step.number for step in steps("10>30", 3)] == [Decimal(10), Decimal(20), Decimal(30)]


def test_steps_reads_a_fraction() -> None:
    assert steps("59408/65644", 1)[0].fraction == (59408, 65644)


def test_steps_reads_reasons() -> None:
    assert [step.missing for step in steps("nc na late fault", 4)] == [
        MissingReason.NOT_COLLECTED,
        MissingReason.NOT_APPLICABLE,
        MissingReason.LATE_SOURCE,
        MissingReason.SYSTEM_FAULT,
    ]


def test_steps_tells_nothing_arose_from_no_answer() -> None:
    nothing, unanswered = steps("none -", 2)
    assert nothing.nothing_arose
    assert nothing.is_answered
    assert unanswered == Step()
    assert not unanswered.is_answered


def test_steps_reads_how_far_it_is() -> None:
    assert [step.state for step in steps("1 s:1 d:1", 3)] == [APPROVED, SUBMITTED, DRAFT]


@pytest.mark.parametrize("path", ["1", "1 2 3", "x 1", "q:1 2", "1,5 2", "-1 2", "1.23456 2"])
def test_steps_refuses_nonsense(path: str) -> None:
    with pytest.raises(ValueError, match="“"):
        steps(path, 2)


def test_codes_end_with_the_generation() -> None:
    assert codes_from("2024-Q4", "P58") == ["2024-Q4", "2025-Q1", "2025-Q2"]
    assert codes_from("2026-Q3", "P56-2025") == ["2026-Q3", "2026-Q4"]


def test_codes_of_a_year_are_that_year() -> None:
    assert codes_from("2025", "P56-2025") == ["2025"]
