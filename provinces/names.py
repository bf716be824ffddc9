"""Vietnamese names: one spelling for matching, one key for searching, one for sorting."""

import re
import unicodedata

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Combining grave, hook, tilde, acute and dot: huyền, hỏi, ngã, sắc, nặng, in the order of dictionaries."""

_RANK = {letter: str(20 + place) for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_END, _SPACE = "00", "01"
"""Sort keys are digits only, two a character: every collation of every database orders digits alike."""

_ON_THE_SECOND_VOWEL = re.compile(
    r"(?<!q)(o)([aáàảãạ]|[eéèẻẽẹ])(?![\w])|(?<!q)(u)([yýỳỷỹỵ])(?![\w])", re.IGNORECASE
)


def fold(text: str) -> str:
    """The text without diacritics, đ as d, in lower case, single-spaced: what a search compares."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.lower().split())


def normalise_tone_marks(text: str) -> str:
    """NFC, and the tone of a final oa, oe, uy on its first vowel: "Hoà" and "Hòa" become "Hòa".

    Closed syllables ("hoàn", "huỳnh") and those after q ("quý") carry it on the last vowel in every style.
    """
    return _ON_THE_SECOND_VOWEL.sub(_move_tone, unicodedata.normalize("NFC", text))


def _move_tone(match: re.Match[str]) -> str:
    first, second = match[1] or match[3], unicodedata.normalize("NFD", match[2] or match[4])
    return unicodedata.normalize("NFC", first + second[1:] + second[0])


def sort_key(text: str) -> str:
    """A key of digits whose order is the Vietnamese alphabet: a ă â b c d đ e ê … o ô ơ p … u ư v.

    Letters decide first, tones only between equal letters (ngang, huyền, hỏi, ngã, sắc, nặng). Numbers sort
    by value ("Quận 2" before "Quận 10"), hyphens as spaces.
    """
    letters, tones = [], []
    words = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text.lower())).strip()
    for token in re.findall(r"\d+|\D", words):
        if token.isdecimal():
            letters += [f"1{digit}" for digit in str(int(token)).zfill(6)]
            continue
        decomposed = unicodedata.normalize("NFD", token)
        tone = next((mark for mark in decomposed if mark in _TONES), "")
        letter = unicodedata.normalize("NFC", decomposed.replace(tone, ""))
        letters.append(_SPACE if letter == " " else _RANK.get(letter, ""))
        tones.append(str(_TONES.get(tone, 0)))
    return "".join([*letters, _END, *tones])
