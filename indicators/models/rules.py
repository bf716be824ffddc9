"""The rule a target, or a part of one, is judged by (attainment rules §3), as columns."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.fields import ScaledDecimalField


class RuleName(models.TextChoices):
    AT_LEAST = "at_least", _("At least")
    MORE_THAN = "more_than", _("More than")
    AT_MOST = "at_most", _("At most")
    LESS_THAN = "less_than", _("Less than")
    EQUAL = "equal", _("Exactly")
    BETWEEN = "between", _("Between")
    RANK_AT_MOST = "rank_at_most", _("Rank at most")
    DONE = "done", _("Done by a day")
    JUDGED = "judged", _("Judged by a named person")
    GROWTH_AT_LEAST = "growth_at_least", _("Yearly growth of at least")
    ALL_OF = "all_of", _("All parts")
    ANY_OF = "any_of", _("One of the parts")


class RangeDirection(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    WITHIN = "within", _("Stay within")


class Shape(models.TextChoices):
    LINEAR = "linear", _("Straight line")
    STEP = "step", _("Steps")


ONE_THRESHOLD = (
    RuleName.AT_LEAST,
    RuleName.MORE_THAN,
    RuleName.AT_MOST,
    RuleName.LESS_THAN,
    RuleName.EQUAL,
    RuleName.RANK_AT_MOST,
)
DECLARED = (RuleName.DONE, RuleName.JUDGED)
COMPOSITE = (RuleName.ALL_OF, RuleName.ANY_OF)


class RuleColumns(models.Model):
    rule = models.CharField(_("rule"), max_length=16, choices=RuleName)
    threshold = ScaledDecimalField(_("target value"), null=True, blank=True)
    low = ScaledDecimalField(_("low end"), null=True, blank=True)
    high = ScaledDecimalField(_("high end"), null=True, blank=True)
    direction = models.CharField(_("direction"), max_length=8, choices=RangeDirection, blank=True)
    years = models.PositiveSmallIntegerField(_("years of growth"), null=True, blank=True)
    baseline = ScaledDecimalField(_("baseline"), null=True, blank=True)
    baseline_on = models.DateField(_("day of the baseline"), null=True, blank=True)

    class Meta:
        abstract = True


def rule_has_its_numbers(name: str) -> models.CheckConstraint:
    """Every rule has exactly the columns it is judged by, and no others."""
    no_range = Q(low__isnull=True, high__isnull=True, direction="")
    return models.CheckConstraint(
        name=name,
        condition=(Q(rule__in=ONE_THRESHOLD, threshold__isnull=False, years__isnull=True) & no_range)
        | Q(
            rule=RuleName.BETWEEN,
            threshold__isnull=True,
            years__isnull=True,
            low__isnull=False,
            high__isnull=False,
            low__lte=F("high"),
            direction__in=RangeDirection.values,
        )
        | (
            Q(
                rule=RuleName.GROWTH_AT_LEAST,
                threshold__isnull=False,
                years__gte=1,
                baseline__isnull=False,
            )
            & no_range
        )
        | (
            Q(
                rule__in=[*DECLARED, *COMPOSITE],
                threshold__isnull=True,
                years__isnull=True,
                baseline__isnull=True,
            )
            & no_range
        ),
    )
