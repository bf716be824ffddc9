"""What is measured: pillars, indicators and their dated definitions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from indicators.fields import ScaledDecimalField
from provinces.models import AgencyKind, Dated, DatedQuerySet


class Level(models.TextChoices):
    """Whom a value speaks of (attainment rules §1)."""

    PROVINCE = "province", _("Province level")
    DISTRICT = "district", _("District level")
    COMMUNE = "commune", _("Commune level")
    TOTAL = "total", _("Whole unit")


class ValueType(models.TextChoices):
    RATE = "rate", _("Rate")
    COUNT = "count", _("Count")
    AMOUNT = "amount", _("Amount")
    RANK = "rank", _("Rank")
    INDEX = "index", _("Index")
    DURATION = "duration", _("Duration")
    BOOLEAN = "boolean", _("Yes or no")
    JUDGEMENT = "judgement", _("Judgement")


class Direction(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")


class MeasureMode(models.TextChoices):
    STOCK = "stock", _("State at the end of the period")
    FLOW = "flow", _("Happens during the period")


class EnteredAs(models.TextChoices):
    IN_PERIOD = "in_period", _("Figure of the period alone")
    CUMULATIVE = "cumulative", _("Accumulated since the start of the year")


class Pooling(models.TextChoices):
    RATIO_OF_SUMS = "ratio_of_sums", _("Sum of numerators over sum of denominators")
    SUM = "sum", _("Sum")
    ALL_TRUE = "all_true", _("Yes when all say yes")
    NONE = "none", _("Does not pool")
    COMPUTED = "computed", _("Computed by the portal")


class LevelsRelate(models.TextChoices):
    DISJOINT = "disjoint", _("Each tier counts its own bodies: levels add up")
    NESTED = "nested", _("Territory and people: levels are never added")


class LocalisedName:
    """Name in the reader's language; Vietnamese where there is no English one."""

    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_vi


class Pillar(LocalisedName, models.Model):
    code = models.CharField(_("code"), max_length=10, unique=True)
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")

    def __str__(self) -> str:
        return self.name


class Indicator(LocalisedName, models.Model):
    """A thing that is measured, whatever its definition on a given day."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    pillar = models.ForeignKey(
        Pillar, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("pillar")
    )
    name_vi = models.CharField(_("name (Vietnamese)"), max_length=400)
    name_en = models.CharField(_("name (English)"), max_length=400, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    verification = models.CharField(_("verification of the source"), max_length=1, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    target_notes = models.TextField(
        _("notes on targets"), blank=True, help_text=_("Notes from the catalogue; not targets.")
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorDefinition(Dated):
    """How an indicator is counted from a day to a day. A measurement names the definition it follows."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="definitions")
    numerator_vi = models.CharField(_("numerator"), max_length=300, blank=True)
    denominator_vi = models.CharField(_("denominator"), max_length=300, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=60)
    value_type = models.CharField(_("kind of value"), max_length=12, choices=ValueType)
    decimals = models.PositiveSmallIntegerField(_("decimal places shown"), default=2)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    measure_mode = models.CharField(_("stock or flow"), max_length=8, choices=MeasureMode)
    entered_as = models.CharField(
        _("entered as"), max_length=12, choices=EnteredAs, default=EnteredAs.IN_PERIOD
    )
    pooling = models.CharField(_("pooling"), max_length=16, choices=Pooling)
    levels_relate = models.CharField(_("levels"), max_length=10, choices=LevelsRelate)
    frequency = models.CharField(_("frequency"), max_length=12)
    # Rules §2: below this share of bodies reporting a figure is only partial.
    coverage_floor_percent = models.PositiveSmallIntegerField(_("coverage floor (%)"), default=100)
    # A ratio is multiplied by this to give the value: 100 for a percentage, 1 for days per dossier.
    ratio_factor = models.PositiveSmallIntegerField(_("factor of the ratio"), default=100)
    numerator_within_denominator = models.BooleanField(
        _("numerator may not exceed the denominator"), default=False
    )
    # Without limits of its own a rate lies between 0 and 100; a count, an amount or a duration at 0 or above.
    least = ScaledDecimalField(_("smallest value allowed"), null=True, blank=True)
    most = ScaledDecimalField(_("largest value allowed"), null=True, blank=True)
    denominator_change_percent = models.PositiveSmallIntegerField(
        _("change of the denominator that needs a justification (%)"), null=True, blank=True
    )
    evidence_required = models.BooleanField(_("needs evidence"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["indicator", F("valid_from").asc(nulls_first=True), "pk"]
        verbose_name = _("definition")
        verbose_name_plural = _("definitions")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(name="definition_once_a_day", fields=["indicator", "valid_from"]),
            models.UniqueConstraint(
                name="definition_one_open", fields=["indicator"], condition=Q(valid_to__isnull=True)
            ),
            models.CheckConstraint(
                name="definition_floor_is_a_share",
                condition=Q(coverage_floor_percent__gte=0) & Q(coverage_floor_percent__lte=100),
            ),
            models.CheckConstraint(
                name="definition_limits_in_order",
                condition=Q(least__isnull=True) | Q(most__isnull=True) | Q(least__lte=F("most")),
            ),
            models.CheckConstraint(name="definition_factor_positive", condition=Q(ratio_factor__gte=1)),
            models.CheckConstraint(
                name="definition_only_a_flow_is_cumulative",
                condition=Q(measure_mode=MeasureMode.FLOW) | Q(entered_as=EnteredAs.IN_PERIOD),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator.code} ({self.valid_from or '…'} – {self.valid_to or '…'})"

    @property
    def is_ratio(self) -> bool:
        return self.pooling == Pooling.RATIO_OF_SUMS or bool(self.numerator_vi and self.denominator_vi)


class DefinitionLevel(Dated):
    """A level at which an indicator is reported, from a day to a day."""

    definition = models.ForeignKey(IndicatorDefinition, models.CASCADE, related_name="levels")
    level = models.CharField(_("level"), max_length=10, choices=Level)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["definition", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="definition_level_once", fields=["definition", "level", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.level}"


class DefinitionOwner(Dated):
    """The kind of agency that owns an indicator in every province, from a day to a day."""

    definition = models.ForeignKey(IndicatorDefinition, models.CASCADE, related_name="owners")
    agency_kind = models.ForeignKey(AgencyKind, models.PROTECT, related_name="owned_definitions")

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["definition", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="definition_owner_once", fields=["definition", "agency_kind", "valid_from"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} {self.agency_kind}"
