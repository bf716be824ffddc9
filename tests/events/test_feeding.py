"""An outcome feeds an indicator once, through the workflow of entry, with the event as its evidence."""

import io
from datetime import date

import docx
import pytest
from django.core.files.storage import default_storage

from accounts.files import stored_at
from accounts.models import Role
from events.actions.feeding import feed
from events.actions.keeping import EventError
from events.actions.parts import remove_part
from events.models import Event, Outcome
from events.views.feeding import doors_of
from indicators.actions.entering import CellInput, save_cells
from indicators.actions.reporting import ReportingError, approve, submit
from indicators.models import DefinitionLevel, Evidence, Measurement, MeasurementVersion
from tests.cast import make_person
from tests.events.making import make_event
from tests.factories.cells import calendar, owe
from tests.factories.results import make_indicator


@pytest.fixture
def indicator(places, pin_today):
    pin_today(date(2026, 9, 20))
    calendar(2025, 2026)
    made = make_indicator(
        "DI-81", value_type="count", pooling="sum", measure_mode="flow", unit_of_measure="chiếc"
    )
    DefinitionLevel.objects.get_or_create(definition=made.definitions.get(), level="commune")
    owe(places.phan_rang, made, "commune")
    return made


@pytest.fixture
def outcome(places, indicator):
    event = make_event(places.phan_rang, starts_on=date(2026, 9, 5), title_vi="Lễ trao điện thoại")
    return Outcome.objects.create(event=event, label_vi="Điện thoại", value=81, indicator=indicator)


@pytest.fixture
def fed(outcome, reporter):
    door = doors_of(reporter, outcome)[0]
    return feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)


def test_the_period_of_the_event_is_offered_first(outcome, reporter):
    doors = doors_of(reporter, outcome)
    assert [door.place.period.code for door in doors] == ["2026-Q3", "2026-Q1", "2026-Q2", "2026-Q4"]


def test_the_outcome_becomes_a_draft_that_counts_for_nothing_yet(fed, indicator):
    version = MeasurementVersion.objects.get()
    assert fed.version == version
    assert (version.state, version.value, version.entered_by.username) == ("draft", 81, "reporter")
    assert version.measurement.period.code == "2026-Q3"
    assert version.measurement.answer == "unanswered"
    assert version.measurement.report.state == "draft"


def test_four_eyes_hold_for_what_an_event_fed(fed, reporter, approver):
    version = submit(version=fed.version, by=reporter)
    with pytest.raises(ReportingError):
        approve(version=version, by=reporter)
    approve(version=version, by=approver)
    assert Measurement.objects.get().value == 81


def test_the_note_and_a_file_name_the_event(fed, settings):
    assert "Lễ trao điện thoại" in fed.version.note
    assert fed.version.note.endswith(f"/events/{fed.event_id}/")
    proof = Evidence.objects.get(measurement=fed.version.measurement)
    with default_storage.open(stored_at(proof.sha256)) as file:
        page = docx.Document(io.BytesIO(file.read()))
    words = " ".join(cell.text for row in page.tables[0].rows for cell in row.cells)
    assert "Lễ trao điện thoại" in words
    assert "81" in words
    assert f"/events/{fed.event_id}/" in words


def test_the_second_time_is_refused_even_in_another_period(fed, reporter):
    door = doors_of(reporter, fed)[1]
    with pytest.raises(EventError, match="một lần"):
        feed(outcome=fed, place=door.place, owed=door.owed, by=reporter)
    assert MeasurementVersion.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_a_cell_that_holds_a_figure_is_left_as_it_is(outcome, reporter):
    door = doors_of(reporter, outcome)[0]
    typed = CellInput(indicator="DI-81", level="commune", value="12")
    save_cells(place=door.place, inputs=[typed], by=reporter, via="form")
    with pytest.raises(EventError, match="đã có số liệu"):
        feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)
    outcome.refresh_from_db()
    assert outcome.version is None
    assert MeasurementVersion.objects.get().value == 12


def test_what_the_rules_of_entry_refuse_is_refused_here(outcome, reporter):
    Outcome.objects.filter(pk=outcome.pk).update(value="81.5")
    door = doors_of(reporter, outcome)[0]
    with pytest.raises(EventError):
        feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)
    assert not MeasurementVersion.objects.exists()


def test_a_made_up_figure_feeds_nothing(outcome, reporter):
    Outcome.objects.filter(pk=outcome.pk).update(provenance="illustrative")
    door = doors_of(reporter, outcome)[0]
    with pytest.raises(EventError):
        feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)


def test_an_approximate_figure_is_an_estimate(outcome, reporter):
    Outcome.objects.filter(pk=outcome.pk).update(approximate=True)
    door = doors_of(reporter, outcome)[0]
    fed = feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)
    assert fed.version.qualifier == "estimate"


def test_an_outcome_that_fed_is_not_taken_off(fed, coordinator):
    with pytest.raises(EventError):
        remove_part(part=fed, by=coordinator)
    assert Outcome.objects.exists()


def test_reports_of_another_unit_are_not_offered(outcome, places):
    other = make_person("other", Role.REPORTER, places.cam_ranh)
    assert doors_of(other, outcome) == []


def test_page_writes_the_draft_and_goes_back_to_the_event(client, outcome, reporter):
    client.force_login(reporter)
    address = f"/events/outcomes/{outcome.pk}/feed/"
    assert "Quý III/2026" in client.get(address).content.decode()
    answer = client.post(address, {"cell": "2026-Q3|commune|"})
    assert (answer.status_code, answer["Location"]) == (302, f"/events/{outcome.event_id}/")
    assert MeasurementVersion.objects.get().value == 81
    again = client.post(address, {"cell": "2026-Q3|commune|"})
    assert again.status_code == 422


def test_an_outcome_of_a_made_up_event_feeds_nothing(outcome, reporter):
    Event.objects.filter(pk=outcome.event_id).update(is_illustrative=True)
    door = doors_of(reporter, outcome)[0]
    with pytest.raises(EventError):
        feed(outcome=outcome, place=door.place, owed=door.owed, by=reporter)
    assert not MeasurementVersion.objects.exists()
