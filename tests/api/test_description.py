"""The description of the API for programs and for people."""

import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.urls import URLPattern
from rest_framework.test import APIClient

from config.api_docs import description
from config.api_urls import router, version_1


def test_description_is_valid_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_description_is_openapi_3_1():
    assert description()["openapi"] == "3.1.0"


def test_description_names_every_address():
    # How a parameter is called in an address is the description's business.
    described = {re.sub(r"{\w+}", "{}", path.removeprefix("/api/v1/")) for path in description()["paths"]}
    for each in version_1:
        assert isinstance(each, URLPattern)
        named = re.sub(r"<\w+:\w+>", "{}", str(each.pattern))
        start = named.lstrip("^").split("(")[0].rstrip("$")
        assert any(path.startswith(start) for path in described), start


def test_description_names_every_filter():
    for prefix, view, _name in router.registry:
        operation = description()["paths"][f"/api/v1/{prefix}/"]["get"]
        named = {parameter["name"] for parameter in operation["parameters"]}
        shared = {"limit", "cursor", "count", "fields", "If-None-Match", "Accept-Language"}
        assert named - {"labels"} == {*view.filterset_class.base_filters, *shared}, prefix


@pytest.mark.parametrize("prefix", [prefix for prefix, _view, _name in router.registry])
def test_description_of_a_list_tells_its_rows_and_errors(prefix):
    responses = description()["paths"][f"/api/v1/{prefix}/"]["get"]["responses"]
    assert {"200", "400", "401", "403", "404", "406", "429", "500"} <= set(responses)
    assert set(responses["404"]["content"]) == {"application/problem+json"}
    content = responses["200"]["content"]["application/json"]["schema"]
    assert content["$ref"].startswith("#/components/schemas/Paginated")


@pytest.mark.parametrize(
    "prefix",
    [
        "documents",
        "indicators",
        "periods",
        "measurements",
        "targets",
        "attainments",
        "rollups",
        "reports",
        "pillars",
    ],
)
def test_description_names_the_national_packet(prefix):
    assert "QCVN 125:2021/BTTTT" in description()["paths"][f"/api/v1/{prefix}/"]["get"]["description"]


def test_description_rows_have_what_is_answered(get, places):
    """The serializers of long lists only describe: they must name exactly the keys that are written."""
    from indicators.models import Report
    from tests.factories.results import (
        make_attainment,
        make_measurement,
        make_period,
        make_roll_up,
        make_target,
    )

    make_measurement(places.khanh_hoa)
    make_attainment(make_target(places.khanh_hoa))
    make_roll_up(places.khanh_hoa)
    Report.objects.create(unit=places.khanh_hoa, period=make_period())
    schemas = description()["components"]["schemas"]
    for path, name in (
        *(("measurements/", "Measurement"), ("attainments/", "Attainment")),
        *(("rollups/", "RollUp"), ("reports/", "Report")),
    ):
        [row] = get(path)["results"]
        assert list(row) == list(schemas[name]["properties"])
    board = get("scoreboards/", unit="P56-2025", period="2023")
    assert set(board) == set(schemas["Scoreboard"]["properties"])
    assert set(board["by_document"][0]) == set(schemas["Group"]["properties"])
    assert set(board["counts"]) == set(schemas["Counts"]["properties"])


def test_calculator_is_described_as_open():
    operation = description()["paths"]["/api/v1/attainment/evaluate/"]["post"]
    assert operation.get("security", []) in ([], [{}])
    assert {"200", "400", "406", "413", "415", "429", "500"} == set(operation["responses"])


def test_schema_is_json_unless_yaml_is_asked_for():
    client = APIClient()
    assert client.get("/api/schema/").json()["openapi"] == "3.1.0"
    answer = client.get("/api/schema/", HTTP_ACCEPT="application/yaml")
    assert yaml.safe_load(answer.content)["openapi"] == "3.1.0"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_docs_page_lists_every_operation(language, client):
    page = client.get("/api/docs/reference/", HTTP_ACCEPT_LANGUAGE=language)
    assert page.status_code == 200
    for path, methods in description()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_docs_begin_with_what_can_be_typed(language, client):
    page = client.get("/api/docs/", HTTP_ACCEPT_LANGUAGE=language)
    assert "Authorization: Bearer" in page.text
    assert "http://testserver/api/v1/attainment/evaluate/" in page.text


@pytest.mark.parametrize("prefix", [prefix for prefix, _view, _name in router.registry])
def test_description_of_what_is_read_tells_its_forms_headers_and_304(prefix):
    paths = description()["paths"]
    [detail] = [path for path in paths if re.fullmatch(rf"/api/v1/{prefix}/{{\w+}}/", path)]
    for path in (f"/api/v1/{prefix}/", detail):
        operation = paths[path]["get"]
        told = operation["responses"]["200"]
        assert set(told["content"]) == {"application/json", "text/csv", "application/x-ndjson"}
        assert {"ETag", "Vary", "Content-Language"} <= set(told["headers"])
        assert "304" in operation["responses"]
        [fields] = [each for each in operation["parameters"] if each["name"] == "fields"]
        assert (fields["style"], fields["explode"]) == ("form", False)


@pytest.mark.parametrize("path", ["units/{ref}", "targets/{id}"])
def test_description_names_the_day_of_a_detail(path):
    parameters = description()["paths"][f"/api/v1/{path}/"]["get"]["parameters"]
    assert [each["schema"]["format"] for each in parameters if each["name"] == "on"] == ["date"]


def test_fields_in_the_description_are_those_that_are_taken(get, places):
    for prefix in ("units", "periods", "targets"):
        parameters = description()["paths"][f"/api/v1/{prefix}/"]["get"]["parameters"]
        [fields] = [each["schema"]["items"]["enum"] for each in parameters if each["name"] == "fields"]
        get(f"{prefix}/", fields=",".join(fields))
