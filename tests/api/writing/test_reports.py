"""One report through the API: its ETag, entering, files, sending; and what a client never does."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Role
from accounts.problems import VersionConflict
from config.api_urls import version_1
from indicators.actions import reviewing
from indicators.actions.reporting import ReportingError
from indicators.api.standing import demand_match, etag_of
from indicators.entry.places import place_or_404
from indicators.models import DefinitionLevel, Evidence, MeasurementVersion, Report
from tests.api.writing.conftest import PDF, PERIOD, acting_for, errors, written
from tests.cast import make_person
from tests.entry.conftest import owed_indicator

WHOLE = [
    {"indicator": "DI-01", "level": "commune", "numerator": "9", "denominator": "10"},
    {"indicator": "DI-02", "level": "commune", "value": 12},
    {"indicator": "DI-03", "level": "commune", "missing_reason": "late_source"},
]
STALE = '"0123456789abcdef0123456789abcdef"'


@pytest.fixture
def etag(partner, address):
    def etag() -> str:
        return partner.get(f"{address}cells/").headers["ETag"]

    return etag


@pytest.fixture
def enter(partner, address):
    def send(*cells, match="", path="cells/"):
        headers = {"If-Match": match} if match else {}
        return partner.post(f"{address}{path}", {"cells": list(cells)}, format="json", headers=headers)

    return send


@pytest.fixture
def submit(partner, address):
    def send(words=None, match="", **more):
        headers = {"If-Match": match} if match else {}
        return partner.post(f"{address}submission/", words or {}, format="json", headers=headers, **more)

    return send


@pytest.fixture
def attach(partner, address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def send(name="a.pdf", content=PDF, match="", cell="DI-01/commune"):
        headers = {"If-Match": match} if match else {}
        file = SimpleUploadedFile(name, content)
        path = f"{address}cells/{cell}/evidence/"
        return partner.post(path, {"file": file}, format="multipart", headers=headers)

    return send


def test_blank_report_is_read_with_its_cells(partner, address, office):
    answer = partner.get(f"{address}cells/")
    body = answer.json()
    assert (body["unit"], body["agency"], body["period"]) == (office.phan_rang.ref, None, PERIOD)
    assert (body["state"], body["is_open"]) == ("not_started", True)
    assert [(each["indicator"], each["version"], each["answer"]) for each in body["cells"]] == [
        ("DI-01", None, "unanswered"),
        ("DI-02", None, "unanswered"),
        ("DI-03", None, "unanswered"),
    ]
    assert answer.headers["ETag"].startswith('"')
    assert not Report.objects.exists()


def test_report_is_read_with_drafts(enter, partner, address):
    enter(*WHOLE)
    cells = partner.get(f"{address}cells/").json()["cells"]
    shown = [(each["version"], each["state"], each["numerator"], each["value"]) for each in cells]
    assert shown == [(1, "draft", "9", None), (1, "draft", None, "12"), (1, "draft", None, None)]
    assert cells[2]["missing_reason"] == "late_source"


def test_report_is_read_in_as_many_queries_for_2_20_and_200_cells(partner, address, office):
    counts = []
    partner.get(f"{address}cells/")  # notes the use of the token
    for number in range(200):
        if number in (2, 20, 199):
            with CaptureQueriesContext(connection) as queries:
                partner.get(f"{address}cells/")
            counts.append(len(queries))
        owed_indicator(office, f"M-{number:03}")
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 16


def test_report_that_was_read_is_not_sent_again(partner, address, etag):
    assert partner.get(f"{address}cells/", headers={"If-None-Match": etag()}).status_code == 304
    assert partner.get(f"{address}cells/", headers={"If-None-Match": STALE}).status_code == 200


@pytest.mark.parametrize("change", ["figure", "words", "file", "state", "reopened"])
def test_etag_is_another_after_every_change(change, enter, attach, etag, office):
    enter(*WHOLE)
    before = etag()
    assert before == etag()
    if change == "figure":
        enter({"indicator": "DI-02", "level": "commune", "value": "13"}, match=before)
    elif change == "file":
        attach(match=before)
    elif change == "words":
        Report.objects.update(results="Xong")
    elif change == "reopened":
        Report.objects.update(reopened_until="2026-10-01")
    else:
        Report.objects.update(state="locked")
    assert etag() != before


def test_first_figures_need_no_etag_and_the_next_do(enter):
    first = enter(WHOLE[0])
    assert first.status_code == 200
    before = written()
    answer = enter(WHOLE[1])
    assert (answer.status_code, errors(answer)) == (428, [(None, "precondition_required")])
    answer = enter(WHOLE[1], match=STALE)
    assert (answer.status_code, errors(answer)) == (412, [(None, "version_conflict")])
    assert written() == before
    assert enter(WHOLE[1], match=first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("match", ["W/{}", "{}x", "x"])
def test_weak_or_other_etag_does_not_match(enter, etag, match):
    enter(WHOLE[0])
    assert enter(WHOLE[1], match=match.format(etag())).status_code == 412


def test_one_of_several_etags_or_whatever_is_there(enter, etag):
    assert enter(WHOLE[0], match="*").status_code == 412
    assert enter(WHOLE[0], match=etag()).status_code == 200
    assert enter(WHOLE[1], match=f"{STALE}, {etag()}").status_code == 200
    assert enter(WHOLE[2], match="*").status_code == 200


def test_conflict_names_the_current_etag():
    shown = {"state": "draft", "cells": []}
    asked = SimpleNamespace(headers={"If-Match": STALE})
    with pytest.raises(VersionConflict) as refused:
        demand_match(asked, shown)
    assert refused.value.extra == {"current_version": etag_of(shown)}
    assert refused.value.headers == {"ETag": etag_of(shown)}


def test_writing_answers_the_new_etag(enter, etag):
    assert enter(*WHOLE).headers["ETag"] == etag()


def test_one_bad_cell_and_nothing_is_written(enter):
    before = written()
    answer = enter(WHOLE[0], {"indicator": "DI-02", "level": "commune", "value": "1.5"})
    assert (answer.status_code, errors(answer)) == (422, [("cells.1.value", "not_an_integer")])
    assert written() == before


def test_float_is_refused_and_a_report_is_not_named_again(enter, office):
    answer = enter({**WHOLE[1], "value": 1.5}, {**WHOLE[2], "unit": office.phan_rang.ref})
    assert errors(answer) == [("cells.0.value", "float_number"), ("cells.1.unit", "unknown_field")]


def test_whole_report_is_sent(enter, submit, reporter):
    entered = enter(*WHOLE)
    answer = submit({"results": "Xong"}, match=entered.headers["ETag"])
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["state"], answer.json()["results"]) == ("submitted", "Xong")
    assert {(each.state, each.submitted_by) for each in MeasurementVersion.objects.all()} == {
        ("submitted", reporter)
    }
    assert AuditEntry.objects.get(action="report.submit").actor == reporter


def test_unfinished_report_names_what_is_missing(enter, submit):
    entered = enter(WHOLE[0])
    before = written()
    answer = submit({"results": "Xong"}, match=entered.headers["ETag"])
    assert answer.status_code == 422
    assert (
        errors(answer)
        == [
            ("cells.DI-02:commune.value", "number_missing"),
            ("cells.DI-03:commune.value", "number_missing"),
        ]
        or [code for _field, code in errors(answer)] == ["number_missing"] * 2
    )
    assert written() == before


def test_report_is_sent_once_and_needs_its_etag(enter, submit, etag):
    enter(*WHOLE)
    assert submit().status_code == 428
    assert submit(match=STALE).status_code == 412
    assert submit(match=etag()).status_code == 200
    answer = submit(match=etag())
    assert (answer.status_code, errors(answer)) == (422, [(None, "nothing_to_send")])


def test_required_evidence_is_asked_for_and_attached(enter, submit, attach, etag, office):
    definition = DefinitionLevel.objects.get(definition__indicator__code="DI-01").definition
    definition.evidence_required = True
    definition.save()
    enter(*WHOLE)
    answer = submit(match=etag())
    assert [code for _field, code in errors(answer)] == ["evidence_required"]
    attached = attach(match=etag())
    assert attached.status_code == 201, attached.json()
    assert submit(match=attached.headers["ETag"]).status_code == 200


def test_file_is_attached_in_the_name_of_the_official(attach, reporter, partner, address):
    answer = attach()
    assert answer.status_code == 201
    kept = Evidence.objects.get()
    assert (kept.uploaded_by, kept.name, kept.measurement.indicator.code) == (reporter, "a.pdf", "DI-01")
    assert answer.json() == {"id": kept.pk, "name": "a.pdf", "size": len(PDF), "sha256": kept.sha256}
    assert partner.get(f"{address}cells/").json()["cells"][0]["evidence"] == [answer.json()]
    assert AuditEntry.objects.get(action="evidence.attach").actor == reporter


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b"no pdf"), ("a.pdf", b""), ("a.docx", PDF)]
)
def test_file_that_the_form_refuses_is_refused(attach, name, content):
    before = written()
    answer = attach(name, content)
    assert (answer.status_code, errors(answer)) == (422, [("file", "evidence_refused")])
    assert written() == before


def test_file_twice_is_refused_and_a_stale_etag_too(attach, etag):
    attach()
    assert attach(content=PDF + b"2").status_code == 428
    assert attach(content=PDF + b"2", match=STALE).status_code == 412
    assert errors(attach(match=etag())) == [("file", "evidence_refused")]
    assert Evidence.objects.count() == 1


def test_file_too_large_is_413(attach, monkeypatch):
    monkeypatch.setattr("indicators.api.reports.MOST_BYTES", 10)
    assert attach().status_code == 413
    monkeypatch.setattr("indicators.api.bodies._LARGEST_FORM", 10)
    assert attach().status_code == 413


def test_file_of_a_cell_that_is_not_owed_is_404(attach):
    assert attach(cell="XX-99/commune").status_code == 404
    assert attach(cell="DI-01/total").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ({}, None, 400),
        ({"file": "text"}, None, 400),
        (b"no form", "multipart/form-data; boundary=x", 400),
        (b"no form", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
    ],
)
def test_form_without_a_file_is_refused(partner, address, body, kind, status):
    more = {"content_type": kind} if kind else {"format": "multipart"}
    answer = partner.post(f"{address}cells/DI-01/commune/evidence/", body, **more)
    assert answer.status_code == status, answer.content
    assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("body", ["[1]", '{"x": "1"}', '{"results": 5}', '{"results": 1.5}', "{"])
def test_words_of_another_shape_are_400(partner, address, body):
    answer = partner.post(f"{address}submission/", body, content_type="application/json")
    assert answer.status_code == 400


def test_locked_report_is_closed_to_files_and_sending(enter, submit, attach, etag):
    enter(*WHOLE)
    Report.objects.update(state="locked")
    before = written()
    for answer in (submit(match=etag()), attach(match=etag())):
        assert (answer.status_code, errors(answer)) == (422, [(None, "report_locked")])
    assert written() == before


def test_report_out_of_reach_is_404_at_every_address(partner, office):
    for unit in (office.ea_kao.ref, office.cam_ranh.ref, "X99999", "\x00"):
        base = f"/api/v1/reports/{unit}/{PERIOD}/"
        assert partner.get(f"{base}cells/").status_code == 404
        assert partner.post(f"{base}cells/", {"cells": WHOLE}, format="json").status_code == 404
        assert partner.post(f"{base}submission/", {}, format="json").status_code == 404
        path = f"{base}cells/DI-01/commune/evidence/"
        assert (
            partner.post(path, {"file": SimpleUploadedFile("a.pdf", PDF)}, format="multipart").status_code
            == 404
        )


# --- four eyes ---


def test_no_address_approves_returns_or_opens_again():
    names = {str(getattr(each, "name", "")) for each in version_1}
    paths = " ".join(str(each.pattern) for each in version_1)
    writing = {"api-report-cells", "api-report-evidence", "api-report-submission", "api-measurements-bulk"}
    assert writing <= names
    for word in ("approv", "review", "return", "reopen", "withdraw", "decision"):
        assert word not in paths


def test_official_the_client_acts_for_may_not_approve_what_it_entered(
    enter, submit, etag, api_client, office
):
    both = make_person("both", Role.COORDINATOR, office.phan_rang)
    acting_for(both, api_client)
    enter(*WHOLE)
    submit(match=etag())
    place = place_or_404(both, office.phan_rang.ref, PERIOD)
    versions = MeasurementVersion.objects.values_list("pk", flat=True)
    with pytest.raises(ReportingError):
        reviewing.approve_cells(place=place, version_ids=versions, by=both)
    assert not MeasurementVersion.objects.filter(state="approved").exists()
    second = make_person("second", Role.APPROVER, office.phan_rang)
    assert reviewing.approve_cells(place=place, version_ids=versions, by=second) == 3


def test_figure_that_was_sent_is_a_draft_again_once_it_is_corrected(enter, submit, etag):
    enter(*WHOLE)
    submit(match=etag())
    told = enter({**WHOLE[1], "value": "13"}, match=etag()).json()["cells"]
    assert [(each["state"], each["version"]) for each in told] == [("saved", 2)]
    assert Report.objects.get().state == "draft"
