"""Revising a target, continuing it in a successor, and giving it to the units below."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.models import AuditEntry, User
from indicators.actions.targets import Asked, PartAsked, continue_target, link_copies, revise_target
from indicators.models import Job, Target
from provinces.models import Unit
from tests.factories.results import make_document, make_indicator, make_target
from tests.factories.units import BEFORE_MERGER, MERGER, make_unit, merge, nation
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


def asked(**fields: Any) -> Asked:
    made_up: dict[str, Any] = {"rule": "at_least", "threshold": 95, "due_on": DUE}
    return Asked(**made_up | fields)


def revise(target: Target, by: User, on: date = NEXT_YEAR, **fields: Any) -> Any:
    document = make_document(target.unit, "45/QĐ-UBND", valid_from=date(2023, 6, 1))
    return revise_target(target=target, document=document, effective_on=on, asked=asked(**fields), by=by)


def test_revision_is_recorded_with_its_document(target: Target, by: User) -> None:
    revision = revise(
        target, by, baseline=50, baseline_on=date(2023, 12, 31), milestones=[(date(2024, 12, 31), 80)]
    )

    assert (revision.number, revision.threshold, revision.recorded_by) == (2, 95, by)
    assert [(one.on, one.value) for one in revision.milestones.all()] == [(date(2024, 12, 31), 80)]
    assert_traced("target.revise", "target")
    entry = AuditEntry.objects.get()
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["threshold"], entry.after["threshold"]) == ("90.0000", "95")
    assert entry.after["document"].endswith("|45/QĐ-UBND|2023-01-10")


def test_revision_of_parts_is_recorded(target: Target, by: User) -> None:
    parts = [
        PartAsked(rule="at_least", threshold=n, indicator=make_indicator(), level="total") for n in (1, 2)
    ]
    revision = revise(target, by, rule="all_of", threshold=None, parts=parts)
    assert [(part.position, part.threshold) for part in revision.parts.all()] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"threshold": None}, "threshold"),
        ({"rule": "done"}, "threshold"),
        ({"low": 1}, "low"),
        ({"rule": "between", "threshold": None, "low": 2, "high": 1, "direction": "higher"}, "low"),
        ({"rule": "between", "threshold": None, "low": 1, "high": 2}, "direction"),
        ({"baseline": 1, "baseline_on": date(2026, 1, 1)}, "due_on"),
        ({"baseline": 1, "baseline_on": DUE}, "due_on"),
        ({"milestones": [(date(2026, 1, 1), 1)]}, "milestones[0].on"),
        ({"rule": "growth_at_least", "threshold": 20}, "years"),
        ({"rule": "all_of", "threshold": None}, "parts"),
        ({"rule": "as_good_as"}, "rule"),
        ({"threshold": 0.5}, "threshold"),
        ({"on": date(2023, 1, 1)}, "effective_on"),
        ({"on": date(2023, 3, 1)}, "effective_on"),
    ],
)
def test_revision_that_contradicts_itself_is_refused(
    target: Target, by: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        revise(target, by, **fields)
    assert field in refused.value.message_dict
    assert all(message.strip() for messages in refused.value.message_dict.values() for message in messages)
    assert target.revisions.count() == 1
    assert_untouched()


def test_revision_of_a_part_names_its_field(target: Target, by: User) -> None:
    part = PartAsked(rule="at_least", indicator=make_indicator(), level="total")
    with pytest.raises(ValidationError) as refused:
        revise(target, by, rule="all_of", threshold=None, parts=[part])
    assert "parts[0].threshold" in refused.value.message_dict


def test_revision_for_a_figure_needs_an_indicator(target: Target, by: User) -> None:
    Target.objects.filter(pk=target.pk).update(indicator=None)
    with pytest.raises(ValidationError, match="indicator"):
        revise(target, by)


def test_heading_that_counts_by_its_leaves_has_no_revision(target: Target, by: User) -> None:
    Target.objects.filter(pk=target.pk).update(kind="heading", counts_as="leaves")
    with pytest.raises(ValidationError, match="heading"):
        revise(target, by)


@pytest.fixture
def successor(unit: Unit) -> Unit:
    Unit.objects.filter(pk=unit.pk).update(valid_to=BEFORE_MERGER)
    found = make_unit("province", valid_from=MERGER)
    merge(unit, into=found)
    return found


def carry_on(target: Target, unit: Unit, by: User, counts_from: date = MERGER) -> Target:
    document = make_document(unit)
    return continue_target(target=target, unit=unit, document=document, counts_from=counts_from, by=by)


def test_target_is_continued_by_a_recorded_decision(target: Target, successor: Unit, by: User) -> None:
    target.revisions.update(baseline=50, baseline_on=date(2022, 12, 31))

    made = carry_on(target, successor, by)

    assert (made.continues, made.unit, made.counts_from) == (target, successor, MERGER)
    assert made.continued_by_document == made.document
    revision = made.revisions.get()
    assert (revision.threshold, revision.effective_on, revision.baseline) == (90, MERGER, None)
    assert_traced("target.continue", "target")


def test_target_is_not_continued_while_the_old_unit_lasts(target: Target, successor: Unit, by: User) -> None:
    with pytest.raises(ValidationError, match="begins later"):
        carry_on(target, successor, by, counts_from=BEFORE_MERGER)
    assert_untouched()


def test_target_is_continued_only_in_a_successor(target: Target, successor: Unit, by: User) -> None:
    with pytest.raises(ValidationError, match="not a successor"):
        carry_on(target, make_unit("province"), by)
    assert_untouched()


def test_target_is_continued_only_once(target: Target, successor: Unit, by: User) -> None:
    carry_on(target, successor, by)
    with pytest.raises(ValidationError, match="already"):
        carry_on(target, successor, by)


def test_national_target_is_given_to_provinces_as_linked_copies(by: User) -> None:
    heading = make_target(nation(), code="11", kind="heading", counts_as="leaves")
    heading.revisions.all().delete()
    national = make_target(nation(), document=heading.document, code="11.1", parent=heading)
    provinces = [make_unit("province") for _ in range(2)]
    headings = link_copies(target=heading, units=provinces, by=by)

    copies = link_copies(target=national, units=provinces, by=by)

    assert [copy.unit for copy in copies] == provinces
    assert [copy.parent for copy in copies] == headings
    for copy in copies:
        assert (copy.linked_to, copy.code, copy.indicator) == (national, "11.1", national.indicator)
        assert copy.revisions.get().threshold == 90
    assert Job.objects.filter(target__in=copies).count() == 2


def test_linking_again_makes_only_what_is_missing(by: User) -> None:
    national = make_target(nation())
    first, second = make_unit("province"), make_unit("province")
    link_copies(target=national, units=[first], by=by)

    made = link_copies(target=national, units=[first, second, second], by=by)

    assert [copy.unit for copy in made] == [second]


def test_target_is_given_only_to_units_below(target: Target, by: User) -> None:
    with pytest.raises(ValidationError, match="below"):
        link_copies(
            target=target, units=[make_unit("commune", parent=target.unit), make_unit("province")], by=by
        )
    assert_untouched()
    assert Target.objects.count() == 1
