"""The codes of problems, and what each says of every problem that bears it. Programs decide by them."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Code(NamedTuple):
    status: int
    title: Any
    advice: Any = ""
    """What a program does about it, where that is not plain."""


_AGAIN = _("Take a new cursor and read the lists once more.")

CODES: dict[str, Code] = {
    "invalid": Code(400, _("Something in the request is wrong.")),
    "parse_error": Code(400, _("The body is not readable.")),
    "cursor_invalid": Code(400, _("The cursor does not belong to this list."), _AGAIN),
    "idempotency_key_invalid": Code(
        400, _("The Idempotency-Key is not usable."), _("1 to 255 visible ASCII characters.")
    ),
    "not_authenticated": Code(401, _("Nobody is signed in.")),
    "authentication_failed": Code(401, _("The sign-in is not readable.")),
    "token_malformed": Code(401, _("The token is not written as it should be.")),
    "token_unknown": Code(401, _("The token is not known.")),
    "token_revoked": Code(401, _("The token was revoked.")),
    "token_expired": Code(401, _("The token has expired.")),
    "client_inactive": Code(401, _("The API client is switched off.")),
    "permission_denied": Code(403, _("This is not allowed.")),
    "scope_missing": Code(403, _("The token's scope does not allow this.")),
    "address_not_allowed": Code(403, _("The token may not be used from this address.")),
    "reach_not_exact": Code(
        403, _("These changes cannot be told exactly."), _("Name other resources with resource=.")
    ),
    "not_found": Code(404, _("There is nothing here.")),
    "method_not_allowed": Code(405, _("The method is not possible here.")),
    "not_acceptable": Code(406, _("There is no such form of the answer.")),
    "idempotency_in_progress": Code(
        409, _("The same request is being worked on."), _("Try again after Retry-After seconds.")
    ),
    "cursor_expired": Code(410, _("The cursor is too old."), _AGAIN),
    "version_conflict": Code(
        412, _("It was changed meanwhile."), _("Read it again, decide, and send it with the new version.")
    ),
    "too_large": Code(413, _("The body is too large.")),
    "unsupported_media_type": Code(415, _("The body is of a kind that is not read here.")),
    "idempotency_key_reused": Code(
        422, _("The Idempotency-Key was used for another request."), _("Take a new key.")
    ),
    "rows_refused": Code(422, _("Rows were refused.")),
    "report_not_ready": Code(422, _("The report cannot be sent yet.")),
    "nothing_to_send": Code(422, _("There is nothing new to send.")),
    "report_locked": Code(422, _("The report is locked.")),
    "period_not_open": Code(422, _("The period is not open for reports.")),
    "evidence_refused": Code(422, _("The file is not accepted.")),
    "precondition_required": Code(
        428, _("The version to be changed must be named."), _("Send the ETag you read as If-Match.")
    ),
    "throttled": Code(429, _("Too many requests."), _("Wait as many seconds as Retry-After says.")),
    "digest_mismatch": Code(500, _("The stored bytes are damaged.")),
    "server_error": Code(500, _("The portal has failed."), _("Try again a little later.")),
}


def title_of(code: str) -> str:
    """What is said of every problem of the code; of one that only a field bears, that something is wrong."""
    return str(CODES.get(code, CODES["invalid"]).title)
