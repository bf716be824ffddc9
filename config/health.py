"""`/healthz`: do the database, the job queue and the worker answer?"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from indicators.models.jobs import Job, JobPriority, JobState, WorkerHeartbeat

logger = logging.getLogger(__name__)

Check = dict[str, Any]

# Seconds. An approval is recomputed at once; the long jobs behind it may wait for each other.
OLDEST_URGENT = 60
OLDEST_JOB = 30 * 60
# Beat asks for a sign of life every 10 s.
OLDEST_HEARTBEAT = 60


def database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"ok": True}


def job_queue() -> Check:
    """Age of the oldest job that no worker has claimed, or whose worker is taken for dead; jobs given up."""
    now = timezone.now()
    waiting = Job.objects.claimable_at(now).order_by("created_at", "pk")
    oldest = _age(waiting.values_list("created_at", flat=True).first(), now)
    urgent = waiting.filter(priority__lte=JobPriority.CHANGE)
    oldest_urgent = _age(urgent.values_list("created_at", flat=True).first(), now)
    late = (oldest or 0) > OLDEST_JOB or (oldest_urgent or 0) > OLDEST_URGENT
    failed = Job.objects.filter(state=JobState.FAILED).count()
    return {"ok": not late and not failed, "oldest_unclaimed_seconds": oldest, "failed": failed}


def worker() -> Check:
    """Age of the newest sign of life of any worker."""
    newest = WorkerHeartbeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    age = _age(newest, timezone.now())
    return {"ok": age is not None and age <= OLDEST_HEARTBEAT, "age_seconds": age}


CHECKS: dict[str, Callable[[], Check]] = {"database": database, "job_queue": job_queue, "worker": worker}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything answers, else 503. Says what fails, never why: it is open to everybody."""
    checks = {name: _run(check) for name, check in CHECKS.items()}
    healthy = all(check["ok"] for check in checks.values())
    body = {"status": "ok" if healthy else "failing", "version": settings.VERSION, **checks}
    response = JsonResponse(body, status=200 if healthy else 503)
    # Whoever asks is told; Django would also log each 503 as an error of the portal.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _run(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError:
        logger.exception("health check failed")
        return {"ok": False}


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round(max(0.0, (now - moment).total_seconds()), 1)
