"""Entering, submitting, approving and withdrawing a value."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import AuditEntry, Change, User
from indicators.actions.reporting import (
    ApprovedCell,
    CellValue,
    ReportingError,
    approve,
    enter,
    load_approved,
    submit,
    withdraw,
)
from indicators.models import Indicator, Job, Measurement, MeasurementVersion, Period
from provinces.models import Unit
from tests.factories.results import make_indicator, make_period
from tests.factories.units import make_agency, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit("commune")


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    return User.objects.create(username="enters"), User.objects.create(username="approves")


@pytest.fixture
def period(db: None) -> Period:
    return make_period("2023-Q4")


class Desk:
    """One cell and the two people who fill it."""

    def __init__(self, unit: Unit, period: Period, people: tuple[User, User], indicator: Indicator) -> None:
        self.unit, self.period, self.people, self.indicator = unit, period, people, indicator

    def enter(self, **cell: Any) -> MeasurementVersion:
        value = CellValue(**(cell or {"numerator": 9, "denominator": 10}))
        return enter(
            indicator=self.indicator,
            unit=self.unit,
            level="commune",
            period=self.period,
            by=self.people[0],
            cell=value,
        )

    def submitted(self, **cell: Any) -> MeasurementVersion:
        return submit(version=self.enter(**cell), by=self.people[0])

    def approved(self, **cell: Any) -> MeasurementVersion:
        return approve(version=self.submitted(**cell), by=self.people[1])

    @property
    def cell(self) -> Measurement:
        return Measurement.objects.get()


@pytest.fixture
def desk(unit: Unit, period: Period, people: tuple[User, User]) -> Desk:
    return Desk(unit, period, people, make_indicator(measure_mode="flow"))


def test_draft_and_submitted_change_no_figure(desk: Desk) -> None:
    desk.submitted()

    assert desk.cell.answer == "unanswered"
    assert not Job.objects.exists()


def test_approved_counts_and_marks_what_reads_it(desk: Desk) -> None:
    version = desk.approved()

    cell = desk.cell
    assert (cell.answer, cell.numerator, cell.denominator) == ("value", 9, 10)
    assert cell.approved_version == version
    job = Job.objects.get()
    assert (job.unit, job.indicator, job.period) == (desk.unit, desk.indicator, desk.period)


def test_approved_leaves_its_traces(desk: Desk) -> None:
    version = desk.approved()

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject_id) == (
        "measurement.approve",
        desk.people[1],
        str(version.pk),
    )
    assert entry.before is None
    assert entry.after is not None
    assert Decimal(entry.after["numerator"]) == 9
    assert list(Change.objects.values_list("resource", "operation")) == [
        ("measurement", "created"),
        ("measurement", "updated"),
    ]


def test_approving_twice_is_harmless(desk: Desk) -> None:
    version = desk.approved()

    again = approve(version=version, by=desk.people[1])

    assert again.state == "approved"
    assert (Job.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_approving_ones_own_is_refused(desk: Desk) -> None:
    version = desk.submitted()
    with pytest.raises(ReportingError, match="second person"):
        approve(version=version, by=desk.people[0])


def test_approving_what_one_submitted_is_refused(desk: Desk) -> None:
    version = submit(version=desk.enter(), by=desk.people[1])
    with pytest.raises(ReportingError, match="second person"):
        approve(version=version, by=desk.people[1])


def test_approving_ones_own_is_refused_to_a_superuser(desk: Desk) -> None:
    desk.people[0].is_superuser = True
    desk.people[0].save()
    version = desk.submitted()
    with pytest.raises(ReportingError):
        approve(version=version, by=desk.people[0])


def test_approving_a_draft_is_refused(desk: Desk) -> None:
    with pytest.raises(ReportingError, match="submitted"):
        approve(version=desk.enter(), by=desk.people[1])


def test_submitting_twice_is_refused(desk: Desk) -> None:
    version = desk.submitted()
    with pytest.raises(ReportingError, match="draft"):
        submit(version=version, by=desk.people[0])


def test_newer_version_counts_only_once_it_is_approved(desk: Desk) -> None:
    first = desk.approved()
    second = desk.submitted(numerator=5, denominator=10)
    assert desk.cell.numerator == 9

    approve(version=second, by=desk.people[1])

    assert desk.cell.numerator == 5
    first.refresh_from_db()
    assert first.state == "superseded"
    assert (first.numerator, second.number) == (9, 2), "what stood stays on record"


def test_older_version_approved_after_a_newer_one_counts(desk: Desk) -> None:
    """The last approved version counts, whichever was entered first."""
    older, newer = desk.submitted(), desk.submitted(numerator=5, denominator=10)
    approve(version=newer, by=desk.people[1])
    approve(version=older, by=desk.people[1])

    assert desk.cell.approved_version == older


def test_withdrawn_leaves_the_cell_unanswered(desk: Desk) -> None:
    version = desk.approved()

    withdraw(version=version, by=desk.people[1], reason="Counted twice")

    cell = desk.cell
    assert (cell.answer, cell.numerator, cell.approved_version) == ("unanswered", None, None)
    assert AuditEntry.objects.latest("pk").reason == "Counted twice"
    assert Job.objects.count() == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdrawing_needs_a_reason(desk: Desk, reason: str) -> None:
    version = desk.approved()
    with pytest.raises(ReportingError, match="why"):
        withdraw(version=version, by=desk.people[1], reason=reason)


def test_withdrawing_what_does_not_count_is_refused(desk: Desk) -> None:
    version = desk.submitted()
    with pytest.raises(ReportingError, match="approved"):
        withdraw(version=version, by=desk.people[1], reason="Counted twice")


def test_cell_can_be_filled_again_after_a_withdrawal(desk: Desk) -> None:
    withdraw(version=desk.approved(), by=desk.people[1], reason="Counted twice")

    desk.approved(numerator=4, denominator=10)

    assert desk.cell.numerator == 4


@pytest.mark.parametrize("reason", ["not_collected", "not_applicable", "late_source", "system_fault"])
def test_missing_is_kept_with_its_reason(desk: Desk, reason: str) -> None:
    desk.approved(answer="missing", missing_reason=reason)

    cell = desk.cell
    assert (cell.answer, cell.missing_reason, cell.value) == ("missing", reason, None)


def test_nothing_arose_is_no_zero(desk: Desk) -> None:
    desk.approved(answer="nothing_arose")

    assert (desk.cell.answer, desk.cell.value) == ("nothing_arose", None)


def test_nothing_arose_on_a_stock_is_refused(desk: Desk) -> None:
    desk.indicator = make_indicator(measure_mode="stock")
    with pytest.raises(ReportingError, match="write 0"):
        desk.enter(answer="nothing_arose")


def test_computed_indicator_is_never_typed(desk: Desk) -> None:
    desk.indicator = make_indicator(pooling="computed")
    with pytest.raises(ReportingError, match="computes"):
        desk.enter(value=1)


def test_indicator_without_a_definition_that_day_is_refused(desk: Desk) -> None:
    desk.indicator.definitions.update(valid_to="2023-12-30")
    with pytest.raises(ReportingError, match="no definition"):
        desk.enter()


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ({"numerator": 11, "denominator": 10}, "more than the denominator"),
        ({"numerator": -1, "denominator": 10}, "below zero"),
        ({"numerator": 1, "denominator": -10}, "below zero"),
        ({"numerator": 9}, "both"),
        ({"denominator": 10}, "both"),
        ({"numerator": 9, "denominator": 10, "value": 90}, "both"),
        ({"note": "no number"}, "both"),
        ({"answer": "missing"}, "why"),
        ({"answer": "missing", "missing_reason": "forgotten"}, "why"),
        ({"answer": "missing", "missing_reason": "late_source", "value": 0}, "no number"),
        ({"answer": "nothing_arose", "value": 0}, "no number"),
    ],
)
def test_figure_that_contradicts_itself_is_refused(desk: Desk, cell: dict[str, Any], message: str) -> None:
    desk.indicator = make_indicator(numerator_within_denominator=True, measure_mode="flow")
    with pytest.raises(ReportingError, match=message):
        desk.enter(**cell)
    assert not Measurement.objects.exists(), "nothing is half written"


def test_count_written_as_a_ratio_is_refused(desk: Desk) -> None:
    desk.indicator = make_indicator(value_type="count", pooling="sum")
    with pytest.raises(ReportingError, match="one number"):
        desk.enter(numerator=9, denominator=10)


def test_percentage_without_its_two_numbers_is_accepted(desk: Desk) -> None:
    desk.approved(value=Decimal("98.9"))

    assert desk.cell.value == Decimal("98.9")


def test_float_is_refused(desk: Desk) -> None:
    with pytest.raises(TypeError, match="binary float"):
        desk.enter(value=98.9)


def test_agency_has_a_cell_of_its_own(desk: Desk) -> None:
    agency = make_agency(desk.unit)
    for body in (None, agency):
        enter(
            indicator=desk.indicator,
            unit=desk.unit,
            level="commune",
            period=desk.period,
            agency=body,
            by=desk.people[0],
            cell=CellValue(value=1),
        )
    assert Measurement.objects.count() == 2


def test_loading_twice_writes_once_and_never_over_a_person(desk: Desk) -> None:
    cell = ApprovedCell(
        indicator=desk.indicator,
        unit=desk.unit,
        level="commune",
        period=desk.period,
        numerator=1,
        denominator=2,
    )
    people = {"entered_by": desk.people[0], "approved_by": desk.people[1]}
    assert load_approved([cell], **people) == 1
    desk.approved(numerator=2, denominator=2)

    assert load_approved([cell], **people) == 0

    assert desk.cell.numerator == 2
