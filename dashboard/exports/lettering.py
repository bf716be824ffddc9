"""How much room words take in a drawing: estimated from above by the widths of letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Thousandths of the size; Be Vietnam Pro measured, rounded up.
_NARROW, _USUAL, _CAPITAL, _WIDE = 310, 580, 710, 900
_NARROW_LETTERS = frozenset("fijlrtI.,:;'|!()[]/ ·\u00a0")
_WIDE_LETTERS = frozenset("mwMW%@—")


def width_of(text: str, size: int) -> int:
    """Whole units, never less than the words are wide."""
    letters = (each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    return -(-sum(_letter(each) for each in letters) * size // 1000)


def _letter(letter: str) -> int:
    if letter in _NARROW_LETTERS:
        return _NARROW
    if letter in _WIDE_LETTERS:
        return _WIDE
    return _CAPITAL if letter.isupper() else _USUAL


def lines_of(text: str, size: int, width: int) -> Iterator[str]:
    """The words in lines that fit; a word that is longer than a line stands alone."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
