"""What somebody typed into a cell, read into figures: one way for all doors."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.actions.reporting import CellValue
from indicators.entry.findings import Code, Finding, finding
from indicators.entry.numbers import NumberRefused, read_machine_number, read_number, storable
from indicators.models import Answer, IndicatorDefinition, MissingReason, Qualifier, ValueType

NUMBERS = ("numerator", "denominator", "value")
_WHOLE = (ValueType.COUNT, ValueType.BOOLEAN, ValueType.RANK)
_PERCENT = 100
# Worked out once: a workbook asks for them a hundred thousand times.
_ANSWERS, _QUALIFIERS = frozenset(Answer.values), frozenset(Qualifier.values)
_REASONS = frozenset(["", *MissingReason.values])
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(slots=True, kw_only=True)
class CellInput:
    """One cell as it was typed. ``base`` is the number of the version the person saw, 0 where there was none.

    Without ``base`` nobody can be warned of a change in between. A number that needs no reading comes as a
    Decimal; ``exact`` texts come from a machine: a point and no grouping. Without ``answer`` the fields that
    are filled in tell what is meant.
    """

    indicator: str
    level: str
    answer: str = ""
    value: str | Decimal = ""
    numerator: str | Decimal = ""
    denominator: str | Decimal = ""
    missing_reason: str = ""
    qualifier: str = Qualifier.OFFICIAL
    note: str = ""
    justification: str = ""
    base: int | None = None
    exact: bool = False

    @property
    def key(self) -> str:
        return f"{self.indicator}:{self.level}"

    @property
    def meant(self) -> str:
        """The answer given or worked out; "" where nothing was typed."""
        if self.answer:
            return self.answer
        if any(str(getattr(self, name)).strip() for name in NUMBERS):
            return Answer.VALUE
        return Answer.MISSING if self.missing_reason else ""


def read_cell(given: CellInput, definition: IndicatorDefinition) -> tuple[CellValue, list[Finding]]:
    """The figures of a cell, and what could not be read. What was not read is None."""
    meant = given.meant
    findings = [
        finding(Code.UNKNOWN_CHOICE, _("There is no choice “%(choice)s”.") % {"choice": chosen[:40]}, field)
        for field, chosen, choices in (
            ("answer", meant, _ANSWERS),
            ("missing_reason", given.missing_reason, _REASONS),
            ("qualifier", given.qualifier, _QUALIFIERS),
        )
        if chosen not in choices
    ]
    numbers: dict[str, Any] = {}
    for name in NUMBERS:
        text = getattr(given, name)
        try:
            numbers[name] = _read(text, name, given.exact, definition)
        except NumberRefused as problem:
            findings.append(finding(problem.code, problem.message, name))
            numbers[name] = None
    cell = CellValue(
        answer=meant,
        missing_reason=given.missing_reason if meant == Answer.MISSING else "",
        qualifier=given.qualifier,
        note=plain_text(given.note),
        **numbers,
    )
    if cell.answer in (Answer.MISSING, Answer.NOTHING_AROSE) and not given.answer:
        cell = replace(cell, numerator=None, denominator=None, value=None)
    return cell, findings


def plain_text(text: str) -> str:
    """Words as they are kept: line breaks of one kind and nothing that cannot be seen, so that a text comes
    back from a form and from a workbook as it went there."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", lines).strip()


def _read(text: str | Decimal, name: str, exact: bool, definition: IndicatorDefinition) -> Decimal | None:
    if isinstance(text, Decimal):
        return storable(text, f"{text:f}")
    text = text.strip()
    if not text:
        return None
    if exact:
        return read_machine_number(text)
    if name != "value" or definition.value_type in _WHOLE:
        return read_number(text, whole=True)
    is_rate = definition.value_type == ValueType.RATE
    limit = definition.most if definition.most is not None else Decimal(_PERCENT) if is_rate else None
    return read_number(text, most=limit)
