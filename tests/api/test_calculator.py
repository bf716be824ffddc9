"""`/api/v1/attainment/evaluate/`: the public calculator."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from rest_framework.test import APIClient

URL = "/api/v1/attainment/evaluate/"
GOLDEN = [
    json.loads(line)
    for line in (Path(settings.BASE_DIR) / "indicators/data/golden_attainment.jsonl").read_text().splitlines()
]


@pytest.fixture
def post():
    def post(body, **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return APIClient().post(URL, body, content_type="application/json", **headers)

    return post


CASE = {
    "target": {
        "rule": "at_least",
        "target": "95",
        "baseline": "85.00",
        "baseline_on": "2022-12-31",
        "due_on": "2023-12-31",
    },
    "observation": {"value": "98.90"},
    "as_of": "2023-12-31",
}


def unthrottled(*_arguments):
    return True


def test_calculator_answers_every_golden_case(post, monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.allow_request", unthrottled)
    for case in GOLDEN:
        body = {key: value for key, value in case.items() if key != "answer"}
        response = post(body)
        assert response.status_code == 200, (case["case"], response.content)
        assert response.json() == case["answer"] | {"rules_version": "1"}, case["case"]
    assert len(GOLDEN) == 104


def test_calculator_needs_no_database_and_no_sign_in(post):
    # Without a database mark, any query would fail this test.
    assert post(CASE).json()["status"] == "exceeded"


def test_calculator_ignores_a_bad_token(post):
    assert post(CASE, HTTP_AUTHORIZATION="Bearer nonsense").status_code == 200


def errors(response):
    assert response.status_code == 400, response.content
    found = response.json()["errors"]
    assert all(error["message"] for error in found)
    return [(error["field"], error["code"]) for error in found]


def test_calculator_names_an_unknown_rule(post):
    body = CASE | {"target": CASE["target"] | {"rule": "nearly"}}
    assert errors(post(body)) == [("target.rule", "unknown_rule")]


def test_calculator_names_a_number_that_does_not_parse(post):
    assert errors(post(CASE | {"observation": {"value": "98,90"}})) == [
        ("observation.value", "number_format")
    ]


def test_calculator_names_low_above_high(post):
    target = {"rule": "between", "low": "5", "high": "4", "direction": "within", "due_on": "2023-12-31"}
    assert errors(post(CASE | {"target": target})) == [("target.low", "low_above_high")]


def test_calculator_names_a_due_day_before_the_baseline(post):
    body = CASE | {"target": CASE["target"] | {"due_on": "2021-12-31"}}
    assert errors(post(body)) == [("target.due_on", "due_before_baseline")]


def test_calculator_names_every_mistake_at_once(post):
    body = {"target": {"rule": "at_least", "target": "x", "due_on": "soon"}, "observation": {}, "as_of": "?"}
    fields = {field for field, _code in errors(post(body))}
    assert {"target.target", "target.due_on", "as_of"} <= fields


def test_calculator_refuses_a_float(post):
    assert errors(post(CASE | {"observation": {"value": 98.9}})) == [
        ("observation.value", "number_as_string")
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"nonsense",
        b"NaN",
        b'{"a": 1,}',
        b"[" * 5000,
        b'{"a":' * 5000,
        b'"\\ud800"',
    ],
)
def test_calculator_says_where_the_body_is_no_json(body, post):
    response = post(body, HTTP_ACCEPT_LANGUAGE="en")
    assert errors(response) == [(None, "parse_error")]
    assert "line" in response.json()["errors"][0]["message"]


def test_calculator_wants_a_body(post):
    assert {("target", "required"), ("as_of", "required")} <= set(errors(post(b"")))


@pytest.mark.parametrize("body", [b"null", b"[]", b'"text"', b"12", b"true", b"[[]]"])
def test_calculator_wants_an_object(body, post):
    assert errors(post(body)) == [("body", "not_an_object")]


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "1e400",
        "0x10",
        "Infinity",
        "-",
        "1.2.3",
        "9" * 5000,
        None,
        [],
        {},
        True,
        10**400,
        -1,
        "\x00",
        "１",
    ],
)
@pytest.mark.parametrize(
    "key", ["target", "baseline", "due_on", "rule", "milestones", "parts", "shape", "years"]
)
def test_calculator_never_fails(key, value, post):
    response = post(CASE | {"target": CASE["target"] | {key: value}})
    assert response.status_code in (200, 400)


def nested(depth):
    part = {"target": {"rule": "at_least", "target": "1"}, "observation": {"value": "1"}}
    for _each in range(depth):
        part = {"target": {"rule": "all_of", "parts": [part]}}
    return {"target": part["target"] | {"due_on": "2023-12-31"}, "as_of": "2023-12-31"}


def test_calculator_refuses_parts_too_deep(post):
    assert post(nested(1)).status_code == 200
    assert "parts_too_deep" in {code for _field, code in errors(post(nested(50)))}


def test_calculator_refuses_a_huge_body(post):
    response = post(b'{"case": "' + b"x" * 100_000 + b'"}')
    assert (response.status_code, response.json()["errors"][0]["code"]) == (413, "too_large")


def test_calculator_refuses_other_media_types():
    response = APIClient().post(URL, {"as_of": "2023-12-31"}, format="multipart")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (415, "unsupported_media_type")


def test_calculator_cannot_be_read():
    assert APIClient().get(URL).status_code == 405


def test_calculator_is_throttled(post):
    for _each in range(60):
        assert post(CASE).status_code == 200
    response = post(CASE)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (429, "throttled")
    assert int(response["Retry-After"]) > 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_calculator_speaks_the_language_asked_for(language, post):
    body = CASE | {"observation": {"value": "98,90"}}
    words = post(body, HTTP_ACCEPT_LANGUAGE=language).json()["errors"][0]["message"]
    assert "98,90" in words
    if language == "en":
        assert words.startswith("“98,90” is not a number.")
    else:
        assert "is not a number" not in words
