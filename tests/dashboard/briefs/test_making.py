"""A brief on its way: the row is the truth, a dead worker loses nothing, what fails says why."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from config.tasks import forget_briefs, run_briefs
from dashboard.actions import briefs as actions
from dashboard.actions.briefs import BriefError, request_brief, retire_template
from dashboard.briefs import apart
from dashboard.briefs.apart import TemplateRefused
from dashboard.models import Brief, BriefState, BriefTemplate
from tests.dashboard.briefs.comparing import disagreements
from tests.dashboard.briefs.conftest import as_json
from tests.dashboard.briefs.sample import HEAD, words_of_docx, words_of_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(monkeypatch):
    """Nothing is set: what counts here is who does it and when."""
    monkeypatch.setattr(apart, "word", lambda *_args: b"word")
    monkeypatch.setattr(apart, "pdf", lambda *_args: b"pdf")


def read(file):
    with file.open() as kept:
        return kept.read()


def test_task_makes_both_files_of_the_editions_figures(brief, edition):
    run_briefs()
    brief.refresh_from_db()
    assert (brief.state, brief.percent, brief.message) == (BriefState.DONE, 100, "")
    word, pdf = read(brief.word), read(brief.pdf)
    assert disagreements(words_of_docx(word).replace(edition.digest, ""), as_json(edition)) == []
    assert disagreements(words_of_pdf(pdf).replace(edition.digest, ""), as_json(edition)) == []
    assert edition.digest in words_of_docx(word)
    assert edition.digest in words_of_pdf(pdf)
    assert brief.word_sha256 == hashlib.sha256(word).hexdigest()
    assert brief.pdf_sha256 == hashlib.sha256(pdf).hexdigest()


def test_own_template_is_used(edition, leader, template):
    brief = request_brief(edition=edition, by=leader, letterhead=HEAD, template=template)
    run_briefs()
    brief.refresh_from_db()
    assert words_of_docx(read(brief.word)) == "Sở ta: 17/23 của tỉnh Ninh Thuận"


def test_request_is_audited_and_rings(edition, leader, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(actions, "ring_briefs", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        brief = request_brief(edition=edition, by=leader, letterhead=HEAD)
    entry = AuditEntry.objects.get(action="brief.request")
    assert (entry.actor, entry.unit, entry.subject_id) == (leader, edition.unit, str(brief.pk))
    assert entry.after["number"] == "714"
    assert rung == [1]


def test_dead_workers_brief_is_taken_over(brief, quick):
    past = timezone.now() - timedelta(seconds=1)
    Brief.objects.filter(pk=brief.pk).update(state="running", percent=60, attempts=1, lease_until=past)
    run_briefs()
    brief.refresh_from_db()
    assert (brief.state, brief.attempts) == (BriefState.DONE, 2)


def test_living_workers_brief_is_left_alone(brief, quick):
    soon = timezone.now() + timedelta(seconds=20)
    Brief.objects.filter(pk=brief.pk).update(state="running", lease_until=soon)
    run_briefs()
    brief.refresh_from_db()
    assert brief.state == BriefState.RUNNING


def test_worker_that_lost_its_lease_writes_nothing(brief, quick, monkeypatch):
    def taken_over(*_args):
        Brief.objects.filter(pk=brief.pk).update(lease_until=timezone.now() + timedelta(seconds=99))
        return b"word"

    monkeypatch.setattr(apart, "word", taken_over)
    assert actions.run_next()
    brief.refresh_from_db()
    assert (brief.state, bool(brief.word)) == (BriefState.RUNNING, False)


def test_fault_is_tried_again_and_then_told(brief, quick, monkeypatch):
    def breaks(*_args):
        raise OSError("disk full")

    monkeypatch.setattr(apart, "pdf", breaks)
    for attempt in (1, 2, 3):
        assert actions.run_next()
        brief.refresh_from_db()
        assert brief.attempts == attempt
        Brief.objects.filter(pk=brief.pk, state="running").update(lease_until=timezone.now())
    assert brief.state == BriefState.FAILED
    assert "quản trị viên" in brief.message
    assert not actions.run_next()


def test_brief_whose_worker_always_dies_is_given_up(brief, quick):
    past = timezone.now() - timedelta(seconds=1)
    Brief.objects.filter(pk=brief.pk).update(state="running", attempts=3, lease_until=past)
    run_briefs()
    brief.refresh_from_db()
    assert brief.state == BriefState.FAILED


def test_refused_template_is_told_in_words(brief, monkeypatch):
    def refuses(*_args):
        raise TemplateRefused("Mẫu có thẻ không có trong báo cáo: {{ a }}")

    monkeypatch.setattr(apart, "word", refuses)
    run_briefs()
    brief.refresh_from_db()
    assert (brief.state, brief.message) == ("failed", "Mẫu có thẻ không có trong báo cáo: {{ a }}")


def _tamper(edition):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dashboard_edition SET content = %s WHERE id = %s", [b"{}", edition.pk])
    edition.refresh_from_db()


def test_edition_that_is_not_intact_gives_no_brief(edition, leader):
    _tamper(edition)
    with pytest.raises(BriefError, match="SHA-256"):
        request_brief(edition=edition, by=leader, letterhead=HEAD)


def test_edition_changed_meanwhile_gives_no_brief(brief, edition):
    _tamper(edition)
    run_briefs()
    brief.refresh_from_db()
    assert (brief.state, bool(brief.word_sha256)) == ("failed", False)


def test_brief_done_has_its_files(brief):
    with pytest.raises(IntegrityError, match="brief_done_has_its_files"), transaction.atomic():
        Brief.objects.filter(pk=brief.pk).update(state="done", word_sha256="a" * 64)


def test_old_briefs_are_forgotten(brief, quick):
    run_briefs()
    brief.refresh_from_db()
    storage, name = brief.word.storage, brief.word.name
    forget_briefs()
    assert storage.exists(name)
    Brief.objects.update(created_at=timezone.now() - timedelta(days=91))
    forget_briefs()
    assert not storage.exists(name)
    assert not Brief.objects.exists()


def test_template_is_brought_retired_and_audited(template, coordinator, edition):
    assert list(BriefTemplate.objects.offered_for(edition.unit)) == [template]
    retire_template(template=template, by=coordinator)
    assert not BriefTemplate.objects.offered_for(edition.unit)
    actions_ = AuditEntry.objects.filter(subject_type="brieftemplate").values_list("action", flat=True)
    assert list(actions_.order_by("pk")) == ["brieftemplate.bring", "brieftemplate.retire"]


def test_template_of_another_province_is_not_offered(template, places):
    assert not BriefTemplate.objects.offered_for(places.dak_lak)
