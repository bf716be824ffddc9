"""Partner systems and their tokens."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from itertools import combinations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provinces.models import Unit

# So that a leaked token is recognised by scanners and people alike.
TOKEN_MARK = "ptp_"  # noqa: S105
LAST_USE_STEP = datetime.timedelta(minutes=1)
LONGEST_DAYS = 1095
"""Three years. A token that is never replaced is one that nobody remembers."""
ENDS_SOON = datetime.timedelta(days=30)
LARGEST_RATE = 100_000


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
    # As accounts.addresses writes them: "10.1.0.0/16 2001:db8::/32"; from anywhere where it is empty.
    addresses = models.TextField(_("address ranges"), blank=True)
    rate = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    # Who is told that a token ends.
    contact = models.EmailField(_("contact"), blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    # DRF and Django ask these of whoever made a request.
    is_authenticated = True
    is_anonymous = False

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        constraints = [
            models.CheckConstraint(
                name="apiclient_rate_in_bounds",
                condition=Q(rate__isnull=True) | Q(rate__gte=1, rate__lte=LARGEST_RATE),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    """What a token may do. It holds several; none holds another."""

    READ = "read", _("Read")
    REPORT = "report", _("Report")
    WEBHOOK = "webhook", _("Webhooks")


def scopes_text(scopes: Iterable[str]) -> str:
    """How a token keeps its scopes: each once, in the order of `Scope`. ValueError for an unknown one."""
    asked = {Scope(each) for each in scopes}
    return " ".join(each for each in Scope if each in asked)


# Every set of scopes but the empty one; the database knows no other.
_SETS = [scopes_text(each) for n in range(1, len(Scope) + 1) for each in combinations(Scope, n)]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable_at(self, moment: datetime.datetime) -> ApiTokenQuerySet:
        return self.filter(expires_at__gt=moment, revoked_at__isnull=True, client__is_active=True)


def default_end() -> datetime.datetime:
    """When a token ends for which nobody chose another end."""
    return timezone.now() + datetime.timedelta(days=settings.API_TOKEN_DAYS)


class ApiToken(models.Model):
    """A hashed, expiring, revocable token. The token itself is shown once, when it is made."""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="tokens", verbose_name=_("client"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = models.CharField(_("scopes"), max_length=40, default=Scope.READ)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"), default=default_end)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True, editable=False)
    # The token that takes the place of this one, which still works for an overlap.
    replaced_by = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="replaces"
    )
    # For how many days before the end somebody has been warned last; nobody is warned twice of the same.
    warned_days = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(name="apitoken_scopes_known", condition=Q(scopes__in=_SETS)),
        ]

    def __str__(self) -> str:
        return f"{self.client} · {self.hint}…"

    @staticmethod
    def new_secret() -> str:
        return TOKEN_MARK + secrets.token_urlsafe(32)

    def may(self, scope: Scope) -> bool:
        return scope.value in self.scopes.split()
