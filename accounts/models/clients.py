"""Partner systems and their tokens."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import Unit

# So that a leaked token is recognised by scanners and people alike.
TOKEN_MARK = "ptp_"  # noqa: S105
LAST_USE_STEP = datetime.timedelta(minutes=1)


def hash_token(token: str) -> str:
    """SHA-256 of a token. The token is 256 random bits, so a slow password hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiClient(models.Model):
    """A partner system. It reads what lies in its unit's subtree; a client of the nation reads all."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="api_clients", verbose_name=_("unit"))
    # What a client sends is entered in the name of this official, who then may not approve it.
    acts_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acts for"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    # DRF and Django ask these of whoever made a request.
    is_authenticated = True
    is_anonymous = False

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    READ = "read", _("Read")
    REPORT = "report", _("Read and report")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable_at(self, moment: datetime.datetime) -> ApiTokenQuerySet:
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=moment),
            revoked_at__isnull=True,
            client__is_active=True,
        )


class ApiToken(models.Model):
    """A hashed, expiring, revocable token. The token itself is shown once, when it is made."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens", verbose_name=_("client"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scope = models.CharField(_("scope"), max_length=20, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.client} · {self.hint}…"

    @staticmethod
    def new_secret() -> str:
        return TOKEN_MARK + secrets.token_urlsafe(32)
