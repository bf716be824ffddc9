"""The entry grid as a page shows it: what was typed, or what is stored, and the words beside each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext, ngettext

from indicators import figures
from indicators.actions.entering import CellInput, Outcome
from indicators.actions.reporting import CellValue
from indicators.entry.findings import Code, Finding, needs_justification
from indicators.entry.numbers import write_number
from indicators.entry.places import Owed
from indicators.entry.reading import NUMBERS
from indicators.entry.rows import EntryRow
from indicators.models import (
    Answer,
    EnteredAs,
    IndicatorDefinition,
    Measurement,
    MeasurementVersion,
    MeasureMode,
    Qualifier,
    ValueType,
    VersionState,
)

TYPED = ("answer", *NUMBERS, "missing_reason", "qualifier", "note", "justification")
_WHOLE = (ValueType.COUNT, ValueType.BOOLEAN, ValueType.RANK)
_CSS = {
    VersionState.DRAFT: "in-progress",
    VersionState.SUBMITTED: "on-track",
    VersionState.RETURNED: "off-track",
    VersionState.APPROVED: "met",
    VersionState.WITHDRAWN: "no-data",
    VersionState.SUPERSEDED: "no-data",
}


@dataclass
class GridRow:
    """One row of the grid. ``typed`` holds the texts of the fields by name."""

    row: EntryRow
    typed: dict[str, str]
    base: int
    findings: list[Finding] = field(default_factory=list)
    theirs: MeasurementVersion | None = None
    """In a conflict, the version that stands in the way of what was typed, read as ``mine``."""
    mine: CellValue | None = None

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def state_word(self) -> str:
        version = self.row.working
        return str(VersionState(version.state).label) if version else gettext("Not entered yet")

    @property
    def state_css(self) -> str:
        version = self.row.working
        return _CSS[VersionState(version.state)] if version else "not-due"

    @property
    def result(self) -> str:
        version = self.row.working
        return said(version, self.row) if version else ""

    @property
    def my_figure(self) -> str:
        """What was typed, in words; as it stands there where it could not be read."""
        raw = "/".join(self.typed[name] for name in NUMBERS if self.typed[name])
        if self.mine is None or (self.mine.answer == Answer.VALUE and not _is_read(self.mine)):
            return raw
        return in_full(self.mine, self.row)

    @property
    def their_figure(self) -> str:
        return in_full(self.theirs, self.row) if self.theirs else ""

    @property
    def last(self) -> str:
        return said(self.row.last, self.row)

    @property
    def last_year(self) -> str:
        return said(self.row.last_year, self.row)

    @property
    def hint(self) -> str:
        """What the figure of a flow speaks of; a state at the end of the period needs no word."""
        return span_of(self.row.definition)

    @property
    def warnings(self) -> list[str]:
        """The warnings of the stored figure, in words, where nothing newer was found."""
        version = self.row.working
        return (
            [] if self.findings or version is None else [str(Code(each).label) for each in version.warnings]
        )

    @property
    def is_warned(self) -> bool:
        """Whether a warning stands there, of the stored figure or of what was just typed."""
        version = self.row.working
        return bool(version and version.warnings) or bool(needs_justification(self.findings))

    @property
    def has_why(self) -> bool:
        """Whether the field of the justification is shown: there is something to justify, or it was."""
        return self.is_warned or bool(self.typed["justification"])

    @property
    def lacks_why(self) -> bool:
        return self.is_warned and not self.typed["justification"].strip()

    @property
    def can_arise(self) -> bool:
        return self.row.definition.measure_mode == MeasureMode.FLOW

    @property
    def is_open(self) -> bool:
        """Whether the details are unfolded at first: something there wants attention."""
        version = self.row.working
        is_returned = version is not None and version.state == VersionState.RETURNED
        return is_returned or self.lacks_why or bool(self.findings) or self.theirs is not None


def span_of(definition: IndicatorDefinition) -> str:
    """What the figure of a flow speaks of; "" for a state at the end of the period."""
    if definition.measure_mode != MeasureMode.FLOW:
        return ""
    if definition.entered_as == EnteredAs.CUMULATIVE:
        return gettext("accumulated since the start of the year")
    return gettext("figure of the period alone")


def _is_read(cell: CellValue) -> bool:
    return cell.value is not None or (cell.numerator is not None and cell.denominator is not None)


def in_full(cell: MeasurementVersion | CellValue, row: EntryRow | Owed) -> str:
    """A figure with the two numbers of its rate, for two pairs can give the same rate."""
    if cell.numerator is None or cell.denominator is None:
        return said(cell, row)
    pair = [write_number(Decimal(number), whole=True) for number in (cell.numerator, cell.denominator)]
    return f"{said(cell, row)} ({'/'.join(pair)})"


def said(cell: Measurement | MeasurementVersion | CellValue | None, row: EntryRow | Owed) -> str:
    """A stored figure in the reader's words; a rate from its numerator and denominator."""
    if cell is None or cell.answer == Answer.UNANSWERED:
        return figures.ABSENT
    if cell.answer != Answer.VALUE:
        return figures.missing(cell.missing_reason or cell.answer)
    definition = row.definition
    if cell.value is not None:
        return figures.figure(cell.value, "%" if definition.unit_of_measure == "%" else "")
    if cell.numerator is None or not cell.denominator:
        return figures.missing("not_applicable")
    ratio = Fraction(cell.numerator) / Fraction(cell.denominator) * definition.ratio_factor
    return figures.figure(ratio, "%" if definition.ratio_factor == 100 else "", definition.decimals)


def echo(version: MeasurementVersion | None, row_is_count: bool) -> dict[str, str]:
    """The texts of the fields of a stored version, as they would be typed."""
    if version is None:
        return dict.fromkeys(TYPED, "") | {"qualifier": Qualifier.OFFICIAL.value}
    texts = {name: getattr(version, name) for name in TYPED if name not in NUMBERS}
    for name in NUMBERS:
        number = getattr(version, name)
        whole = name != "value" or row_is_count
        texts[name] = "" if number is None else write_number(number, whole=whole)
    return texts


def is_count(row: EntryRow) -> bool:
    return row.definition.value_type in _WHOLE


def grid_rows(
    rows: Iterable[EntryRow],
    inputs: Mapping[str, CellInput] | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
) -> list[GridRow]:
    """The rows with what is stored, or with what was typed where that was not written."""
    shown = []
    for row in rows:
        base = row.working.number if row.working else 0
        one = GridRow(row, echo(row.working, is_count(row)), base)
        outcome = (outcomes or {}).get(row.key)
        given = (inputs or {}).get(row.key)
        if outcome is not None and given is not None and outcome.state in ("refused", "conflict"):
            one.typed = {name: getattr(given, name) for name in TYPED}
            one.findings = outcome.findings
            # Not the newest: whoever has not seen that one has not decided against it.
            one.base = one.base if given.base is None else given.base
            if outcome.state == "conflict":
                one.theirs, one.mine = outcome.version, outcome.cell
        shown.append(one)
    return shown


def progress(rows: Iterable[GridRow]) -> dict[str, Any]:
    """What the foot of the page says: answered of all, errors, and warnings without a justification."""
    listed = list(rows)
    answered = sum(each.row.is_answered for each in listed)
    errors = sum(any(one.severity == "error" for one in each.findings) for each in listed)
    unexplained = sum(
        bool(each.row.working and each.row.working.warnings and not each.row.working.justification)
        for each in listed
    )
    words = [gettext("%(done)s/%(all)s indicators entered") % {"done": answered, "all": len(listed)}]
    if errors:
        words.append(ngettext("%(n)s error", "%(n)s errors", errors) % {"n": errors})
    if unexplained:
        words.append(ngettext("%(n)s to justify", "%(n)s to justify", unexplained) % {"n": unexplained})
    return {"answered": answered, "owed": len(listed), "words": " · ".join(words)}
