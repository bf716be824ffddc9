"""Searching without diacritics: one fold in Python and in both databases, so that both find the same.

Nothing folded is stored beside what it was folded from: the databases know `portal_fold`, which is
`provinces.names.fold`. A long text alone keeps its folded copy, written with it.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from provinces.names import fold

FUNCTION = "portal_fold"
MOST_WORDS = 8
GOES_ON_FROM = 5
"""Letters from which a word also finds longer ones ("target", "targets"): syllables are whole words."""
_KEPT = 8192
_DASHES = re.compile(r"[‐‑‒–—−]")
_WORD = re.compile(r"[^\W_]")

POSTGRESQL = rf"""
CREATE OR REPLACE FUNCTION {FUNCTION}(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $fold$
SELECT btrim(regexp_replace(
    lower(regexp_replace(normalize(translate($1, 'đĐ', 'dD'), NFD), '[\u0300-\u036f]', '', 'g')),
    '\s+', ' ', 'g'
))
$fold$
"""
"""`fold` in SQL. The letters are bare before they are made small, so that no collation takes part."""


class Folded(Func):
    """A text as `provinces.names.fold` makes it."""

    function = FUNCTION
    output_field = TextField()


def teach_sqlite(sender: object = None, connection: Any = connection, **_more: Any) -> None:
    """Tell a new connection to SQLite what `portal_fold` is; PostgreSQL has it from a migration."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _folded, deterministic=True)


@functools.lru_cache(_KEPT)  # A query names the same text several times, and so does the next.
def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def words_of(text: str) -> list[str]:
    """The words of a search, folded, each once; dashes are one dash, and what has no letter is no word."""
    words = fold(_DASHES.sub("-", text.replace("\0", " "))).split()
    trimmed = (re.sub(r"^[\W_]+|[\W_]+$", "", word) for word in words)
    return list(dict.fromkeys(word for word in trimmed if _WORD.search(word)))[:MOST_WORDS]


def in_one_text(*fields: str) -> Concat | F:
    """Several fields as one text, each beginning a line of its own."""
    parts: list[Any] = []
    for name in fields:
        parts += [Value("\n"), F(name)]
    return Concat(*parts, output_field=TextField())


def folded(*fields: str) -> Folded:
    return Folded(in_one_text(*fields))


def folded_first(*fields: str) -> Folded:
    """The first of the fields that says anything."""
    said = [Case(When(~Q(**{name: ""}), then=F(name)), default=None) for name in fields]
    return Folded(Coalesce(*said, Value(""), output_field=TextField()))


def has_word(field: str, word: str) -> Q:
    """Rows in whose folded field the word stands: "hoa" is in "khanh hoa", not in "khoa hoc" or "hoan thanh".

    The plain comparison passes over most rows before the pattern is tried.
    """
    return Q(**{f"{field}__contains": word, f"{field}__regex": _standing(word)})


def begins_with(field: str, word: str) -> Q:
    """Rows whose folded field begins with the word."""
    return Q(**{f"{field}__startswith": word, f"{field}__regex": f"^{_whole(word)}"})


def has_words(field: str, words: Iterable[str]) -> Q:
    """Rows with every word."""
    return functools.reduce(operator.and_, (has_word(field, word) for word in words), Q())


def _standing(word: str) -> str:
    """A pattern both databases read: the word between signs, or at the beginning of a longer one."""
    return f"(^|[^a-z0-9]){_whole(word)}"


def _whole(word: str) -> str:
    return re.escape(word) + ("" if len(word) >= GOES_ON_FROM else "([^a-z0-9]|$)")


def same_length(text: str) -> str:
    """A text folded letter by letter, so that a place in it is the same place in the text (NFC)."""
    return "".join(_letter(each) for each in unicodedata.normalize("NFC", text))


def _letter(character: str) -> str:
    bare = fold(character)
    return bare if len(bare) == 1 else " "


def words_in(text: str, words: Iterable[str]) -> bool:
    """Whether every word stands somewhere in the text."""
    bare = fold(text)
    return all(re.search(_standing(word), bare) for word in words)


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with what was searched for in `<mark>`; safe for HTML."""
    text = unicodedata.normalize("NFC", text)
    return format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", piece) if hit else piece,) for piece, hit in _pieces(text, words)),
    )


def _pieces(text: str, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    if not words:
        yield text, False
        return
    one = "|".join(
        re.escape(word) + (r"" if len(word) >= GOES_ON_FROM else r"(?![a-z0-9])")
        for word in sorted(words, key=len, reverse=True)
    )
    done = 0
    for match in re.finditer(rf"(?<![a-z0-9])(?:{one})", same_length(text)):
        yield text[done : match.start()], False
        yield text[match.start() : match.end()], True
        done = match.end()
    yield text[done:], False
