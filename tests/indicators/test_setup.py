"""Who owes what, and the days of periods."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.models import User
from indicators.actions.obligations import add_obligation, end_obligation
from indicators.actions.periods import change_period
from indicators.models import Job, Obligation, Period, Target
from provinces.models import Unit
from tests.factories.cells import calendar, period
from tests.factories.results import make_indicator, make_target
from tests.factories.units import make_agency, make_unit
from tests.indicators.traces import assert_traced, assert_untouched

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 21)
DUE = date(2025, 12, 31)
NEXT_YEAR = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def english(pin_today: Callable[[date], None]) -> Iterator[None]:
    pin_today(TODAY)
    with override("en"):
        yield


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    return User.objects.create(username="enters"), User.objects.create(username="approves")


@pytest.fixture
def by(people: tuple[User, User]) -> User:
    return people[0]


@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("province")


@pytest.fixture
def target(unit: Unit) -> Target:
    return make_target(unit)


def owes(unit: Unit, by: User, **fields: Any) -> Obligation:
    made_up: dict[str, Any] = {"level": "total", "frequency": "quarter", "valid_from": NEXT_YEAR}
    indicator = fields.pop("indicator", None) or make_indicator()
    return add_obligation(unit=unit, indicator=indicator, by=by, **made_up | fields)


def test_obligation_is_added_and_ended(unit: Unit, by: User) -> None:
    obligation = owes(unit, by)
    assert_traced("obligation.add", "obligation")

    ended = end_obligation(obligation=obligation, valid_to=date(2024, 12, 31), by=by, reason="Replaced")

    assert ended.valid_to == date(2024, 12, 31)
    assert_traced("obligation.end", "obligation", "obligation")
    jobs = Job.objects.filter(unit=unit, indicator=obligation.indicator, period=None)
    assert jobs.count() == 2


@pytest.mark.parametrize(
    ("first", "last", "is_refused"),
    [
        (date(2024, 1, 1), None, True),
        (date(2023, 1, 1), date(2023, 12, 31), False),
        (date(2023, 1, 1), date(2024, 1, 1), True),
        (None, None, True),
        (None, date(2023, 12, 31), False),
        (date(2024, 12, 31), None, True),
        (date(2025, 1, 1), None, False),
        (date(2024, 3, 1), date(2024, 4, 1), True),
    ],
)
def test_obligation_of_one_body_does_not_overlap(
    unit: Unit, by: User, first: date | None, last: date | None, *, is_refused: bool
) -> None:
    """Beside one for the whole of 2024."""
    indicator = make_indicator()
    owes(unit, by, indicator=indicator, valid_to=date(2024, 12, 31))
    again = {"indicator": indicator, "valid_from": first, "valid_to": last}
    if is_refused:
        with pytest.raises(ValidationError, match="owed already from 01/01/2024 to 31/12/2024"):
            owes(unit, by, **again)
    assert Obligation.objects.count() == 1
    if not is_refused:
        assert owes(unit, by, **again).pk


def test_obligations_of_other_bodies_and_levels_stand_side_by_side(unit: Unit, by: User) -> None:
    indicator = make_indicator()
    owes(unit, by, indicator=indicator)
    for fields in ({"agency": make_agency(unit)}, {"level": "province"}, {"frequency": "year"}):
        assert owes(unit, by, indicator=indicator, **fields).pk


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"valid_to": date(2023, 12, 31)}, "valid_to"),
        ({"frequency": "once"}, "due_on"),
        ({"due_on": DUE}, "due_on"),
        ({"level": "hamlet"}, "level"),
        ({"frequency": "daily"}, "frequency"),
    ],
)
def test_obligation_is_refused(unit: Unit, by: User, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        owes(unit, by, **fields)
    assert list(refused.value.message_dict) == [field]
    assert_untouched()


def test_obligation_of_another_units_agency_is_refused(unit: Unit, by: User) -> None:
    with pytest.raises(ValidationError, match="another unit"):
        owes(unit, by, agency=make_agency(make_unit("province")))


@pytest.fixture
def coming(target: Target) -> Period:
    """A quarter that begins on 15 December 2025."""
    calendar(2025, 2026)
    return period("2026-Q1")


def test_period_to_come_can_change_its_days(coming: Period, by: User) -> None:
    changed = change_period(
        period=coming,
        starts_on=date(2026, 1, 1),
        cutoff_on=date(2026, 3, 20),
        due_days={"commune": date(2026, 3, 27)},
        by=by,
        reason="45/QĐ-UBND",
    )

    assert (changed.starts_on, changed.cutoff_on) == (date(2026, 1, 1), date(2026, 3, 20))
    assert changed.due_days.get(body="commune").due_on == date(2026, 3, 27)
    assert_traced("period.change", "period")
    assert set(Job.objects.values_list("kind", flat=True)) == {"judge"}


def test_due_day_to_come_can_change_in_an_open_period(coming: Period, by: User) -> None:
    change_period(period=period("2025-Q4"), due_days={"province": date(2025, 12, 29)}, by=by)
    assert period("2025-Q4").due_days.get(body="province").due_on == date(2025, 12, 29)


def test_campaign_to_come_is_pooled_again_with_its_days(coming: Period, by: User) -> None:
    Period.objects.filter(pk=coming.pk).update(kind="campaign", code="2026-A")
    change_period(period=coming, assessed_on=date(2026, 4, 30), by=by)
    assert set(Job.objects.values_list("kind", "period")) == {("pool", coming.pk), ("judge", None)}


@pytest.mark.parametrize(
    ("code", "days", "field"),
    [
        ("2025-Q4", {"starts_on": date(2025, 10, 1)}, "starts_on"),
        ("2026-Q1", {"assessed_on": date(2026, 4, 30)}, "assessed_on"),
        ("2026-Q1", {"cutoff_on": date(2025, 1, 1)}, "cutoff_on"),
        ("2026-Q1", {"cutoff_on": date(2026, 4, 1)}, "assessed_on"),
        ("2026-Q1", {"due_days": {"commune": date(2026, 3, 1)}}, "due_days"),
        ("2026-Q1", {"due_days": {"village": date(2026, 4, 1)}}, "due_days"),
        ("2025-Q3", {"due_days": {"commune": date(2025, 12, 1)}}, "due_days"),
    ],
)
def test_period_is_not_changed(coming: Period, by: User, code: str, days: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        change_period(period=period(code), by=by, **days)
    assert list(refused.value.message_dict) == [field]
    assert_untouched()


def test_period_given_the_days_it_has_changes_nothing(coming: Period, by: User) -> None:
    change_period(period=coming, starts_on=coming.starts_on, by=by)
    assert_untouched()
