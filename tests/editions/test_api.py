"""Editions for programs: the list, one with its differences, and its very bytes."""

import hashlib

import pytest

from indicators.models import Attainment
from tests.api.conftest import get, reader, refused, with_token  # noqa: F401 (fixtures of the API's callers)
from tests.editions.conftest import tamper
from tests.factories.editions import make_edition
from tests.factories.results import make_period

pytestmark = pytest.mark.django_db


def test_list_tells_of_each_edition(corrected, get):  # noqa: F811
    found = get("editions/")
    assert [(each["number"], each["newest"]) for each in found["results"]] == [(1, 2), (2, 2)]
    last = found["results"][1]
    assert (last["unit"], last["period"], last["met_total"], last["total"]) == ("P58", "2023", 3, 3)
    assert last["digest"] == corrected[1].digest
    assert last["reason"] == "Sở Y tế đính chính số liệu"
    assert last["content"].endswith(f"/api/v1/editions/{corrected[1].pk}/content/")
    assert "differences" not in last


def test_list_is_filtered_by_unit_and_period(corrected, get, places):  # noqa: F811
    other = make_edition(places.khanh_hoa, make_period("2023-Q4"))
    assert [each["id"] for each in get("editions/", unit="P56-2025")["results"]] == [other.pk]
    assert [each["id"] for each in get("editions/", period="2023-Q4")["results"]] == [other.pk]
    assert get("editions/", unit="P58", period="2023-Q4")["results"] == []


def test_list_is_read_in_pages(corrected, get):  # noqa: F811
    first = get("editions/", limit=1, count="true")
    second = get(first["next"].partition("/api/v1/")[2])
    assert (first["count"], first["results"][0]["number"], second["results"][0]["number"]) == (2, 1, 2)
    assert second["next"] is None


def test_unknown_unit_period_and_parameter_are_refused(corrected, refused):  # noqa: F811
    assert refused("editions/", unit="P99") == (404, [("unit", "not_found")])
    assert refused("editions/", period="1") == (404, [("period", "not_found")])
    assert refused("editions/", number="1") == (400, [("number", "unknown_parameter")])
    assert refused(f"editions/{corrected[0].pk + 900}/") == (404, [(None, "not_found")])


def test_detail_tells_the_differences_in_both_languages(corrected, get):  # noqa: F811
    assert get(f"editions/{corrected[0].pk}/")["differences"] == []
    found = get(f"editions/{corrected[1].pk}/")["differences"]
    assert [(each["part"], each["field"]) for each in found] == [
        ("headline", "met"), ("headline", "counts"), ("headline", "due"), ("target", "status"),
        ("target", "value"),
    ]  # fmt: skip
    assert found[3]["vi"] == {
        "subject": "2 Chữ ký số", "field": "trạng thái", "before": "Không đạt", "after": "Đạt",
    }  # fmt: skip
    assert found[3]["en"]["after"] == "Met"


def test_content_is_the_very_bytes_with_the_digest_as_etag(corrected, reader):  # noqa: F811
    edition = corrected[0]
    answer = reader.get(f"/api/v1/editions/{edition.pk}/content/")
    assert answer.content == edition.raw
    assert hashlib.sha256(answer.content).hexdigest() == edition.digest
    assert answer["ETag"] == f'"{edition.digest}"'
    assert answer["Content-Type"] == "application/json"


def test_whoever_has_the_content_is_not_sent_it_again(corrected, reader):  # noqa: F811
    address = f"/api/v1/editions/{corrected[0].pk}/content/"
    again = reader.get(address, headers={"If-None-Match": f'"{corrected[0].digest}"'})
    assert (again.status_code, again.content) == (304, b"")
    other = reader.get(address, headers={"If-None-Match": f'"{corrected[1].digest}"'})
    assert other.status_code == 200


def test_tampered_bytes_are_not_handed_out(corrected, refused):  # noqa: F811
    tamper(corrected[0])
    wrong = (500, [(None, "digest_mismatch")])
    assert refused(f"editions/{corrected[0].pk}/") == wrong
    assert refused(f"editions/{corrected[0].pk}/content/") == wrong
    # Its successor cannot say what it differs from.
    assert refused(f"editions/{corrected[1].pk}/") == wrong


def test_answer_does_not_follow_the_results(corrected, get):  # noqa: F811
    before = get(f"editions/{corrected[1].pk}/")
    Attainment.objects.update(numerator=1)
    assert get(f"editions/{corrected[1].pk}/") == before


def test_content_is_only_read(corrected, reader):  # noqa: F811
    assert reader.post(f"/api/v1/editions/{corrected[0].pk}/content/", {}).status_code in (403, 405)
