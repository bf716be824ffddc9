"""A partner system that may report for Khánh Hòa, in the name of the reporter of one of its communes."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import ApiClient, AuditEntry, Change, User
from indicators.models import Evidence, Job, Measurement, MeasurementVersion, Report
from tests.api.conftest import with_token
from tests.cast import Places, make_token
from tests.entry.conftest import PERIOD, office, on_time, place  # noqa: F401 (fixtures)

BULK = "/api/v1/measurements/bulk/"
PDF = b"%PDF-1.7\n% a scan\n"


@pytest.fixture
def partner(office: Places, api_client: ApiClient, reporter: User) -> APIClient:  # noqa: F811
    return acting_for(reporter, api_client)


def acting_for(official: User, api_client: ApiClient) -> APIClient:
    api_client.acts_for = official
    api_client.save()
    return with_token(make_token(api_client, scope="report"))


@pytest.fixture
def address(office: Places) -> str:  # noqa: F811
    return f"/api/v1/reports/{office.phan_rang.ref}/{PERIOD}/"


@pytest.fixture
def row(office: Places) -> Callable[..., dict[str, Any]]:  # noqa: F811
    """A row of the bulk address for Phan Rang; with nothing before it unless `version` is given."""

    def row(code: str = "DI-02", **fields: Any) -> dict[str, Any]:
        where = {"unit": office.phan_rang.ref, "period": PERIOD, "indicator": code, "level": "commune"}
        return where | {"version": None} | fields

    return row


@pytest.fixture
def bulk(partner: APIClient) -> Callable[..., Any]:
    def send(*rows: Any, partial: bool = False, client: APIClient = partner, **headers: str) -> Any:
        path = f"{BULK}?partial=1" if partial else BULK
        return client.post(path, {"rows": list(rows)}, format="json", headers=headers)

    return send


def errors(answer: Any) -> list[tuple[str | None, str]]:
    told = answer.json()["errors"]
    assert all(each["message"] for each in told)
    return [(each["field"], each["code"]) for each in told]


def written() -> list[Any]:
    """All that a writing address can write; equal before and after means that nothing was written."""
    return [
        *(list(model.objects.order_by("pk").values()) for model in (Report, Measurement, MeasurementVersion)),
        *(model.objects.count() for model in (Evidence, AuditEntry, Change, Job)),
    ]
