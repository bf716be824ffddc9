"""A brief on its way: asked for, made by a worker, ready; and the templates that offices bring.

As with workbooks the row is the truth and the message only a bell; a lease takes over from a dead worker.
"""

from __future__ import annotations

import datetime
import hashlib
import logging

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.audit import Operation
from dashboard.briefs import apart
from dashboard.briefs.apart import TemplateRefused, check_template
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.letterhead import Letterhead
from dashboard.briefs.material import EditionFacts, material_of
from dashboard.editions.canonical import content_in
from dashboard.models import Brief, BriefState, BriefTemplate, Edition
from dashboard.tasks import ring_briefs
from indicators.actions.traces import leave_trace
from provinces.models import Unit

log = logging.getLogger(__name__)

_MOST_ATTEMPTS = 3
_KEPT = datetime.timedelta(days=90)


class BriefError(Exception):
    """The brief cannot be asked for; the message says why."""


@transaction.atomic
def request_brief(
    *, edition: Edition, by: User, letterhead: Letterhead, template: BriefTemplate | None = None
) -> Brief:
    """Have a brief made of an edition. Audited. Raises BriefError where the edition is no longer intact."""
    if not edition.is_intact:
        raise BriefError(_("The stored bytes of this edition no longer have its digest; no brief is made."))
    brief = Brief.objects.create(
        edition=edition,
        template=template,
        by=by,
        letterhead=letterhead.kept(),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    leave_trace(
        action="request",
        subject=brief,
        operation=Operation.CREATED,
        by=by,
        unit=edition.unit,
        after={"edition": edition.pk, "template": template.pk if template else None, **letterhead.kept()},
    )
    transaction.on_commit(ring_briefs)
    return brief


def run_next() -> bool:
    """Make one waiting brief; answers whether there was one."""
    brief = _claim()
    if brief is None:
        return False
    with override(brief.language):
        try:
            if brief.attempts > _MOST_ATTEMPTS:
                # Its worker died each time.
                _give_up(brief)
            else:
                _make(brief)
        except TemplateRefused as refused:
            _fail(brief, str(refused))
        except Exception:
            # Left under its lease: it is tried again, and the log says what went wrong.
            log.exception("brief failed", extra={"brief": brief.pk})
            if brief.attempts >= _MOST_ATTEMPTS:
                _give_up(brief)
    return True


def _give_up(brief: Brief) -> None:
    _fail(brief, _("The portal could not make this brief; please report it."))


def _fail(brief: Brief, words: str) -> None:
    _move(brief, state=BriefState.FAILED, message=words, finished_at=timezone.now())


def _claim() -> Brief | None:
    """The next brief that waits, or whose worker died; taken under a lease."""
    now = timezone.now()
    waits = Q(state=BriefState.QUEUED) | Q(state=BriefState.RUNNING, lease_until__lt=now)
    for brief in Brief.objects.filter(waits).order_by("pk"):
        taken = Brief.objects.filter(waits, pk=brief.pk, state=brief.state, lease_until=brief.lease_until)
        claimed = {"state": BriefState.RUNNING, "lease_until": _lease(), "attempts": F("attempts") + 1}
        if taken.update(**claimed):
            return Brief.objects.select_related("edition", "template").get(pk=brief.pk)
    return None


def _lease() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _move(brief: Brief, **fields: object) -> bool:
    """Note how far it has come and prolong the lease; False where another worker took it over."""
    mine = Brief.objects.filter(pk=brief.pk, state=BriefState.RUNNING, lease_until=brief.lease_until)
    fresh = _lease()
    if not mine.update(lease_until=fresh, **fields):
        return False
    brief.lease_until = fresh
    return True


def _make(brief: Brief) -> None:
    edition = brief.edition
    if not edition.is_intact:
        raise TemplateRefused(
            _("The stored bytes of this edition no longer have its digest; no brief is made.")
        )
    facts = EditionFacts(edition.number, edition.digest, edition.closed_at)
    material = material_of(content_in(edition.raw), facts, Letterhead.of(brief.letterhead))
    if not _move(brief, percent=10):
        return
    word = apart.word(material, edition.closed_at, _template_of(brief))
    if not _move(brief, percent=60):
        return
    pdf = apart.pdf(material, edition.closed_at)
    if _move(brief, percent=90):
        _keep(brief, word, pdf)


def _template_of(brief: Brief) -> bytes:
    if brief.template is None:
        return BUILT_IN.read_bytes()
    with brief.template.file.open() as kept:
        content: bytes = kept.read()
    return content


def _keep(brief: Brief, word: bytes, pdf: bytes) -> None:
    """Both files, then the state: a state without its files would be found by readers."""
    kept = {}
    for name, suffix, content in (("word", "docx", word), ("pdf", "pdf", pdf)):
        digest = hashlib.sha256(content).hexdigest()
        stored = getattr(brief, name)
        stored.save(f"{brief.pk}-{digest[:20]}.{suffix}", ContentFile(content), save=False)
        kept[name], kept[f"{name}_sha256"] = stored.name, digest
    if not _move(brief, **kept, state=BriefState.DONE, percent=100, message="", finished_at=timezone.now()):
        for name in ("word", "pdf"):
            getattr(brief, name).delete(save=False)


@transaction.atomic
def bring_template(*, unit: Unit, by: User, name: str, content: bytes) -> BriefTemplate:
    """Keep an office's own template. Audited. Raises TemplateRefused with what is wrong in it."""
    clean = check_template(name, content)
    template = BriefTemplate(unit=unit, name=clean, by=by, sha256=hashlib.sha256(content).hexdigest())
    # Nobody's choosing: the name it is stored under comes from the content.
    template.file.save(f"{template.sha256[:20]}.docx", ContentFile(content), save=False)
    template.save()
    _trace(template, by, "bring", Operation.CREATED)
    return template


@transaction.atomic
def retire_template(*, template: BriefTemplate, by: User) -> None:
    """Offer a template no longer. Audited."""
    if BriefTemplate.objects.filter(pk=template.pk, is_active=True).update(is_active=False):
        _trace(template, by, "retire", Operation.UPDATED)


def _trace(template: BriefTemplate, by: User, action: str, operation: str) -> None:
    after = {"name": template.name, "sha256": template.sha256}
    leave_trace(action=action, subject=template, operation=operation, by=by, unit=template.unit, after=after)


def forget_old_briefs() -> int:
    """Nightly: briefs of long ago; from their editions they can be made again."""
    gone = Brief.objects.filter(created_at__lt=timezone.now() - _KEPT)
    for brief in gone:
        for file in (brief.word, brief.pdf):
            if file:
                file.delete(save=False)
    return gone.delete()[0]
