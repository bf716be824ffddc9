"""Whatever a caller sends, the answer names what is wrong and is never a 500."""

from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from config.api_urls import router
from provinces.reading.parameters import PAGING, SHOWING
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "9" * 30,
    "99999999999999999999999999",
    "null",
    "true",
    "2023-13-45",
    "0000-00-00",
    "' OR 1=1 --",
    '"; DROP TABLE provinces_unit; --',
    "%",
    "_",
    "\\",
    "\x00",
    "P58\x00",
    "\ud7ff￿",
    "😀" * 50,
    "ﷺ" * 300,
    "x" * 5000,
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a|b|c",
    "UBND|1/KH|9999-99-99",
    "١٢٣",
    "{}",
    "[]",
]


def lists():
    """Every list of the router with each of its filters, from the code, so that none is forgotten."""
    for prefix, view, _name in router.registry:
        for name in [*view.filterset_class.base_filters, *PAGING, *SHOWING, "unheard_of"]:
            yield prefix, name


@pytest.fixture
def something(places):
    make_attainment(make_target(places.khanh_hoa, make_indicator("DI-01")))
    make_measurement(places.khanh_hoa)


@pytest.mark.parametrize(("path", "name"), [*lists(), ("scoreboards", "unit"), ("scoreboards", "period")])
def test_nasty_values_are_answered_in_words(path, name, reader, something):
    for value in NASTY:
        response = reader.get(f"/api/v1/{path}/?{name}={quote(value, safe='')}")
        assert response.status_code in (200, 400, 404), (value, response.status_code)
        if response.status_code != 200:
            errors = response.json()["errors"]
            assert errors[0]["message"]
            assert set(errors[0]) == {"field", "code", "message"}


@pytest.mark.parametrize(
    "address",
    ["/?unit={}", "/?period={}", "/?document={}", "/?level={}", "/targets/1/?period={}", "/targets/{}/"],
)
def test_nasty_values_on_pages_are_answered(address, client, leader, something):
    client.force_login(leader)
    for value in NASTY:
        response = client.get(address.format(quote(value, safe="")))
        assert response.status_code in (200, 400, 404), (value, response.status_code)


@pytest.mark.parametrize("raw", ["%FF%FE", "%C0%80", "%ED%A0%80", "%"])
@pytest.mark.parametrize(
    ("path", "name"), [("units", "q"), ("measurements", "unit"), ("scoreboards", "unit")]
)
def test_bytes_that_are_no_text_are_answered(path, name, raw, reader, something):
    assert reader.get(f"/api/v1/{path}/?{name}={raw}").status_code in (200, 400, 404)


@pytest.mark.parametrize("prefix", [prefix for prefix, _view, _name in router.registry])
def test_nasty_addresses_are_not_found(prefix, reader, something):
    for value in NASTY[1:]:
        if value in (".", ".."):
            continue
        response = reader.get(f"/api/v1/{prefix}/{quote(value, safe='')}/")
        assert response.status_code == 404, (value, response.status_code)


@pytest.mark.parametrize(
    ("path", "parameters", "status", "errors"),
    [
        ("measurements/", {"unit": "P99"}, 404, [("unit", "not_found")]),
        ("measurements/", {"period": "2099"}, 404, [("period", "not_found")]),
        ("measurements/", {"under": "P99"}, 404, [("under", "not_found")]),
        ("measurements/", {"indicator": "NO"}, 400, [("indicator", "unknown")]),
        ("measurements/", {"agency": "NO"}, 400, [("agency", "unknown")]),
        ("measurements/", {"level": "nowhere"}, 400, [("level", "invalid_choice")]),
        ("measurements/", {"answer": "zero"}, 400, [("answer", "invalid_choice")]),
        ("attainments/", {"unit": "P99", "period": "2023"}, 404, [("unit", "not_found")]),
        ("attainments/", {"status": "done"}, 400, [("status", "invalid_choice")]),
        ("attainments/", {"counts": "maybe"}, 400, [("counts", "invalid_choice")]),
        ("attainments/", {"document": "17/KH"}, 400, [("document", "unknown")]),
        ("attainments/", {"pillar": "IX"}, 400, [("pillar", "unknown")]),
        ("targets/", {"on": "31/12/2023"}, 400, [("on", "invalid")]),
        ("units/", {"on": "yesterday"}, 400, [("on", "invalid")]),
        ("units/", {"tier": "village"}, 400, [("tier", "invalid_choice")]),
        ("units/", {"under": "P99"}, 404, [("under", "not_found")]),
        ("units/", {"limit": "0"}, 400, [("limit", "invalid")]),
        ("units/", {"limit": "1001"}, 400, [("limit", "invalid")]),
        ("units/", {"offset": "1"}, 400, [("offset", "unknown_parameter")]),
        ("units/", {"cursor": "x"}, 400, [("cursor", "cursor_invalid")]),
        ("units/", {"count": "yes"}, 400, [("count", "invalid")]),
        ("units/", {"fields": "ref,nam"}, 400, [("fields", "unknown_field")]),
        ("units/", {"labels": "1"}, 400, [("labels", "invalid")]),
        ("units/", {"teir": "province"}, 400, [("teir", "unknown_parameter")]),
        ("units/", {"tier": ""}, 400, [("tier", "empty")]),
        ("units/", {"format": "xml"}, 400, [("format", "unknown_parameter")]),
        (
            "measurements/",
            {"level": "x", "qualifier": "y"},
            400,
            [("level", "invalid_choice"), ("qualifier", "invalid_choice")],
        ),
    ],
)
def test_refusal_names_the_field(path, parameters, status, errors, refused, something):
    assert refused(path, **parameters) == (status, errors)


def test_refusal_of_a_repeated_parameter(reader, something):
    response = reader.get("/api/v1/measurements/?unit=P58&unit=P56-2025")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "repeated")


def test_refusal_says_how_to_mend_it(reader, something):
    def words(query):
        response = reader.get(f"/api/v1/{query}", HTTP_ACCEPT_LANGUAGE="en")
        return response.json()["errors"][0]["message"]

    assert "P58 or P56-2025" in words("measurements/?unit=P99")
    assert "2023-Q4" in words("measurements/?period=Q4")
    assert "commune" in words("measurements/?level=xa")
    assert "2025-12-31" in words("units/?on=31.12.2025")


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["units/", "units/P58/", "measurements/", "scoreboards/"])
def test_lists_can_only_be_read(path, verb, reader, places):
    response = getattr(reader, verb)(f"/api/v1/{path}", {"ref": "X"}, format="json")
    assert response.status_code == 405
    assert response.json()["errors"][0]["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("verb", "address", "headers"),
    [
        ("get", "units/", {"HTTP_AUTHORIZATION": ""}),
        ("get", "units/", {"HTTP_AUTHORIZATION": "Bearer x"}),
        ("get", "units/", {"HTTP_ACCEPT": "image/png"}),
        ("get", "units/NOWHERE/", {}),
        ("get", "units/?tier=village", {}),
        ("get", "units/?limit=x", {}),
        ("get", "units/?x=1", {}),
        ("post", "units/", {}),
        ("post", "attainment/evaluate/", {}),
    ],
)
def test_error_speaks_vietnamese_and_english(verb, address, headers, api_token, places):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {api_token}"} | headers

    def words(language):
        call = getattr(APIClient(), verb)
        response = call(f"/api/v1/{address}", HTTP_ACCEPT_LANGUAGE=language, **headers)
        assert response.status_code >= 400
        return response.json()["errors"][0]["message"]

    assert words("vi") != words("en")


@pytest.mark.parametrize("path", ["v1/nothing/", "v1/", "v2/units/", "v1/units/P58/names/"])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_unknown_address_is_not_found_in_the_same_shape(verb, path):
    response = getattr(APIClient(), verb)(f"/api/{path}")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "not_found")


def test_address_without_its_slash_is_sent_on(reader, places):
    response = reader.get("/api/v1/units")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/units/")


def test_empty_list_of_a_known_unit_is_no_error(get, places):
    make_period("2023")
    body = get("measurements/", unit="P58", period="2023")
    assert (body["next"], body["results"]) == (None, [])
