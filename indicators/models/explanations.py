"""Explanations that leaders ask of whoever owns an unmet target."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models.periods import Period
from indicators.models.results import Status
from indicators.models.targets import Target
from provinces.dates import today


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def open(self) -> ExplanationQuerySet:
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True)

    def for_list(self) -> ExplanationQuerySet:
        return self.select_related(
            *("target__indicator", "target__unit", "target__owner__kind", "target__owner__unit"),
            *("period", "asked_by", "answered_by"),
        ).order_by("due_on", "pk")


class Explanation(models.Model):
    """One question about a target in one period, to its owner, and the answer.

    The state and the figure are those of the day it was asked: later figures do not change what was asked.
    """

    target = models.ForeignKey(Target, models.PROTECT, related_name="explanations")
    period = models.ForeignKey(Period, models.PROTECT, related_name="explanations")
    status = models.CharField(_("state when asked"), max_length=16, choices=Status)
    figure = models.CharField(_("figure when asked"), max_length=100, blank=True)
    question = models.TextField(_("question"))
    due_on = models.DateField(_("answer due on"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("request for an explanation")
        verbose_name_plural = _("requests for explanations")
        constraints = [
            models.UniqueConstraint(
                name="explanation_asked_once_at_a_time",
                fields=["target", "period"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="explanation_answer_has_words_and_a_name",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            # Who asks must not be the one who answers for the owner.
            models.CheckConstraint(
                name="explanation_not_answered_by_who_asked",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
            ),
        ]
        indexes = [models.Index(fields=["target", "period"], name="explanation_of_target")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.period_id} {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("reports:explanation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < today()
