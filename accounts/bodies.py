"""JSON that is sent to the API, of a bounded length."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from accounts.problems import TooLarge


class JSONBodyParser(BaseParser):
    """What is longer than `largest` bytes is refused before it is read, and what is nested too deep as
    unreadable. A subclass may have another limit, or read the text in another way."""

    media_type = "application/json"
    largest: ClassVar[int] = 10_000_000
    too_large: ClassVar[str | Promise] = gettext_lazy("The body may have at most %(bytes)s bytes.")

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(self.largest + 1)
        if len(body) > self.largest:
            raise TooLarge(str(self.too_large) % {"bytes": self.largest})
        try:
            return self.load(body)
        except orjson.JSONDecodeError as problem:
            words = _("The body is not JSON (line %(line)s, column %(column)s).")
            raise ParseError(words % {"line": problem.lineno, "column": problem.colno}) from None

    def load(self, body: bytes) -> Any:
        return orjson.loads(body)
