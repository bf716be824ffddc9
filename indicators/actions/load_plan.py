"""Loading Ninh Thuận's plan of 2023 with its results: 23 targets, 17 of them met or exceeded.

Provenance speaks of each value: the plan file says it of the result, the details file of target, baseline,
due day and day done. What the press review of 2023 reports is reported; the rest completes the set and is
shown as illustrative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from indicators.actions.loader_accounts import loader_accounts
from indicators.actions.reporting import ApprovedCell, load_approved
from indicators.actions.storing import TargetRow, store_obligations, store_targets
from indicators.models import (
    Declaration,
    DefinitionLevel,
    Indicator,
    Level,
    Obligation,
    Period,
    PeriodKind,
    Provenance,
    RuleName,
    Target,
    VersionState,
)
from indicators.rule_text import ParsedRule
from provinces.bulk import Count, keyed
from provinces.datafiles import (
    Column,
    DataFileError,
    DataFileErrors,
    Row,
    choice_of,
    decimal_with,
    integer,
    iso_date,
    read_rows,
    refuse,
)
from provinces.models import Agency, Unit
from resolutions.models import Document, normalise_number

DATA = Path(__file__).parent.parent / "data"
FILE, DETAILS_FILE = "ninh_thuan_2023_plan.csv", "ninh_thuan_2023_details.csv"

_UNIT_REF, _YEAR = "P58", "2023"
_COUNTS_FROM, _LAST_DAY = date(2023, 1, 1), date(2023, 12, 31)

_provenance = choice_of(*Provenance.values)
_figure = decimal_with(4)
_COLUMNS = [
    Column("row", required=True, longest=20),
    Column("document", required=True),
    Column("indicator_code", required=True),
    Column("level", required=True, parse=choice_of(*Level.values)),
    Column("rule", required=True, parse=choice_of(RuleName.AT_LEAST, RuleName.RANK_AT_MOST, RuleName.DONE)),
    Column("target", parse=_figure),
    Column("due_on", required=True, parse=iso_date),
    Column("baseline", parse=_figure),
    Column("baseline_on", parse=iso_date),
    # A number, or for a target that is done the day it was.
    Column("value", required=True),
    Column("provenance", required=True, parse=_provenance),
    Column("owner", required=True),
    Column("note"),
]
_DETAIL_COLUMNS = [
    Column("row", required=True),
    Column("target_provenance", required=True, parse=_provenance),
    Column("baseline_provenance", parse=_provenance),
    Column("due_provenance", required=True, parse=_provenance),
    Column("day_provenance", parse=_provenance),
    Column("out_of", parse=integer),
    Column("previous_period"),
    Column("previous_value", parse=_figure),
    Column("note_vi"),
]


@transaction.atomic
def load_plan(*, folder: Path = DATA) -> dict[str, Count]:
    """Bring the plan's targets and obligations to what its files say; load results where there are none.

    Answers how many rows of each kind were created and updated. Raises DataFileErrors, having written
    nothing. Call it after `load_documents`, `load_catalogue` and `load_periods`.
    """
    plan = _read(folder)
    counts = store_targets(
        [_target(row, plan) for row in plan.rows], unit=plan.unit, counts_from=_COUNTS_FROM
    )
    counts |= store_obligations(
        Obligation(
            unit=plan.unit,
            indicator=plan.indicators[row["indicator_code"]],
            level=row["level"],
            frequency=PeriodKind.YEAR,
            valid_from=_COUNTS_FROM,
            valid_to=_LAST_DAY,
            filed_by=plan.owners[row["owner"]],
        )
        for row in plan.rows
        if row["rule"] != RuleName.DONE
    )
    entering, approving = loader_accounts()
    written = load_approved(_cells(plan), entered_by=entering, approved_by=approving)
    return counts | {"measurements": Count(written), "declarations": _declare(plan)}


@dataclass(frozen=True)
class _Plan:
    """The two files, read and checked, with what they refer to."""

    rows: list[Row]
    details: Mapping[str, Row]
    unit: Unit
    documents: Mapping[str, Document]
    """By the number the plan writes."""
    indicators: Mapping[str, Indicator]
    owners: Mapping[str, Agency]
    """By the kind's short name."""
    periods: Mapping[str, Period]


def _read(folder: Path) -> _Plan:
    errors: list[DataFileError] = []
    rows = read_rows(folder / FILE, _COLUMNS, unique=["row"], errors=errors)
    details = read_rows(folder / DETAILS_FILE, _DETAIL_COLUMNS, unique=["row"], errors=errors)
    unit = Unit.objects.filter(ref=_UNIT_REF).select_related("parent").first()
    if unit is None:
        missing = DataFileError(FILE, 0, "", gettext("Load the units and the documents first."))
        raise DataFileErrors([*errors, missing])
    refuse(errors)

    plan = _Plan(
        rows=rows,
        details={row["row"]: row for row in details},
        unit=unit,
        documents=_documents({row["document"] for row in rows}, unit),
        indicators=keyed(Indicator.objects.all(), "code"),
        owners={
            agency.kind.short_name: agency
            for agency in Agency.objects.filter(unit=unit).valid_on(_LAST_DAY).with_names()
        },
        periods=keyed(Period.objects.filter(kind=PeriodKind.YEAR), "code"),
    )
    levels = set(
        DefinitionLevel.objects.valid_on(_LAST_DAY).values_list("definition__indicator__code", "level")
    )
    for row in rows:
        errors.extend(_mistakes(row, plan, levels))
    for row in details:
        errors.extend(_detail_mistakes(row, plan))
    if _YEAR not in plan.periods:
        errors.append(DataFileError(FILE, 0, "", gettext("Make the periods of the year first.")))
    refuse(errors)
    return plan


def _documents(numbers: set[str], unit: Unit) -> dict[str, Document]:
    """What a number means to the unit: its own document or, where it has none, the nation's."""
    found = {}
    for number in numbers:
        named = Document.objects.filter(number_normalised=normalise_number(number))
        for place in (Q(unit=unit), Q(unit=unit.parent)):
            candidates = list(named.filter(place, issued_on__lte=_LAST_DAY)[:2])
            if candidates:
                # Two of one place cannot be told apart by their number: no guess.
                if len(candidates) == 1:
                    found[number] = candidates[0]
                break
    return found


def _mistakes(row: Row, plan: _Plan, levels: set[tuple[str, str]]) -> Iterator[DataFileError]:
    for column, known in (
        ("document", plan.documents),
        ("indicator_code", plan.indicators),
        ("owner", plan.owners),
    ):
        if row[column] not in known:
            yield row.unknown(column)
    if row["indicator_code"] in plan.indicators and (row["indicator_code"], row["level"]) not in levels:
        yield row.error("level", gettext("The indicator is not measured at this level in that year."))
    if row["row"] not in plan.details:
        yield row.unknown("row")
    is_done = row["rule"] == RuleName.DONE
    if is_done != (row["target"] is None):
        yield row.error("target", gettext("Every rule but “done” has a target, and “done” has none."))
    if (row["baseline"] is None) != (row["baseline_on"] is None):
        yield row.error("baseline_on", gettext("A baseline and its day go together."))
    elif row["baseline_on"] and row["baseline_on"] >= row["due_on"]:
        yield row.error("baseline_on", gettext("The baseline's day is not before the due day."))
    try:
        _result(row)
    except ValueError as problem:
        yield row.error("value", str(problem))


def _detail_mistakes(row: Row, plan: _Plan) -> Iterator[DataFileError]:
    if all(row["row"] != each["row"] for each in plan.rows):
        yield row.unknown("row")
    if row["previous_period"] and row["previous_period"] not in plan.periods:
        yield row.unknown("previous_period")
    if bool(row["previous_period"]) != (row["previous_value"] is not None):
        yield row.error("previous_value", gettext("An earlier value and its period go together."))
    if row["out_of"] is not None and row["out_of"] < 1:
        yield row.error("out_of", gettext("A rank is out of at least 1."))


def _result(row: Row) -> Decimal | date:
    """The measured number, or the day done. Raises ValueError."""
    return iso_date(row["value"]) if row["rule"] == RuleName.DONE else _figure(row["value"])


def _target(row: Row, plan: _Plan) -> TargetRow:
    details = plan.details[row["row"]]
    return TargetRow(
        document=plan.documents[row["document"]],
        code=row["row"],
        level=row["level"],
        due_on=row["due_on"],
        rule=ParsedRule(row["rule"], threshold=row["target"]),
        indicator=plan.indicators[row["indicator_code"]],
        owner=plan.owners[row["owner"]],
        owner_note=row["owner"],
        note=details["note_vi"],
        baseline=row["baseline"],
        baseline_on=row["baseline_on"],
        threshold_provenance=details["target_provenance"],
        baseline_provenance=details["baseline_provenance"] or Provenance.REPORTED,
        due_provenance=details["due_provenance"],
    )


def _cells(plan: _Plan) -> Iterator[ApprovedCell]:
    """The year's values as the reviews print them, and those of the year before that they report."""
    for row in plan.rows:
        if row["rule"] == RuleName.DONE:
            continue
        details = plan.details[row["row"]]
        values = [(plan.periods[_YEAR], _figure(row["value"]), row["provenance"])]
        if details["previous_value"] is not None:
            before = plan.periods[details["previous_period"]]
            values.append(
                (before, details["previous_value"], details["baseline_provenance"] or row["provenance"])
            )
        for period, value, provenance in values:
            yield ApprovedCell(
                indicator=plan.indicators[row["indicator_code"]],
                unit=plan.unit,
                level=row["level"],
                period=period,
                value=value,
                out_of=details["out_of"],
                provenance=provenance,
                note=details["note_vi"] if period.code == _YEAR else "",
            )


def _declare(plan: _Plan) -> Count:
    """Declare the targets that were done; one that has a declaration already keeps it."""
    done = {row["row"]: row for row in plan.rows if row["rule"] == RuleName.DONE}
    targets = Target.objects.filter(unit=plan.unit, code__in=done, document__in=plan.documents.values())
    entering, approving = loader_accounts()
    now = timezone.now()
    new = [
        Declaration(
            target=target,
            number=1,
            kind=Declaration.Kind.DONE,
            is_met=True,
            declared_on=iso_date(done[target.code]["value"]),
            provenance=done[target.code]["provenance"],
            day_provenance=plan.details[target.code]["day_provenance"] or done[target.code]["provenance"],
            state=VersionState.APPROVED,
            entered_by=entering,
            entered_at=now,
            submitted_by=entering,
            submitted_at=now,
            approved_by=approving,
            approved_at=now,
        )
        for target in targets.filter(declarations__isnull=True)
    ]
    return Count(len(Declaration.objects.bulk_create(new)))
