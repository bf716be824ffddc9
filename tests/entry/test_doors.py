"""One rule table through every door: the same figures give the same codes."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from indicators.actions import uploads
from indicators.models import MeasurementVersion
from tests.cast import make_token
from tests.entry.conftest import PERIOD
from tests.workbooks.books import xlsx


@pytest.fixture
def post(office, api_client, reporter):
    api_client.acts_for = reporter
    api_client.save()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(api_client, scope='report')}")

    def send(*cells: dict[str, Any], unit: str = office.phan_rang.ref) -> Any:
        address = f"/api/v1/reports/{unit}/{PERIOD}/cells/?partial=1"
        return client.post(address, {"cells": list(cells)}, format="json")

    return send


def cell(code: str = "DI-02", **typed: Any) -> dict[str, Any]:
    return {"indicator": code, "level": "commune", **typed}


def test_client_enters_in_the_name_of_an_official(post, reporter):
    answer = post(cell(value="12"), cell("DI-03", value="1234.5"))
    assert answer.status_code == 200
    assert [each["state"] for each in answer.json()["cells"]] == ["saved", "saved"]
    versions = MeasurementVersion.objects.all()
    assert {(each.entered_by, each.via, each.state) for each in versions} == {(reporter, "api", "draft")}


def test_refused_cell_says_why(post):
    told = post(cell(value="1.5"), cell("DI-03", value="3")).json()["cells"]
    assert [each["state"] for each in told] == ["refused", "saved"]
    assert told[0]["findings"][0]["code"] == "not_an_integer"


def test_report_out_of_reach_does_not_exist(post, office):
    assert post(cell(value="1"), unit=office.ea_kao.ref).status_code == 404
    assert post(cell(value="1"), unit=office.cam_ranh.ref).status_code == 404


def test_client_that_acts_for_nobody_enters_nothing(post, api_client):
    api_client.acts_for = None
    api_client.save()
    assert post(cell(value="1")).status_code == 404


def test_token_to_read_does_not_report(office, api_client, reporter):
    api_client.acts_for = reporter
    api_client.save()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(api_client)}")
    answer = client.post(
        f"/api/v1/reports/{office.phan_rang.ref}/{PERIOD}/cells/", {"cells": [cell(value="1")]}
    )
    assert answer.status_code == 403


def test_bad_row_is_not_written(post):
    told = post(cell(value="1"), cell(value="2")).json()["cells"]
    assert {each["state"] for each in told} == {"refused"}
    assert post({"level": "commune"}).status_code == 422
    assert post(cell("x" * 70)).status_code == 422
    assert not MeasurementVersion.objects.exists()


def test_no_rows_are_no_request(post):
    assert post().status_code == 400


def same(code: str, codes: str, **typed: str) -> Any:
    return pytest.param(code, codes.split(), typed, id=f"{code} {typed}")


# What is typed, and the codes it must give whichever way it comes in. Every door reads these numbers alike.
SAME = [
    same("DI-01", "", numerator="9", denominator="10"),
    same("DI-01", "", numerator="0", denominator="0"),
    same("DI-01", "", numerator="10", denominator="10"),
    same("DI-01", "", value="0"),
    same("DI-01", "", value="100"),
    same("DI-01", "", value="98.90"),
    same("DI-01", "", answer="missing", missing_reason="not_collected"),
    same("DI-01", "", answer="missing", missing_reason="not_applicable"),
    same("DI-01", "", answer="missing", missing_reason="system_fault"),
    same("DI-01", "", missing_reason="late_source"),
    same("DI-01", "numerator_exceeds_denominator", numerator="11", denominator="10"),
    same("DI-01", "number_missing", numerator="11"),
    same("DI-01", "number_missing", denominator="11"),
    same("DI-01", "number_missing", numerator="1", denominator="2", value="50"),
    same("DI-01", "number_missing", numerator="1", value="50"),
    same("DI-01", "below_zero", numerator="-1", denominator="10"),
    same("DI-01", "below_zero below_zero", numerator="-2", denominator="-1"),
    same("DI-01", "out_of_range", value="100.01"),
    same("DI-01", "out_of_range", value="-0.5"),
    same("DI-01", "number_unreadable", value="abc"),
    same("DI-01", "number_unreadable", value="=1+1"),
    same("DI-01", "number_unreadable", value="--5"),
    same("DI-01", "number_unreadable number_unreadable", numerator="x", denominator="y"),
    same("DI-01", "too_many_decimals", value="12.34567"),
    same("DI-01", "nothing_arose_on_stock", answer="nothing_arose"),
    same("DI-01", "reason_missing", answer="missing"),
    same("DI-01", "number_with_missing", answer="missing", missing_reason="late_source", value="5"),
    same("DI-02", "", value="0"),
    same("DI-02", "", value="1234567"),
    same("DI-02", "", answer="nothing_arose"),
    same("DI-02", "number_with_missing", answer="nothing_arose", value="0"),
    same("DI-02", "not_a_ratio", numerator="1", denominator="2"),
    same("DI-02", "not_an_integer", value="1.5"),
    same("DI-02", "out_of_range", value="-1"),
    same("DI-02", "too_large", value="99999999999999999"),
    same("DI-03", "", value="314792.25"),
    same("DI-03", "", value="0.0001"),
    same("DI-03", "too_many_decimals", value="0.00001"),
    same("DI-03", "out_of_range", value="-0.01"),
    same("DI-03", "not_a_ratio", numerator="1", denominator="2"),
    same("XX-99", "not_owed", value="1"),
    same("XX-99", "not_owed", answer="missing", missing_reason="late_source"),
]


@pytest.fixture
def workbook(place, reporter, settings, tmp_path):
    """Upload one row as texts and answer the codes of its cells."""
    settings.MEDIA_ROOT = tmp_path

    def codes(typed: dict[str, Any]) -> list[str]:
        row = {"unit": place.unit.ref, "period": PERIOD, **typed}
        content = xlsx({"Số liệu": [list(row), list(row.values())]})
        sent = uploads.receive(by=reporter, kind="figures", name="a.xlsx", content=content)
        assert uploads.run_next(lambda: True)
        return list(sent.lines.filter(kind="problem").values_list("code", flat=True))

    return codes


@pytest.mark.parametrize(("code", "codes", "typed"), SAME)
def test_every_door_gives_the_same_codes(post, workbook, place, reporter, code, codes, typed):
    api = [each["code"] for each in post(cell(code, **typed)).json()["cells"][0]["findings"]]
    browser = Client()
    browser.force_login(reporter)
    address = f"/reports/{place.unit.ref}/{PERIOD}/"

    def sent(via: str) -> list[str]:
        body = json.dumps({"via": via, "cells": [cell(code, **typed)]})
        told = browser.post(f"{address}cells/", body, content_type="application/json").json()["cells"][0]
        return [each["code"] for each in told["findings"]]

    assert (api, sent("form"), sent("paste")) == (codes, codes, codes)
    assert workbook(cell(code, **typed)) == codes
    if code == "XX-99":
        return  # A plain form has no field for what is not owed.
    fields = {f"{code}:commune-{name}": text for name, text in typed.items()}
    shown = browser.post(address, fields).context
    if codes:
        row = next(each for each in shown["rows"] if each.row.indicator.code == code)
        assert [each.code for each in row.findings] == codes
    else:
        assert shown is None
