"""One rule table through every door: the same figures give the same codes."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from indicators.models import MeasurementVersion
from tests.cast import make_token
from tests.entry.conftest import PERIOD


@pytest.fixture
def post(office, api_client, reporter):
    api_client.acts_for = reporter
    api_client.save()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(api_client, scope='report')}")

    def send(*cells: dict[str, Any], unit: str = office.phan_rang.ref) -> Any:
        return client.post(f"/api/v1/reports/{unit}/{PERIOD}/cells/", {"cells": list(cells)}, format="json")

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


@pytest.mark.parametrize(
    "body", [[], [cell(value="1"), cell(value="2")], [{"level": "commune"}], [cell("x" * 30)]]
)
def test_bad_body_is_refused_whole(post, body):
    assert post(*body).status_code == 400
    assert not MeasurementVersion.objects.exists()
