"""What was done under an `Idempotency-Key`, so that a request sent twice is done once."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.clients import ApiClient

LONGEST_KEY = 255
# Longer than a request takes. One that takes longer still is taken back when it wants to write its answer.
LEASE = datetime.timedelta(minutes=2)
KEPT = datetime.timedelta(hours=48)


class IdempotentCall(models.Model):
    """One request with a key, of a client or of a person; with its answer once it was done.

    The row is written before the work begins and says who works (`claim`) until when (`leased_until`); the
    answer is written in the transaction of the work itself.
    """

    client = models.ForeignKey(ApiClient, models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    key = models.CharField(max_length=LONGEST_KEY)
    # SHA-256 of method, address and body.
    digest = models.CharField(max_length=64)
    claim = models.UUIDField()
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "request with an Idempotency-Key"
        verbose_name_plural = "requests with an Idempotency-Key"
        constraints = [
            models.UniqueConstraint(name="idempotent_call_once_of_a_client", fields=["client", "key"]),
            models.UniqueConstraint(name="idempotent_call_once_of_a_person", fields=["user", "key"]),
            models.CheckConstraint(
                name="idempotent_call_has_one_caller",
                condition=Q(client__isnull=True, user__isnull=False)
                | Q(client__isnull=False, user__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client or self.user} · {self.key}"

    @property
    def is_answered(self) -> bool:
        return self.status is not None
