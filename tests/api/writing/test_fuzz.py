"""Whatever is sent to a writing address: never a 500, and what is refused writes nothing."""

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.writing.conftest import BULK, PERIOD, written

FIELDS = (
    *("unit", "agency", "period", "indicator", "level", "answer", "value", "numerator", "denominator"),
    *("missing_reason", "qualifier", "note", "justification", "version", "index", "nothing"),
)
TEXTS = st.sampled_from(
    [
        *(
            "",
            " ",
            "0",
            "-1",
            "1e9",
            "9" * 70,
            "NaN",
            "Infinity",
            "1.5",
            "1,5",
            "null",
            "\x00",
            "\ud7ff",
            "😀",
        ),
        *("DI-01", "DI-02", "DI-03", "XX", "commune", "total", "value", "missing", "nothing_arose", PERIOD),
        *("late_source", "unanswered", "official", "١٢", "' OR 1=1 --"),
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
    st.text(max_size=8),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)
FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HEADERS = st.dictionaries(
    st.sampled_from(["If-Match", "Idempotency-Key", "Accept-Language"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40),
    max_size=2,
)


def assert_answered(partner: Any, path: str, body: bytes | str, headers: dict[str, str], kind: str) -> int:
    before = written()
    with transaction.atomic():
        answer = partner.post(path, body, content_type=kind, headers=headers)
        after = written()
        transaction.set_rollback(True)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert after == before
        told = answer.json()["errors"]
        assert told
        assert all(set(each) == {"field", "code", "message"} and each["message"] for each in told)
    return int(answer.status_code)


@FEW
@given(body=ANYTHING, headers=HEADERS, partial=st.booleans())
def test_any_json(partner, address, body, headers, partial):
    text = json.dumps(body)
    for path in (BULK, f"{address}cells/", f"{address}submission/"):
        query = "?partial=1" if partial and path != f"{address}submission/" else ""
        assert_answered(partner, path + query, text, headers, "application/json")


KINDS = ["application/json", "multipart/form-data; boundary=x"]
ROWS = st.lists(st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=8), min_size=1, max_size=4)


@FEW
@given(rows=ROWS, partial=st.booleans(), known=st.booleans())
def test_any_row(partner, office, address, rows, partial, known):
    named = {"unit": office.phan_rang.ref, "period": PERIOD, "level": "commune", "version": None}
    listed = [row | named if known else row for row in rows]
    path = f"{BULK}?partial=1" if partial else BULK
    code = assert_answered(partner, path, json.dumps({"rows": listed}), {}, "application/json")
    assert code in (200, 422)
    cells = [{name: row[name] for name in row.keys() - {"unit", "agency", "period"}} for row in rows]
    query = "?partial=1" if partial else ""
    assert_answered(partner, f"{address}cells/{query}", json.dumps({"cells": cells}), {}, "application/json")


@FEW
@given(
    body=st.binary(max_size=60), kind=st.sampled_from(["application/json", "multipart/form-data; boundary=x"])
)
def test_any_bytes(partner, address, body, kind):
    for path in (BULK, f"{address}cells/DI-01/commune/evidence/", f"{address}submission/"):
        assert_answered(partner, path, body, {}, kind)


@pytest.mark.parametrize("unit", ["%00", "%FF", "..", "x" * 500, "' OR 1=1", "🙂"])
def test_any_address(partner, unit):
    for tail in ("cells/", "submission/", "cells/DI-01/commune/evidence/"):
        assert partner.post(f"/api/v1/reports/{unit}/{PERIOD}/{tail}").status_code in (400, 404)
        assert partner.post(f"/api/v1/reports/{unit}/%00/{tail}").status_code in (400, 404)
