"""People and the roles they hold in a unit or an agency."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provinces.models import Agency, Dated, DatedQuerySet, Unit


class Role(models.TextChoices):
    REPORTER = "reporter", _("Reporter")
    APPROVER = "approver", _("Approver")
    COORDINATOR = "coordinator", _("Coordinator")
    LEADER = "leader", _("Leader")
    ADMINISTRATOR = "administrator", _("Administrator")


class User(AbstractUser):
    """A person who signs in. What they may see and do comes from their memberships."""

    # One full name: Vietnamese names are not split into a first and a last one.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    # What the person last looked at on the overview, as its address asks for it; read with every request.
    last_overview = models.CharField(max_length=300, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Membership(Dated):
    """A role of a person in a unit, or in one agency of it, from a day to a day (both included)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("unit"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("agency")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [*Dated.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.agency or self.unit}"


class Deputy(Dated):
    """Somebody stands in for a person in one of their roles, from a day to a day (both included)."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="deputies", verbose_name=_("role that is deputised")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="deputises", verbose_name=_("deputy"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        constraints = [
            *Dated.Meta.constraints,
            # A deputy without an end would be a second holder of the role.
            models.CheckConstraint(
                name="deputy_from_a_day_to_a_day",
                condition=Q(valid_from__isnull=False) & Q(valid_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ► {self.membership}"
