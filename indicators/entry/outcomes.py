"""What becomes of typed cells: saved, unchanged, refused, or in conflict with somebody's newer figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from indicators.actions.reporting import CellValue
from indicators.entry.context import Context
from indicators.entry.findings import Code, Finding, blocks_saving, finding
from indicators.entry.places import Owed
from indicators.entry.reading import CellInput, plain_text, read_cell
from indicators.entry.rules import check
from indicators.models import MeasurementVersion, VersionState

SAVED, UNCHANGED, REFUSED, CONFLICT = "saved", "unchanged", "refused", "conflict"
CONTENT = ("answer", "missing_reason", "numerator", "denominator", "value", "qualifier", "note")


@dataclass
class Outcome:
    """What became of one cell. ``version`` is the newest stored one; in a conflict it is somebody else's."""

    key: str
    state: str
    findings: list[Finding] = field(default_factory=list)
    version: MeasurementVersion | None = None
    cell: CellValue | None = None
    owed: Owed | None = None


@dataclass
class Checked:
    """A change that a dry run found good: the version it builds on (0 where there was none), its content."""

    key: str
    base: int
    definition: int
    cell: CellValue
    justification: str
    warnings: list[str]

    def obstacle(self, context: Context) -> Finding | None:
        """What has changed since, so that the change may not be written as it was confirmed."""
        one, place = context.owed.get(self.key), context.place
        if one is None or one.definition.pk != self.definition:
            return finding(Code.NOT_OWED, _("What this report owes has changed; check the workbook again."))
        if not place.is_open:
            return finding(Code.REPORT_LOCKED, _("The report is locked, or its period has not begun."))
        working = context.working(self.key)
        if (working.number if working else 0) == self.base or self.is_written(context):
            return None
        return finding(Code.CONFLICT, _("Somebody else changed this cell after the workbook was checked."))

    def is_written(self, context: Context) -> bool:
        """Whether this very change stands there already: by a worker that died afterwards, for example."""
        working = context.working(self.key)
        if working is None or working.number == self.base or working.justification != self.justification:
            return False
        return all(getattr(working, name) == getattr(self.cell, name) for name in CONTENT)


@dataclass
class Typed:
    """The cells of one report as they were typed, with what the rule table must know of them."""

    context: Context
    inputs: Sequence[CellInput]

    def __post_init__(self) -> None:
        self._times = Counter(given.key for given in self.inputs)
        self._read = {
            given.key: read_cell(given, self.context.owed[given.key].definition)
            for given in self.inputs
            if given.key in self.context.owed
        }
        self._beside = {key: cell for key, (cell, _findings) in self._read.items() if cell.answer}

    def built_on_older(self) -> list[tuple[int, int]]:
        """Of cells that were changed after this person saw them: the cell, and the version that was seen."""
        seen = []
        for given in self.inputs:
            working = self.context.working(given.key)
            if working is not None and given.base not in (None, 0, working.number):
                seen.append((working.measurement_id, given.base or 0))
        return seen

    def judge(self, shown: Mapping[tuple[int, int], MeasurementVersion]) -> list[Outcome]:
        """``shown`` holds the versions that `built_on_older` asks for."""
        outcomes = [self._judge(given, shown) for given in self.inputs]
        for outcome in outcomes:
            outcome.owed = self.context.owed.get(outcome.key)
        return outcomes

    def _judge(self, given: CellInput, shown: Mapping[tuple[int, int], MeasurementVersion]) -> Outcome:
        working = self.context.working(given.key)
        if self._times[given.key] > 1:
            # Two figures for one cell: neither is written, for nobody can know which was meant.
            twice = finding(
                Code.REPEATED, _("This cell stands here more than once; keep one of its figures.")
            )
            return Outcome(given.key, REFUSED, [twice], working)
        if given.key not in self._read:
            if not given.meant:
                return Outcome(given.key, UNCHANGED)
            place_findings = check(self.context.case(given.key, CellValue(answer=given.meant), {}))
            return Outcome(given.key, REFUSED, place_findings, working)
        cell, findings = self._read[given.key]
        if is_untouched(given, cell, working, shown):
            return Outcome(given.key, UNCHANGED, [], working, cell)
        if not cell.answer:
            empty = finding(Code.NUMBER_MISSING, _("Write the figure, or say why there is none."))
            return Outcome(given.key, REFUSED, [empty], working, cell)
        findings = findings or check(self.context.case(given.key, cell, self._beside))
        if working is not None and is_same(given, cell, working):
            return Outcome(given.key, UNCHANGED, findings, working, cell)
        if given.base is not None and given.base != (working.number if working else 0):
            words = _("Somebody else changed this cell meanwhile; choose which figure stays.")
            return Outcome(given.key, CONFLICT, [finding(Code.CONFLICT, words)], working, cell)
        state = REFUSED if blocks_saving(findings) else SAVED
        return Outcome(given.key, state, findings, working, cell)


def is_untouched(
    given: CellInput,
    cell: CellValue,
    working: MeasurementVersion | None,
    shown: Mapping[tuple[int, int], MeasurementVersion],
) -> bool:
    """Whether the person left the cell as it was shown: then a newer figure of somebody else simply stays."""
    if working is None or working.state == VersionState.WITHDRAWN:
        return not cell.answer
    if given.base == 0:
        return not cell.answer
    seen = shown.get((working.measurement_id, given.base or 0))
    return seen is not None and is_same(given, cell, seen)


def is_same(given: CellInput, cell: CellValue, version: MeasurementVersion) -> bool:
    if version.state == VersionState.WITHDRAWN or version.justification != plain_text(given.justification):
        return False
    return all(getattr(version, name) == getattr(cell, name) for name in CONTENT)
