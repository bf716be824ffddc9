"""Declaring a target done, or judging it met."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from indicators.actions import declaring
from indicators.actions.reporting import ReportingError
from indicators.models import Job, Target
from provinces.models import Unit
from tests.factories.results import make_target
from tests.factories.units import make_unit
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


def as_done(target: Target) -> Target:
    target.revisions.update(rule="done", threshold=None)
    return target


def declared(target: Target, by: User, **fields: Any) -> Any:
    made_up: dict[str, Any] = {"kind": "done", "is_met": True, "declared_on": date(2025, 6, 1)}
    made = declaring.enter(target=target, by=by, **made_up | fields)
    return declaring.submit(declaration=made, by=by)


def test_declaration_counts_once_a_second_person_approved(target: Target, people: tuple[User, User]) -> None:
    made = declared(as_done(target), people[0])
    assert not Job.objects.exists()

    approved = declaring.approve(declaration=made, by=people[1])

    assert approved.state == "approved"
    assert Job.objects.get().target == target
    assert_traced("declaration.approve", "declaration", "declaration")


def test_declaration_is_not_approved_by_who_entered_it(target: Target, by: User) -> None:
    with pytest.raises(ReportingError, match="second person"):
        declaring.approve(declaration=declared(as_done(target), by), by=by)


def test_declaration_approved_twice_is_harmless(target: Target, people: tuple[User, User]) -> None:
    made = declared(as_done(target), people[0])
    for _time in range(2):
        declaring.approve(declaration=made, by=people[1])
    assert Job.objects.count() == 1


def test_newer_declaration_supersedes_the_older(target: Target, people: tuple[User, User]) -> None:
    as_done(target)
    for is_met in (True, False):
        declaring.approve(declaration=declared(target, people[0], is_met=is_met), by=people[1])
    states = target.declarations.order_by("number").values_list("number", "state", "is_met")
    assert list(states) == [(1, "superseded", True), (2, "approved", False)]


def test_declaration_withdrawn_needs_a_reason(target: Target, people: tuple[User, User]) -> None:
    made = declaring.approve(declaration=declared(as_done(target), people[0]), by=people[1])
    with pytest.raises(ReportingError, match="why"):
        declaring.withdraw(declaration=made, by=people[1], reason=" ")
    declaring.withdraw(declaration=made, by=people[1], reason="Not finished after all")
    assert target.declarations.get().state == "withdrawn"
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("rule", "fields", "message"),
    [
        ("at_least", {}, "by its figures"),
        ("judged", {}, "by its figures"),
        ("done", {"declared_on": date(2025, 11, 22)}, "not come yet"),
        ("judged", {"kind": "judged", "reason": "All steps online"}, "who judged"),
        ("done", {"part_position": 1}, "by its figures"),
    ],
)
def test_declaration_is_refused(
    target: Target, by: User, rule: str, fields: dict[str, Any], message: str
) -> None:
    target.revisions.update(rule=rule, threshold=90 if rule == "at_least" else None)
    with pytest.raises(ReportingError, match=message):
        declared(target, by, **fields)
    assert_untouched()


def test_judgement_names_who_and_why(target: Target, people: tuple[User, User]) -> None:
    target.revisions.update(rule="judged", threshold=None)
    made = declared(target, people[0], kind="judged", judged_by=people[1], reason="All steps online")
    assert (made.judged_by, made.reason) == (people[1], "All steps online")
