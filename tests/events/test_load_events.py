"""The shipped events, and what happens to a file with a mistake."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from events.actions.load_events import DATA, load_events
from events.models import Event
from provinces.bulk import Count
from provinces.datafiles import DataFileErrors
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def test_events_of_the_file_are_all_there() -> None:
    assert Event.objects.count() == 7


def test_working_session_is_hosted_by_the_district_of_its_note() -> None:
    session = Event.objects.get(kind="working_session")
    assert session.unit.ref == "P58"
    assert session.host is not None
    assert session.host.ref == "D588"
    assert session.is_day_illustrative


def test_national_day_repeats_and_its_day_is_real() -> None:
    day = Event.objects.get(kind="national_day")
    assert day.repeats_yearly
    assert not day.is_day_illustrative


def test_campaign_has_its_own_first_and_last_day() -> None:
    campaign = Event.objects.get(kind="campaign")
    assert (f"{campaign.starts_on}", f"{campaign.ends_on}") == ("2025-07-15", "2025-10-25")


def test_events_name_their_documents() -> None:
    workshop = Event.objects.get(kind="workshop")
    numbers = workshop.documents.values_list("number", "unit__ref")
    assert set(numbers) == {("57-NQ/TW", "VN"), ("09-NQ/TU", "P12"), ("20-CT/TU", "P12")}


@pytest.mark.parametrize(("language", "word"), [("vi", "chỉ tiêu"), ("en", "targets")])
def test_events_speak_the_language_of_the_reader(language: str, word: str) -> None:
    review = Event.objects.get(kind="review_conference")
    with translation.override(language):
        assert word in review.outcomes
        assert review.title == getattr(review, f"title_{language}")


def test_events_loaded_again_change_nothing() -> None:
    assert set(load_events().values()) == {Count(0, 0)}


@pytest.mark.parametrize(
    ("line", "column", "cell"),
    [
        (3, "kind", "party"),
        (3, "unit_ref", "P99"),
        (5, "starts_on", "2025-06-31"),
        (6, "ends_on", "2025-07-14"),
        (3, "documents", "09-NQ/TU"),
        (3, "documents", "Tỉnh ủy Kon Tum|09-NQ/TU|2022-02-19"),
        (3, "note", "day made up"),
        (3, "note", "host unit district D999"),
    ],
)
def test_events_with_a_mistake_name_its_place_and_load_nothing(
    tmp_path: Path, line: int, column: str, cell: str
) -> None:
    cells = {(2, "outcomes"): "Other outcomes", (line, column): cell}
    with pytest.raises(DataFileErrors) as raised:
        load_events(folder=folder_with(tmp_path, DATA, "events.csv", cells))
    places = [(error.file, error.line, error.column) for error in raised.value.errors]
    assert ("events.csv", line, column) in places
    assert not Event.objects.filter(outcomes_en="Other outcomes").exists()


def test_event_of_a_unit_that_had_ended_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "events.csv", {(5, "unit_ref"): "P66"})
    with pytest.raises(DataFileErrors, match=r"events\.csv:5:unit_ref"):
        load_events(folder=folder)


def test_event_without_its_texts_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "event_texts.csv", {(2, "starts_on"): "2023-12-30"})
    with pytest.raises(DataFileErrors) as raised:
        load_events(folder=folder)
    places = [(error.file, error.line, error.column) for error in raised.value.errors]
    assert places == [("event_texts.csv", 2, "starts_on"), ("events.csv", 2, "title_vi")]


def test_command_prints_counts() -> None:
    out = StringIO()
    call_command("load_events", stdout=out)
    assert "events: 0 created, 0 updated" in out.getvalue()
