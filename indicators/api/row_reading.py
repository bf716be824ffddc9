"""The rows of a writing request, read one by one: what is wrong with a row is told of that row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from indicators.api.bodies import Inexact
from indicators.entry.findings import Code, Finding, Severity
from indicators.entry.reading import NUMBERS, CellInput
from indicators.models import Answer, Level, MissingReason, Qualifier

LARGEST = 5000
LONGEST_NUMBER, LONGEST_NAME, LONGEST_TEXT = 60, 60, 4000
_LARGEST_VERSION = 2**31 - 1
ANSWERS = [value for value in Answer.values if value != Answer.UNANSWERED]
WHERE = ("unit", "agency", "period")
Key = tuple[str, str, str]
"""The references of a unit and of an agency ("" for the unit itself), and the code of a period."""


@dataclass
class Row:
    """One row: where it stands in the request, which report it is for, its cell, what is wrong with it."""

    index: int
    report: Key = ("", "", "")
    given: CellInput | None = None
    findings: list[Finding] = field(default_factory=list)
    is_readable: bool = True
    """Whether it has the shape of a row. One that has not refuses the whole request, partial or not."""


class RowProblem(ValueError):  # noqa: N818 (a refusal with words for the sender, no failure)
    """``code`` is `invalid`, `float_number` or one of the rule table's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_rows(listed: Sequence[Any], *, with_report: bool) -> list[Row]:
    """Each row with its cell, or with what keeps it from being read.

    ``with_report``: a row names its report itself and must say which version it builds on.
    """
    required = {"indicator", "level"} | ({"unit", "period", "version"} if with_report else set())
    known = _READERS if with_report else {name: _READERS[name] for name in _READERS.keys() - set(WHERE)}
    return [_row(index, row, known, required) for index, row in enumerate(listed)]


def _row(index: int, sent: Any, known: Mapping[str, Any], required: set[str]) -> Row:
    row = Row(index)
    if not isinstance(sent, dict):
        row.findings.append(wrong("invalid", _("A row is an object with names and values.")))
        row.is_readable = False
        return row
    read: dict[str, Any] = {}
    for name, value in sent.items():
        if name not in known:
            words = _("There is no such field. Possible here: %(known)s.") % {"known": ", ".join(known)}
            row.findings.append(wrong("unknown_field", words, name[:40]))
        elif value is not None or name == "version":
            try:
                read[name] = known[name](value)
            except RowProblem as problem:
                row.findings.append(wrong(problem.code, problem.message, name))
    missing = required - read.keys() - {each.field for each in row.findings}
    row.findings += [
        wrong("required", _needed(name), name)
        for name in (*WHERE, "indicator", "level", "version")
        if name in missing
    ]
    row.report = (read.pop("unit", ""), read.pop("agency", ""), read.pop("period", ""))
    row.is_readable = not row.findings
    if row.is_readable:
        _give(row, CellInput(base=read.pop("version", None), exact=True, **read))
    return row


def _give(row: Row, given: CellInput) -> None:
    """A machine that names a cell means something by it; a field left empty is for people."""
    if given.meant:
        row.given = given
    else:
        row.findings.append(wrong(Code.NUMBER_MISSING, _("Write the figure, or say why there is none.")))


def _needed(name: str) -> str:
    if name == "version":
        return _("Say which version of the cell this builds on: its number, or null where it has none yet.")
    return _("This field is needed.")


def wrong(code: str, message: str, name: str = "") -> Finding:
    return Finding(str(code), Severity.ERROR.value, name, message)


def _text(longest: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise RowProblem("invalid", _("Give text, in quotation marks."))
        if len(value) > longest:
            raise RowProblem("invalid", _("At most %(n)s characters.") % {"n": longest})
        return value

    return read


def _name(value: Any) -> str:
    text = _text(LONGEST_NAME)(value)
    if "\0" in text:
        raise RowProblem("invalid", _("This text holds a character that cannot be stored."))
    return text


def _number(value: Any) -> str:
    """Text or a whole number. A JSON number with a point has lost digits before anybody could look at it."""
    if isinstance(value, Inexact):
        raise RowProblem(
            "float_number",
            _(
                "%(text)s stands here as a JSON number with a fraction or an exponent. Write it as text: "
                "“98.90”. Without quotation marks only whole numbers are exact."
            )
            % {"text": value.text[:40]},
        )
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise RowProblem("invalid", _("Give a decimal number as text, for example “98.90”."))
    return _text(LONGEST_NUMBER)(value)


def _choice(choices: Sequence[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            words = _("Give one of: %(choices)s.") % {"choices": ", ".join(choices)}
            raise RowProblem(Code.UNKNOWN_CHOICE, words)
        return value

    return read


def _version(value: Any) -> int:
    """The number of the version that was seen; null is a cell without one."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LARGEST_VERSION:
        raise RowProblem("invalid", _("Give the number of the version, from 1 on, or null."))
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys((*WHERE, "indicator"), _name),
    "level": _choice(Level.values),
    "answer": _choice(ANSWERS),
    **dict.fromkeys(NUMBERS, _number),
    "missing_reason": _choice(MissingReason.values),
    "qualifier": _choice(Qualifier.values),
    **dict.fromkeys(("note", "justification"), _text(LONGEST_TEXT)),
    "version": _version,
}
