"""Loading Annex I of 03/NQ-CP (09/01/2025): 57 rows as targets of the nation.

The row ids are text (11.1 is not 11.10). Where the catalogue measures what a row asks (its legal basis names
the row), the row uses that indicator: one measured value serves many targets. The others get indicators of
their own, NQ03-<row>, shared by the rows of 2030 and 2045 that ask the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from indicators.actions.agency_spans import Follower
from indicators.actions.storing import (
    TargetRow,
    store_definitions,
    store_levels,
    store_obligations,
    store_owners,
    store_targets,
)
from indicators.models import (
    Direction,
    Indicator,
    IndicatorDefinition,
    Level,
    LevelsRelate,
    MeasureMode,
    Obligation,
    PeriodKind,
    Pooling,
    ValueType,
)
from indicators.models.rules import COMPOSITE, DECLARED
from indicators.models.targets import CountsAs
from indicators.rule_text import ParsedRule, parse_rule
from provinces.bulk import Count
from provinces.datafiles import Column, DataFileError, DataFileErrors, Row, choice_of, read_rows, refuse
from provinces.models import Agency, Tier, Unit
from resolutions.models import Document

DATA = Path(__file__).parent.parent / "data"
FILE, ENGLISH_FILE = "resolution_03_annex.csv", "resolution_03_annex_en.csv"

_ISSUER, _NUMBER, _ISSUED_ON = "Chính phủ", "03/NQ-CP", date(2025, 1, 9)
_OWN_CODE = "NQ03-"
_RANK_UNIT = "Thứ bậc"
_NAMED_ROW = re.compile(r"NQ 03/NQ-CP PL I \(([0-9.]+)\)")


def row_id(cell: str) -> str:
    """11 or 11.10, kept as text."""
    if re.fullmatch(r"[1-9][0-9]*(\.[1-9][0-9]*)?", cell):
        return cell
    raise ValueError(gettext("“%(cell)s” is not a row; write it as 11 or 11.10.") % {"cell": cell})


_COLUMNS = [
    Column("row", required=True, parse=row_id),
    Column("parent_row"),
    # An indicator's name may need words in brackets after it.
    Column("name_vi", required=True, longest=360),
    Column("unit", longest=60),
    Column("target_text"),
    Column("horizon", required=True, parse=choice_of("2030", "2045")),
    Column("lead_agency_vi", longest=200),
]
_ENGLISH_COLUMNS = [Column("row", required=True), Column("name_en", required=True, longest=400)]


@transaction.atomic
def load_annex(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the targets of the annex, their indicators and obligations to what the two files say.

    Answers how many rows of each kind were created and updated. Raises DataFileErrors, having written
    nothing. Call it after `load_documents` and `load_catalogue`.
    """
    annex = _read(folder)
    own = {code: _own_indicator(code, rows, annex) for code, rows in annex.own_rows().items()}
    definitions = {code: _own_definition(rows[0]) for code, rows in annex.own_rows().items()}
    counts = store_definitions(own, definitions)
    counts |= store_levels((definition, Level.TOTAL, (None, None)) for definition in definitions.values())
    counts |= store_owners(
        (definitions[code], stretch.agency.kind, (stretch.start, stretch.end))
        for code, rows in annex.own_rows().items()
        if (owner := annex.owner(rows[0]))
        for stretch in annex.follower.follow(owner, since=None)
    )
    targets = [_target(row, annex, own) for row in annex.rows]
    return (
        counts
        | store_targets(targets, unit=annex.nation, counts_from=annex.document.valid_from)
        | store_obligations(_obligations(targets, annex))
    )


@dataclass
class _Annex:
    """The two files, read and checked, with what they refer to."""

    rows: list[Row]
    english: Mapping[str, str]
    rules: Mapping[str, ParsedRule]
    """By row; headings have none."""
    document: Document
    nation: Unit
    agencies: Mapping[str, Agency]
    """The nation's agencies of the document's day by short and full name."""
    catalogue: Mapping[str, Indicator]
    """The catalogue's indicators by the row their legal basis names."""
    follower: Follower = field(default_factory=Follower)

    def owner(self, row: Row) -> Agency | None:
        return _first_named(row["lead_agency_vi"], self.agencies)

    def own_codes(self, row: Row) -> list[str]:
        """The codes of the row's own indicators: none, one, or one per part."""
        rule = self.rules.get(row["row"])
        if rule is None or rule.rule in DECLARED or row["row"] in self.catalogue:
            return []
        if rule.rule in COMPOSITE:
            return [f"{_OWN_CODE}{row['row']}{letter}" for letter in "ABCD"[: len(rule.parts)]]
        same = (
            each for each in self.rows if (each["name_vi"], each["unit"]) == (row["name_vi"], row["unit"])
        )
        return [f"{_OWN_CODE}{next(same)['row']}"]

    def own_rows(self) -> dict[str, list[Row]]:
        """The rows that ask for each own indicator."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            for code in self.own_codes(row):
                found.setdefault(code, []).append(row)
        return found


def _read(folder: Path) -> _Annex:
    errors: list[DataFileError] = []
    rows = read_rows(folder / FILE, _COLUMNS, unique=["row"], errors=errors)
    english_rows = read_rows(folder / ENGLISH_FILE, _ENGLISH_COLUMNS, unique=["row"], errors=errors)
    document = Document.objects.filter(issuer=_ISSUER, number=_NUMBER, issued_on=_ISSUED_ON).first()
    nation = Unit.objects.of_tier(Tier.NATION).first()
    if document is None or nation is None:
        missing = DataFileError(FILE, 0, "", gettext("Load the units and the documents first."))
        raise DataFileErrors([*errors, missing])
    refuse(errors)

    known = {row["row"] for row in rows}
    parents = {row["parent_row"] for row in rows}
    rules: dict[str, ParsedRule] = {}
    agencies = _agencies(nation, document.valid_from)
    for row in rows:
        errors.extend(_mistakes(row, known, agencies))
        if row["row"] not in parents:
            try:
                rules[row["row"]] = parse_rule(row["target_text"], is_rank=row["unit"] == _RANK_UNIT)
            except ValueError as problem:
                errors.append(row.error("target_text", str(problem)))
    english = {row["row"]: row["name_en"] for row in english_rows}
    annex = _Annex(rows, english, rules, document, nation, agencies, _catalogue())
    errors.extend(_language_mistakes(annex, english_rows))
    refuse(errors)
    return annex


def _agencies(nation: Unit, day: date) -> dict[str, Agency]:
    found = {}
    for agency in Agency.objects.filter(unit=nation).valid_on(day).with_names():
        found[agency.kind.short_name] = found[agency.kind.name_vi] = agency
    return found


def _catalogue() -> dict[str, Indicator]:
    named = Indicator.objects.filter(legal_basis__contains="NQ 03/NQ-CP PL I").exclude(
        code__startswith=_OWN_CODE
    )
    return {row: indicator for indicator in named for row in _NAMED_ROW.findall(indicator.legal_basis)}


def _mistakes(row: Row, known: set[str], agencies: Mapping[str, Agency]) -> Iterator[DataFileError]:
    parent = row["parent_row"]
    if parent and parent not in known:
        yield row.unknown("parent_row")
    elif parent and not row["row"].startswith(f"{parent}."):
        yield row.error("parent_row", gettext("A row below a heading begins with the heading's number."))
    if row["lead_agency_vi"] and _first_named(row["lead_agency_vi"], agencies) is None:
        yield row.unknown("lead_agency_vi")
    if row["target_text"] and not row["unit"] and parent:
        yield row.error("unit", gettext("This must not be empty."))


def _language_mistakes(annex: _Annex, english_rows: list[Row]) -> Iterator[DataFileError]:
    needed: set[str] = set()
    for row in annex.rows:
        here = {row["row"], *(code.removeprefix(_OWN_CODE) for code in annex.own_codes(row))}
        needed |= here
        for missing in sorted(here - annex.english.keys()):
            yield row.error(
                "row",
                gettext("%(file)s has no English name for %(row)s.") % {"file": ENGLISH_FILE, "row": missing},
            )
    for row in english_rows:
        if row["row"] not in needed:
            yield row.unknown("row")


def _first_named(words: str, agencies: Mapping[str, Agency]) -> Agency | None:
    """The agency the words name; of several the first, which answers for the target."""
    return agencies.get(words) or agencies.get(words.partition(",")[0].strip())


def _own_indicator(code: str, rows: list[Row], annex: _Annex) -> Indicator:
    row, suffix = rows[0], code.removeprefix(_OWN_CODE)
    rule = annex.rules[row["row"]]
    words = rule.parts["ABCD".index(suffix[-1])].words if rule.parts else rule.words
    return Indicator(
        code=code,
        name_vi=f"{row['name_vi']} ({words})" if words else row["name_vi"],
        name_en=annex.english[suffix],
        legal_basis=f"NQ 03/NQ-CP PL I ({', '.join(each['row'] for each in rows)})",
        # The annex is a community transcription: the official text decides.
        verification="P",
    )


def _own_definition(row: Row) -> IndicatorDefinition:
    """A yearly figure of the nation as a whole; rows 20 and 21 are measured average yearly rates."""
    value_type, decimals, factor = _measure(row["unit"])
    return IndicatorDefinition(
        unit_of_measure=row["unit"],
        value_type=value_type,
        decimals=decimals,
        direction=Direction.LOWER if value_type == ValueType.RANK else Direction.HIGHER,
        measure_mode=MeasureMode.STOCK,
        pooling=Pooling.NONE,
        levels_relate=LevelsRelate.NESTED,
        frequency=PeriodKind.YEAR,
        coverage_floor_percent=80 if value_type == ValueType.RATE else 100,
        ratio_factor=factor,
    )


def _measure(unit: str) -> tuple[str, int, int]:
    """Kind of value, decimal places and factor of a ratio, by the annex's unit."""
    if unit == _RANK_UNIT:
        return ValueType.RANK, 0, 1
    if unit.startswith("%"):
        return ValueType.RATE, 2, 100
    if unit.endswith("/vạn dân"):
        return ValueType.RATE, 2, 10_000
    if unit.endswith("/1000 dân"):
        return ValueType.RATE, 2, 1_000
    if unit.startswith("Chỉ số"):
        return ValueType.INDEX, 3, 1
    if unit == "Tbps":
        return ValueType.AMOUNT, 0, 1
    return ValueType.COUNT, 0, 1


def _target(row: Row, annex: _Annex, own: Mapping[str, Indicator]) -> TargetRow:
    rule = annex.rules.get(row["row"])
    indicators = [own[code] for code in annex.own_codes(row)]
    if not indicators and row["row"] in annex.catalogue and rule is not None:
        indicators = [annex.catalogue[row["row"]]] * max(1, len(rule.parts))
    is_composite = rule is not None and bool(rule.parts)
    is_worded = rule is None or rule.rule in DECLARED
    return TargetRow(
        document=annex.document,
        code=row["row"],
        level=Level.TOTAL,
        due_on=date(int(row["horizon"]), 12, 31),
        rule=rule,
        indicator=indicators[0] if indicators and not is_composite else None,
        part_indicators=indicators if is_composite else (),
        counts_as=CountsAs.LEAVES if rule is None else "",
        parent_code=row["parent_row"],
        name_vi=row["name_vi"],
        name_en=annex.english[row["row"]],
        owner=annex.owner(row),
        owner_note=row["lead_agency_vi"],
        # What a heading says beside its leaves, and what a judge must judge, in the document's words.
        note=row["target_text"] if is_worded else "",
    )


def _obligations(targets: list[TargetRow], annex: _Annex) -> Iterator[Obligation]:
    """The nation owes each measured indicator once a year; the agency in charge files it."""
    owners: dict[int, tuple[Indicator, Agency | None]] = {}
    for target in targets:
        for indicator in target.part_indicators or ([target.indicator] if target.indicator else []):
            owners.setdefault(indicator.pk, (indicator, target.owner))
    since = annex.document.valid_from
    for indicator, owner in owners.values():
        stretches = annex.follower.follow(owner, since=since) if owner else []
        for stretch in stretches:
            yield Obligation(
                unit=annex.nation,
                indicator=indicator,
                level=Level.TOTAL,
                frequency=PeriodKind.YEAR,
                valid_from=stretch.start,
                valid_to=stretch.end,
                filed_by=stretch.agency,
            )
