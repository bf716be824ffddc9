"""The list of measured figures: encodings, reach, filters, number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Measurement
from tests.api.conftest import signed_in
from tests.factories.results import make_indicator, make_measurement, make_period
from tests.factories.units import make_agency

PATH = "measurements/"


def test_measurement_with_numerator_and_denominator(get, places):
    cell = make_measurement(places.khanh_hoa, numerator="137884", denominator="147818", qualifier="estimate")
    [row] = get(PATH)["results"]
    assert row == {
        "id": cell.pk,
        "indicator": cell.indicator.code,
        "unit": "P56-2025",
        "level": "total",
        "period": "2023",
        "agency": None,
        "answer": "value",
        "missing_reason": None,
        "numerator": "137884",
        "denominator": "147818",
        "value": None,
        "out_of": None,
        "qualifier": "estimate",
        "provenance": "reported",
        "definition": cell.definition_id,
        "version": 1,
        "approved_at": "2024-01-03T00:00:00Z",
        "updated_at": row["updated_at"],
    }


@pytest.mark.parametrize(
    ("fields", "answer", "reason", "value"),
    [
        ({"value": "0"}, "value", None, "0"),
        ({"answer": "missing", "missing_reason": "not_applicable"}, "missing", "not_applicable", None),
        ({"answer": "missing", "missing_reason": "not_collected"}, "missing", "not_collected", None),
        ({"answer": "nothing_arose"}, "nothing_arose", None, None),
        ({"answer": "unanswered"}, "unanswered", None, None),
    ],
)
def test_measurement_encodings_differ(fields, answer, reason, value, get, places):
    make_measurement(places.khanh_hoa, **fields)
    [row] = get(PATH)["results"]
    assert (row["answer"], row["missing_reason"], row["value"]) == (answer, reason, value)


@pytest.mark.parametrize(
    "text", ["98.9", "-9.48", "0.0001", "-0.5", "314792", "1234567890.25", "922337203685477.5807"]
)
def test_measurement_numbers_are_exact_text(text, get, places):
    make_measurement(places.khanh_hoa, value=text)
    assert get(PATH)["results"][0]["value"] == text


def test_measurement_of_an_agency_names_it(get, places):
    make_measurement(places.khanh_hoa, agency=places.department)
    assert get(PATH)["results"][0]["agency"] == places.department.ref


def test_measurement_detail_equals_the_row(get, places):
    cell = make_measurement(places.khanh_hoa)
    assert get(f"{PATH}{cell.pk}/") == get(PATH)["results"][0]


def test_measurement_detail_of_a_stranger_is_404(refused, places):
    cell = make_measurement(places.dak_lak)
    assert refused(f"{PATH}{cell.pk}/") == (404, [(None, "not_found")])


def test_measurements_of_strangers_are_not_counted(get, places):
    make_measurement(places.dak_lak)
    make_measurement(places.loi_hai)
    body = get(PATH, count="true")
    assert (body["count"], [row["unit"] for row in body["results"]]) == (1, [places.loi_hai.ref])


def test_measurements_of_a_stranger_by_filter_are_none(get, places):
    make_measurement(places.dak_lak)
    assert get(PATH, unit="P66-2025", count="true")["count"] == 0


def test_measurements_without_membership_are_none(places, outsider):
    make_measurement(places.khanh_hoa)
    assert signed_in(outsider).get(f"/api/v1/{PATH}?count=true").json()["count"] == 0


@pytest.fixture
def two(places):
    """One that the filters look for, and one that differs in everything."""
    agency = make_agency(places.ninh_thuan)
    wanted = make_measurement(
        places.loi_hai,
        make_indicator("DI-01"),
        make_period("2023-Q4"),
        level="commune",
        value="1",
        qualifier="estimate",
        provenance="illustrative",
        agency=agency,
    )
    make_measurement(places.khanh_hoa, answer="missing", missing_reason="late_source")
    return wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("under", "P58"),
        ("period", "2023-Q4"),
        ("indicator", "DI-01"),
        ("level", "commune"),
        ("agency", "P58.so-khcn"),
        ("answer", "value"),
        ("qualifier", "estimate"),
        ("provenance", "illustrative"),
    ],
)
def test_measurements_filter(name, value, two, get):
    body = get(PATH, **{name: value}, count="true")
    assert (body["count"], [row["id"] for row in body["results"]]) == (1, [two.pk])


def test_measurements_filter_unit(two, get, places):
    assert [row["id"] for row in get(PATH, unit=places.loi_hai.ref)["results"]] == [two.pk]


def test_measurements_filter_missing_reason(two, get):
    assert [row["unit"] for row in get(PATH, missing_reason="late_source")["results"]] == ["P56-2025"]


def test_measurements_filter_several_answers(two, get, reader):
    assert reader.get(f"/api/v1/{PATH}?answer=value&answer=missing&count=true").json()["count"] == 2


def test_measurements_pages_do_not_overlap(get, places):
    for _each in range(5):
        make_measurement(places.khanh_hoa)
    pages = [get(PATH, limit=2, count="true")]
    while pages[-1]["next"]:
        pages.append(get(pages[-1]["next"].partition("/api/v1/")[2]))
    ids = [row["id"] for page in pages for row in page["results"]]
    assert ids == list(Measurement.objects.order_by("pk").values_list("pk", flat=True))
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert [len(page["results"]) for page in pages] == [2, 2, 1]


@pytest.fixture
def thousand(places):
    """Cells nobody approved yet: the cheapest rows, joined to the same tables."""
    indicator, period = make_indicator(), make_period()
    definition = indicator.definitions.get()

    def fill(rows):
        units = [places.khanh_hoa, places.phan_rang, places.cam_ranh, places.ninh_thuan, places.loi_hai]
        indicators = [make_indicator() for _each in range(rows // len(units))]
        Measurement.objects.bulk_create(
            Measurement(unit=unit, indicator=each, period=period, level="total", definition=definition)
            for unit in units
            for each in indicators
        )

    return fill


@pytest.mark.parametrize("who", ["token", "person"])
def test_measurements_take_as_many_queries_for_10_100_and_1000_rows(who, thousand, reader, leader):
    caller = reader if who == "token" else signed_in(leader)
    caller.get(f"/api/v1/{PATH}")  # notes the use of the token
    counts, rows = [], []
    for more in (10, 90, 900):
        thousand(more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = caller.get(f"/api/v1/{PATH}?limit=1000&period=2023&under=VN").json()
        counts.append(len(queries))
        rows.append(len(found["results"]))
    assert rows == [10, 100, 1000]
    assert len(set(counts)) == 1
    assert counts[0] <= 6


def test_query_kept_for_one_is_not_used_for_another(places, reader, leader, neighbour, outsider):
    """The same address asked by people who see different things, twice."""
    make_measurement(places.khanh_hoa)
    make_measurement(places.ea_kao)

    def seen(caller):
        return [row["unit"] for row in caller.get(f"/api/v1/{PATH}?period=2023").json()["results"]]

    callers = [reader, signed_in(leader), signed_in(neighbour), signed_in(outsider)]
    first = [seen(caller) for caller in callers]
    assert first == [seen(caller) for caller in callers]
    assert first[0] == first[1] == ["P56-2025"]
    assert first[2] == [places.ea_kao.ref]
    assert first[3] == []


def test_query_kept_refuses_as_the_first_time(reader, refused, places):
    for _each in range(2):
        assert refused(PATH, unit="P99") == (404, [("unit", "not_found")])
        assert refused(PATH, period="2023", offset="1")[1] == [("offset", "unknown_parameter")]
        assert refused(PATH, limit="")[1] == [("limit", "empty")]
    assert reader.get(f"/api/v1/{PATH}?limit=1").status_code == 200
    assert reader.get(f"/api/v1/{PATH}?limit=1&limit=2").status_code == 400
