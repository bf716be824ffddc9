"""Coordinators enter documents, keep their files and their text; wrong input is kept and explained."""

import io
from datetime import date

import pytest

from accounts.models import AuditEntry, Change
from resolutions.models import Document, DocumentFile, DocumentText
from tests.dashboard.reading import words
from tests.factories.results import make_document

SAID = {
    "number": "15/KH-UBND",
    "kind": "plan",
    "unit": "Tỉnh Khánh Hòa · P56-2025",
    "issuer": "UBND tỉnh Khánh Hòa",
    "title_vi": "Kế hoạch chuyển đổi số năm 2026",
    "issued_on": "05/01/2026",
    "valid_from": "05/01/2026",
}


@pytest.fixture
def enters(signed_in, coordinator):
    return signed_in(coordinator)


def pdf(content=b"%PDF-1.7 words"):
    file = io.BytesIO(content)
    file.name = "ke-hoach.pdf"
    return file


def test_a_document_is_entered_with_its_links_and_traces(enters, places):
    other = make_document(places.nation, "57-NQ/TW")
    answer = enters.post("/documents/new/", SAID | {"implements": [other.pk]})
    made = Document.objects.get(number="15/KH-UBND")
    assert (answer.status_code, answer["Location"]) == (302, f"/documents/{made.pk}/")
    assert (made.unit, made.issued_on) == (places.khanh_hoa, date(2026, 1, 5))
    assert [(link.relation, link.other) for link in made.links.all()] == [("implements", other)]
    assert AuditEntry.objects.filter(action="document.entered", subject_id=str(made.pk)).count() == 1
    assert Change.objects.filter(resource="document", object_id=made.pk, operation="created").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"number": ""}, "Trường này là bắt buộc"),
        ({"issued_on": "31/02/2026"}, "ngày"),
        ({"valid_to": "01/01/2026"}, "trước ngày đầu"),
        ({"unit": "Tỉnh Đắk Lắk"}, "không thuộc phạm vi"),
        ({"kind": "poem"}, "poem"),
    ],
)
def test_wrong_input_is_kept_and_explained(enters, said, told):
    answer = enters.post("/documents/new/", SAID | {"title_en": "Typed words"} | said)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Typed words" in html
    assert "15/KH-UBND" in html or "number" in said
    assert told in words(answer, '<form method="post" class="stack form-page"', "</form>")
    assert not Document.objects.filter(number="15/KH-UBND").exists()


def test_a_document_is_entered_once(enters, places):
    enters.post("/documents/new/", SAID)
    answer = enters.post("/documents/new/", SAID | {"number": "15 / kh–ubnd"})
    assert answer.status_code == 422
    assert "đã có trên cổng" in words(answer, "<form")
    assert Document.objects.filter(issuer=SAID["issuer"]).count() == 1


def test_an_older_document_does_not_replace_a_newer_one(enters, places):
    newer = make_document(places.nation, issued_on=date(2026, 2, 1))
    answer = enters.post("/documents/new/", SAID | {"replaces": [newer.pk]})
    assert answer.status_code == 422
    assert newer.number in words(answer, 'class="field choices"')


def test_two_documents_do_not_implement_each_other(enters, places):
    enters.post("/documents/new/", SAID)
    made = Document.objects.get(number="15/KH-UBND")
    upper = make_document(places.khanh_hoa, issued_on=date(2025, 1, 1))
    upper.links.create(relation="implements", other=made)
    answer = enters.post(f"/documents/{made.pk}/edit/", SAID | {"implements": [upper.pk]})
    assert answer.status_code == 422


def test_a_document_is_changed_and_its_links_follow(enters, places):
    enters.post("/documents/new/", SAID)
    made = Document.objects.get(number="15/KH-UBND")
    first, second = make_document(places.nation), make_document(places.nation)
    made.links.create(relation="implements", other=first)
    said = SAID | {"title_vi": "Tên mới", "implements": [second.pk], "valid_to": "31/12/2026"}
    assert enters.post(f"/documents/{made.pk}/edit/", said).status_code == 302
    made.refresh_from_db()
    assert (made.title_vi, made.valid_to, made.unit) == ("Tên mới", date(2026, 12, 31), places.khanh_hoa)
    assert [link.other for link in made.links.all()] == [second]
    entry = AuditEntry.objects.get(action="document.changed")
    assert (entry.before["title_vi"], entry.after["title_vi"]) == (SAID["title_vi"], "Tên mới")


def test_saving_without_a_change_leaves_no_trace(enters, places):
    enters.post("/documents/new/", SAID)
    made = Document.objects.get(number="15/KH-UBND")
    enters.post(f"/documents/{made.pk}/edit/", SAID)
    assert not AuditEntry.objects.filter(action="document.changed").exists()


def test_the_form_shows_what_was_said(enters, places):
    enters.post("/documents/new/", SAID)
    made = Document.objects.get(number="15/KH-UBND")
    html = enters.get(f"/documents/{made.pk}/edit/").content.decode()
    assert 'value="15/KH-UBND"' in html
    assert 'value="05/01/2026"' in html


@pytest.mark.parametrize("person", ["reporter", "approver", "leader", "neighbour", "outsider"])
def test_others_enter_and_change_nothing(signed_in, cast, places, person):
    client = signed_in(getattr(cast, person))
    document = make_document(places.khanh_hoa)
    assert client.post("/documents/new/", SAID).status_code == 404
    for address in ("edit", "text", "files", "targets/new"):
        assert client.post(f"/documents/{document.pk}/{address}/", SAID).status_code == 404


def test_a_coordinator_changes_nothing_of_other_provinces_or_the_nation(enters, places):
    for unit in (places.nation, places.dak_lak):
        assert enters.post(f"/documents/{make_document(unit).pk}/edit/", SAID).status_code == 404


def test_a_coordinator_keeps_the_documents_of_what_merged_into_the_province(enters, places):
    assert enters.get(f"/documents/{make_document(places.ninh_thuan).pk}/edit/").status_code == 200


# --- Files --------------------------------------------------------------------------------------------------
@pytest.fixture
def document(places):
    return make_document(places.khanh_hoa)


def read(client, file):
    return b"".join(client.get(f"/documents/files/{file.pk}/").streaming_content)


def test_a_file_is_attached_and_read_by_everybody(enters, document, signed_in, neighbour):
    enters.post(f"/documents/{document.pk}/files/", {"file": pdf()})
    assert read(signed_in(neighbour), DocumentFile.objects.get(document=document)) == pdf().read()


def test_a_file_is_removed_with_a_reason_and_stays_in_the_history(enters, document):
    enters.post(f"/documents/{document.pk}/files/", {"file": pdf()})
    kept = DocumentFile.objects.get()
    enters.post(f"/documents/files/{kept.pk}/remove/", {"reason": " "})
    assert DocumentFile.objects.kept().exists()
    enters.post(f"/documents/files/{kept.pk}/remove/", {"reason": "Nhầm tệp"})
    assert enters.get(f"/documents/files/{kept.pk}/").status_code == 404
    shown = words(enters.get(f"/documents/{document.pk}/"), 'aria-labelledby="files"', "</section>")
    assert "Nhầm tệp" in shown


def test_the_same_file_is_attached_once(enters, document):
    for _each in range(2):
        enters.post(f"/documents/{document.pk}/files/", {"file": pdf()})
    assert DocumentFile.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"file": b"no pdf"}])
def test_what_is_no_file_is_told(enters, document, sent):
    data = {name: pdf(content) for name, content in sent.items()}
    answer = enters.post(f"/documents/{document.pk}/files/", data, follow=True)
    assert "message-error" in answer.content.decode()
    assert not DocumentFile.objects.exists()


def test_others_do_not_remove_a_file(signed_in, document, leader, coordinator):
    kept = DocumentFile.objects.create(
        document=document, name="a.pdf", size=4, sha256="0" * 64, uploaded_by=coordinator
    )
    assert signed_in(leader).post(f"/documents/files/{kept.pk}/remove/", {"reason": "x"}).status_code == 404


# --- Text ---------------------------------------------------------------------------------------------------
def test_the_text_is_kept_shown_found_and_taken_away(enters, document):
    address = f"/documents/{document.pk}/text/"
    enters.post(address, {"text": "Điều 1.\r\n<b>Phủ sóng</b> 5G"})
    kept = DocumentText.objects.get()
    assert kept.text == "Điều 1.\n<b>Phủ sóng</b> 5G"
    assert len(kept.folded) == len(kept.text)
    shown = enters.get(f"/documents/{document.pk}/").content.decode()
    assert "Điều 1.\n&lt;b&gt;Phủ sóng&lt;/b&gt; 5G" in shown
    assert document.number in enters.get("/search/", {"q": "phu song"}).content.decode()
    enters.post(address, {"text": "  "})
    assert not DocumentText.objects.exists()
    assert AuditEntry.objects.filter(action="document.text_kept").count() == 2


def test_a_text_that_is_too_long_is_refused(enters, document):
    answer = enters.post(f"/documents/{document.pk}/text/", {"text": "a" * 500_001})
    assert answer.status_code == 422
    assert not DocumentText.objects.exists()
