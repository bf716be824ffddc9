"""Bodies of writing requests: bounded, and with numbers as exact as they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser

from accounts.bodies import JSONBodyParser
from accounts.files import MOST_BYTES
from accounts.problems import TooLarge

# Beside the file stand its name, a few fields and the boundary.
_LARGEST_FORM = MOST_BYTES + 100_000


@dataclass(frozen=True)
class Inexact:
    """A JSON number with a fraction or an exponent, as it was written; no field takes one."""

    text: str


class ExactJSONParser(JSONBodyParser):
    """JSON in which a number is a whole number or an `Inexact`, and no name stands twice in an object."""

    largest = 16_000_000
    too_large = gettext_lazy("The body may have at most %(bytes)s bytes; send it in several requests.")

    def load(self, body: bytes) -> Any:
        # Strict where Python's own reader is not: half a character pair, NaN, nesting without end.
        super().load(body)
        try:
            return json.loads(body, parse_float=Inexact, object_pairs_hook=_object)
        except (ValueError, RecursionError):
            raise ParseError(_("The body is JSON that cannot be read: a number is far too long.")) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("“%(name)s” stands twice in one object; keep one.") % {"name": twice[:40]})
    return found


class FileParser(MultiPartParser):
    """multipart/form-data with one file; what is far too large is refused before it is read."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        length = str(parser_context["request"].META.get("CONTENT_LENGTH") or "")
        if length.isdecimal() and int(length) > _LARGEST_FORM:
            raise TooLarge(_("The file is larger than 20 MB."))
        try:
            return super().parse(stream, media_type, parser_context)
        except RequestDataTooBig:
            raise TooLarge from None
        except (SuspiciousOperation, ValueError):
            raise ParseError(_("The form cannot be read; send one field “file”.")) from None
