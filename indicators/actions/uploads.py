"""A workbook on its way: received, checked in a dry run, confirmed, written; a dead worker loses nothing.

The row of the upload is the truth and the message to the worker only a bell, as with recomputes. What one
kind of workbook asks for is a `Plan` of steps; this module knows nothing of what a step does.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.files import clean_name
from accounts.models import User
from indicators.actions import upload_figures, upload_setup, upload_writing
from indicators.actions.reporting import ReportingError
from indicators.models import LineKind, Upload, UploadKind, UploadLine, UploadState
from indicators.tasks import ring_uploads
from indicators.workbooks.plans import Found, Plan
from indicators.workbooks.reading import Row, WorkbookRefused, check_workbook, read_rows
from provinces import bulk

log = logging.getLogger(__name__)

PLANNERS: dict[str, Callable[[Iterable[Row], User], Plan]] = {
    UploadKind.FIGURES: upload_figures.plan,
    UploadKind.SETUP: upload_setup.plan,
}
_KEPT = datetime.timedelta(days=90)
_MOVES = {UploadState.WAITING: UploadState.READING, UploadState.CONFIRMED: UploadState.WRITING}


@transaction.atomic
def receive(*, by: User, kind: str, name: str, content: bytes) -> Upload:
    """Keep a workbook and have it checked. Raises WorkbookRefused for a file that may not be read."""
    suffix = check_workbook(name, content)
    upload = Upload(
        by=by,
        kind=kind,
        name=clean_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    # Nobody's choosing: the name it is stored under comes from the content.
    upload.file.save(f"{upload.sha256[:20]}.{suffix}", ContentFile(content), save=False)
    upload.save()
    transaction.on_commit(ring_uploads)
    return upload


@transaction.atomic
def confirm(*, upload: Upload) -> None:
    """Have the changes written that the dry run listed. Raises ReportingError where none wait."""
    if not _move(upload, UploadState.CHECKED, UploadState.CONFIRMED, rows_read=0):
        raise ReportingError(_("This workbook is not waiting for confirmation."))
    transaction.on_commit(ring_uploads)


@transaction.atomic
def cancel(*, upload: Upload) -> None:
    """Stop before anything, or anything more, is written. Raises ReportingError where it has finished."""
    now = timezone.now()
    if not any(_move(upload, state, UploadState.CANCELLED, finished_at=now) for state in UploadState):
        raise ReportingError(_("This workbook has been dealt with already."))


def _move(upload: Upload, before: str, after: str, **fields: object) -> bool:
    """From one state to the next, unless somebody else was quicker."""
    if before in (UploadState.DONE, UploadState.REFUSED, UploadState.CANCELLED):
        return False
    moved = Upload.objects.filter(pk=upload.pk, state=before).update(state=after, **fields)
    if moved:
        upload.refresh_from_db()
    return bool(moved)


def run_next(goes_on: Callable[[], bool]) -> bool:
    """Check or write one waiting workbook; answers whether there was one.

    ``goes_on`` is asked after each step: there an approval is served that would have to wait for a long
    workbook. Where it says no (the worker is to stop), the next worker takes the workbook up again.
    """
    upload = _claim()
    if upload is None:
        return False
    with override(upload.language):
        try:
            _run(upload, goes_on)
        except WorkbookRefused as refused:
            _finish(upload, UploadState.REFUSED, message=str(refused))
        except Exception:
            # Left under its lease: it is tried again, and the log says what went wrong.
            log.exception("upload failed", extra={"upload": upload.pk})
            if timezone.now() - upload.created_at > datetime.timedelta(hours=1):
                words = _("The portal could not read this file; please report it.")
                _finish(upload, UploadState.REFUSED, message=words)
    return True


def _claim() -> Upload | None:
    """The next workbook that waits, or whose worker died; taken under a lease."""
    now = timezone.now()
    waits = Q(state__in=list(_MOVES)) | Q(state__in=list(_MOVES.values()), lease_until__lt=now)
    for upload in Upload.objects.filter(waits).order_by("pk"):
        state = _MOVES.get(UploadState(upload.state), UploadState(upload.state))
        taken = Upload.objects.filter(waits, pk=upload.pk, state=upload.state)
        if taken.update(state=state, lease_until=_lease()):
            upload.refresh_from_db()
            return upload
    return None


def _lease() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _run(upload: Upload, goes_on: Callable[[], bool]) -> None:
    writes = upload.state == UploadState.WRITING
    plan = _plan(upload, writes)
    # A worker that died may have got so far already; a change written by it is none the second time.
    lines = upload.lines.all() if not writes else upload.lines.filter(kind=LineKind.PROBLEM)
    lines.delete()
    has_problems = _keep(upload, plan.found)
    if not _go_on(upload, rows_read=0, rows_total=plan.total):
        return
    for step in plan.steps:
        with transaction.atomic():
            done = step(writes)
            # All else was told by the dry run.
            told = [each for each in done.found if not writes or each.kind == LineKind.PROBLEM]
            has_problems |= _keep(upload, told)
            if not _go_on(
                upload, rows_read=upload.rows_read + done.rows, written=upload.written + done.written
            ):
                # Cancelled, or another worker has it: what this step did is dropped.
                transaction.set_rollback(True)
                return
        if not goes_on():
            Upload.objects.filter(pk=upload.pk, lease_until=upload.lease_until).update(
                lease_until=timezone.now()
            )
            return
    _conclude(upload, writes, has_problems)


def _plan(upload: Upload, writes: bool) -> Plan:
    if writes and upload.kind == UploadKind.FIGURES:
        return upload_writing.plan_of(upload, upload.by)
    with upload.file.open() as stored:
        content = stored.read()
    return PLANNERS[upload.kind](read_rows(content, str(upload.file.name).rpartition(".")[2]), upload.by)


def _keep(upload: Upload, found: Iterable[Found]) -> bool:
    """Store what was found; answers whether a problem is among it."""
    kept = list(found)
    bulk.insert_values(UploadLine, [{"upload_id": upload.pk, **each._asdict()} for each in kept])
    return any(each.kind == LineKind.PROBLEM for each in kept)


def _go_on(upload: Upload, **fields: int) -> bool:
    """Note how far it has come and prolong the lease; False where it was cancelled or taken over."""
    mine = Upload.objects.filter(pk=upload.pk, state=upload.state, lease_until=upload.lease_until)
    fresh = _lease()
    if not mine.update(lease_until=fresh, **fields):
        return False
    upload.lease_until = fresh
    for name, value in fields.items():
        setattr(upload, name, value)
    return True


def _conclude(upload: Upload, writes: bool, has_problems: bool) -> None:
    if writes:
        _finish(upload, UploadState.DONE)
    elif has_problems:
        _finish(upload, UploadState.REFUSED)
    elif upload.lines.filter(kind=LineKind.DIFFERENCE).exists():
        _move(upload, UploadState.READING, UploadState.CHECKED)
    else:
        _finish(upload, UploadState.DONE)


def _finish(upload: Upload, state: str, message: str = "") -> None:
    _move(upload, upload.state, state, finished_at=timezone.now(), message=message)


def forget_old_uploads() -> int:
    """Nightly: files and findings of workbooks that ended long ago; the versions they wrote stay."""
    gone = Upload.objects.filter(created_at__lt=timezone.now() - _KEPT)
    for upload in gone:
        upload.file.delete(save=False)
    return gone.delete()[0]
