"""The agencies that own figures: departments of a province, ministries of the nation."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .dated import Dated, DatedQuerySet, Share
from .units import Tier, Unit, place_name, running_name


class AgencyKindQuerySet(DatedQuerySet):
    def called(self, name: str) -> Self:
        """The kind with this short or full Vietnamese name: "Sở KH&CN" or "Sở Khoa học và Công nghệ"."""
        return self.filter(Q(short_name=name) | Q(name_vi=name))


class AgencyKind(Dated):
    """A kind of agency that units of one tier have, such as the Department of Science and Technology.

    The patterns name one agency of the kind: {unit} stands for "tỉnh Khánh Hòa", {place} for "Khánh Hòa",
    {party} for "Tỉnh ủy" or, in a centrally-run city, "Thành ủy".
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, unique=True)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_pattern = models.CharField(_("pattern of the full name"), max_length=120)
    label_pattern = models.CharField(_("pattern of the short name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)

    objects = AgencyKindQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("kind of agency")
        verbose_name_plural = _("kinds of agency")
        ordering = ["tier", "code"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(short_name="") & ~Q(name_vi="") & ~Q(name_en=""),
                name="agencykind_names_not_empty",
            ),
            models.CheckConstraint(
                condition=~Q(name_pattern="") & ~Q(label_pattern=""), name="agencykind_patterns_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(tier__in=[Tier.NATION, Tier.PROVINCE]), name="agencykind_of_nation_or_province"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name


class AgencyQuerySet(DatedQuerySet):
    def of_kind(self, code: str) -> Self:
        return self.filter(kind__code=code)

    def called(self, name: str) -> Self:
        """Those whose kind has this short or full Vietnamese name, as plans and catalogues write owners."""
        return self.filter(Q(kind__short_name=name) | Q(kind__name_vi=name))

    def with_names(self) -> Self:
        """With what `name` and `label` read, in the same query."""
        return self.select_related("unit", "kind")


class Agency(Dated):
    """One agency of one unit, as P56-2025.so-khcn; it ends with its unit or with its kind."""

    ref = models.CharField(_("reference"), max_length=61, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="agencies", verbose_name=_("unit"))
    kind = models.ForeignKey(
        AgencyKind, on_delete=models.PROTECT, related_name="agencies", verbose_name=_("kind of agency")
    )

    objects = AgencyQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["ref"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(ref=""), name="agency_ref_not_empty"),
            models.UniqueConstraint(fields=["unit", "kind"], name="agency_one_of_a_kind_per_unit"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """The full Vietnamese name: "Sở Khoa học và Công nghệ tỉnh Khánh Hòa"."""
        return self._fill(self.kind.name_pattern, self.unit.name, self.unit.kind)

    @property
    def label(self) -> str:
        """The short Vietnamese name: "Sở KH&CN Khánh Hòa"."""
        return self._fill(self.kind.label_pattern, self.unit.name, self.unit.kind)

    @property
    def name_en(self) -> str:
        """ "Department of Science and Technology, Khánh Hòa"; a ministry's name stands alone."""
        return (
            self.kind.name_en
            if self.unit.tier == Tier.NATION
            else f"{self.kind.name_en}, {self.unit.place_name}"
        )

    def name_on(self, day: date) -> str:
        """The full name with the unit's name of that day: Đồng Nai was a province until 29/04/2026."""
        name = self.unit.name_on(day)
        kind = next((row.kind for row in self.unit.names.all() if row.name == name), self.unit.kind)
        return self._fill(self.kind.name_pattern, name, kind)

    @staticmethod
    def _fill(pattern: str, unit_name: str, unit_kind: str) -> str:
        party = "Thành ủy" if unit_kind == "Thành phố" else "Tỉnh ủy"
        filled = pattern.replace("{unit}", running_name(unit_name, unit_kind))
        return filled.replace("{place}", place_name(unit_name, unit_kind)).replace("{party}", party)


class AgencySuccession(models.Model):
    """One agency's work went, wholly or in part, to another on a day; `scope` says in words which part."""

    predecessor = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="successions_to", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="successions_from", verbose_name=_("successor")
    )
    share = models.CharField(_("share"), max_length=5, choices=Share)
    effective_on = models.DateField(_("effective on"))
    scope = models.CharField(_("scope"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("agency succession")
        verbose_name_plural = _("agency successions")
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="agencysuccession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="agencysuccession_not_itself"
            ),
            models.CheckConstraint(condition=Q(share__in=Share.values), name="agencysuccession_share_known"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
