"""Files that prove a figure: what is accepted, who may add, read and remove them, and what stays."""

import hashlib
import io
import zipfile
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.files import MOST_BYTES, FileRefused, check_file, stored_at
from accounts.models import AuditEntry, Change
from indicators.actions.evidence import attach, remove
from indicators.actions.reporting import ReportingError
from indicators.entry.places import Place
from indicators.models import Evidence, Measurement, Report, ReportState
from tests.factories.cells import calendar, owe, period
from tests.factories.results import make_indicator

PDF = b"%PDF-1.7\n% a scan\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 500


def zipped(*names, **contents):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
        for name, content in contents.items():
            archive.writestr(name, content)
    return kept.getvalue()


def office(part, *more):
    return zipped("[Content_Types].xml", part, *more)


def opened(kind):
    return zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}")


def wide(name):
    return name.encode("utf-16-le")


GOOD = {
    "a.pdf": PDF,
    "a.png": PNG,
    "a.JPG": b"\xff\xd8\xff\xe0 picture",
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "a.odt": opened("text"),
    "a.ods": opened("spreadsheet"),
    "a.doc": OLE + wide("WordDocument"),
    "a.xls": OLE + wide("Workbook"),
}


@pytest.mark.parametrize("name", GOOD)
def test_accepted(name):
    found = check_file(name, GOOD[name])
    assert (found.name, found.size) == (name, len(GOOD[name]))
    assert found.sha256 == hashlib.sha256(GOOD[name]).hexdigest()


BAD = [
    ("a.pdf", PNG),
    ("a.png", PDF),
    ("a.docx", office("xl/workbook.xml")),
    ("a.xlsx", office("word/document.xml")),
    ("a.docx", b"PK\x03\x04 not a zip"),
    ("a.docx", office("word/document.xml", "word/vbaProject.bin")),
    ("a.odt", opened("spreadsheet")),
    ("a.odt", zipped("Basic/script-lc.xml", mimetype="application/vnd.oasis.opendocument.text")),
    ("a.doc", OLE + wide("Workbook")),
    ("a.xls", OLE + wide("Workbook") + wide("_VBA_PROJECT")),
    ("a.exe", b"MZ"),
    ("a.docm", office("word/document.xml")),
    ("a.html", b"<script>"),
    ("a.svg", b"<svg>"),
    ("pdf", PDF),
    ("a.pdf", b""),
    ("a.pdf", PDF + b"\0" * MOST_BYTES),
]


@pytest.mark.parametrize(("name", "content"), BAD, ids=range(len(BAD)))
def test_refused(name, content):
    with pytest.raises(FileRefused) as problem:
        check_file(name, content)
    assert str(problem.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/Biên bản.pdf", "Biên bản.pdf"),
        ("C:\\scan\\a.pdf", "a.pdf"),
        ("\u202efdp\n.pdf", "fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_name_is_cleaned(given, kept):
    assert check_file(given, PDF).name == kept


@pytest.fixture
def scene(places, pin_today, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    calendar(2025)
    pin_today(date(2025, 11, 1))
    indicator = make_indicator("DI-01")
    owe(places.phan_rang, indicator, "commune")
    place = Place(places.phan_rang, None, period("2025-Q4"))
    return SimpleNamespace(place=place, indicator=indicator, level="commune")


def pdf(content=PDF, name="Biên bản.pdf"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def put(scene, reporter):
    def put(**words):
        return attach(**vars(scene) | {"by": reporter, "file": pdf()} | words)

    return put


def test_first_file_makes_the_cell_and_the_report(put, reporter, places):
    made = put()
    cell = Measurement.objects.get()
    assert (made.measurement, cell.report, cell.answer) == (cell, Report.objects.get(), "unanswered")
    assert Report.objects.get().state == ReportState.DRAFT
    assert (made.name, made.size, made.content_type) == ("Biên bản.pdf", len(PDF), "application/pdf")
    with default_storage.open(stored_at(made.sha256)) as stored:
        assert stored.read() == PDF
    entry = AuditEntry.objects.get(action="evidence.attach")
    assert (entry.actor, entry.unit, entry.after["sha256"]) == (reporter, places.phan_rang, made.sha256)
    changed = set(Change.objects.values_list("resource", "operation"))
    report = {("report", "created"), ("report", "updated")}
    assert changed == {("measurement", "created"), ("evidence", "created"), *report}


def test_equal_content_is_stored_once(put, scene, places, reporter, tmp_path):
    other = make_indicator("DI-02")
    owe(places.phan_rang, other, "commune")
    put()
    put(indicator=other)
    assert Evidence.objects.count() == 2
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_half_written_content_is_written_again(put, tmp_path):
    sha256 = hashlib.sha256(PDF).hexdigest()
    path = tmp_path / stored_at(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(PDF[:3])
    put()
    assert path.read_bytes() == PDF


def test_same_file_twice_on_a_cell_is_refused(put):
    put()
    with pytest.raises(FileRefused):
        put()
    assert Evidence.objects.count() == 1


def test_refused_file_leaves_nothing(put, tmp_path):
    with pytest.raises(FileRefused):
        put(file=pdf(PNG))
    assert not Measurement.objects.exists()
    assert not list(tmp_path.rglob("*"))


def test_figure_not_owed_is_refused(put):
    with pytest.raises(ReportingError):
        put(level="district")
    assert not Measurement.objects.exists()


def lock():
    Report.objects.update(state=ReportState.LOCKED)


def test_locked_report_takes_and_gives_no_file(put, reporter):
    made = put()
    lock()
    with pytest.raises(ReportingError):
        put(file=pdf(PDF + b"2"))
    with pytest.raises(ReportingError):
        remove(evidence=made, by=reporter, reason="mistake")
    assert Evidence.objects.kept().count() == 1


def test_removed_file_keeps_name_hash_and_reason(put, reporter):
    made = put()
    remove(evidence=made, by=reporter, reason=" wrong year ")
    made.refresh_from_db()
    assert (made.removed_by, made.removal_reason, made.name) == (reporter, "wrong year", "Biên bản.pdf")
    entry = AuditEntry.objects.get(action="evidence.remove")
    assert (entry.reason, entry.before["sha256"]) == ("wrong year", made.sha256)
    assert Change.objects.filter(resource="evidence", operation="updated").exists()
    with pytest.raises(FileRefused):
        remove(evidence=made, by=reporter, reason="again")
    put()
    assert Evidence.objects.count() == 2


def test_removal_needs_a_reason(put, reporter):
    made = put()
    with pytest.raises(FileRefused):
        remove(evidence=made, by=reporter, reason="  ")
    assert Evidence.objects.kept().exists()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("reporter", 200),
        ("approver", 200),
        ("leader", 200),
        ("administrator", 200),
        ("neighbour", 404),
        ("outsider", 404),
        ("coordinator", 404),
    ],
)
def test_download_for_whoever_sees_the_cell(who, code, put, client, request):
    made = put()
    client.force_login(request.getfixturevalue(who))
    answer = client.get(f"/evidence/{made.pk}/")
    answer.close()
    assert answer.status_code == code


def test_download_is_never_shown_in_the_browser(put, client, reporter):
    made = put()
    client.force_login(reporter)
    answer = client.get(f"/evidence/{made.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Type"] == "application/pdf"


def test_removed_file_is_gone_but_listed(put, client, reporter, scene):
    made = put()
    client.force_login(reporter)
    answer = client.post(f"/evidence/{made.pk}/remove/", {"reason": "wrong year"})
    assert answer.status_code == 302
    assert client.get(f"/evidence/{made.pk}/").status_code == 404
    page = client.get(answer["Location"])
    assert "<s>Biên bản.pdf</s>" in page.text
    assert "wrong year" in page.text
    assert made.sha256 in page.text


@pytest.mark.parametrize("who", ["approver", "leader", "neighbour", "administrator"])
def test_only_who_enters_attaches_or_removes(who, put, client, scene, request):
    made = put()
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"/evidence/{made.pk}/remove/", {"reason": "x"}).status_code == 404
    assert client.post(address(scene), {"file": pdf(PDF + b"2")}).status_code == 404
    assert Evidence.objects.kept().get() == made


def address(scene, level="commune"):
    place = scene.place
    return f"/reports/{place.unit.ref}/{place.period.code}/evidence/DI-01/{level}/"


def test_page_attaches(scene, client, reporter):
    client.force_login(reporter)
    assert 'type="file"' in client.get(address(scene)).text
    page = client.post(address(scene), {"file": pdf()}, follow=True)
    assert page.redirect_chain[0][0] == address(scene)
    assert "Biên bản.pdf" in page.text
    assert Evidence.objects.get().uploaded_by == reporter


@pytest.mark.parametrize("sent", [{}, {"file": pdf(PNG)}])
def test_page_tells_what_is_refused(sent, scene, client, reporter):
    client.force_login(reporter)
    page = client.post(address(scene), sent)
    assert page.status_code == 422
    assert 'id="file-error"' in page.text
    assert not Evidence.objects.exists()


def test_page_of_a_locked_report_has_no_form(put, scene, client, reporter):
    put()
    lock()
    client.force_login(reporter)
    assert 'type="file"' not in client.get(address(scene)).text
    assert client.post(address(scene), {"file": pdf(PDF + b"2")}).status_code == 422
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("level", ["district", "nonsense"])
def test_page_of_a_figure_not_owed_is_not_there(level, scene, client, reporter):
    client.force_login(reporter)
    assert client.get(address(scene, level)).status_code == 404


def test_page_shows_a_name_as_text(put, scene, client, reporter):
    put(file=pdf(name="<b>a.pdf"))
    client.force_login(reporter)
    assert "<b>a" not in client.get(address(scene)).text
