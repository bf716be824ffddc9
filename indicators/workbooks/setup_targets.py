"""The sheet of targets: which rows of documents are new. A stored one is revised on its own page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.actions.adding_targets import add_target
from indicators.actions.targets import Asked
from indicators.entry.numbers import NumberRefused, read_number, storable
from indicators.models import Level, RuleName, Target
from indicators.models.rules import COMPOSITE, RangeDirection
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import QUOTED, choice_of, code_of, day_of, short_text_of, text_of
from indicators.workbooks.setup_documents import kept_unit_of, needed_day, tell, units_kept
from indicators.workbooks.setup_roles import agency_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import World
from provinces.models import Unit
from resolutions.actions.load_documents import parse_keys
from resolutions.models import Document

_NUMBERS = ("threshold", "low", "high", "baseline")
_COMPARED = ("rule", *_NUMBERS, "direction", "years", "baseline_on", "due_on")
_RULES = [each for each in RuleName if each not in COMPOSITE]


def enter_targets(lines: list[Line], world: World) -> list[Found]:
    """Enter what is new; mistakes stand in the lines.

    Runs in a transaction that the caller undoes where nothing is to be written.
    """
    kept = units_kept(world) if lines else set()
    return [found for line in lines for found in _enter(line, world, kept)]


def _enter(line: Line, world: World, kept: set[int]) -> list[Found]:
    code = short_text_of(line, "code", 20)
    line.subject = code
    unit = kept_unit_of(line, world, kept)
    document = _document(line)
    if not code:
        line.problem("code", "code.missing", _("Write the row's number in the document's list."))
    said = _said(line, unit, world)
    asked = _asked(line)
    if unit is None or document is None or asked is None or not line.is_sound:
        return []
    line.subject = f"{document.number} · {code} · {unit.name}"
    stored = Target.objects.filter(document=document, unit=unit, code=code).first()
    if stored is not None:
        _check_same(line, stored, asked)
        return []
    try:
        with transaction.atomic():
            add_target(document=document, unit=unit, code=code, asked=asked, by=world.by, **said)
    except ValidationError as refused:
        tell(line, refused, {})
        return []
    new = " · ".join(filter(None, [str(RuleName(asked.rule).label), text_of(line, "threshold")]))
    return [line.difference("code", "target.new", message=_("new target"), old="", new=new)]


def _document(line: Line) -> Document | None:
    text = text_of(line, "document")
    try:
        keys = parse_keys(text)
    except ValueError as problem:
        line.problem("document", "document.invalid", str(problem))
        return None
    found = None
    if len(keys) == 1:
        issuer, number, day = keys[0]
        rows = Document.objects.filter(issuer=issuer, number_normalised=number, issued_on=day)
        found = rows.select_related("unit").first()
    if found is None:
        message = _("There is no document “%(key)s” in the portal or on the sheet of documents.")
        line.problem("document", "document.unknown", message % {"key": text[:QUOTED]})
    return found


def _said(line: Line, unit: Unit | None, world: World) -> dict[str, Any]:
    """What is said of the target besides its rule."""
    indicator = code_of(line, "indicator")
    if indicator and indicator not in world.indicators:
        message = _("There is no indicator “%(code)s”; choose one from the reference lists.")
        line.problem("indicator", "indicator.unknown", message % {"code": indicator[:QUOTED]})
    return {
        "level": choice_of(line, "level", Level),
        "counts_from": needed_day(line, "counts_from"),
        "indicator": world.indicators.get(indicator),
        "name_vi": short_text_of(line, "name_vi", 400),
        "name_en": short_text_of(line, "name_en", 400),
        "owner": agency_of(line, "owner", unit, world),
        "owner_note": short_text_of(line, "owner_note", 200),
    }


def _asked(line: Line) -> Asked | None:
    rule = choice_of(line, "rule", RuleName, _RULES)
    if rule in COMPOSITE:
        message = _("Targets of several parts are not entered by a workbook.")
        line.problem("rule", "rule.composite", message)
    direction = choice_of(line, "direction", RangeDirection) if text_of(line, "direction") else ""
    threshold, low, high, baseline = (_number(line, name) for name in _NUMBERS)
    years = text_of(line, "years")
    if years and not (years.isascii() and years.isdecimal() and 0 < int(years[:4]) <= 50):
        message = _("“%(text)s” is no number of years; write it as 3.")
        line.problem("years", "years.invalid", message % {"text": years[:QUOTED]})
    due_on, baseline_on = needed_day(line, "due_on"), day_of(line, "baseline_on")
    if not rule or due_on is None or not line.is_sound:
        return None
    return Asked(
        rule=rule,
        direction=direction,
        years=int(years) if years else None,
        baseline_on=baseline_on,
        due_on=due_on,
        threshold=threshold,
        low=low,
        high=high,
        baseline=baseline,
    )


def _number(line: Line, column: str) -> Decimal | None:
    if not line.has(column):
        return None
    typed = line.row.typed(line.columns[column])
    if typed == "":
        return None
    try:
        return storable(typed, str(typed)) if isinstance(typed, Decimal) else read_number(typed)
    except NumberRefused as refused:
        line.problem(column, f"{column}.{refused.code}", refused.message)
        return None


def _check_same(line: Line, stored: Target, asked: Asked) -> None:
    """A row that the portal knows asks what it asks: changing that is a revision, with document and day."""
    last = stored.revisions.order_by("-effective_on", "-number").first()
    for name in _COMPARED:
        if last is not None and line.has(name) and getattr(last, name) != getattr(asked, name):
            message = _(
                "This target is in the portal already. Put the cell back, and revise it on its page, where "
                "the document and the day are named."
            )
            line.problem(name, "target.fixed", message)
