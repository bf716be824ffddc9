"""Every error is a problem of RFC 9457 with a stable code."""

import json

import pytest
from rest_framework.exceptions import APIException
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from config.api_codes import CODES, title_of

CALCULATOR = "/api/v1/attainment/evaluate/"
JSON = "application/json"


def problem(response, status, code):
    """The body, after looking at what every problem has."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == f"http://testserver/api/docs/errors/#{code}"
    assert (body["status"], body["code"], body["title"]) == (status, code, title_of(code))
    assert body["detail"]
    assert body["errors"]
    assert all(set(error) == {"field", "code", "message"} for error in body["errors"])
    return body


@pytest.mark.parametrize(
    ("verb", "path", "headers", "status", "code"),
    [
        ("get", "units/?tier=village", {}, 400, "invalid"),
        ("get", "units/", {"HTTP_AUTHORIZATION": ""}, 401, "not_authenticated"),
        ("get", "units/", {"HTTP_AUTHORIZATION": "Bearer"}, 401, "token_malformed"),
        ("get", "units/", {"HTTP_AUTHORIZATION": "Bearer x"}, 401, "token_unknown"),
        ("post", "reports/P56-2025/2023/cells/", {}, 403, "scope_missing"),
        ("get", "units/P99/", {}, 404, "not_found"),
        ("get", "nothing/", {}, 404, "not_found"),
        ("get", "units/%0A/", {}, 404, "not_found"),
        ("delete", "units/", {}, 405, "method_not_allowed"),
        ("get", "units/", {"HTTP_ACCEPT": "text/html"}, 406, "not_acceptable"),
    ],
)
def test_error_is_a_problem_with_its_code(verb, path, headers, status, code, reader, places):
    if "HTTP_AUTHORIZATION" in headers:
        reader.credentials(**headers)
    problem(getattr(reader, verb)(f"/api/v1/{path}", **headers), status, code)


def test_unreadable_body_is_a_problem(db):
    problem(APIClient().post(CALCULATOR, b"{", content_type=JSON), 400, "parse_error")


def test_body_of_another_kind_is_a_problem_that_names_what_is_read(db):
    body = problem(
        APIClient().post(CALCULATOR, b"a=1", content_type="text/plain"), 415, "unsupported_media_type"
    )
    assert JSON in body["detail"]


def test_too_large_a_body_is_a_problem(db):
    problem(APIClient().post(CALCULATOR, b" " * 200_000, content_type=JSON), 413, "too_large")


def test_too_many_calls_are_a_problem_that_says_when_to_come_back(db):
    for _each in range(61):
        response = APIClient().post(CALCULATOR, b"{}", content_type=JSON)
    problem(response, 429, "throttled")
    assert int(response["Retry-After"]) > 0


def test_refused_sign_in_says_how_to_sign_in(db):
    assert APIClient().get("/api/v1/units/")["WWW-Authenticate"] == "Bearer"


def test_refused_method_says_which_there_are(reader):
    assert "GET" in reader.delete("/api/v1/units/")["Allow"]


def test_several_mistakes_are_counted_and_each_is_named(reader):
    body = problem(reader.get("/api/v1/measurements/?level=x&qualifier=y"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == ["level", "qualifier"]
    assert "2" in body["detail"]


def test_single_mistake_is_the_detail(reader):
    body = problem(reader.get("/api/v1/units/?tier=village"), 400, "invalid")
    assert body["detail"] == body["errors"][0]["message"]


def test_exception_adds_members_and_headers():
    class Changed(APIException):
        status_code = 412
        default_code = "version_conflict"
        default_detail = "changed"
        extra = {"current_version": 7, "status": "not this"}
        headers = {"ETag": '"7"'}

    class View(APIView):
        authentication_classes = []
        permission_classes = []

        def get(self, request):
            raise Changed

    response = View.as_view()(APIRequestFactory().get("/"))
    assert response["ETag"] == '"7"'
    body = json.loads(response.content)
    assert (body["current_version"], body["status"], body["code"]) == (7, 412, "version_conflict")


@pytest.fixture
def broken(monkeypatch):
    from provinces.api import UnitViewSet

    def fail(self, *_args, **_kwargs):
        raise RuntimeError("a secret of the portal")

    monkeypatch.setattr(UnitViewSet, "list", fail)


def test_failure_is_a_problem_without_details(broken, reader):
    reader.raise_request_exception = False
    response = reader.get("/api/v1/units/")
    assert "secret" not in response.text
    problem(response, 500, "server_error")


def test_failure_of_a_page_stays_a_page(client, monkeypatch):
    monkeypatch.setattr("config.api_guide.endpoints", lambda: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/api/docs/reference/")
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (500, "text/html")


def test_too_many_parameters_are_a_problem(reader):
    problem(reader.get("/api/v1/units/?" + "&".join(f"a{each}=1" for each in range(1100))), 400, "invalid")


def ours(kind):
    for each in kind.__subclasses__():
        if not each.__module__.startswith(("rest_framework", "tests")):
            yield each
        yield from ours(each)


def test_every_code_of_the_portal_has_its_title():
    codes = {each.default_code for each in ours(APIException)}
    assert {"cursor_invalid", "too_large", "not_found"} <= codes
    # "error" is the framework's, of what others are derived from.
    assert codes - {APIException.default_code} <= set(CODES)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a": NaN}', b'{"a": 1e', b"\xff\xfe", b'"\\ud800"', b""])
def test_body_that_is_no_json_is_refused_by_every_door(body, places, reporter):
    client = APIClient()
    client.force_login(reporter)
    response = client.post(f"/api/v1/reports/{places.phan_rang.ref}/2023/cells/", body, content_type=JSON)
    assert response.status_code in (400, 404)
    assert response["Content-Type"] == "application/problem+json"


def test_errors_are_not_kept_by_caches(reader, places):
    assert reader.get("/api/v1/units/P99/")["Cache-Control"] == "no-store"
