"""Documents: their key, their days and what the database holds about them."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError

from provinces.models import Unit
from resolutions.models import Document, DocumentLink, normalise_number
from tests.factories.results import make_document
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit()


@pytest.mark.parametrize("written", ["03/NQ-CP", "03 / nq-cp", "03/NQ–CP", " 03/NQ−CP "])
def test_number_has_one_normal_spelling(written: str) -> None:
    assert normalise_number(written) == "03/NQ-CP"


def test_number_with_composed_and_combining_letters_is_one_number() -> None:
    assert normalise_number("06/QĐ-TTg") == normalise_number("06/QĐ-TTg") == "06/QĐ-TTG"


def test_document_is_stored_as_written_and_normalised(unit: Unit) -> None:
    document = make_document(unit, number="03 /nq-cp")
    assert (document.number, document.number_normalised) == ("03 /nq-cp", "03/NQ-CP")


def test_document_of_the_same_key_in_another_spelling_is_refused(unit: Unit) -> None:
    make_document(unit, number="03/NQ-CP", issuer="Chính phủ")
    with pytest.raises(IntegrityError):
        make_document(unit, number="03 / nq–cp", issuer="Chính phủ")


@pytest.mark.parametrize(
    "other", [{"issuer": "Tỉnh ủy"}, {"number": "04/NQ-CP"}, {"issued_on": date(2022, 1, 10)}]
)
def test_document_of_another_issuer_number_or_date_is_another_one(unit: Unit, other: dict[str, Any]) -> None:
    key = {"number": "03/NQ-CP", "issuer": "Chính phủ"}
    make_document(unit, **key)
    assert make_document(unit, **key | other).pk


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2022, 12, 31), False),
        (date(2023, 1, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_document_is_in_force_on_its_first_and_last_day(unit: Unit, day: date, in_force: bool) -> None:
    make_document(unit, valid_to=date(2025, 6, 30))
    assert Document.objects.in_force_on(day).exists() is in_force


def test_document_that_ends_before_it_begins_is_refused(unit: Unit) -> None:
    with pytest.raises(IntegrityError, match="document_ends_after_it_begins"):
        make_document(unit, valid_to=date(2022, 12, 31))


@pytest.mark.parametrize(("on_track", "at_risk"), [(60, 95), (101, 60), (95, 0)])
def test_document_thresholds_out_of_order_are_refused(unit: Unit, on_track: int, at_risk: int) -> None:
    with pytest.raises(IntegrityError, match="document_thresholds_ordered"):
        make_document(unit, on_track_percent=on_track, at_risk_percent=at_risk)


def test_link_to_itself_is_refused(unit: Unit) -> None:
    document = make_document(unit)
    with pytest.raises(IntegrityError, match="document_link_not_to_itself"):
        DocumentLink.objects.create(document=document, relation="replaces", other=document)


def test_link_made_twice_is_refused(unit: Unit) -> None:
    link = {"document": make_document(unit), "relation": "implements", "other": make_document(unit)}
    DocumentLink.objects.create(**link)
    with pytest.raises(IntegrityError):
        DocumentLink.objects.create(**link)
