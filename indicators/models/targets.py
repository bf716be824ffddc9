"""Targets: what a document asks of one unit by a day, with its revisions, milestones and parts."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from indicators.fields import ScaledDecimalField
from indicators.models.catalogue import Indicator, Level
from indicators.models.rules import RuleColumns, Shape, rule_has_its_numbers
from indicators.models.versions import Provenance
from indicators.models.visible import ResultQuerySet
from provinces.models import Agency, Unit
from resolutions.models import Document


class TargetKind(models.TextChoices):
    LEAF = "leaf", _("Target")
    HEADING = "heading", _("Heading")


class CountsAs(models.TextChoices):
    """How a heading with sub-targets counts (rules §3)."""

    LEAVES = "leaves", _("Its sub-targets count")
    ONE = "one", _("Counts as one")


class TargetQuerySet(ResultQuerySet):
    def leaves(self) -> TargetQuerySet:
        """What can be judged and counted: leaves, and headings that count as one."""
        return self.exclude(kind=TargetKind.HEADING, counts_as=CountsAs.LEAVES)

    def for_list(self) -> TargetQuerySet:
        return self.select_related(
            "document", "unit", "indicator__pillar", "owner__kind", "owner__unit"
        ).order_by("unit", "document", "sort_key", "pk")


class Target(models.Model):
    """One row of a document's list of targets, for exactly one unit.

    What is asked (rule, threshold, days) stands in its revisions: a target changes only by a dated
    revision that names the document that changed it.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="targets", verbose_name=_("document"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="targets", verbose_name=_("unit"))
    code = models.CharField(_("row"), max_length=20)
    # Row ids are text (11.1 ≠ 11.10); this orders them as a reader expects.
    sort_key = models.CharField(max_length=60, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=TargetKind, default=TargetKind.LEAF)
    counts_as = models.CharField(_("a heading counts"), max_length=8, choices=CountsAs, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("heading")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name=_("indicator")
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    name_vi = models.CharField(_("name in the document"), max_length=400, blank=True)
    name_en = models.CharField(_("name in English"), max_length=400, blank=True)
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="owned_targets", verbose_name=_("owner")
    )
    owner_note = models.CharField(_("owner as the document words it"), max_length=200, blank=True)
    counts_from = models.DateField(_("counts from"))
    linked_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("copy of")
    )
    continues = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("continues"),
    )
    continued_by_document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decision to continue"),
    )
    note = models.TextField(_("note"), blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "document", "sort_key", "pk"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(name="target_row_once", fields=["document", "unit", "code"]),
            models.CheckConstraint(
                name="target_heading_says_how_it_counts",
                condition=Q(kind=TargetKind.HEADING, counts_as__in=CountsAs.values)
                | Q(kind=TargetKind.LEAF, counts_as=""),
            ),
            models.CheckConstraint(name="target_not_its_own_heading", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="target_continues_by_a_recorded_decision",
                condition=Q(continues__isnull=True, continued_by_document__isnull=True)
                | Q(continues__isnull=False, continued_by_document__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["indicator", "unit"], name="target_of_indicator")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("dashboard:target", args=[self.pk])

    @property
    def name(self) -> str:
        if get_language() == "en":
            return self.name_en or (self.indicator.name if self.indicator else "") or self.name_vi
        return self.name_vi or (self.indicator.name_vi if self.indicator else "")


def row_sort_key(code: str) -> str:
    """Orders row ids by their numbers: 2 before 11, 11.2 before 11.10."""
    return ".".join(part.zfill(6) for part in code.split("."))


class TargetRevisionQuerySet(models.QuerySet["TargetRevision"]):
    def in_force_on(self, day: datetime.date) -> TargetRevisionQuerySet:
        """The revisions that may be in force; of each target the one with the latest day is."""
        return self.filter(effective_on__lte=day).order_by("target", "-effective_on", "-number")


class TargetRevision(RuleColumns):
    """What a target asks from a day on, and the document that says so."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("revision"), default=1)
    document = models.ForeignKey(Document, models.PROTECT, related_name="revisions")
    effective_on = models.DateField(_("in force from"))
    due_on = models.DateField(_("due on"))
    shape = models.CharField(_("expected line"), max_length=8, choices=Shape, default=Shape.LINEAR)
    window_from = models.DateField(
        _("accumulates from"),
        null=True,
        blank=True,
        help_text=_("For a flow: the first day of the target's own window, else the start of the year."),
    )
    threshold_provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    baseline_provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    due_provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TargetRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["target", "-effective_on", "-number"]
        verbose_name = _("revision of a target")
        verbose_name_plural = _("revisions of targets")
        constraints = [
            rule_has_its_numbers("target_revision_rule_has_its_numbers"),
            models.UniqueConstraint(name="target_revision_number", fields=["target", "number"]),
            models.UniqueConstraint(name="target_revision_once_a_day", fields=["target", "effective_on"]),
            models.CheckConstraint(
                name="target_revision_due_after_baseline",
                condition=Q(baseline_on__isnull=True) | Q(due_on__gt=F("baseline_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} r{self.number}"


class Milestone(models.Model):
    revision = models.ForeignKey(TargetRevision, models.CASCADE, related_name="milestones")
    on = models.DateField(_("day"))
    value = ScaledDecimalField(_("value"))

    class Meta:
        ordering = ["revision", "on"]
        constraints = [models.UniqueConstraint(name="milestone_once_a_day", fields=["revision", "on"])]

    def __str__(self) -> str:
        return f"{self.on} {self.value}"


class TargetPart(RuleColumns):
    """A part of a composite revision: its own indicator and rule, the composite's due day."""

    revision = models.ForeignKey(TargetRevision, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(_("position"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="target_parts")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    name_vi = models.CharField(_("name in the document"), max_length=400, blank=True)

    class Meta:
        ordering = ["revision", "position"]
        constraints = [
            rule_has_its_numbers("target_part_rule_has_its_numbers"),
            models.UniqueConstraint(name="target_part_position", fields=["revision", "position"]),
            models.CheckConstraint(
                name="target_part_is_not_composite", condition=~Q(rule__in=["all_of", "any_of"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} part {self.position}"
