"""Units and agencies for tests: what is not said is made up; names and closure are always right.

    khanh_hoa = make_unit("province", name="Tỉnh Khánh Hòa", ref="P56-2025", valid_from=MERGER)
    commune = make_unit("commune", parent=khanh_hoa)
    merge(make_unit("province", valid_to=BEFORE_MERGER), into=khanh_hoa)
    owner = make_agency(khanh_hoa)

A unit without a parent gets one: a province lies in the nation, anything lower in a new province.
"""

from datetime import date
from typing import Any

import factory

from provinces.models import (
    Agency,
    AgencyKind,
    AgencySuccession,
    Share,
    Tier,
    Unit,
    UnitClosure,
    UnitName,
    UnitSuccession,
)
from provinces.names import fold, sort_key

MERGER = date(2025, 7, 1)
"""The day 63 provinces became 34 and districts ended."""
BEFORE_MERGER = date(2025, 6, 30)

_KINDS = {Tier.NATION: "", Tier.PROVINCE: "Tỉnh", Tier.DISTRICT: "Huyện", Tier.COMMUNE: "Xã"}


class UnitFactory(factory.django.DjangoModelFactory):
    """A province unless `tier` says otherwise."""

    class Meta:
        model = Unit

    tier = Tier.PROVINCE
    ref = factory.Sequence(lambda n: f"T{n:05}")
    code = factory.SelfAttribute("ref")
    kind = factory.LazyAttribute(lambda unit: _KINDS[Tier(unit.tier)])
    name = factory.LazyAttribute(lambda unit: f"{unit.kind} Mẫu {unit.ref}".strip())

    @classmethod
    def _create(cls, model_class: type[Unit], *args: Any, **fields: Any) -> Unit:  # noqa: ARG003
        tier = Tier(fields["tier"])
        if tier != Tier.NATION and "parent" not in fields:
            fields["parent"] = nation() if tier == Tier.PROVINCE else cls.create()
        parent: Unit | None = fields.get("parent")
        if tier in (Tier.DISTRICT, Tier.COMMUNE) and parent is not None:
            fields["province"] = parent if parent.tier == Tier.PROVINCE else parent.province
        unit = Unit(search_name=fold(fields["name"]), **fields)
        unit.sort_key = sort_key(unit.place_name)
        unit.save(force_insert=True)
        if tier == Tier.PROVINCE:
            unit.province = unit
            unit.save(update_fields=["province"])
        UnitName.objects.create(
            unit=unit, name=unit.name, kind=unit.kind, valid_from=unit.valid_from, valid_to=unit.valid_to
        )
        above = UnitClosure.objects.filter(descendant=parent) if parent is not None else []
        UnitClosure.objects.bulk_create(
            [
                UnitClosure(ancestor=unit, descendant=unit, depth=0),
                *(
                    UnitClosure(ancestor_id=link.ancestor_id, descendant=unit, depth=link.depth + 1)
                    for link in above
                ),
            ]
        )
        return unit


def nation() -> Unit:
    """The one nation, made when it is first asked for."""
    found = Unit.objects.filter(tier=Tier.NATION).first()
    return found or UnitFactory.create(tier=Tier.NATION, ref="VN", name="Việt Nam")


def make_unit(tier: str = Tier.PROVINCE, **fields: Any) -> Unit:
    return nation() if tier == Tier.NATION and not fields else UnitFactory.create(tier=tier, **fields)


def merge(*predecessors: Unit, into: Unit, on: date = MERGER, share: str = Share.WHOLE) -> None:
    """Say that the predecessors became, wholly or in part, the other unit on that day."""
    for predecessor in predecessors:
        UnitSuccession.objects.create(predecessor=predecessor, successor=into, share=share, effective_on=on)


def make_kind(code: str = "so-khcn", **fields: Any) -> AgencyKind:
    """A kind of agency; the first call for a code makes it."""
    short = "Sở KH&CN" if code == "so-khcn" else code
    name = "Sở Khoa học và Công nghệ" if code == "so-khcn" else f"Cơ quan {code}"
    made_up = {
        "tier": Tier.PROVINCE,
        "short_name": short,
        "name_vi": name,
        "name_en": "Department of Science and Technology" if code == "so-khcn" else f"Agency {code}",
        "name_pattern": f"{name} {{unit}}",
        "label_pattern": f"{short} {{place}}",
    }
    return AgencyKind.objects.get_or_create(code=code, defaults=made_up | fields)[0]


def make_agency(unit: Unit, kind: str = "so-khcn", **fields: Any) -> Agency:
    """The unit's agency of that kind, as long-lived as the unit unless said otherwise."""
    made_up = {"valid_from": unit.valid_from, "valid_to": unit.valid_to, "ref": f"{unit.ref}.{kind}"}
    return Agency.objects.create(unit=unit, kind=make_kind(kind), **made_up | fields)


def hand_over(
    before: Agency, after: Agency, on: date = MERGER, share: str = Share.WHOLE, scope: str = ""
) -> AgencySuccession:
    return AgencySuccession.objects.create(
        predecessor=before, successor=after, effective_on=on, share=share, scope=scope
    )
