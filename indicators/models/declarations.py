"""Declarations: a target done on a day, or judged met by a named person with a reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.targets import Target
from indicators.models.versions import Provenance, Version, VersionState, four_eyes


class Declaration(Version):
    """A versioned, approved record on a target, or on one part of a composite one.

    ``part_position`` 0 speaks of the target itself. The live version counts, for judged days from
    ``declared_on`` on: done after the judged day is not yet done.
    """

    class Kind(models.TextChoices):
        DONE = "done", _("Done")
        JUDGED = "judged", _("Judged")

    target = models.ForeignKey(Target, models.CASCADE, related_name="declarations")
    part_position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Kind)
    is_met = models.BooleanField(_("done, or judged met"))
    declared_on = models.DateField(_("day done, or day judged"))
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)
    day_provenance = models.CharField(max_length=12, choices=Provenance, default=Provenance.REPORTED)

    class Meta:
        ordering = ["target", "part_position", "-number"]
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            models.UniqueConstraint(
                name="declaration_version_number", fields=["target", "part_position", "number"]
            ),
            # Earlier approved versions stay as superseded history, so that one speaks at a time.
            models.UniqueConstraint(
                name="declaration_one_live_version",
                fields=["target", "part_position"],
                condition=Q(state=VersionState.APPROVED),
            ),
            models.CheckConstraint(
                name="declaration_judged_has_a_name_and_a_reason",
                condition=~Q(kind="judged") | (Q(judged_by__isnull=False) & ~Q(reason="")),
            ),
            four_eyes("declaration_four_eyes"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.kind} {self.declared_on} v{self.number}"
