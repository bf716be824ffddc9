"""Reads what a document's list of targets asks, as Vietnamese officials write it, into a rule.

    parse_rule("≥ 80")                                   at_least 80
    parse_rule("> 0,7")                                  more_than 0.7
    parse_rule("16 - 18")                                between 16 and 18, direction higher
    parse_rule("≤ 3 Đông Nam Á; ≤ 50 Thế giới", is_rank=True)   all_of two ranks
    parse_rule("≥ 3% và tăng dần")                       all_of at_least 3 and judged "tăng dần"
    parse_rule("Đạt mức trên trung bình của thế giới")   judged

The readings are those of attainment rules §3: a plain number is `at_least`, a range is `between` with the
higher end better. Text with a number or a sign that fits none of these is refused, never taken for words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from indicators.models.rules import RangeDirection, RuleName

_NUMBER = r"[0-9][0-9.,]*"
_SINGLE = re.compile(rf"(?P<sign>≥|>=|>|≤|<=|<)?\s*(?P<number>{_NUMBER})\s*%?(?:\s+(?P<words>[^\W\d].*))?")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})\s*%?\s*[-–]\s*(?P<high>{_NUMBER})\s*%?")
_FIGURES = re.compile(r"[0-9≥≤<>=%]")

_RULE_OF_SIGN = {
    "": RuleName.AT_LEAST,
    "≥": RuleName.AT_LEAST,
    ">=": RuleName.AT_LEAST,
    ">": RuleName.MORE_THAN,
    "≤": RuleName.AT_MOST,
    "<=": RuleName.AT_MOST,
    "<": RuleName.LESS_THAN,
}


@dataclass(frozen=True)
class ParsedRule:
    """A rule with the numbers it needs; `words` is what is judged, or the field a rank is taken in."""

    rule: str
    threshold: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    direction: str = ""
    words: str = ""
    parts: tuple[ParsedRule, ...] = ()


def parse_rule(text: str, *, is_rank: bool = False) -> ParsedRule:
    """The rule a text stands for; `is_rank` where the number is a place in an order, 1 being the best.

    Raises ValueError with a sentence that says what cannot be read.
    """
    text = " ".join(text.split())
    if not text:
        raise ValueError(gettext("The target is empty."))
    if ";" in text:
        return _all_of([piece.strip() for piece in text.split(";")], is_rank=is_rank)
    first, conjunction, rest = text.partition(" và ")
    if conjunction and _FIGURES.search(first):
        return _all_of([first, rest], is_rank=is_rank)
    if found := _RANGE.fullmatch(text):
        return _range(text, found, is_rank=is_rank)
    if found := _SINGLE.fullmatch(text):
        return _single(text, found, is_rank=is_rank)
    if _FIGURES.search(text):
        raise _not_understood(text)
    return ParsedRule(RuleName.JUDGED, words=text)


def _all_of(pieces: list[str], *, is_rank: bool) -> ParsedRule:
    return ParsedRule(RuleName.ALL_OF, parts=tuple(parse_rule(piece, is_rank=is_rank) for piece in pieces))


def _range(text: str, found: re.Match[str], *, is_rank: bool) -> ParsedRule:
    low, high = parse_number(found["low"]), parse_number(found["high"])
    if is_rank:
        raise _not_understood(text)
    if low > high:
        raise ValueError(gettext("“%(text)s”: the low end is above the high end.") % {"text": text})
    return ParsedRule(RuleName.BETWEEN, low=low, high=high, direction=RangeDirection.HIGHER)


def _single(text: str, found: re.Match[str], *, is_rank: bool) -> ParsedRule:
    rule, words = _RULE_OF_SIGN[found["sign"] or ""], found["words"] or ""
    threshold = parse_number(found["number"])
    if is_rank:
        if rule != RuleName.AT_MOST:
            raise ValueError(gettext("“%(text)s”: a rank is asked for as ≤ 10.") % {"text": text})
        rule = RuleName.RANK_AT_MOST
    elif words:
        # "≥ 5 doanh nghiệp mới": the words might change what is counted, so nobody guesses.
        raise _not_understood(text)
    return ParsedRule(rule, threshold=threshold, words=words)


def parse_number(text: str) -> Decimal:
    """12; 0,7; 1.234,5; 09: comma for decimals, dots for thousands. Raises ValueError for anything else."""
    if re.fullmatch(r"[0-9]+(,[0-9]{1,4})?", text) or re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3}){2,}", text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if re.fullmatch(r"[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]{1,4}", text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise ValueError(
        gettext("“%(text)s” is not a number or could be read in two ways; write 0,7 or 1500.")
        % {"text": text}
    )


def _not_understood(text: str) -> ValueError:
    return ValueError(
        gettext("“%(text)s” is not understood as a target; write it as 90, ≥ 80, > 0,7, 16 - 18 or in words.")
        % {"text": text}
    )
