"""`/healthz`: do the database, the job queue and the worker answer?"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

Check = dict[str, Any]


def database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {"ok": True}


CHECKS: dict[str, Callable[[], Check]] = {"database": database}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything answers, else 503. Says what fails, never why: it is open to everybody."""
    checks = {name: _run(check) for name, check in CHECKS.items()}
    healthy = all(check["ok"] for check in checks.values())
    body = {"status": "ok" if healthy else "failing", "version": settings.VERSION, **checks}
    return JsonResponse(body, status=200 if healthy else 503)


def _run(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError:
        logger.exception("health check failed")
        return {"ok": False}
