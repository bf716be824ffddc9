"""What entry checks a figure against: the limits of a definition, loaded from a file or set by a person.

The limits are this project's own choice and no part of the sourced catalogue, so they stand in a file of
their own. What a person set in the administration stays, whatever the file says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import AuditEntry, User
from accounts.models.audit import Operation
from indicators.actions.reporting import ReportingError
from indicators.actions.traces import as_text, leave_trace
from indicators.models import IndicatorDefinition
from provinces.bulk import Count, bring_up_to_date, keyed
from provinces.datafiles import Column, DataFileError, Row, choice_of, decimal_with, integer, read_rows

LIMITS = ("least", "most", "denominator_change_percent", "evidence_required")
_MOST_PERCENT = 1000
_ACTION = "limit"


@transaction.atomic
def change_limits(
    *,
    definition: IndicatorDefinition,
    by: User,
    least: Decimal | None,
    most: Decimal | None,
    denominator_change_percent: int | None,
    evidence_required: bool,
) -> IndicatorDefinition:
    """Set what entry checks figures against from now on; figures that are stored stay as they are.

    Raises ReportingError where the limits contradict each other or the definition.
    """
    definition = IndicatorDefinition.objects.select_for_update().get(pk=definition.pk)
    before = as_text(definition, LIMITS)
    definition.least, definition.most = least, most
    definition.denominator_change_percent = denominator_change_percent
    definition.evidence_required = evidence_required
    for _column, words in _against(definition):
        raise ReportingError(words)
    after = as_text(definition, LIMITS)
    if after != before:
        definition.save(update_fields=LIMITS)
        leave_trace(
            action=_ACTION,
            subject=definition,
            operation=Operation.UPDATED,
            by=by,
            before=before,
            after=after,
        )
    return definition


def read_limits(folder: Path, errors: list[DataFileError]) -> list[Row]:
    """The rows of indicator_limits.csv; what is wrong in the file itself is added to `errors`."""
    columns = [
        Column("code", required=True, longest=20),
        Column("least", parse=decimal_with(4)),
        Column("most", parse=decimal_with(4)),
        Column("denominator_change_percent", parse=_percent),
        Column("evidence_required", parse=choice_of("yes")),
        Column("why", required=True),
    ]
    return read_rows(folder / "indicator_limits.csv", columns, unique=["code"], errors=errors)


def set_limits(
    definitions: Mapping[str, IndicatorDefinition], rows: Iterable[Row]
) -> Iterator[DataFileError]:
    """Give the definitions, by code, the limits of their rows; yields what does not fit."""
    for row in rows:
        definition = definitions.get(row["code"])
        if definition is None:
            yield row.unknown("code")
            continue
        definition.least, definition.most = row["least"], row["most"]
        definition.denominator_change_percent = row["denominator_change_percent"]
        definition.evidence_required = row["evidence_required"] == "yes"
        yield from (row.error(column, words) for column, words in _against(definition))


def store_limits(definitions: Iterable[IndicatorDefinition]) -> Count:
    """Bring the stored definitions to the limits of these, but for those whose limits a person has set."""
    name = IndicatorDefinition._meta.model_name
    set_by_hand = set(
        AuditEntry.objects.filter(subject_type=name, action=f"{name}.{_ACTION}").values_list(
            "subject_id", flat=True
        )
    )
    free = {each.pk: each for each in definitions if str(each.pk) not in set_by_hand}
    stored: Mapping[Any, IndicatorDefinition] = keyed(IndicatorDefinition.objects.filter(pk__in=free), "pk")
    return bring_up_to_date(free, stored, fields=LIMITS)


def _against(definition: IndicatorDefinition) -> Iterator[tuple[str, str]]:
    """What limits cannot be, with the field to mend."""
    least, most = definition.least, definition.most
    if least is not None and most is not None and least > most:
        yield "most", gettext("The largest value allowed is below the smallest.")
    if definition.denominator_change_percent is not None and not definition.is_ratio:
        yield "denominator_change_percent", gettext("Only a ratio has a denominator.")


def _percent(cell: str) -> int:
    number = integer(cell)
    if not 1 <= number <= _MOST_PERCENT:
        raise ValueError(
            gettext("“%(cell)s” is not between 1 and %(most)d.") % {"cell": cell, "most": _MOST_PERCENT}
        )
    return number
