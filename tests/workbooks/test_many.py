"""Many reports in one workbook: every planted error is found, nothing else is, and long jobs give way."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, Role
from config import tasks
from indicators.actions import upload_figures, upload_writing, uploads
from indicators.actions.jobs import mark_stale
from indicators.entry.places import places_of
from indicators.entry.rows import rows_in
from indicators.models import (
    Answer,
    DefinitionLevel,
    Job,
    LineKind,
    Measurement,
    MeasurementVersion,
    Period,
    Upload,
)
from indicators.permissions import ENTERS
from indicators.workbooks.figures_book import write_book
from tests.entry.conftest import PERIOD
from tests.factories.cells import calendar, owe
from tests.factories.results import make_indicator
from tests.factories.units import make_unit
from tests.workbooks.books import edited
from tests.workbooks.conftest import SHEET

COMMUNES, INDICATORS = 8, 10
ROWS = COMMUNES * INDICATORS
MANY_COMMUNES, MANY_INDICATORS = 100, 50
ERRORS = 200


@pytest.fixture
def size() -> tuple[int, int]:
    return COMMUNES, INDICATORS


@pytest.fixture
def province(places: Any, on_time: None, reporter: Any, size: Any, monkeypatch: Any) -> list[Any]:
    """The reports of some communes, for one who enters for the whole province; two reports are a step."""
    monkeypatch.setattr(upload_figures, "_ROWS_A_STEP", 2 * INDICATORS)
    monkeypatch.setattr(upload_writing, "_LINES_A_STEP", 2 * INDICATORS + 1)
    calendar(2025, 2026)
    Membership.objects.create(user=reporter, role=Role.REPORTER, unit=places.khanh_hoa)
    communes = [make_unit("commune", parent=places.khanh_hoa) for _ in range(size[0])]
    for number in range(size[1]):
        indicator = make_indicator(f"N-{number:02}", value_type="count", pooling="sum")
        DefinitionLevel.objects.get_or_create(definition=indicator.definitions.get(), level="commune")
        for commune in communes:
            owe(commune, indicator, "commune")
    return communes


@pytest.fixture
def filled(province: Any, reporter: Any) -> Any:
    """The province's workbook with a figure in every row; ``change`` may spoil some of them."""
    period = Period.objects.get(code=PERIOD)
    places = places_of(reporter, *ENTERS, periods=[period])
    rows = rows_in(places, period)
    content = write_book((place, row) for place in places for row in rows[place.key])

    def fill(change: Any = lambda _number: {}) -> bytes:
        numbers = iter(range(10**6))
        return edited(content, SHEET, lambda _row: {"value": 5} | change(next(numbers)))

    return fill


@pytest.mark.slow
@pytest.mark.parametrize("size", [(MANY_COMMUNES, MANY_INDICATORS)])
def test_exactly_the_planted_errors_are_told(filled, upload):
    spoiled = random.Random(7).sample(range(MANY_COMMUNES * MANY_INDICATORS), ERRORS)
    wrong = [
        ({"value": "12,x"}, "number_unreadable"),
        ({"value": -3}, "out_of_range"),
        ({"value": 2.5}, "not_an_integer"),
        ({"numerator": 1, "denominator": 2, "value": ""}, "not_a_ratio"),
        ({"answer": str(Answer.MISSING.label), "value": ""}, "reason_missing"),
        ({"qualifier": "chắc chắn"}, "unknown_choice"),
        ({"indicator": "XX-99"}, "not_owed"),
        ({"unit": "X00000"}, "report_unknown"),
    ]
    planted = {row: wrong[place % len(wrong)] for place, row in enumerate(spoiled)}

    def spoil(number: int) -> dict[str, Any]:
        change = planted[number][0] if number in planted else {}
        # Each a code of its own: the same one twice in a report would be another error.
        return change | ({"indicator": f"XX-{number}"} if "indicator" in change else {})

    sent = upload(filled(spoil))
    assert sent.state == "refused"
    found = sent.lines.filter(kind=LineKind.PROBLEM).values_list("row", "code")
    assert sorted(found) == sorted((row + 3, code) for row, (_change, code) in planted.items())
    assert not MeasurementVersion.objects.exists()
    assert not Measurement.objects.exists()


def test_workbook_is_written_in_steps_and_twice_changes_nothing(filled, upload, confirm):
    content = filled()
    sent = upload(content)
    assert (sent.state, sent.rows_total) == ("checked", ROWS)
    asked = []
    uploads.confirm(upload=sent)
    uploads.run_next(lambda: asked.append(1) or True)
    sent.refresh_from_db()
    assert (sent.state, sent.written, len(asked)) == ("done", ROWS, 4)
    again = upload(content)
    assert (again.state, again.lines.count()) == ("done", 0)
    assert MeasurementVersion.objects.count() == ROWS


def test_worker_that_stops_leaves_the_rest_to_the_next(filled, upload):
    sent = upload(filled())
    uploads.confirm(upload=sent)
    answers = iter([True, False])
    uploads.run_next(lambda: next(answers))
    sent.refresh_from_db()
    assert sent.state == "writing"
    written = MeasurementVersion.objects.count()
    assert 0 < written < ROWS
    assert uploads.run_next(lambda: True)
    sent.refresh_from_db()
    assert sent.state == "done"
    assert MeasurementVersion.objects.count() == ROWS


def test_cancelling_in_the_middle_stops_at_whole_reports(filled, upload):
    sent = upload(filled())
    uploads.confirm(upload=sent)

    def cancel() -> bool:
        uploads.cancel(upload=Upload.objects.get(pk=sent.pk))
        return True

    uploads.run_next(cancel)
    sent.refresh_from_db()
    assert sent.state == "cancelled"
    assert sent.written == MeasurementVersion.objects.count() > 0
    assert MeasurementVersion.objects.count() % INDICATORS == 0


def test_dead_workers_upload_is_taken_over_when_its_lease_is_out(book, upload):
    sent = upload(edited(book(), SHEET, lambda row: {"value": 3} if row["indicator"] == "DI-02" else {}))
    Upload.objects.filter(pk=sent.pk).update(
        state="reading", lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert not uploads.run_next(lambda: True)
    Upload.objects.filter(pk=sent.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert uploads.run_next(lambda: True)
    sent.refresh_from_db()
    assert (sent.state, sent.lines.filter(kind=LineKind.DIFFERENCE).count()) == ("checked", 1)


def test_approvals_are_served_between_two_steps(office, book, upload):
    job = mark_stale(unit=office.phan_rang)
    assert tasks._goes_on()
    job.refresh_from_db()
    assert job.state == "done"
    assert not Job.objects.unfinished().exists()
