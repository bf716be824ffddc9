"""Filters of the lists of indicators, targets, periods, measurements and attainments."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.discipline import STANDINGS, due_day, standing_is
from indicators.models import (
    Answer,
    Attainment,
    Indicator,
    Level,
    Measurement,
    MissingReason,
    Period,
    Pillar,
    Provenance,
    Qualifier,
    Report,
    ReportState,
    RollUp,
    RollUpBasis,
    Target,
    TargetKind,
    ValueType,
)
from indicators.models.results import RollUpAnswer, Status
from provinces.filters import (
    LONGEST,
    NO_SUCH_AGENCY_KIND,
    DayFilter,
    ListFilterSet,
    NoSuch,
    OneOfFilter,
    ReferenceFilter,
    SomeOfFilter,
    UnderFilter,
    YesNoFilter,
    agency_filter,
    agency_kind_rows,
    unit_filter,
)
from provinces.searching import folded, has_words, words_of
from resolutions.filters import document_filter

SAID_OF_TARGETS = (
    "code",
    "name_vi",
    "name_en",
    "indicator__code",
    "indicator__name_vi",
    "indicator__name_en",
)
"""The texts of a target in which words are searched."""

NO_SUCH_PERIOD = _(
    "There is no period “%(value)s”. Periods are named by their code, such as 2023 or 2023-Q4."
)
NO_SUCH_INDICATOR = _("There is no indicator “%(value)s”.")
NO_SUCH_PILLAR = _("There is no pillar “%(value)s”.")


def words_of_target(target: Target) -> str:
    """The same texts of one target at hand, each on a line of its own."""
    texts = [target.code, target.name_vi, target.name_en]
    if target.indicator is not None:
        texts += [target.indicator.code, target.indicator.name_vi, target.indicator.name_en]
    return "\n".join(texts)


def period_rows(code: str) -> QuerySet[Period]:
    return Period.objects.filter(code=code).order_by()


def indicator_rows(code: str) -> QuerySet[Indicator]:
    return Indicator.objects.filter(code=code).order_by()


def _pillar_rows(code: str) -> QuerySet[Pillar]:
    return Pillar.objects.filter(code=code).order_by()


def period_filter(field_name: str) -> ReferenceFilter:
    return ReferenceFilter(
        field_name, period_rows, words=NO_SUCH_PERIOD, missing=NoSuch, help_text="A period's `code`."
    )


def indicator_filter(field_name: str) -> ReferenceFilter:
    return ReferenceFilter(
        field_name, indicator_rows, words=NO_SUCH_INDICATOR, help_text="An indicator's `code`."
    )


def pillar_filter(field_name: str) -> ReferenceFilter:
    return ReferenceFilter(field_name, _pillar_rows, words=NO_SUCH_PILLAR, help_text="A pillar's code.")


class OwnerKindFilter(ReferenceFilter):
    """Indicators that agencies of this kind own; a subquery, so that no indicator comes twice."""

    def __init__(self) -> None:
        super().__init__(
            "pk",
            agency_kind_rows,
            words=NO_SUCH_AGENCY_KIND,
            help_text="Code of the kind of agency that owns it.",
        )

    def filter(self, qs: Any, value: str) -> Any:
        owned = Indicator.objects.filter(definitions__owners__agency_kind__code=value).order_by()
        return qs.filter(pk__in=owned.values("pk")) if value else qs


class IndicatorFilterSet(ListFilterSet):
    pillar = pillar_filter("pillar")
    owner = OwnerKindFilter()
    value_type = OneOfFilter(choices=ValueType.choices, method="defined", help_text="Kind of its values.")
    level = OneOfFilter(choices=Level.choices, method="defined", help_text="A level it is reported at.")
    q = django_filters.CharFilter(
        "name_vi", lookup_expr="icontains", max_length=LONGEST, help_text="Words in its Vietnamese name."
    )

    class Meta:
        model = Indicator
        fields: list[str] = []

    def defined(self, qs: Any, name: str, value: str) -> Any:
        path = {"level": "definitions__levels__level"}.get(name, f"definitions__{name}")
        return qs.filter(pk__in=Indicator.objects.filter(**{path: value}).order_by().values("pk"))


class PillarFilterSet(ListFilterSet):
    q = django_filters.CharFilter(
        "name_vi", lookup_expr="icontains", max_length=LONGEST, help_text="Words in its Vietnamese name."
    )

    class Meta:
        model = Pillar
        fields: list[str] = []


class PeriodFilterSet(ListFilterSet):
    kind = OneOfFilter("kind", choices=Period._meta.get_field("kind").choices)
    year = django_filters.CharFilter(method="of_year", max_length=4, help_text="Four digits: `2023`.")
    on = DayFilter(method="around", help_text="Periods that contain this day.")

    class Meta:
        model = Period
        fields: list[str] = []

    def of_year(self, qs: Any, name: str, value: str) -> Any:
        return qs.filter(year=int(value)) if value.isascii() and value.isdecimal() else qs.none()

    def around(self, qs: Any, name: str, value: Any) -> Any:
        return qs.filter(starts_on__lte=value, assessed_on__gte=value)


class TargetFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    document = document_filter("document")
    indicator = indicator_filter("indicator")
    pillar = pillar_filter("indicator__pillar")
    owner = agency_filter("owner", "`ref` of the agency that answers for it.")
    level = OneOfFilter("level", choices=Level.choices)
    kind = OneOfFilter("kind", choices=TargetKind.choices)
    on = DayFilter(
        method="set_by",
        help_text="Targets set by this day, with the revision in force then; today unless given.",
    )

    class Meta:
        model = Target
        fields: list[str] = []

    def set_by(self, qs: Any, name: str, value: Any) -> Any:
        first = Target.objects.filter(revisions__effective_on__lte=value).order_by()
        return qs.filter(pk__in=first.values("pk"))


class MeasurementFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    period = period_filter("period")
    indicator = indicator_filter("indicator")
    level = OneOfFilter("level", choices=Level.choices)
    agency = agency_filter("agency", "`ref` of the agency that reports its own part.")
    answer = SomeOfFilter("answer", choices=Answer.choices)
    missing_reason = SomeOfFilter("missing_reason", choices=MissingReason.choices)
    qualifier = OneOfFilter("qualifier", choices=Qualifier.choices)
    provenance = OneOfFilter("provenance", choices=Provenance.choices)

    class Meta:
        model = Measurement
        fields: list[str] = []


class NarrowingFilterSet(ListFilterSet):
    """What narrows a scoreboard, in the words of the overview's own address."""

    document = document_filter("target__document")
    level = OneOfFilter("target__level", choices=Level.choices)

    class Meta:
        model = Attainment
        fields: list[str] = []


class AttainmentFilterSet(ListFilterSet):
    unit = unit_filter("target__unit")
    period = period_filter("period")
    document = document_filter("target__document")
    indicator = indicator_filter("target__indicator")
    pillar = pillar_filter("target__indicator__pillar")
    owner = agency_filter("target__owner", "`ref` of the agency that answers for the target.")
    level = OneOfFilter("target__level", choices=Level.choices)
    status = SomeOfFilter("status", choices=Status.choices)
    counts = YesNoFilter("counts", help_text="Whether it is one of the M of the scoreboard.")
    due = YesNoFilter("is_due", help_text="Whether it is due by the end of the period's year.")
    overdue = YesNoFilter("is_overdue")
    q = django_filters.CharFilter(
        method="saying",
        max_length=LONGEST,
        help_text="Words in the target's row and name or its indicator's code and name, diacritics or not.",
    )

    class Meta:
        model = Attainment
        fields: list[str] = []

    def saying(self, qs: Any, name: str, value: str) -> Any:
        said = folded(*(f"target__{field}" for field in SAID_OF_TARGETS))
        return qs.alias(said=said).filter(has_words("said", words_of(value)))


class RollUpFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    period = period_filter("period")
    indicator = indicator_filter("indicator")
    pillar = pillar_filter("indicator__pillar")
    level = OneOfFilter("level", choices=Level.choices)
    basis = OneOfFilter("basis", choices=RollUpBasis.choices)
    answer = SomeOfFilter("answer", choices=RollUpAnswer.choices)
    partial = YesNoFilter(
        "pk", method="below_floor", help_text="Values with too few bodies reporting, or all others."
    )
    illustrative = YesNoFilter("is_illustrative", help_text="Whether made-up figures are among the summands.")

    class Meta:
        model = RollUp
        fields: list[str] = []

    def below_floor(self, qs: Any, name: str, value: str) -> Any:
        return qs.knowing_partial().filter(is_partial=value == "true")


class ReportFilterSet(ListFilterSet):
    unit = unit_filter("unit")
    under = UnderFilter("unit", own=True)
    period = period_filter("period")
    agency = agency_filter("agency", "`ref` of the agency whose report it is.")
    state = SomeOfFilter("state", choices=ReportState.choices)
    standing = SomeOfFilter(
        "pk",
        choices=STANDINGS,
        method="standing_today",
        help_text="How it stands with its due day, as of today.",
    )

    class Meta:
        model = Report
        fields: list[str] = []

    def standing_today(self, qs: Any, name: str, value: list[str]) -> Any:
        return qs.alias(**due_day()).filter(standing_is(value))


class SeriesFilterSet(ListFilterSet):
    """What narrows a unit's series; the level is read by whoever finds its figures."""

    level = OneOfFilter(choices=Level.choices, method="as_it_is")
    kind = OneOfFilter("kind", choices=Period._meta.get_field("kind").choices)

    class Meta:
        model = Period
        fields: list[str] = []

    def as_it_is(self, qs: Any, name: str, value: str) -> Any:
        return qs
