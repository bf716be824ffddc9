"""Judged targets as rows of a page: stored numbers in words, nothing computed that decides anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, gettext, ngettext

from accounts.prepared import PreparedQuerySet
from dashboard import asked
from dashboard.asked import Measure, measure_of
from dashboard.charts import TargetBar, target_bar
from indicators import figures
from indicators.engine.display import places_to_show
from indicators.figures import Number
from indicators.models import (
    Attainment,
    IndicatorDefinition,
    Period,
    Provenance,
    Qualifier,
    RuleName,
    Target,
    TargetPart,
)
from indicators.models.results import Status
from indicators.models.rules import DECLARED
from provinces.models import Agency, Unit
from resolutions.models import Document

_HEAVY = (
    "inputs",
    "target__note",
    "target__indicator__legal_basis",
    "target__indicator__notes",
    "target__indicator__target_notes",
    "target__parent__indicator__legal_basis",
    "target__parent__indicator__notes",
    "target__parent__indicator__target_notes",
)


@dataclass
class Change:
    """A figure against the same period a year before; its words are made when they are read."""

    measure: Measure
    value: Number
    earlier: Number

    @cached_property
    def difference(self) -> Fraction:
        return Fraction(self.value) - Fraction(self.earlier)

    @property
    def text(self) -> str:
        return self.measure.difference(self.difference) if self.difference else gettext("unchanged")

    @property
    def relative(self) -> str:
        if self.measure.is_rank or not self.difference:
            return ""
        return figures.relative_change(self.value, self.earlier)

    @property
    def before(self) -> str:
        return self.measure.text(self.earlier)

    @property
    def tone(self) -> str:
        """Whether it went where the indicator should go."""
        if not self.difference:
            return "same"
        return "good" if (self.difference > 0) == (self.measure.direction != "lower") else "bad"

    @property
    def icon(self) -> str:
        if not self.difference:
            return "same"
        # A rank that falls has risen.
        return "up" if (self.difference > 0) != self.measure.is_rank else "down"


@dataclass
class Row:
    """A judged target. Its words are made when they are first read: a list shows few of them all."""

    attainment: Attainment
    measure: Measure
    parts: int = 0

    @cached_property
    def value(self) -> Number | None:
        judged = self.attainment
        return self.measure.number(judged.numerator, judged.denominator, judged.value)

    @property
    def is_measured(self) -> bool:
        return self.value is not None

    @cached_property
    def goal(self) -> Number | None:
        return asked.goal_of(self.attainment.revision)

    @cached_property
    def places(self) -> int:
        """Decimals with which the figure cannot contradict the verdict beside it."""
        if self.value is None:
            return self.measure.decimals
        limits = asked.limits_of(self.attainment.revision)
        return places_to_show(self.value, limits, self.measure.decimals, self.attainment.met)

    @cached_property
    def value_text(self) -> str:
        return _value_text(self, self.measure)

    @cached_property
    def asked_text(self) -> str:
        return self._asked(self.measure)

    # The same without words of measure, which stand below the figure in a table: 373.400 over "địa chỉ".
    @cached_property
    def value_short(self) -> str:
        return _value_text(self, self._bare) if self._bare else self.value_text

    @cached_property
    def asked_short(self) -> str:
        return self._asked(self._bare) if self._bare else self.asked_text

    @cached_property
    def unit_word(self) -> str:
        return figures.unit_word(self.measure.unit) if self._bare and self.value is not None else ""

    @cached_property
    def gap_text(self) -> str:
        return _gap_text(self)

    @cached_property
    def pace_text(self) -> str:
        return _pace_text(self)

    @cached_property
    def landing_text(self) -> str:
        return _landing_text(self)

    @cached_property
    def notes(self) -> list[str]:
        return list(_notes(self))

    @cached_property
    def bar(self) -> TargetBar | None:
        return _bar(self)

    @cached_property
    def change(self) -> Change | None:
        return change_of(self.attainment, self.measure, self.value)

    @cached_property
    def _bare(self) -> Measure | None:
        return replace(self.measure, unit="") if self.measure.is_worded else None

    def _asked(self, measure: Measure) -> str:
        revision = self.attainment.revision
        return asked.asked_short(revision, measure, revision.due_on, self.parts)

    @property
    def target(self) -> Target:
        return self.attainment.target

    @property
    def indicator_name(self) -> str:
        indicator = self.target.indicator
        return indicator.name if indicator is not None else self.target.name

    @property
    def status(self) -> str:
        return self.attainment.status

    @property
    def is_value_illustrative(self) -> bool:
        judged = self.attainment
        # What was declared of a made-up plan is made up as well.
        declared = (
            judged.revision.rule in DECLARED and bool(judged.met) and self.target.document.is_illustrative
        )
        return judged.provenance == Provenance.ILLUSTRATIVE or declared

    @property
    def is_target_illustrative(self) -> bool:
        revision = self.attainment.revision
        return self.target.document.is_illustrative or Provenance.ILLUSTRATIVE in (
            revision.threshold_provenance,
            revision.due_provenance,
        )

    @property
    def owner(self) -> str:
        return owner_label(self.target.owner) or self.target.owner_note

    @property
    def place(self) -> str:
        return figures.level(self.target.level, self.target.unit.tier)

    @property
    def shortfall(self) -> Fraction:
        """How far below its goal, as a share of the goal: only to order rows of one state."""
        if self.value is None or not self.goal:
            return Fraction(0)
        return abs((Fraction(self.goal) - Fraction(self.value)) / Fraction(self.goal))


def owner_label(agency: Agency | None) -> str:
    if agency is None:
        return ""
    return agency.name_en if get_language() == "en" else agency.label


def note_of(document: Document) -> str:
    return document.note_en if get_language() == "en" and document.note_en else document.note_vi


def rows_of(unit: Unit, period: Period) -> list[Row]:
    """Every judged target of the unit in the period, by document and row; one query."""
    found = _JUDGED.rows(unit=unit.pk, period=period.pk, day=period.assessed_on)
    for each in found:
        each.target.unit = unit
    return [row_of(each, _measure_read(each), each.parts) for each in found]


def _judged(*, unit: int, period: int, day: date) -> QuerySet[Any]:
    return (
        Attainment.objects.filter(target__unit=unit, period=period)
        .select_related(
            "target__document",
            "target__indicator__pillar",
            "target__owner__kind",
            "target__owner__unit",
            "target__parent__indicator",
            "revision",
            "through",
        )
        .defer(*_HEAVY)
        .annotate(parts=_number_of_parts(), defined=_definition_on(day))
        .annotate(**{f"defined_{name}": F(f"defined__{name}") for name in MEASURED})
        .order_by("target__document__issued_on", "target__document_id", "target__sort_key", "target_id")
    )


_JUDGED = PreparedQuerySet[Any](_judged, unit=int, period=int, day=date)

MEASURED = (
    *("unit_of_measure", "decimals", "value_type", "ratio_factor", "direction"),
    *("numerator_vi", "denominator_vi"),
)
"""What of a definition says how figures are written: the fields of a `Measure`, in its order."""


def _definition_on(day: date) -> FilteredRelation:
    """The definition valid that day, joined to each row; no two are valid on one day."""
    path = "target__indicator__definitions__valid"
    begun = Q(**{f"{path}_from__isnull": True}) | Q(**{f"{path}_from__lte": day})
    not_ended = Q(**{f"{path}_to__isnull": True}) | Q(**{f"{path}_to__gte": day})
    return FilteredRelation("target__indicator__definitions", condition=begun & not_ended)


def _measure_read(judged: Any) -> Measure:
    if judged.defined_value_type is None:
        return Measure()
    return Measure(*(getattr(judged, f"defined_{name}") for name in MEASURED))


def _number_of_parts() -> Coalesce:
    parts = TargetPart.objects.filter(revision=OuterRef("revision")).order_by().values("revision")
    return Coalesce(Subquery(parts.annotate(number=Count("pk")).values("number")), 0)


def measures_on(day: date, indicator_ids: Iterable[int | None]) -> dict[int | None, Measure]:
    """How figures of these indicators are written on a day."""
    definitions = IndicatorDefinition.objects.valid_on(day).filter(indicator__in=set(indicator_ids) - {None})
    return {each.indicator_id: measure_of(each) for each in definitions}


def row_of(attainment: Attainment, measure: Measure, parts: int | None = None) -> Row:
    """One row; the number of parts of a composite is counted where it is not given."""
    revision = attainment.revision
    if parts is None:
        parts = len(revision.parts.all()) if asked.is_composite(revision) else 0
    return Row(attainment, measure, parts)


def _value_text(row: Row, measure: Measure) -> str:
    judged, revision = row.attainment, row.attainment.revision
    if row.value is not None:
        if measure.is_rank and judged.out_of:
            return figures.of(row.value, judged.out_of)
        text = measure.text(row.value, row.places)
        return f"≈{figures.NBSP}{text}" if judged.qualifier == Qualifier.ESTIMATE else text
    if revision.rule == RuleName.DONE:
        done = asked.done_on(revision.due_on, judged.days_early)
        return gettext("Done %(day)s") % {"day": figures.day(done)} if done else gettext("Not done yet")
    if revision.rule == RuleName.JUDGED:
        return gettext("Judged met") if judged.met else gettext("Not judged met")
    if asked.is_composite(revision):
        return gettext("See its parts")
    if judged.missing_reason:
        return figures.missing(judged.missing_reason)
    return gettext("Not due") if judged.status == Status.NOT_DUE else gettext("No data")


def _gap_text(row: Row) -> str:
    """What is missing to the goal, without a sign: the column says so."""
    if row.attainment.met or row.value is None or row.goal is None or row.attainment.is_partial:
        return ""
    gap = abs(Fraction(row.goal) - Fraction(row.value))
    if not gap:
        return ""
    return (
        replace(row.measure, unit="%" if row.measure.is_rate else "").difference(gap, row.places).lstrip("+")
    )


def _notes(row: Row) -> Iterable[str]:
    judged = row.attainment
    if judged.days_early is not None and judged.days_early > 0:
        yield ngettext("%(count)d day early", "%(count)d days early", judged.days_early) % {
            "count": judged.days_early
        }
    elif judged.days_early is not None and judged.days_early < 0:
        late = -judged.days_early
        yield ngettext("%(count)d day late", "%(count)d days late", late) % {"count": late}
    if judged.is_partial and judged.owing is not None:
        yield gettext("incomplete: %(reporting)d of %(owing)d bodies") % {
            "reporting": judged.reporting or 0,
            "owing": judged.owing,
        }
    if judged.through is not None:
        yield gettext("up to %(period)s") % {"period": figures.period(judged.through.code)}
    if judged.is_restated:
        yield gettext("restated to today's units")
    if judged.qualifier == Qualifier.PRELIMINARY:
        yield gettext("preliminary")
    elif judged.qualifier == Qualifier.ESTIMATE:
        yield gettext("estimate")


def _bar(row: Row) -> TargetBar | None:
    if row.value is None or row.goal is None or row.measure.is_rank or row.measure.value_type == "boolean":
        return None
    return target_bar(
        row.value,
        row.goal,
        status=row.status,
        baseline=row.attainment.revision.baseline,
        top=100 if row.measure.is_rate else None,
    )


def change_of(attainment: Attainment, measure: Measure, value: Number | None) -> Change | None:
    """Two figures, both labelled: the difference (points for rates) and the relative change (rules §7)."""
    before = measure.number(
        attainment.previous_numerator, attainment.previous_denominator, attainment.previous_value
    )
    if before is None or value is None:
        return None
    return Change(measure, value, before)


def _pace_text(row: Row) -> str:
    """What each period left must add, as stored; empty where nothing is."""
    needed = row.attainment.pace_needed
    if needed is None or row.attainment.met or row.measure.is_rank:
        return ""
    return gettext("needs %(step)s a period") % {"step": row.measure.difference(needed)}


def _landing_text(row: Row) -> str:
    """Where the straight line leads by the due day, as stored; a projection, never a status."""
    if row.attainment.landing is None or row.attainment.met or row.status == Status.MISSED:
        return ""
    return gettext("heading for %(value)s") % {"value": row.measure.text(row.attainment.landing)}
