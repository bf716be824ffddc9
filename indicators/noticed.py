"""Indicators and targets in the change feed, as loaders write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.noticing import Objects, follow, of
from indicators.models import (
    Attainment,
    DefinitionLevel,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Obligation,
    Target,
    TargetPart,
    TargetRevision,
)
from provinces.models import AgencyKind


def connect() -> None:
    follow(Indicator, "indicator")
    follow(IndicatorDefinition, "indicator", of("indicator"))
    follow(DefinitionLevel, "indicator", _of_definitions)
    follow(DefinitionOwner, "indicator", _of_definitions)
    follow(AgencyKind, "indicator", _owned_by)
    follow(Target, "target")
    follow(Target, "attainment", _judged)
    follow(TargetRevision, "target", _of_revised)
    follow(TargetPart, "target", _of_parts)
    # No list of the API, but answers of it hang on who owes what.
    follow(Obligation, "obligation")


def _of_definitions(rows: Sequence[Any]) -> Objects:
    return [(row.definition.indicator_id, None) for row in rows]


def _owned_by(rows: Sequence[Any]) -> Objects:
    """An indicator tells the names of the kinds of agency that own it."""
    owners = DefinitionOwner.objects.filter(agency_kind__in=[row.pk for row in rows])
    return [(pk, None) for pk in owners.values_list("definition__indicator", flat=True)]


def _judged(rows: Sequence[Any]) -> Objects:
    """A result tells the level and the indicator of its target."""
    units = {row.pk: row.unit_id for row in rows}
    results = Attainment.objects.filter(target__in=units).values_list("pk", "target_id")
    return [(pk, units[target]) for pk, target in results]


def _of_revised(rows: Sequence[Any]) -> Objects:
    return _units_of(row.target_id for row in rows)


def _of_parts(rows: Sequence[Any]) -> Objects:
    revisions = TargetRevision.objects.filter(pk__in=[row.revision_id for row in rows])
    return _units_of(revisions.values_list("target_id", flat=True))


def _units_of(targets: Any) -> Objects:
    return list(Target.objects.filter(pk__in=list(targets)).values_list("pk", "unit_id"))
