"""The sheet of targets: which rows of documents are new. A stored one is revised on its own page."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from indicators.actions.adding_targets import add_target
from indicators.actions.asked_limits import FEWEST_PARTS
from indicators.actions.targets import Asked
from indicators.models import Level, RuleName, Shape, Target
from indicators.models.rules import COMPOSITE
from indicators.models.targets import CountsAs
from indicators.workbooks.plans import Found
from indicators.workbooks.setup_cells import QUOTED, choice_of, clean, code_of, short_text_of, text_of
from indicators.workbooks.setup_documents import needed_day, tell, units_kept
from indicators.workbooks.setup_forms import MILESTONES, PARTS, TARGETS
from indicators.workbooks.setup_pieces import (
    Pieces,
    check_left,
    check_pieces,
    indicator_of,
    pieces_of,
    read_milestones,
    read_parts,
)
from indicators.workbooks.setup_rows import (
    Place,
    Register,
    RowKey,
    check_fixed,
    last_of,
    no_document,
    place_of,
    read_register,
)
from indicators.workbooks.setup_rules import RULE, rule_of
from indicators.workbooks.setup_sheets import Line
from indicators.workbooks.setup_world import Lines, World
from provinces.models import Agency

_IN_PIECE = re.compile(r"(?P<kind>parts|milestones)(\[(?P<index>[0-9]+)\]\.(?P<name>[a-z_]+))?")
_OF_LEAVES = (*RULE, "due_on", "shape")
"""What a heading that counts by its sub-targets leaves empty."""
_SAID = ("level", "counts_from", "indicator", "name_vi", "name_en", "owner", "owner_note")


class RowKind(models.TextChoices):
    """The choices of the form's field, with a word for what is no heading."""

    TARGET = "target", gettext_lazy("Target")
    LEAVES = CountsAs.LEAVES.value, gettext_lazy("Heading: its sub-targets count")
    ONE = CountsAs.ONE.value, gettext_lazy("Heading: counts as one")


@dataclass(frozen=True)
class _Row:
    line: Line
    place: Place
    counts_as: str
    parent: str
    """The number of its heading."""
    said: Mapping[str, Any]
    rule: Mapping[str, Any]
    due_on: datetime.date | None
    shape: str
    pieces: Pieces

    @property
    def is_sound(self) -> bool:
        return self.line.is_sound and self.pieces.is_sound

    @property
    def asks_nothing(self) -> bool:
        """Whether it is a heading that counts by its sub-targets, and says nothing more."""
        is_empty = not any(text_of(self.line, name) for name in _OF_LEAVES) and not self.pieces.lines
        return self.counts_as == CountsAs.LEAVES and is_empty

    @property
    def misses_parts(self) -> bool:
        is_short = len(self.pieces.parts) < FEWEST_PARTS
        return self.rule["rule"] in COMPOSITE and (is_short or self.pieces.missing > 0)

    def asked(self) -> Asked | None:
        if self.asks_nothing:
            return None
        # Of a heading that asks nothing the action refuses whatever is asked: it needs no due day for that.
        return Asked(
            **self.rule,
            due_on=self.due_on or self.said["counts_from"],
            shape=self.shape,
            milestones=self.pieces.milestones_asked(),
            parts=self.pieces.parts_asked(),
        )


def enter_targets(lines: Lines, world: World) -> list[Found]:
    """Enter what is new with its parts and milestones; mistakes stand in the lines.

    Runs in a transaction that the caller undoes where nothing is to be written.
    """
    if not (lines[TARGETS] or lines[PARTS] or lines[MILESTONES]):
        return []
    kept = units_kept(world)
    parts = read_parts(lines[PARTS], world, kept)
    milestones = read_milestones(lines[MILESTONES], world, kept)
    pieces = pieces_of(parts, milestones)
    places = [place_of(line, world, kept) for line in lines[TARGETS]]
    rows = [
        _read(line, place, world, _take(pieces, place))
        for line, place in zip(lines[TARGETS], places, strict=True)
    ]
    named = [*places, *(each.place for each in parts), *(each.place for each in milestones)]
    register = read_register(named, [row.parent for row in rows if row.parent])
    register.has_strays = any(each.place.key is None for each in parts)
    for key, left in pieces.items():
        check_left(key, left, register)
    return _enter_all(rows, register, world)


def _take(pieces: dict[RowKey, Pieces], place: Place) -> Pieces:
    return Pieces() if place.key is None else pieces.pop(place.key, Pieces())


def _enter_all(rows: list[_Row], register: Register, world: World) -> list[Found]:
    """Headings first, so that a row may stand above its own; told in the order of the lines."""
    headings = {row.place.key for row in rows if row.counts_as}
    found: dict[int, list[Found]] = {}
    for place in sorted(range(len(rows)), key=lambda place: not rows[place].counts_as):
        found[place] = _enter(rows[place], register, headings, world)
    return [each for place in range(len(rows)) for each in found[place]]


def _read(line: Line, place: Place, world: World, pieces: Pieces) -> _Row:
    kind = choice_of(line, "row_kind", RowKind) if text_of(line, "row_kind") else RowKind.TARGET
    counts_as = "" if kind == RowKind.TARGET else kind
    by_rows = counts_as == CountsAs.LEAVES
    rule = rule_of(line, RuleName.values, required=not by_rows)
    has_level = text_of(line, "level") or not (by_rows or rule["rule"] in COMPOSITE)
    return _Row(
        line=line,
        place=place,
        counts_as=counts_as,
        parent=short_text_of(line, "parent", 20),
        said={
            # A heading, and what consists of parts, is counted at no level of its own.
            "level": choice_of(line, "level", Level) if has_level else Level.TOTAL.value,
            "counts_from": needed_day(line, "counts_from"),
            "indicator": indicator_of(line, world),
            "name_vi": short_text_of(line, "name_vi", 400),
            "name_en": short_text_of(line, "name_en", 400),
            "owner": _owner_of(line, world),
            "owner_note": short_text_of(line, "owner_note", 200),
        },
        rule=rule,
        due_on=None if by_rows and not text_of(line, "due_on") else needed_day(line, "due_on"),
        shape=choice_of(line, "shape", Shape) if text_of(line, "shape") else Shape.LINEAR.value,
        pieces=pieces,
    )


def _owner_of(line: Line, world: World) -> Agency | None:
    ref = code_of(line, "owner")
    if ref and ref not in world.owners:
        message = _("There is no agency “%(ref)s” in your area; choose one from the reference lists.")
        line.problem("owner", "agency.unknown", message % {"ref": ref[:QUOTED]})
    return world.owners.get(ref)


def _enter(row: _Row, register: Register, headings: set[RowKey | None], world: World) -> list[Found]:
    line, key, unit = row.line, row.place.key, row.place.unit
    if key is None or unit is None:
        return []
    document = register.documents.get(key.document)
    if document is None:
        no_document(line)
        return []
    stored = register.targets.get(key)
    if stored is not None:
        _check_same(row, stored)
        return []
    if register.has_strays and row.misses_parts:
        # Told at the part whose row cannot be read.
        return []
    row.pieces.tell_missing()
    parent = _heading_of(row, key, register, headings)
    if not row.is_sound:
        return []
    try:
        with transaction.atomic():
            made = add_target(
                document=document,
                unit=unit,
                code=key.code,
                counts_as=row.counts_as,
                parent=parent,
                asked=row.asked(),
                by=world.by,
                **row.said,
            )
    except ValidationError as refused:
        _tell(row, refused)
        return []
    register.targets[key] = made
    new = line.difference("code", "target.new", message=_message(row), old="", new=_in_words(row))
    return [new, *row.pieces.told()]


def _heading_of(row: _Row, key: RowKey, register: Register, headings: set[RowKey | None]) -> Target | None:
    if not row.parent:
        return None
    named = key._replace(code=row.parent)
    # A heading of the sheet that is refused is told at its own line; its rows are checked without it, and
    # nothing of the workbook is written.
    if named not in register.targets and named not in headings:
        message = _("There is no heading “%(code)s” of this document for this unit; add its row.")
        row.line.problem("parent", "parent.unknown", message % {"code": row.parent})
    return register.targets.get(named)


def _message(row: _Row) -> str:
    return _("new heading") if row.counts_as else _("new target")


def _in_words(row: _Row) -> str:
    if row.asks_nothing:
        return str(RowKind(row.counts_as).label)
    words = [str(RuleName(row.rule["rule"]).label), text_of(row.line, "threshold")]
    parts, milestones = len(row.pieces.parts), len(row.pieces.milestones)
    if parts:
        words.append(ngettext("%(count)s part", "%(count)s parts", parts) % {"count": parts})
    if milestones:
        told = ngettext("%(count)s milestone", "%(count)s milestones", milestones)
        words.append(told % {"count": milestones})
    return " · ".join(filter(None, words))


def _tell(row: _Row, refused: ValidationError) -> None:
    """What the action refused, at the cells it speaks of: of the row, of a part, of a milestone."""
    if not hasattr(refused, "error_dict"):
        tell(row.line, refused, {})
        return
    for name, words in refused.message_dict.items():
        for line, column in _cells_of(row, name):
            for message in words:
                line.problem(column, f"{column or 'row'}.refused", message)


def _cells_of(row: _Row, name: str) -> list[tuple[Line, str]]:
    if row.counts_as == CountsAs.LEAVES and name == "rule":
        # Whatever it is that a heading should not ask.
        own = [(row.line, column) for column in _OF_LEAVES if text_of(row.line, column)]
        return [*own, *_ends(row, "parts"), *_ends(row, "milestones")]
    found = _IN_PIECE.fullmatch(name)
    if found is None:
        return [(row.line, name)]
    if found["index"] is None:
        return _ends(row, found["kind"]) or [(row.line, "rule")]
    pieces = row.pieces.parts if found["kind"] == "parts" else row.pieces.milestones
    # A part is due with its target: what is wrong with the two days is mended at the baseline's.
    column = "baseline_on" if found["kind"] == "parts" and found["name"] == "due_on" else found["name"]
    return [(pieces[int(found["index"])].line, column)]


def _ends(row: _Row, kind: str) -> list[tuple[Line, str]]:
    """Each line of the parts, or of the milestones."""
    if kind == "milestones":
        return [(each.line, "on") for each in row.pieces.milestones]
    composite = [each for each in row.pieces.parts if each.asked is not None and each.asked.rule in COMPOSITE]
    return [(each.line, "rule") for each in composite] or [
        (each.line, "position") for each in row.pieces.parts
    ]


def _check_same(row: _Row, stored: Target) -> None:
    """A row that the portal knows stays as it is: what it asks changes by a revision of a document."""
    last = last_of(stored)
    # Headings that ask nothing have no revision.
    nothing = dict.fromkeys((*RULE, "due_on"), None) | {"rule": "", "direction": "", "shape": Shape.LINEAR}
    asks = nothing if last is None else {name: getattr(last, name) for name in nothing}
    same = {name: getattr(stored, name) for name in _SAID}
    for name in ("name_vi", "name_en", "owner_note"):
        same[name] = clean(same[name])
    heading = stored.parent.code if stored.parent is not None else ""
    kinds = {"row_kind": stored.counts_as, "parent": heading}
    said = dict(row.said) | dict(row.rule) | {"due_on": row.due_on, "shape": row.shape}
    said |= {"row_kind": row.counts_as, "parent": row.parent}
    if row.line.is_sound:
        check_fixed(row.line, same | asks | kinds, said)
    check_pieces(row.pieces, stored)
