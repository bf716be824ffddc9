"""What somebody typed into a cell, read into figures: one way for all doors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.actions.reporting import CellValue
from indicators.entry.findings import Code, Finding, finding
from indicators.entry.numbers import NumberRefused, read_machine_number, read_number
from indicators.models import Answer, IndicatorDefinition, MissingReason, Qualifier, ValueType

NUMBERS = ("numerator", "denominator", "value")
_WHOLE = (ValueType.COUNT, ValueType.BOOLEAN, ValueType.RANK)
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CellInput:
    """One cell as it was typed. ``base`` is the number of the version the person saw, 0 where there was none.

    Without ``base`` nobody can be warned of a change in between. ``exact`` numbers come from a machine: a
    point and no grouping. Without ``answer`` the fields that are filled in tell what is meant.
    """

    indicator: str
    level: str
    answer: str = ""
    value: str = ""
    numerator: str = ""
    denominator: str = ""
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
        if any(getattr(self, name).strip() for name in NUMBERS):
            return Answer.VALUE
        return Answer.MISSING if self.missing_reason else ""


def read_cell(given: CellInput, definition: IndicatorDefinition) -> tuple[CellValue, list[Finding]]:
    """The figures of a cell, and what could not be read. What was not read is None."""
    findings = [
        finding(Code.UNKNOWN_CHOICE, _("There is no choice “%(choice)s”.") % {"choice": chosen[:40]}, field)
        for field, chosen, choices in (
            ("answer", given.meant, Answer.values),
            ("missing_reason", given.missing_reason, ["", *MissingReason.values]),
            ("qualifier", given.qualifier, Qualifier.values),
        )
        if chosen not in choices
    ]
    numbers: dict[str, Any] = {}
    for name in NUMBERS:
        text = getattr(given, name).strip()
        try:
            numbers[name] = _read(text, name, given.exact, definition) if text else None
        except NumberRefused as problem:
            findings.append(finding(problem.code, problem.message, name))
            numbers[name] = None
    cell = CellValue(
        answer=given.meant,
        missing_reason=given.missing_reason if given.meant == Answer.MISSING else "",
        qualifier=given.qualifier,
        note=given.note.strip(),
        **numbers,
    )
    if cell.answer in (Answer.MISSING, Answer.NOTHING_AROSE) and not given.answer:
        cell = replace(cell, numerator=None, denominator=None, value=None)
    return cell, findings


def _read(text: str, name: str, exact: bool, definition: IndicatorDefinition) -> Decimal:
    if exact:
        return read_machine_number(text)
    if name != "value" or definition.value_type in _WHOLE:
        return read_number(text, whole=True)
    is_rate = definition.value_type == ValueType.RATE
    limit = definition.most if definition.most is not None else Decimal(_PERCENT) if is_rate else None
    return read_number(text, most=limit)
