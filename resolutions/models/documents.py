"""Documents that set targets: resolutions, directives, plans, decisions, projects."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from provinces.models import Unit


def normalise_number(number: str) -> str:
    """One spelling of a document number for matching: NFC, no blanks, one kind of dash, upper case."""
    text = unicodedata.normalize("NFC", number)
    text = re.sub(r"[‐‑‒–—−]", "-", text)
    return re.sub(r"\s+", "", text).upper()


class DocumentKind(models.TextChoices):
    RESOLUTION = "resolution", _("Resolution")
    DIRECTIVE = "directive", _("Directive")
    PLAN = "plan", _("Plan")
    DECISION = "decision", _("Decision")
    PROJECT = "project", _("Project")


class DocumentQuerySet(models.QuerySet["Document"]):
    def in_force_on(self, day: datetime.date) -> DocumentQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    def for_list(self) -> DocumentQuerySet:
        return self.select_related("unit").order_by("-issued_on", "number", "pk")


class Document(models.Model):
    """A document. Its key is issuer, number and date: 09-NQ/TU alone exists in several provinces."""

    issuer = models.CharField(_("issuer"), max_length=200)
    number = models.CharField(_("number"), max_length=60)
    number_normalised = models.CharField(max_length=60, editable=False, db_index=True)
    issued_on = models.DateField(_("issued on"))
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents", verbose_name=_("unit"))
    title_vi = models.CharField(_("title (Vietnamese)"), max_length=500)
    title_en = models.CharField(_("title (English)"), max_length=500, blank=True)
    valid_from = models.DateField(_("effective from"))
    valid_to = models.DateField(_("effective to"), null=True, blank=True)
    note_vi = models.TextField(_("note (Vietnamese)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)
    # Attainment rules §4: thresholds of pace are data of the document, as whole hundredths so that both
    # databases keep them exactly.
    on_track_percent = models.PositiveSmallIntegerField(
        _("on track from (% of expected pace)"),
        default=95,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    at_risk_percent = models.PositiveSmallIntegerField(
        _("at risk from (% of expected pace)"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "number", "pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                name="document_key_is_issuer_number_date", fields=["issuer", "number_normalised", "issued_on"]
            ),
            models.CheckConstraint(
                name="document_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="document_thresholds_ordered",
                condition=Q(at_risk_percent__gte=1)
                & Q(at_risk_percent__lte=F("on_track_percent"))
                & Q(on_track_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.issuer}, {self.issued_on:%d/%m/%Y})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number_normalised = normalise_number(self.number)
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_vi

    @property
    def key(self) -> str:
        """The public key of the data files: issuer|number|date."""
        return f"{self.issuer}|{self.number}|{self.issued_on.isoformat()}"

    @property
    def on_track_from(self) -> Decimal:
        return Decimal(self.on_track_percent) / 100

    @property
    def at_risk_from(self) -> Decimal:
        return Decimal(self.at_risk_percent) / 100


class DocumentLink(models.Model):
    """One document implements or replaces another."""

    class Relation(models.TextChoices):
        IMPLEMENTS = "implements", _("Implements")
        REPLACES = "replaces", _("Replaces")

    document = models.ForeignKey(Document, models.CASCADE, related_name="links")
    relation = models.CharField(max_length=12, choices=Relation)
    other = models.ForeignKey(Document, models.PROTECT, related_name="linked_from")

    class Meta:
        ordering = ["document", "relation", "pk"]
        constraints = [
            models.UniqueConstraint(name="document_link_once", fields=["document", "relation", "other"]),
            models.CheckConstraint(name="document_link_not_to_itself", condition=~Q(document=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.relation} {self.other}"
