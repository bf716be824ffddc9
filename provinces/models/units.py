"""Administrative units of every tier, with their dates, names, mergers and splits."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..names import fold
from .dated import Dated, DatedQuerySet, Share


class Tier(models.TextChoices):
    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    DISTRICT = "district", _("District")
    COMMUNE = "commune", _("Commune")


class UnitQuerySet(DatedQuerySet):
    def of_tier(self, tier: str) -> Self:
        return self.filter(tier=tier)

    def under(self, unit: "Unit") -> Self:
        """The unit itself and every unit below it, of any day."""
        return self.filter(ancestor_links__ancestor=unit)

    def search(self, text: str) -> Self:
        """Those with these words in a name they bear or bore, or with exactly this ref or code.

        Diacritics, case and the place of the tone mark make no difference.
        """
        folded = fold(text)
        if not folded:
            return self.none()
        return self.filter(
            Q(search_name__contains=folded) | Q(ref__iexact=text.strip()) | Q(code=text.strip())
        )

    def with_places(self) -> Self:
        """With what `label` reads, in the same query."""
        return self.select_related("parent", "province")

    def in_code_order(self) -> Self:
        """The order of administrative lists."""
        return self.order_by("code", "pk")

    def in_name_order(self) -> Self:
        """The order of the Vietnamese alphabet, whatever the database's collation."""
        return self.order_by("sort_key", "pk")


class Unit(Dated):
    """A nation, province, district or commune in one life: a merger ends it and starts another.

    `code` is the official one, zero-padded text. Codes were reused on 01/07/2025 (82 was Tiền Giang and is
    Đồng Tháp), so `ref` is the stable public id. `kind` and `name` are the current or last ones; those of a
    day are in `UnitName`. Sources: 19/2025/QĐ-TTg (codes), 202/2025/QH15 (mergers).
    """

    ref = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.CharField(_("code"), max_length=10)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=100)
    sort_key = models.CharField(max_length=400, db_index=True, editable=False)
    search_name = models.CharField(max_length=300, editable=False)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    province = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    area_km2 = models.DecimalField(_("area (km²)"), max_digits=12, decimal_places=4, null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code", "pk"]
        indexes = [
            models.Index(fields=["tier", "code"], name="unit_tier_code"),
            # The order of the API's list, of which a page is a range.
            models.Index(fields=["code", "id"], name="unit_code_order"),
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(ref="") & ~Q(code=""), name="unit_ref_and_code_not_empty"),
            models.CheckConstraint(condition=~Q(name=""), name="unit_name_not_empty"),
            models.CheckConstraint(
                condition=Q(tier=Tier.NATION, parent__isnull=True, province__isnull=True)
                | (~Q(tier=Tier.NATION) & Q(parent__isnull=False)),
                name="unit_only_nation_has_no_parent",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(tier__in=[Tier.NATION, Tier.PROVINCE])
                | Q(tier__in=[Tier.DISTRICT, Tier.COMMUNE], province__isnull=False),
                name="unit_tier_known_and_lower_ones_in_a_province",
            ),
            models.UniqueConstraint(
                fields=["tier", "code"],
                condition=Q(valid_to__isnull=True),
                name="unit_one_live_per_tier_and_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place_name(self) -> str:
        """The name without its kind: "Khánh Hòa"."""
        return place_name(self.name, self.kind)

    @property
    def running_name(self) -> str:
        """The name inside a sentence: "tỉnh Khánh Hòa"."""
        return running_name(self.name, self.kind)

    @property
    def province_label(self) -> str:
        """The province it lies in, inside a sentence; empty for the nation."""
        return self.province.running_name if self.province else ""

    @property
    def label(self) -> str:
        """A name that cannot be mistaken: 243 commune names repeat across provinces, some within one.

        "Tỉnh Khánh Hòa"; "Xã Thuận Bắc, tỉnh Khánh Hòa"; "Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận".
        Lists read it through `with_places()`.
        """
        parts = [self.name]
        if self.parent is not None and self.parent.tier == Tier.DISTRICT:
            parts.append(self.parent.running_name)
        if self.tier in (Tier.DISTRICT, Tier.COMMUNE):
            parts.append(self.province_label)
        return ", ".join(parts)

    def name_on(self, day: date) -> str:
        """The name it bore that day; outside its life, the nearest one. Prefetch `names` for lists."""
        names = sorted(self.names.all(), key=lambda row: row.valid_from or date.min)
        borne = [row.name for row in names if row.valid_from is None or row.valid_from <= day]
        return borne[-1] if borne else names[0].name if names else self.name

    def predecessors(self) -> UnitQuerySet:
        """The units this one directly came from, wholly or in part."""
        return Unit.objects.filter(successions_to__successor=self).distinct()

    def successors(self) -> UnitQuerySet:
        """The units this one directly became part of.

        A district without rows of its own went where its communes went, each in part.
        """
        listed = Unit.objects.filter(successions_from__predecessor=self).distinct()
        if self.tier != Tier.DISTRICT or listed.exists():
            return listed
        return Unit.objects.filter(successions_from__predecessor__parent=self).distinct()


_CAPITALISED = {"Thành phố Hồ Chí Minh"}
"""Names whose common noun keeps its capital."""


def place_name(name: str, kind: str) -> str:
    """A unit's name without its kind: "Khánh Hòa"."""
    return name if name in _CAPITALISED else name.removeprefix(f"{kind} ")


def running_name(name: str, kind: str) -> str:
    """A unit's name inside a sentence: the common noun in lower case, "tỉnh Khánh Hòa".

    Source: Decree 30/2020/NĐ-CP, Appendix II, part II.
    """
    if not kind or name in _CAPITALISED or not name.startswith(f"{kind} "):
        return name
    rest = name.removeprefix(f"{kind} ")
    # Numbered units keep the capital as well: "Quận 1".
    return name if rest[:1].isdigit() else f"{kind.lower()} {rest}"


class UnitName(Dated):
    """The name and kind a unit bore from one day to another; a renaming or an upgrade is no succession."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="names", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=100)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("unit name")
        verbose_name_plural = _("unit names")
        ordering = ["unit", F("valid_from").asc(nulls_first=True), "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="unitname_name_not_empty"),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unitname_one_per_start"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_from__isnull=True), name="unitname_one_from_the_beginning"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="unitname_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitSuccession(models.Model):
    """One unit became, wholly or in part, another on a day."""

    predecessor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions_to", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="successions_from", verbose_name=_("successor")
    )
    share = models.CharField(_("share"), max_length=5, choices=Share)
    effective_on = models.DateField(_("effective on"))

    class Meta:
        verbose_name = _("unit succession")
        verbose_name_plural = _("unit successions")
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="unitsuccession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="unitsuccession_not_itself"
            ),
            models.CheckConstraint(condition=Q(share__in=Share.values), name="unitsuccession_share_known"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
