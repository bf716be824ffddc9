"""The sheets of parts and of milestones: what a row of the sheet of targets asks besides its own rule."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from indicators.actions.asked_limits import MOST_PARTS
from indicators.actions.targets import PartAsked
from indicators.models import Indicator, Level, Milestone, RuleName, Target, TargetPart
from indicators.models.rules import COMPOSITE
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import (
    QUOTED,
    choice_of,
    clean,
    code_of,
    read_day,
    short_text_of,
    text_of,
)
from indicators.workbooks.setup_rows import (
    Place,
    Register,
    RowKey,
    check_fixed,
    fixed,
    last_of,
    no_document,
    place_of,
)
from indicators.workbooks.setup_rules import RULE, number_of, rule_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import World

SIMPLE = [each for each in RuleName if each not in COMPOSITE]
_YEAR = re.compile(r"(?:19|20|21)\d\d")


@dataclass(frozen=True)
class PartLine:
    line: Line
    place: Place
    position: int
    asked: PartAsked | None
    """None where a cell cannot be read."""


@dataclass(frozen=True)
class MilestoneLine:
    line: Line
    place: Place
    on: datetime.date | None
    value: Decimal | None


@dataclass
class Pieces:
    """The parts and milestones of one row, in their order."""

    parts: list[PartLine] = field(default_factory=list)
    milestones: list[MilestoneLine] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [*(part.line for part in self.parts), *(one.line for one in self.milestones)]

    @property
    def is_sound(self) -> bool:
        return all(line.is_sound for line in self.lines)

    def parts_asked(self) -> list[PartAsked]:
        return [each.asked for each in self.parts if each.asked is not None]

    def milestones_asked(self) -> list[tuple[datetime.date, Decimal]]:
        return [
            (each.on, each.value)
            for each in self.milestones
            if each.on is not None and each.value is not None
        ]

    @property
    def missing(self) -> int:
        """The number of the part that is missing between the others; 0 where none is."""
        return next((place for place, each in enumerate(self.parts, 1) if each.position > place), 0)

    def tell_missing(self) -> None:
        """The parts of a new row are 1, 2, 3 …: where one is missing, that is told at the next."""
        missing = self.missing
        if missing and self.is_sound:
            message = _("Parts are numbered 1, 2, 3 …; part %(number)s is missing.")
            self.parts[missing - 1].line.problem("position", "position.gap", message % {"number": missing})

    def told(self) -> list[Found]:
        """What is new, for the dry run."""
        parts = [_part_told(each.line, each.asked) for each in self.parts if each.asked is not None]
        milestones = [
            each.line.difference(
                *("on", "milestone.new"),
                message=_("new milestone"),
                old="",
                new=f"{each.on:%d/%m/%Y}: {text_of(each.line, 'value')}",
            )
            for each in self.milestones
        ]
        return [*parts, *milestones]


def _part_told(line: Line, asked: PartAsked) -> Found:
    words = (asked.indicator.code, str(RuleName(asked.rule).label), text_of(line, "threshold"))
    new = " · ".join(filter(None, words))
    return line.difference("position", "part.new", message=_("new part"), old="", new=new)


def read_parts(lines: Iterable[Line], world: World, kept: set[int]) -> list[PartLine]:
    return [_read_part(line, world, kept) for line in lines]


def _read_part(line: Line, world: World, kept: set[int]) -> PartLine:
    place = place_of(line, world, kept)
    position = _position_of(line)
    indicator = indicator_of(line, world)
    if not text_of(line, "indicator"):
        line.problem("indicator", "indicator.missing", _("A part has an indicator of its own; choose it."))
    level = choice_of(line, "level", Level)
    name = short_text_of(line, "name_vi", 400)
    rule = rule_of(line, SIMPLE)
    asked = None
    if indicator is not None and line.is_sound:
        asked = PartAsked(indicator=indicator, level=level, name_vi=name, **rule)
    return PartLine(line, place, position, asked)


def _position_of(line: Line) -> int:
    text = text_of(line, "position")
    if text.isascii() and text.isdecimal() and 0 < int(text[:4]) <= MOST_PARTS:
        return int(text[:4])
    message = _("Write the number of the part: 1, 2, 3 … up to %(most)s.")
    line.problem("position", "position.invalid", message % {"most": MOST_PARTS})
    return 0


def indicator_of(line: Line, world: World) -> Indicator | None:
    code = code_of(line, "indicator")
    if code and code not in world.indicators:
        message = _("There is no indicator “%(code)s”; choose one from the reference lists.")
        line.problem("indicator", "indicator.unknown", message % {"code": code[:QUOTED]})
    return world.indicators.get(code)


def read_milestones(lines: Iterable[Line], world: World, kept: set[int]) -> list[MilestoneLine]:
    return [_read_milestone(line, world, kept) for line in lines]


def _read_milestone(line: Line, world: World, kept: set[int]) -> MilestoneLine:
    place = place_of(line, world, kept)
    on, value = _milestone_day(line), number_of(line, "value")
    if value is None and not text_of(line, "value"):
        line.problem("value", "value.missing", _("This cell is empty; fill it in."))
    return MilestoneLine(line, place, on, value)


def _milestone_day(line: Line) -> datetime.date | None:
    """A day, or a year for its last day."""
    text = text_of(line, "on")
    if _YEAR.fullmatch(text):
        text = f"{text}-12-31"
    day = read_day(text)
    if day is None:
        message = _("“%(text)s” is no day; write it as 31/12/2027, or 2027 for the last day of the year.")
        line.problem("on", "on.invalid" if text else "on.missing", message % {"text": text[:QUOTED]})
    return day


def pieces_of(parts: Sequence[PartLine], milestones: Sequence[MilestoneLine]) -> dict[RowKey, Pieces]:
    """Parts and milestones by the row they belong to; what a row has twice is told."""
    found: dict[RowKey, Pieces] = defaultdict(Pieces)
    for part in parts:
        if part.place.key is not None:
            found[part.place.key].parts.append(part)
    for one in milestones:
        if one.place.key is not None:
            found[one.place.key].milestones.append(one)
    for pieces in found.values():
        pieces.parts.sort(key=lambda each: each.position)
        pieces.milestones.sort(key=lambda each: each.on or datetime.date.min)
        _tell_twice([(each.position, each.line) for each in pieces.parts if each.position], "position")
        _tell_twice([(each.on, each.line) for each in pieces.milestones if each.on], "on")
    return dict(found)


def _tell_twice(listed: Iterable[tuple[Any, Line]], column: str) -> None:
    seen: dict[Any, Line] = {}
    for what, line in listed:
        first = seen.setdefault(what, line)
        if first is not line:
            message = _("Row %(row)s says this already; delete one of the two rows or correct it.")
            line.problem(column, f"{column}.twice", message % {"row": first.number})


def check_left(key: RowKey, pieces: Pieces, register: Register) -> None:
    """Parts and milestones of a row that the sheet of targets lacks: it is in the portal, or nowhere."""
    if key in register.targets:
        check_pieces(pieces, register.targets[key])
        return
    for line in pieces.lines:
        if key.document not in register.documents:
            no_document(line)
        else:
            message = _("There is no row “%(code)s” for this unit in the portal or on the sheet of targets.")
            line.problem("code", "target.unknown", message % {"code": key.code})


def check_pieces(pieces: Pieces, stored: Target) -> None:
    """Parts and milestones of a row that the portal knows say what it asks last: else they are a revision."""
    last = last_of(stored)
    parts = {each.position: each for each in last.parts.all()} if last is not None else {}
    milestones = {each.on: each for each in last.milestones.all()} if last is not None else {}
    for part in pieces.parts:
        _check_part(part, parts.get(part.position))
    for one in pieces.milestones:
        _check_milestone(one, milestones.get(one.on) if one.on is not None else None)


def _check_part(part: PartLine, stored: TargetPart | None) -> None:
    if part.asked is None:
        return
    if stored is None:
        part.line.problem("position", "target.fixed", fixed())
        return
    names = ("indicator", "level", "name_vi", *RULE)
    check_fixed(
        part.line,
        {name: getattr(stored, name) for name in names} | {"name_vi": clean(stored.name_vi)},
        {name: getattr(part.asked, name) for name in names},
    )


def _check_milestone(one: MilestoneLine, stored: Milestone | None) -> None:
    if not one.line.is_sound:
        return
    if stored is None:
        one.line.problem("on", "target.fixed", fixed())
    elif stored.value != one.value:
        one.line.problem("value", "target.fixed", fixed())
