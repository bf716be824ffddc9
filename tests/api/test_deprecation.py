"""What is deprecated says so in its answers and in the description; today nothing is."""

from datetime import date

import pytest

from config.api_deprecation import DEPRECATED, Deprecated, headers_of, mark_deprecated
from config.api_docs import description

OLD = Deprecated(since=date(2026, 11, 1), until=date(2027, 11, 1), instead="/api/v2/units/")


@pytest.fixture
def units_are_old(monkeypatch):
    monkeypatch.setitem(DEPRECATED, ("GET", "api-unit-list"), OLD)


def test_nothing_is_deprecated_today(reader):
    answer = reader.get("/api/v1/units/")
    assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


@pytest.mark.parametrize("method", ["get", "head"])
def test_deprecated_operation_says_since_when_and_until_when(method, reader, units_are_old):
    answer = getattr(reader, method)("/api/v1/units/")
    assert answer["Deprecation"] == "@1793491200"
    assert answer["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"
    assert '</api/docs/#deprecation>; rel="deprecation"' in answer["Link"]
    assert '</api/v2/units/>; rel="successor-version"' in answer["Link"]


def test_refusals_of_a_deprecated_operation_say_it_too(reader, units_are_old):
    assert reader.get("/api/v1/units/?nothing=1")["Sunset"]


def test_other_operations_say_nothing(reader, units_are_old):
    assert "Deprecation" not in reader.get("/api/v1/periods/")
    assert "Deprecation" not in reader.post("/api/v1/units/")


def test_links_of_the_answer_stay(units_are_old):
    told = OLD.headers()["Link"]
    assert headers_of("GET", "api-unit-list", "</a>; rel=next")["Link"] == f"</a>; rel=next, {told}"


def test_description_marks_it(units_are_old):
    operations = {"paths": {path: {m: {} for m in ms} for path, ms in description()["paths"].items()}}
    marked = mark_deprecated(operations, None, None, True)["paths"]
    assert marked["/api/v1/units/"]["get"] == {"deprecated": True}
    assert sum("deprecated" in each for methods in marked.values() for each in methods.values()) == 1


def test_description_tells_the_rate_of_every_operation_that_a_token_calls():
    for methods in description()["paths"].values():
        for operation in methods.values():
            if operation.get("security") in (None, [], [{}]):
                continue
            told = operation["responses"]
            assert told["429"]["headers"].keys() == {"RateLimit", "RateLimit-Policy", "Retry-After"}
            assert told["429"]["content"] == told["403"]["content"]
            assert "RateLimit" in told["404" if "404" in told else "400"]["headers"]
