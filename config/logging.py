"""Structured logs: one JSON object a line, without personal data.

A request is told by id, method, path without its query, status, milliseconds and the number of the user: no
name, no address, no header, no form field.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("portal.request")
request_id: ContextVar[str] = ContextVar("request_id", default="")

FIELDS = ("method", "path", "status", "ms", "user", "job", "attempts", "judged", "written")
CALENDAR = re.compile(r"(/calendar/)[^\s\"'?#]+")
# A proxy may hand down its own id; what is not plainly an id is replaced, so that nothing is smuggled in.
SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class RequestLogMiddleware:
    """First in the list: its milliseconds hold everything, and every later line carries the request's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            self._tell(request, response.status_code, began)
            return response
        finally:
            request_id.reset(token)

    @staticmethod
    def _tell(request: HttpRequest, status: int, began: float) -> None:
        user = getattr(request, "user", None)
        logger.log(
            logging.DEBUG if request.path == "/healthz" else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "path": without_secrets(request.path),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000),
                # Only what the view has already looked up: logging must not cost a query.
                "user": _known_pk(user),
            },
        )


def without_secrets(text: str) -> str:
    """The address of a calendar is a secret, wherever it is told of, and a log is read by many."""
    return CALENDAR.sub(r"\1…", text)


def _known_pk(user: object) -> int | None:
    wrapped = user.__dict__.get("_wrapped", user) if user is not None else None
    pk = getattr(wrapped, "pk", None)
    return pk if isinstance(pk, int) else None
