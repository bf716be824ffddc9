"""Saving cells: what is written, what is refused, and two people at once."""

from datetime import date

import pytest
from django.http import Http404

from indicators.actions.entering import CellInput, check_reports, save_cells
from indicators.entry.places import may_approve, may_enter, owed, place_or_404
from indicators.entry.rows import rows_of
from indicators.models import DefinitionLevel, Measurement, MeasurementVersion
from tests.entry.conftest import PERIOD, owed_indicator


def test_owed_rows_in_order_of_code(place):
    assert [one.key for one in owed(place)] == ["DI-01:commune", "DI-02:commune", "DI-03:commune"]


def test_stranger_finds_no_report(office, neighbour, outsider):
    for person in (neighbour, outsider):
        with pytest.raises(Http404):
            place_or_404(person, office.phan_rang.ref, PERIOD)


def test_roles_decide_what_may_be_done(place, reporter, approver, leader, neighbour):
    assert may_enter(reporter, place)
    assert not may_approve(reporter, place)
    assert may_approve(approver, place)
    assert not may_enter(approver, place)
    for person in (leader, neighbour):
        assert not may_enter(person, place)
        assert not may_approve(person, place)


def test_value_is_saved_as_draft_and_counts_nothing(enter):
    outcome = enter("DI-01", numerator="5.233", denominator="7.001", note="theo sổ")
    cell = Measurement.objects.get()
    assert (outcome.state, str(outcome.version.numerator), str(outcome.version.denominator)) == (
        "saved",
        "5233",
        "7001",
    )
    assert (cell.answer, cell.working_version, cell.approved_version) == ("unanswered", outcome.version, None)
    assert outcome.version.state == "draft"


def test_same_again_changes_nothing(enter):
    enter("DI-02", value="12")
    assert enter("DI-02", value="12").state == "unchanged"
    assert MeasurementVersion.objects.count() == 1


def test_empty_cell_without_a_version_stays_empty(enter):
    assert enter("DI-02").state == "unchanged"
    assert not Measurement.objects.exists()


def test_emptied_cell_is_refused_and_keeps_its_version(enter):
    enter("DI-02", value="12")
    outcome = enter("DI-02")
    assert (outcome.state, outcome.findings[0].code) == ("refused", "number_missing")
    assert MeasurementVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "typed", "expected"),
    [
        ("DI-01", {"numerator": "8", "denominator": "7"}, "numerator_exceeds_denominator"),
        ("DI-01", {"numerator": "8"}, "number_missing"),
        ("DI-01", {"value": "98.902"}, "number_ambiguous"),
        ("DI-01", {"value": "101"}, "out_of_range"),
        ("DI-01", {"answer": "nothing_arose"}, "nothing_arose_on_stock"),
        ("DI-02", {"value": "mười"}, "number_unreadable"),
        ("DI-02", {"value": "1,5"}, "not_an_integer"),
        ("DI-02", {"numerator": "1", "denominator": "2"}, "not_a_ratio"),
        ("DI-02", {"answer": "missing"}, "reason_missing"),
        ("DI-02", {"answer": "missing", "missing_reason": "holiday"}, "unknown_choice"),
        ("DI-03", {"value": "1,23456"}, "too_many_decimals"),
        ("DI-03", {"value": "-1"}, "out_of_range"),
        ("XX-99", {"value": "1"}, "not_owed"),
    ],
)
def test_refused_cell_is_not_written(enter, code, typed, expected):
    outcome = enter(code, **typed)
    assert (outcome.state, [each.code for each in outcome.findings]) == ("refused", [expected])
    assert not MeasurementVersion.objects.exists()


def test_one_refused_cell_leaves_the_others(place, reporter):
    outcomes = save_cells(
        place=place,
        by=reporter,
        via="paste",
        inputs=[
            CellInput(indicator="DI-02", level="commune", value="x"),
            CellInput(indicator="DI-03", level="commune", value="1.234,5"),
        ],
    )
    assert [each.state for each in outcomes] == ["refused", "saved"]
    assert MeasurementVersion.objects.get().via == "paste"


def test_dry_run_writes_nothing(place):
    given = CellInput(indicator="DI-02", level="commune", value="3")
    assert check_reports([(place, [given])])[0][0].state == "saved"
    assert not Measurement.objects.exists()
    assert place.report is None


def test_second_person_gets_both_values(enter, approver):
    enter("DI-02", value="12", base=0)
    outcome = enter("DI-02", value="13", base=0, by=approver)
    assert (outcome.state, outcome.version.value, outcome.cell.value) == ("conflict", 12, 13)
    assert MeasurementVersion.objects.count() == 1


def test_same_figures_again_are_no_conflict_and_tell_their_version(enter):
    """What a page asks whose answer was lost: it sends the same once more, still without their version."""
    enter("DI-02", value="12", base=0)
    outcome = enter("DI-02", value="12", base=0)
    assert (outcome.state, outcome.version.number) == ("unchanged", 1)
    assert enter("DI-02", value="13", base=1).state == "saved"


def test_own_newer_figure_is_not_overwritten_unseen(enter):
    """Two tabs of one person: neither knows the other's figure."""
    enter("DI-02", value="12", base=0)
    outcome = enter("DI-02", value="13", base=0)
    assert (outcome.state, outcome.version.value) == ("conflict", 12)


def test_level_that_ended_is_refused(office, place, enter):
    DefinitionLevel.objects.filter(definition__indicator__code="DI-02").update(valid_to="2025-06-30")
    assert enter("DI-02", value="1").findings[0].code == "level_not_valid"


def test_future_period_is_refused(office, reporter, pin_today):
    pin_today(date(2026, 9, 1))
    later = place_or_404(reporter, office.phan_rang.ref, "2026-Q4")
    given = CellInput(indicator="DI-02", level="commune", value="1")
    assert save_cells(place=later, inputs=[given], by=reporter, via="form")[0].findings[0].code == (
        "period_not_open"
    )


@pytest.mark.parametrize("count", [2, 30])
def test_saving_takes_the_same_queries_for_any_number(office, reporter, count, django_assert_max_num_queries):
    for number in range(count):
        owed_indicator(office, f"Q-{number:02}", value_type="count", pooling="sum")
    place = place_or_404(reporter, office.phan_rang.ref, PERIOD)
    inputs = [CellInput(indicator=f"Q-{n:02}", level="commune", value=str(n)) for n in range(count)]
    save_cells(
        place=place,
        by=reporter,
        via="form",
        inputs=[CellInput(indicator="DI-02", level="commune", value="1")],
    )
    with django_assert_max_num_queries(12):
        outcomes = save_cells(place=place, inputs=inputs, by=reporter, via="paste")
    assert {each.state for each in outcomes} == {"saved"}


@pytest.mark.parametrize("count", [2, 60])
def test_rows_take_the_same_queries_for_any_number(office, reporter, count, django_assert_num_queries):
    for number in range(count):
        owed_indicator(office, f"Q-{number:02}", value_type="count", pooling="sum")
    place = place_or_404(reporter, office.phan_rang.ref, PERIOD)
    with django_assert_num_queries(4):
        assert len(rows_of(place)) == count + 3
