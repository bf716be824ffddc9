"""The guide to the API: its pages say what is so, and its programs run."""

import importlib.util
import json
import subprocess
import sys

import pytest

from accounts.actions import issue_token
from accounts.hooks.signing import check_of, key_of, new_salt, secret_of, sign
from config.api_codes import CODES
from config.api_guide import EXAMPLES, PAGES
from indicators.actions.traces import leave_trace
from tests.factories.results import make_attainment, make_document, make_measurement, make_target


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("page", [each.name for each in PAGES])
@pytest.mark.django_db
def test_guide_page_opens_for_everybody(page, language, client):
    address = next(each.address for each in PAGES if each.name == page)
    shown = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert shown.status_code == 200
    assert f'href="{address}" aria-current="page"' in shown.text


def test_every_code_is_explained_where_its_type_points(client):
    page = client.get("/api/docs/errors/").text
    for code in CODES:
        assert f'id="{code}"' in page


@pytest.mark.django_db(transaction=True)
def test_program_of_the_guide_keeps_a_copy(live_server, tmp_path, places, api_client, coordinator):
    """As it is printed: a first pull, a change, a deletion, a cursor that is too old."""
    target = make_target(places.khanh_hoa)
    cell, result = make_measurement(places.khanh_hoa), make_attainment(target)
    document = make_document(places.khanh_hoa)
    token, file = issue_token(client=api_client), tmp_path / "replica.json"

    def copy():
        line = [sys.executable, str(EXAMPLES / "replica.py"), live_server.url, token, str(file)]
        subprocess.run(line, check=True, capture_output=True, timeout=60)
        return json.loads(file.read_text())

    first = copy()["objects"]
    assert {f"target {target.pk}", f"measurement {cell.pk}", f"attainment {result.pk}"} <= set(first)
    assert first[f"unit {places.khanh_hoa.pk}"]["ref"] == "P56-2025"

    document.title_vi = "Kế hoạch mới"
    document.save()
    leave_trace(by=coordinator, action="changed", subject=document, operation="updated")
    gone = make_document(places.khanh_hoa)
    leave_trace(by=coordinator, action="created", subject=gone, operation="created")
    assert f"document {gone.pk}" in copy()["objects"]
    key = gone.pk
    leave_trace(by=coordinator, action="deleted", subject=gone, operation="deleted")
    gone.delete()
    second = copy()["objects"]
    assert second[f"document {document.pk}"]["title_vi"] == "Kế hoạch mới"
    assert f"document {key}" not in second

    file.write_text(json.dumps({**json.loads(file.read_text()), "objects": {}}))
    api_client.unit = places.nation
    api_client.save()
    assert f"target {target.pk}" in copy()["objects"], "the reach changed: it begins again"


def test_program_of_the_guide_knows_what_is_genuine(settings):
    spec = importlib.util.spec_from_file_location("verify", EXAMPLES / "verify.py")
    verify = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verify)
    import time

    key, body, now = key_of(new_salt()), b'{"id": "evt_1"}', int(time.time())
    assert check_of(key)
    headers = {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(now),
        "Webhook-Signature": sign([key_of(new_salt()), key], name="evt_1", timestamp=now, body=body),
    }
    assert verify.is_genuine(secret_of(key), headers, body)
    assert not verify.is_genuine(secret_of(key), headers, body + b" ")
    assert not verify.is_genuine(secret_of(key_of(new_salt())), headers, body)
    old = {**headers, "Webhook-Timestamp": str(now - 400)}
    assert not verify.is_genuine(secret_of(key), old, body)
