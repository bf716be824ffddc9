"""The shipped documents, and what happens to a file with a mistake."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from provinces.bulk import Count
from provinces.datafiles import DataFileErrors
from resolutions.actions.load_documents import DATA, load_documents, parse_keys
from resolutions.models import Document, DocumentLink
from tests.factories.reference import folder_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


def document(number: str, unit: str, year: int) -> Document:
    return Document.objects.get(number=number, unit__ref=unit, issued_on__year=year)


def test_documents_of_the_file_are_all_there() -> None:
    assert Document.objects.count() == 15


def test_number_names_a_document_only_with_its_issuer_and_date() -> None:
    units = Document.objects.filter(number="09-NQ/TU").values_list("unit__ref", flat=True)
    assert sorted(units) == ["P12", "P40", "P58", "P62"]


def test_links_say_what_implements_and_replaces_what() -> None:
    links = DocumentLink.objects.filter(document=document("71/NQ-CP", "VN", 2025))
    assert {(link.relation, link.other.number) for link in links} == {
        ("implements", "57-NQ/TW"),
        ("replaces", "03/NQ-CP"),
    }
    assert DocumentLink.objects.count() == 6


def test_note_says_that_the_targets_of_resolution_03_stand() -> None:
    found = document("03/NQ-CP", "VN", 2025)
    assert "71/NQ-CP" in found.note_vi
    assert "71/NQ-CP" in found.note_en
    assert "revisions" in found.note_en


def test_documents_have_titles_in_both_languages() -> None:
    assert not Document.objects.filter(title_vi="").exists()
    assert not Document.objects.filter(title_en="").exists()


def test_documents_loaded_again_change_nothing() -> None:
    assert load_documents() == {"documents": Count(0, 0), "document links": Count(0, 0)}


def test_documents_changed_in_the_file_are_updated(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "documents.csv", {(3, "title_en"): "Another title"})
    assert load_documents(folder=folder)["documents"] == Count(0, 1)
    assert document("03/NQ-CP", "VN", 2025).title_en == "Another title"


@pytest.mark.parametrize(
    ("line", "column", "cell"),
    [
        (4, "issued_on", "01/04/2025"),
        (5, "kind", "law"),
        (6, "unit_ref", "P99"),
        (7, "title_vi", ""),
        (4, "implements", "Bộ Chính trị|57-NQ/TW"),
        (4, "replaces", "Chính phủ|03/NQ-CP|2022-01-09"),
        (4, "replaces", "Chính phủ|71/NQ-CP|2025-04-01"),
    ],
)
def test_documents_with_a_mistake_name_its_place_and_load_nothing(
    tmp_path: Path, line: int, column: str, cell: str
) -> None:
    folder = folder_with(
        tmp_path, DATA, "documents.csv", {(3, "title_en"): "Another title", (line, column): cell}
    )
    with pytest.raises(DataFileErrors) as raised:
        load_documents(folder=folder)
    assert [(e.file, e.line, e.column) for e in raised.value.errors] == [("documents.csv", line, column)]
    assert document("03/NQ-CP", "VN", 2025).title_en != "Another title"


def test_documents_written_twice_in_other_spelling_are_refused(tmp_path: Path) -> None:
    cells = {(4, "issuer"): "Chính phủ", (4, "number"): "03 / nq–cp", (4, "issued_on"): "2025-01-09"}
    with pytest.raises(DataFileErrors) as raised:
        load_documents(folder=folder_with(tmp_path, DATA, "documents.csv", cells))
    assert (4, "number") in [(error.line, error.column) for error in raised.value.errors]


def test_note_on_an_unknown_document_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "document_notes.csv", {(2, "number"): "3/NQ-CP"})
    with pytest.raises(DataFileErrors, match=r"document_notes\.csv:2:number"):
        load_documents(folder=folder)


def test_command_prints_counts() -> None:
    out = StringIO()
    call_command("load_documents", stdout=out)
    assert "documents: 0 created, 0 updated" in out.getvalue()


def test_command_says_where_the_mistake_is(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, DATA, "documents.csv", {}, cut=5)
    with pytest.raises(CommandError, match=r"documents\.csv:5:valid_from"):
        call_command("load_documents", folder=folder)


def test_keys_name_several_documents() -> None:
    keys = parse_keys("Bộ Chính trị|57-NQ/TW|2024-12-22; Tỉnh ủy Đắk Lắk|04-NQ/TU|2021-04-02")
    assert keys == [
        ("Bộ Chính trị", "57-NQ/TW", date(2024, 12, 22)),
        ("Tỉnh ủy Đắk Lắk", "04-NQ/TU", date(2021, 4, 2)),
    ]


def test_document_key_is_held_by_the_database() -> None:
    twin = document("03/NQ-CP", "VN", 2025)
    twin.pk, twin.number = None, "03 /nq-cp"
    with pytest.raises(IntegrityError, match=r"document_key_is_issuer_number_date|UNIQUE.*number_normalised"):
        twin.save(force_insert=True)
