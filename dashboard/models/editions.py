"""Published editions: what a province closed for a quarter or a year, frozen as bytes with their digest."""

from __future__ import annotations

import hashlib
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.models import Period
from indicators.models.visible import ResultQuerySet
from provinces.models import Unit


class Frozen(TypeError):  # noqa: N818 (a fault in the code that tries it)
    """An edition is never changed and never deleted; a correction is the next edition."""


def _refuse(*_args: Any, **_options: Any) -> NoReturn:
    raise Frozen("an edition is never changed and never deleted")


class EditionQuerySet(ResultQuerySet):
    update = delete = bulk_update = update_or_create = _refuse

    def for_list(self) -> Self:
        """The newest first, with the number of the newest edition of the same unit and period.

        Without the content, which a list does not show.
        """
        same = Edition.objects.filter(unit=OuterRef("unit"), period=OuterRef("period")).order_by("-number")
        return (
            self.select_related("unit__province", "unit__parent", "period")
            .defer("content")
            .annotate(newest=Subquery(same.values("number")[:1]))
            .order_by("-closed_at", "-pk")
        )

    def public(self) -> Self:
        """Of each unit and period the newest edition that is not internal, by unit and newest period."""
        shown = Edition.objects.filter(
            unit=OuterRef("unit"), period=OuterRef("period"), is_internal=False
        ).order_by("-number")
        return (
            self.select_related("unit", "period")
            .defer("content")
            .filter(pk=Subquery(shown.values("pk")[:1]))
            .order_by("unit__sort_key", "unit", "-period__assessed_on", "period__starts_on", "pk")
        )


class Edition(models.Model):
    """All that was shown of a unit and period on the day it was closed.

    `content` is a JSON document in one canonical spelling, `digest` its SHA-256; pages, the API and the brief
    read nothing else. The counts beside them only serve lists.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="editions", verbose_name=_("unit"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="editions", verbose_name=_("period"))
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.BinaryField()
    digest = models.CharField("SHA-256", max_length=64)
    met = models.PositiveIntegerField(_("met"))
    total = models.PositiveIntegerField(_("total"))
    is_illustrative = models.BooleanField(_("illustrative"), default=False)
    # Not shown on the public site, where that is switched on.
    is_internal = models.BooleanField(_("not for the public site"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    # The name of that day: people marry, and accounts are renamed.
    closed_by_name = models.CharField(_("name of who closed it"), max_length=150)
    closed_at = models.DateTimeField(_("closed at"), default=timezone.now)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-closed_at", "-pk"]
        verbose_name = _("published edition")
        verbose_name_plural = _("published editions")
        constraints = [
            models.UniqueConstraint(name="edition_number_once", fields=["unit", "period", "number"]),
            models.CheckConstraint(name="edition_numbers_begin_at_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="edition_correction_has_a_reason", condition=Q(number=1) | ~Q(reason="")
            ),
            models.CheckConstraint(name="edition_met_within_total", condition=Q(met__lte=F("total"))),
        ]

    def __str__(self) -> str:
        return f"{self.unit.ref} {self.period.code} {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(force_insert=True, using=options.get("using"))

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        _refuse()

    @property
    def raw(self) -> bytes:
        """The stored bytes; PostgreSQL hands them out as a view of its memory."""
        return bytes(self.content)

    @property
    def is_intact(self) -> bool:
        """Whether the stored bytes still have the digest they were closed with."""
        return hashlib.sha256(self.raw).hexdigest() == self.digest

    @property
    def name(self) -> str:
        """`Bản công bố số 1`"""
        return gettext("Edition no. %(number)d") % {"number": self.number}

    @property
    def file_name(self) -> str:
        """`edition-P58-2023-1.json`"""
        return f"edition-{self.unit.ref}-{self.period.code}-{self.number}.json"

    @property
    def is_newest(self) -> bool:
        """Asks nothing of the database where the row was read through ``for_list``."""
        newest = getattr(self, "newest", None)
        if newest is None:
            same = Edition.objects.filter(unit=self.unit_id, period=self.period_id)
            newest = same.order_by("-number").values_list("number", flat=True).first()
        return self.number == newest


def newest_edition(unit: Unit | int) -> dict[str, Subquery]:
    """Annotations for periods: id, number and moment of the newest edition of the unit, so that a page that
    reads its periods anyway needs no query of its own."""
    of_period = Edition.objects.filter(unit=unit, period=OuterRef("pk")).order_by("-number")
    columns = {"edition": "pk", "edition_number": "number", "edition_closed_at": "closed_at"}
    return {name: Subquery(of_period.values(column)[:1]) for name, column in columns.items()}
