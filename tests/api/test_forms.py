"""The three forms of a list, chosen fields, labels: the same rows, whole and exact."""

import csv
import gzip
import io
import json
import tracemalloc
from decimal import Decimal
from urllib.request import Request, urlopen

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.api_urls import router
from indicators.models import Indicator, Measurement
from provinces.reading import views
from tests.api.test_query_counts import MAKERS
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)

LISTS = [prefix for prefix, _view, _name in router.registry]
CSV = "text/csv"
NDJSON = "application/x-ndjson"


def streamed(client, path, accept):
    response = client.get(f"/api/v1/{path}", HTTP_ACCEPT=accept)
    assert response.status_code == 200, response.content
    assert response.streaming
    return response, b"".join(response.streaming_content)


def cells(value):
    """A row of JSON as its cells in CSV."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


@pytest.mark.parametrize("name", LISTS)
def test_ndjson_has_the_rows_of_json(name, get, reader, places):
    MAKERS[name](3, places)
    response, body = streamed(reader, f"{name}/", NDJSON)
    assert response["Content-Type"] == NDJSON
    assert body.endswith(b"\n")
    assert [json.loads(line) for line in body.splitlines()] == get(f"{name}/")["results"]


@pytest.mark.parametrize("name", LISTS)
def test_csv_has_the_rows_of_json(name, get, reader, places):
    MAKERS[name](3, places)
    response, body = streamed(reader, f"{name}/", CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    expected = get(f"{name}/")["results"]
    assert head == list(expected[0])
    assert rows == [[cells(value) for value in row.values()] for row in expected]


def test_csv_ends_its_lines_as_rfc_4180_has_it(reader, places):
    _response, body = streamed(reader, "units/?fields=ref,name&tier=province", CSV)
    assert body.startswith(b"ref,name\r\n")
    assert body.endswith(b"\r\n")
    assert body.count(b"\r\n") == body.count(b"\n") == 4


def test_csv_of_nothing_has_its_header(reader, places):
    _response, body = streamed(reader, "measurements/?fields=id,value", CSV)
    assert body == b"id,value\r\n"


def test_ndjson_of_nothing_is_empty(reader, places):
    assert streamed(reader, "measurements/", NDJSON)[1] == b""


def test_csv_tells_zero_missing_and_not_applicable_apart(reader, places):
    make_measurement(places.khanh_hoa, value="0")
    make_measurement(places.khanh_hoa, answer="missing", missing_reason="not_applicable")
    make_measurement(places.khanh_hoa, answer="missing", missing_reason="not_collected")
    make_measurement(places.khanh_hoa, answer="nothing_arose")
    make_measurement(places.khanh_hoa, value="922337203685477.5807")
    _response, body = streamed(reader, "measurements/?fields=answer,missing_reason,value", CSV)
    assert body.decode().splitlines()[1:] == [
        "value,,0",
        "missing,not_applicable,",
        "missing,not_collected,",
        "nothing_arose,,",
        "value,,922337203685477.5807",
    ]


def test_csv_of_results_tells_zero_missing_and_not_applicable_apart(reader, places):
    for status, fields in (
        ("missed", {"value": Decimal(0), "progress": Decimal(0)}),
        ("no_data", {"missing_reason": "not_collected"}),
        ("not_applicable", {}),
    ):
        make_attainment(make_target(places.khanh_hoa), status=status, **fields)
    _response, body = streamed(reader, "attainments/?fields=status,missing_reason,value,progress", CSV)
    assert body.decode().splitlines()[1:] == ["missed,,0,0", "no_data,not_collected,,", "not_applicable,,,"]


def test_head_of_a_stream_reads_no_rows(reader, places, monkeypatch):
    monkeypatch.setattr(views, "BATCH", 1)
    with CaptureQueriesContext(connection) as queries:
        response = reader.head("/api/v1/units/", HTTP_ACCEPT=CSV)
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (200, CSV)
    assert len(queries) <= 3


def test_csv_leaves_text_that_looks_like_a_formula_and_quotes_what_needs_it(reader, get, places):
    make_indicator("Q-1")
    Indicator.objects.update(name_vi='=1+1, "thử"\nhai')
    _response, body = streamed(reader, "indicators/?fields=code,name_vi", CSV)
    assert body.decode() == 'code,name_vi\r\nQ-1,"=1+1, ""thử""\nhai"\r\n'


@pytest.mark.parametrize(("accept", "start"), [(CSV, "ref,name\r\nP58,"), (NDJSON, '{"ref":"P58",')])
def test_detail_has_every_form(accept, start, reader, places):
    response = reader.get("/api/v1/units/P58/?fields=ref,name", HTTP_ACCEPT=accept)
    assert response["Content-Type"].startswith(accept)
    assert response.content.decode().startswith(start)


@pytest.mark.parametrize("accept", [CSV, NDJSON])
def test_stream_gives_every_row_unless_a_limit_is_asked_for(accept, reader, places, monkeypatch):
    monkeypatch.setattr(views, "BATCH", 2)
    MAKERS["measurements"](7, places)
    lines = len(streamed(reader, "measurements/", accept)[1].splitlines()) - (accept == CSV)
    assert lines == 7
    response, body = streamed(reader, "measurements/?limit=3", accept)
    assert len(body.splitlines()) - (accept == CSV) == 3
    following = response["Link"].removeprefix("<").removesuffix('>; rel="next"').partition("/api/v1/")[2]
    response, body = streamed(reader, following.replace("limit=3", "limit=4"), accept)
    assert len(body.splitlines()) - (accept == CSV) == 4
    assert "Link" not in response


@pytest.mark.parametrize("name", ["units", "targets"])
def test_stream_of_objects_reads_batch_by_batch_what_json_reads(name, reader, get, places, monkeypatch):
    monkeypatch.setattr(views, "BATCH", 2)
    MAKERS[name](5, places)
    _response, body = streamed(reader, f"{name}/", NDJSON)
    assert [json.loads(line) for line in body.splitlines()] == get(f"{name}/")["results"]


def test_stream_speaks_the_language_asked_for_to_its_end(reader, places, monkeypatch):
    from django.utils import translation

    monkeypatch.setattr(views, "BATCH", 1)
    for code in ("2022", "2023-Q4", "2024"):
        make_period(code)
    response = reader.get("/api/v1/periods/?fields=name", HTTP_ACCEPT=NDJSON, HTTP_ACCEPT_LANGUAGE="en")
    with translation.override("vi"):
        names = [json.loads(line)["name"] for line in b"".join(response.streaming_content).splitlines()]
        assert translation.get_language() == "vi"
    assert names == ["Year 2024", "Q4 2023", "Year 2022"]


def test_stream_of_a_misspelt_unit_is_refused_before_it_begins(reader, places):
    response = reader.get("/api/v1/measurements/?unit=P99", HTTP_ACCEPT=CSV)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_stream_has_no_count(reader, places):
    assert reader.get("/api/v1/units/?count=true", HTTP_ACCEPT=CSV).json()["errors"][0]["field"] == "count"


def most_memory(reader, accept):
    tracemalloc.start()
    try:
        response = reader.get("/api/v1/measurements/", HTTP_ACCEPT=accept)
        size = sum(len(part) for part in response.streaming_content)
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("accept", [CSV, NDJSON])
def test_stream_takes_as_much_memory_for_20_times_the_rows(accept, reader, places):
    def fill(number):
        period, definition = make_period(), None
        cells = []
        for _each in range(number):
            indicator = make_indicator()
            definition = indicator.definitions.get()
            cells += [
                Measurement(unit=unit, indicator=indicator, period=period, level=level, definition=definition)
                for unit in (
                    places.khanh_hoa,
                    places.phan_rang,
                    places.cam_ranh,
                    places.loi_hai,
                    places.ninh_thuan,
                )
                for level in ("total", "province", "district", "commune")
            ]
        Measurement.objects.bulk_create(cells, batch_size=1000)
        with connection.cursor() as cursor:
            # As it is done by itself where rows stay.
            cursor.execute("ANALYZE indicators_measurement")

    fill(50)
    most_memory(reader, accept)  # what is kept from a first time is no row's
    few, small = most_memory(reader, accept)
    fill(950)
    many, large = most_memory(reader, accept)
    assert large > 15 * small
    assert many < 1.5 * few, (few, many)


@pytest.mark.parametrize("name", LISTS)
def test_fields_are_those_asked_for_in_that_order(name, get, places):
    MAKERS[name](2, places)
    names = list(get(f"{name}/")["results"][0])
    asked = [names[-1], names[0]]
    body = get(f"{name}/", fields=",".join(asked))
    assert all(list(row) == asked for row in body["results"])


def test_fields_of_a_detail(get, places):
    assert get("units/P58/", fields="names,ref") == {"names": get("units/P58/")["names"], "ref": "P58"}
    cell = make_measurement(places.khanh_hoa)
    assert get(f"measurements/{cell.pk}/", fields="value,id") == {"value": "1", "id": cell.pk}


@pytest.mark.parametrize("path", ["units/", "units/P58/", "measurements/"])
@pytest.mark.parametrize("text", ["nothing", "ref,", ",", "ref nothing", "__class__"])
def test_field_that_does_not_exist_is_refused(path, text, refused, places):
    assert refused(path, fields=text) == (400, [("fields", "unknown_field")])


def test_refusal_of_a_field_names_it_and_the_possible_ones(reader, places):
    detail = reader.get("/api/v1/units/?fields=ref,nam").json()["detail"]
    assert "“nam”" in detail
    assert "latitude" in detail


def test_unknown_parameter_of_a_detail_is_refused(refused, places):
    cell = make_measurement(places.khanh_hoa)
    assert refused(f"measurements/{cell.pk}/", unit="P58") == (400, [("unit", "unknown_parameter")])
    assert refused("units/P58/", limit="1") == (400, [("limit", "unknown_parameter")])


@pytest.mark.parametrize(("language", "word"), [("vi", "Vượt"), ("en", "Exceeded")])
def test_labels_stand_beside_their_codes_in_the_language_asked_for(language, word, reader, places):
    make_attainment(make_target(places.khanh_hoa), status="exceeded")
    response = reader.get(
        "/api/v1/attainments/?labels=true&fields=status,id,missing_reason", HTTP_ACCEPT_LANGUAGE=language
    )
    [row] = response.json()["results"]
    assert list(row) == ["status", "status_label", "id", "missing_reason", "missing_reason_label"]
    assert row["status_label"].startswith(word)
    assert row["missing_reason_label"] is None
    assert response["Content-Language"] == language


def test_labels_in_csv_have_their_columns(reader, places):
    make_attainment(make_target(places.khanh_hoa), status="exceeded")
    _response, body = streamed(reader, "attainments/?labels=true&fields=status", CSV)
    assert body.splitlines()[0] == b"status,status_label"


@pytest.mark.parametrize("path", ["indicators/", "targets/"])
def test_name_is_in_the_language_asked_for(path, reader, places):
    make_target(places.khanh_hoa, make_indicator())
    Indicator.objects.update(name_vi="Tỷ lệ", name_en="Share")
    for language in ("vi", "en"):
        [row] = reader.get(f"/api/v1/{path}", HTTP_ACCEPT_LANGUAGE=language).json()["results"]
        assert row["name"] == {"vi": "Tỷ lệ", "en": "Share"}[language]


def test_name_of_a_period_is_in_the_language_asked_for(reader, db):
    make_period("2023-Q4")
    names = [
        reader.get("/api/v1/periods/", HTTP_ACCEPT_LANGUAGE=language).json()["results"][0]["name"]
        for language in ("vi", "en")
    ]
    assert names[0] != names[1]
    assert all("2023" in name and "-" not in name for name in names)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", CSV),
        ("text/csv", CSV),
        ("text/csv; charset=utf-8", CSV),
        ("TEXT/CSV", CSV),
        ("application/json, text/csv;q=0.9", "application/json"),
        ("application/json;q=0.5, text/csv", CSV),
        ("application/x-ndjson;q=0.2, */*;q=0.1", NDJSON),
        ("application/json;q=0, */*", CSV),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
    ],
)
def test_form_is_chosen_by_the_weights_of_accept(accept, kind, reader, places):
    headers = {"HTTP_ACCEPT": accept} if accept else {}
    assert reader.get("/api/v1/units/?limit=1", **headers)["Content-Type"].split(";")[0] == kind


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml, image/*",
        "text/csv;q=0",
        "x",
        ";",
        "application/json;q=2",
        "text/csv;q=nan",
    ],
)
def test_form_that_there_is_not_is_406_with_those_there_are(accept, reader, places):
    response = reader.get("/api/v1/units/", HTTP_ACCEPT=accept)
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
    assert "text/csv" in response.json()["detail"]


def test_scoreboard_has_one_form(reader, places):
    response = reader.get("/api/v1/scoreboards/?unit=P58&period=2023", HTTP_ACCEPT=CSV)
    assert response.status_code == 406
    assert "text/csv" not in response.json()["detail"]


def test_every_viewset_that_lists_has_the_three_forms():
    for _prefix, view, _name in router.registry:
        assert {each.media_type for each in view.renderer_classes} == {"application/json", CSV, NDJSON}
        assert issubclass(view, views.Reading)


@pytest.mark.parametrize("accept", [CSV, NDJSON])
@pytest.mark.parametrize("name", LISTS)
def test_stream_takes_as_many_queries_for_2_and_200_rows(name, accept, places, reader):
    streamed(reader, f"{name}/", accept)
    counts = []
    for more in (2, 198):
        MAKERS[name](more, places)
        with CaptureQueriesContext(connection) as queries:
            streamed(reader, f"{name}/", accept)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_stream_arrives_whole_over_http(coding, live_server, places, api_token, monkeypatch):
    monkeypatch.setattr(views, "BATCH", 7)
    MAKERS["measurements"](50, places)
    request = Request(  # noqa: S310
        f"{live_server.url}/api/v1/measurements/",
        headers={"Accept": CSV, "Authorization": f"Bearer {api_token}", "Accept-Encoding": coding},
    )
    with urlopen(request) as answer:  # noqa: S310
        body = answer.read()
        assert answer.headers.get("Content-Encoding", "identity") == coding
    text = gzip.decompress(body) if coding == "gzip" else body
    assert len(text.splitlines()) == 51
