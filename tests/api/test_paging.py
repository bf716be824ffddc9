"""Pages by keyset: a total order, a cursor that belongs to one list, no row twice and none left out."""

import re
from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api_urls import router
from indicators.models import Measurement, Period
from provinces.models import Unit
from provinces.reading.orders import Order
from tests.api.test_query_counts import MAKERS
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import make_unit

LISTS = [prefix for prefix, _view, _name in router.registry]


def following(page):
    return page["next"].partition("/api/v1/")[2]


def pages(get, path, **parameters):
    found = [get(path, **parameters)]
    while found[-1]["next"]:
        found.append(get(following(found[-1])))
    return found


def key(row):
    return row.get("id") or row.get("ref") or row["code"]


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_every_list_together_are_the_list(name, get, places):
    MAKERS[name](5, places)
    whole = [key(row) for row in get(f"{name}/", limit=1000)["results"]]
    assert len(whole) >= 5
    paged = [key(row) for page in pages(get, f"{name}/", limit=2) for row in page["results"]]
    assert paged == whole


@pytest.mark.parametrize("name", LISTS)
def test_answer_has_a_count_only_where_it_is_asked_for(name, get, places):
    MAKERS[name](3, places)
    assert list(get(f"{name}/")) == ["limit", "next", "results"]
    body = get(f"{name}/", count="true", limit=1)
    assert body["count"] == len(get(f"{name}/", limit=1000)["results"])
    assert "count" not in get(f"{name}/", count="false")


@pytest.mark.parametrize("name", LISTS)
def test_no_list_reads_by_offset(name, get, places, reader):
    MAKERS[name](3, places)
    second = following(get(f"{name}/", limit=1))
    with CaptureQueriesContext(connection) as queries:
        get(second)
    assert not [each["sql"] for each in queries if re.search(r"\bOFFSET\b", each["sql"])]


@pytest.mark.parametrize("name", LISTS)
def test_order_of_every_list_ends_in_the_primary_key_and_knows_no_null(name):
    [view] = [view for prefix, view, _name in router.registry if prefix == name]
    order = Order.of(view.queryset)
    for column in order.columns:
        *way, last = column.split("__")
        assert not way
        field = view.queryset.model._meta.pk if last == "pk" else view.queryset.model._meta.get_field(last)
        assert not field.null


def test_order_that_is_not_total_is_refused():
    with pytest.raises(ImproperlyConfigured):
        Order.of(Unit.objects.order_by("code"))
    with pytest.raises(ImproperlyConfigured):
        Order.of(Unit.objects.order_by())


def test_units_of_the_same_code_are_all_read(get, places):
    for year in range(2010, 2014):
        make_unit("commune", parent=places.khanh_hoa, code="00001", valid_to=date(year, 1, 1))
    refs = [row["ref"] for page in pages(get, "units/", limit=1, tier="commune") for row in page["results"]]
    assert len(refs) == len(set(refs)) == Unit.objects.filter(tier="commune").count()


def test_order_of_mixed_directions_is_read_to_its_end(get, db):
    for code in ("2023", "2023-Q4", "2023-Q3", "2024", "2022-Q4", "2022"):
        make_period(code)
    codes = [row["code"] for page in pages(get, "periods/", limit=1) for row in page["results"]]
    assert codes == list(Period.objects.latest_first().values_list("code", flat=True))


def test_page_goes_on_where_the_last_one_ended_whatever_is_written_meanwhile(get, places):
    first, second, third = (make_attainment(make_target(places.khanh_hoa)) for _each in range(3))
    page = get("attainments/", limit=2)
    assert [row["id"] for row in page["results"]] == [first.pk, second.pk]
    first.delete()
    added = make_attainment(make_target(places.khanh_hoa))
    assert [row["id"] for row in get(following(page))["results"]] == [third.pk, added.pk]


@pytest.fixture
def cursor(get, places):
    """Of the units of the tier commune."""
    return re.search(r"cursor=([^&]+)", get("units/", limit=1, tier="commune")["next"])[1]


def test_cursor_with_its_filters_is_taken_with_any_limit_and_fields(cursor, get):
    assert get("units/", tier="commune", cursor=cursor, limit=7, fields="ref", count="true")["results"]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("units/", {}),
        ("units/", {"tier": "province"}),
        ("units/", {"tier": "commune", "under": "P56-2025"}),
        ("periods/", {}),
        ("measurements/", {}),
    ],
)
def test_cursor_of_another_list_or_with_other_filters_is_refused(path, parameters, cursor, refused):
    assert refused(path, **parameters, cursor=cursor) == (400, [("cursor", "cursor_invalid")])


@pytest.mark.parametrize(
    "damage", [lambda c: c[:-2], lambda c: "A" + c[1:], lambda c: c + "AAAA", lambda _c: "é"]
)
def test_damaged_cursor_is_refused(damage, cursor, reader):
    response = reader.get("/api/v1/units/", {"tier": "commune", "cursor": damage(cursor)})
    assert (response.status_code, response.json()["code"]) == (400, "cursor_invalid")


def test_next_keeps_filters_given_several_times(places, reader, get):
    for answer in ("missing", "nothing_arose", "value"):
        fields = {"missing_reason": "late_source"} if answer == "missing" else {}
        make_measurement(places.khanh_hoa, answer=answer, **fields)
    page = reader.get("/api/v1/measurements/?answer=missing&answer=nothing_arose&limit=1").json()
    assert [row["answer"] for row in get(following(page))["results"]] == ["nothing_arose"]


def plan(sql, params):
    """What the database says it will do, as one text. PostgreSQL looks at sizes, and nothing stands in the
    tables here: what only small tables are read by is forbidden."""
    begin = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(begin + sql, params)
        return "\n".join(str(row) for row in cursor.fetchall())


RANGES = {
    "measurements": {"sqlite": "INTEGER PRIMARY KEY (rowid>?)", "postgresql": "Index Cond: (id > "},
    "units": {"sqlite": "unit_code_order (code>?)", "postgresql": "Index Cond: (ROW("},
}


@pytest.mark.parametrize(
    ("rows", "values", "name"),
    [
        (Measurement.objects.order_by("pk"), [5], "measurements"),
        (Unit.objects.order_by("code", "pk"), ["00001", 5], "units"),
    ],
)
def test_page_is_a_range_of_the_index_of_its_order(rows, values, name, db):
    found = Order.of(rows).after(rows, values)[:10]
    told = plan(*found.query.sql_with_params())
    assert RANGES[name][connection.vendor] in told
    assert "USE TEMP B-TREE" not in told
    assert "Sort" not in told


def test_first_page_of_a_large_list_reads_no_more_than_it_shows(get, places):
    """The limit is told to the database."""
    period, indicator = make_period(), make_indicator()
    for _each in range(3):
        make_measurement(places.khanh_hoa, indicator if _each == 0 else make_indicator(), period)
    with CaptureQueriesContext(connection) as queries:
        get("measurements/", limit=1, period="2023")
    assert "LIMIT 2" in queries[-1]["sql"]


def test_period_on_a_day_is_paged_like_any_other(get, db):
    for year in range(2020, 2026):
        make_period(str(year))
    assert len(pages(get, "periods/", limit=4, kind="year")) == 2
    assert date(2025, 12, 31) == Period.objects.latest_first().first().assessed_on
