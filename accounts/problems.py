"""Refusals of the API that more than one app tells, with the codes that programs go by.

Two attributes of a problem are for the handler of errors: `extra`, further members of the answer, and
`headers`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException


class Problem(APIException):
    """An APIException with further members of the body and further headers."""

    def __init__(
        self,
        detail: Any = None,
        code: str | None = None,
        *,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.extra = extra or {}
        self.headers = headers or {}


class KeyInvalid(Problem):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_invalid"
    default_detail = _(
        "The header Idempotency-Key takes 1 to 255 visible ASCII characters; a UUID for each thing to be "
        "done is a good one."
    )


class KeyReused(Problem):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = _(
        "This Idempotency-Key was sent with another request before. Send a new key for a new request; send "
        "the old key only with the very same address and body."
    )


class InProgress(Problem):
    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_in_progress"
    default_detail = _(
        "The first request with this Idempotency-Key is still being worked on; send it again a little later."
    )


class PreconditionNeeded(Problem):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = _(
        "Say in the header If-Match which version this builds on: read it first, and send back its ETag."
    )


class VersionConflict(Problem):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "version_conflict"
    default_detail = _(
        "It was changed since you read it. Nothing was written; read it again and decide anew."
    )


class TooLarge(Problem):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The body is too large; send it in several requests.")
