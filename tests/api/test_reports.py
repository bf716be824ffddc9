"""Reports and who has reported: state, whether in time, words, reach and filters."""

from datetime import date, datetime
from itertools import product

import pytest

from accounts.models import Role
from indicators.models import Measurement, Report, ReportState
from provinces.dates import VIETNAM
from tests.api.conftest import signed_in
from tests.cast import make_person
from tests.factories.cells import owe
from tests.factories.results import make_indicator, make_measurement, make_period
from tests.factories.units import make_agency

PATH = "reports/"
DUE = date(2026, 10, 16)
WORDS = {"results": "Kết quả", "difficulties": "Khó khăn", "causes": "", "proposals": "Đề xuất"}


@pytest.fixture
def quarter(db):
    period = make_period("2026-Q3")
    for body in ("commune", "agency"):
        period.due_days.create(body=body, due_on=DUE)
    return period


def at(day, hour=9):
    return datetime(2026, 10, day, hour, tzinfo=VIETNAM)


def test_report_tells_its_state_and_who_decided(get, places, quarter):
    made = Report.objects.create(
        unit=places.phan_rang, period=quarter, state="approved", first_submitted_at=at(16, 23), **WORDS
    )
    cell = make_measurement(places.phan_rang, period=quarter)
    Measurement.objects.filter(pk=cell.pk).update(report=made)
    approver = cell.approved_version.approved_by
    approver.full_name = "Trần Thị Duyệt"
    approver.save()
    [row] = get(PATH)["results"]
    assert row == {
        "id": made.pk,
        "unit": places.phan_rang.ref,
        "agency": None,
        "period": "2026-Q3",
        "state": "approved",
        "due_on": "2026-10-16",
        "standing": "in_time",
        "days_late": 0,
        "first_submitted_at": "2026-10-16T16:00:00Z",
        "last_submitted_at": "2024-01-02T00:00:00Z",
        "last_submitted_by": "enters",
        "last_approved_at": "2024-01-03T00:00:00Z",
        "last_approved_by": "Trần Thị Duyệt",
        "reopened_until": None,
        **WORDS,
    }
    assert get(f"{PATH}{made.pk}/") == row


def test_report_without_a_due_day_stands_nowhere(get, places, quarter):
    Report.objects.create(unit=places.khanh_hoa, period=quarter)
    [row] = get(PATH)["results"]
    assert (row["due_on"], row["standing"], row["days_late"]) == (None, None, None)


def test_report_of_an_agency_has_the_day_of_agencies(get, places, quarter, pin_today):
    pin_today(date(2026, 10, 20))
    Report.objects.create(unit=places.khanh_hoa, agency=places.department, period=quarter)
    [row] = get(PATH)["results"]
    assert row["agency"] == places.department.ref
    assert (row["standing"], row["days_late"]) == ("missing", 4)


@pytest.mark.parametrize("state", ["not_started", "draft", "submitted", "returned"])
def test_words_are_closed_before_they_are_approved(state, get, places, quarter):
    Report.objects.create(unit=places.phan_rang, period=quarter, state=state, **WORDS)
    [row] = get(PATH)["results"]
    assert [row[each] for each in WORDS] == [None] * 4


def test_words_of_a_locked_report_are_open(get, places, quarter):
    Report.objects.create(unit=places.phan_rang, period=quarter, state="locked", **WORDS)
    [row] = get(PATH)["results"]
    assert {each: row[each] for each in WORDS} == WORDS


@pytest.mark.parametrize("day", [DUE, date(2026, 10, 17)])
def test_filter_of_standings_agrees_with_what_rows_say(day, get, places, quarter, pin_today):
    """Every state, sent on the day, a minute after it, or not at all; looked at on the day and after it."""
    pin_today(day)
    kinds = list(product(ReportState.values, [None, at(16, 23), at(17, 0)]))
    for number, (state, moment) in enumerate(kinds):
        agency = make_agency(places.khanh_hoa, f"so-{number}")
        Report.objects.create(
            unit=places.khanh_hoa, agency=agency, period=quarter, state=state, first_submitted_at=moment
        )
    rows = {row["id"]: row["standing"] for row in get(PATH)["results"]}
    for standing in ("missing", "late", "waited_for", "in_time"):
        found = {row["id"] for row in get(PATH, standing=standing)["results"]}
        assert found == {pk for pk, each in rows.items() if each == standing}
    assert set(rows.values()) >= {"late", "in_time"}
    assert len(get(PATH, standing=["missing", "waited_for", "late", "in_time"])["results"]) == len(kinds)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"unit": "P56-2025"}, 1),
        ({"under": "P56-2025"}, 2),
        ({"period": "2026-Q3"}, 2),
        ({"agency": "P56-2025.so-khcn"}, 1),
        ({"state": "draft"}, 1),
        ({"state": ["draft", "returned"]}, 2),
    ],
)
def test_reports_are_narrowed(asked, found, get, places, quarter):
    Report.objects.create(unit=places.phan_rang, period=quarter, state="draft")
    Report.objects.create(unit=places.khanh_hoa, agency=places.department, period=quarter, state="returned")
    assert len(get(PATH, **asked)["results"]) == found


def test_report_next_door_does_not_exist(refused, get, places, quarter):
    made = Report.objects.create(unit=places.ea_kao, period=quarter)
    assert refused(f"{PATH}{made.pk}/") == (404, [(None, "not_found")])
    assert get(PATH)["results"] == []


def test_reporter_of_an_agency_sees_its_report_alone(places, quarter):
    person = make_person("of_the_department", Role.REPORTER, agency=places.department)
    own = Report.objects.create(unit=places.khanh_hoa, agency=places.department, period=quarter)
    Report.objects.create(unit=places.khanh_hoa, period=quarter)
    other = make_agency(places.khanh_hoa, "so-nv")
    Report.objects.create(unit=places.khanh_hoa, agency=other, period=quarter)
    body = signed_in(person).get(f"/api/v1/{PATH}").json()
    assert [row["id"] for row in body["results"]] == [own.pk]


def test_discipline_lists_those_that_have_not_begun(get, places, quarter, pin_today):
    pin_today(date(2026, 10, 20))
    for unit in (places.phan_rang, places.cam_ranh):
        owe(unit, make_indicator(), "commune", frequency="quarter")
    Report.objects.create(unit=places.cam_ranh, period=quarter, state="submitted", first_submitted_at=at(18))
    found = get("discipline/", unit="P56-2025", period="2026-Q3")
    assert found["total"] == 2
    assert found["counts"] == {"missing": 1, "late": 1, "waited_for": 0, "in_time": 0}
    assert found["bodies"] == [
        {
            "name": "Phường Phan Rang",
            "unit": places.phan_rang.ref,
            "agency": None,
            "state": "not_started",
            "due_on": "2026-10-16",
            "standing": "missing",
            "days_late": 4,
        },
        {
            "name": "Phường Cam Ranh",
            "unit": places.cam_ranh.ref,
            "agency": None,
            "state": "submitted",
            "due_on": "2026-10-16",
            "standing": "late",
            "days_late": 2,
        },
    ]


def test_discipline_next_door_lists_nobody(get, places, quarter):
    """Its results are open to all officials; who has reported is not."""
    owe(places.ea_kao, make_indicator(), "commune", frequency="quarter")
    assert get("discipline/", unit="P66-2025", period="2026-Q3")["bodies"] == []


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({}, (400, [("unit", "required"), ("period", "required")])),
        ({"unit": "P0", "period": "2026-Q3"}, (404, [("unit", "not_found")])),
        ({"unit": "P56-2025", "period": "1999"}, (404, [("period", "not_found")])),
        ({"unit": "P56-2025", "period": "2026-Q3", "x": "1"}, (400, [("x", "unknown_parameter")])),
    ],
)
def test_discipline_names_what_is_wrong(asked, answer, refused, places, quarter):
    assert refused("discipline/", **asked) == answer
