"""Who takes part in an event, and the invitations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from provinces.models import Agency


class EventRole(models.TextChoices):
    CHAIR = "chair", _("Chairs")
    SPEAKER = "speaker", _("Speaks")
    MEMBER = "member", _("Takes part")
    GUEST = "guest", _("Guest")


class InvitationAnswer(models.TextChoices):
    NONE = "none", _("No answer yet")
    COMES = "comes", _("Comes")
    MAYBE = "maybe", _("Perhaps")
    STAYS_AWAY = "stays_away", _("Does not come")


class Participant(models.Model):
    """A person of the portal, or somebody else by name, organisation or agency."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="participants", verbose_name=_("event"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("person"),
    )
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=EventRole, default=EventRole.MEMBER)
    answer = models.CharField(
        _("answer"), max_length=12, choices=InvitationAnswer, default=InvitationAnswer.NONE
    )
    # The address that an invitation was asked for, and when it went out: each address is written to once.
    invited_to = models.EmailField(_("invited at the address"), blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(_("invited at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.CheckConstraint(
                name="event_participant_is_somebody",
                condition=Q(user__isnull=False)
                | ~Q(full_name="")
                | ~Q(organisation="")
                | Q(agency__isnull=False),
            ),
            models.UniqueConstraint(
                name="event_participant_person_once",
                fields=["event", "user"],
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                name="event_participant_address_once", fields=["event", "email"], condition=~Q(email="")
            ),
            models.CheckConstraint(
                name="event_participant_invited_somewhere",
                condition=Q(invited_at__isnull=True) | ~Q(invited_to=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if self.user is not None:
            return str(self.user)
        return self.full_name or self.organisation or str(self.agency)

    @property
    def belongs_to(self) -> list[str]:
        """The organisation and the agency beside the name, where they are not the name itself."""
        bodies = (self.organisation, self.agency.label if self.agency else "")
        return [each for each in bodies if each and each != self.name]

    @property
    def address(self) -> str:
        """Where an invitation goes; "" where nobody knows."""
        return self.email or (self.user.email if self.user else "")

    @property
    def is_asked(self) -> bool:
        """An invitation to this very address went out or is on its way."""
        return bool(self.address) and self.invited_to == self.address
