"""How much room words take in a drawing: never less than they need, by the widths of the typeface."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Thousandths of the size in the heavier weight of Be Vietnam Pro, rounded up; accents add nothing.
_WIDTHS = {
    240: " \u00a0",
    280: "lI",
    320: "ij.:!·",
    360: ",;",
    440: "frt1|“”",
    480: "()",
    520: "zJ[]",
    560: "s/",
    600: "hknuvxy7ư≥≤",
    640: "ceEFL-+",
    680: "abdgopqPSTZ2358đơ",
    720: "BKRY0469–",
    760: "ADHNUVXƯ&",
    800: "CGĐ",
    840: "OQƠ",
    880: "wM%—",
    920: "m",
}
_WIDEST = 1040
_OF_LETTER = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width_of(text: str, size: int) -> int:
    """Whole units for words written so large."""
    letters = (each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    return -(-sum(_OF_LETTER.get(each, _WIDEST) for each in letters) * size // 1000)


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
