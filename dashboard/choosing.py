"""Which unit and period a page speaks of: from the address, else the person's own and the latest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import get_language, gettext

from accounts.models import User
from accounts.permissions import OPEN_TIERS, Principal, Reach, reach, units_read_by
from accounts.prepared import PreparedQuerySet
from dashboard.models.editions import newest_edition
from indicators import figures
from indicators.models import Attainment, Period, Target
from indicators.models.periods import PeriodKind
from provinces.dates import today
from provinces.models import Tier, Unit, UnitClosure

# How much of a mistaken address is repeated to its reader.
ECHOED = 40
LONGEST_CHOICE = 300


@dataclass(frozen=True)
class Option:
    value: str
    text: str


@dataclass(frozen=True)
class OptionGroup:
    label: str
    options: list[Option]


def unit_of(user: Principal, ref: str) -> Unit:
    """The unit named in the address; one that is unknown or out of reach does not exist for the asker."""
    found = _NAMED_UNIT.rows(reach(user), ref=storable(ref))
    if not found:
        raise Http404(
            gettext("There is no unit “%(unit)s”, or it is not open to your account.")
            % {"unit": ref[:ECHOED]}
        )
    return found[0]


def _named_unit(seen: Reach, *, ref: str) -> QuerySet[Unit]:
    return units_read_by(seen).with_places().filter(ref=ref)


_NAMED_UNIT = PreparedQuerySet(_named_unit, ref=str)


def storable(text: str) -> str:
    """PostgreSQL refuses to compare with a NUL character; what a decoder writes instead matches nothing."""
    return text.replace("\0", "\ufffd")


def home_of(user: Principal) -> Unit | None:
    """The person's own unit; where it has no results, the nearest one above that has."""
    seen = reach(user)
    if not seen.is_official:
        return None
    places = [*seen.unit_ids, *seen.province_ids]
    own = Unit.objects.filter(pk=places[0]) if places else Unit.objects.filter(tier=Tier.NATION)
    above = (
        UnitClosure.objects.filter(
            Exists(Attainment.objects.filter(target__unit=OuterRef("ancestor"))), descendant__in=own
        )
        .select_related("ancestor__parent", "ancestor__province")
        .order_by("depth")
        .first()
    )
    return above.ancestor if above is not None else own.with_places().first()


REMEMBERED = ("unit", "document", "level")
"""What is kept of a choice. The period is not: a stale figure would be read as a fresh one."""


def last_choice(user: Principal) -> QueryDict:
    """What the person last looked at; nothing where they may no longer see it."""
    kept = QueryDict(getattr(user, "last_overview", ""))
    seen = kept.get("unit") and units_read_by(user).filter(ref=storable(kept["unit"])).exists()
    return kept if seen else QueryDict()


def remember(user: Principal, asked: QueryDict) -> None:
    """Keep what an official chose for when they come without an address; written when it differs."""
    if not isinstance(user, User):
        return
    chosen = urlencode({name: asked[name] for name in REMEMBERED if asked.get(name)})
    if asked.get("unit") and len(chosen) <= LONGEST_CHOICE and chosen != user.last_overview:
        User.objects.filter(pk=user.pk).update(last_overview=chosen)


def unit_groups(user: Principal, chosen: Unit) -> list[OptionGroup]:
    """Units with targets, without the communes of other provinces: a list a person can go through."""
    province = chosen.province_id or chosen.pk
    return grouped(_WITH_TARGETS.rows(reach(user), chosen=chosen.pk, province=province))


def _with_targets(seen: Reach, *, chosen: int, province: int) -> QuerySet[Unit]:
    near = Q(tier__in=OPEN_TIERS) | Q(pk=chosen) | Q(province=province)
    with_targets = Exists(Target.objects.filter(unit=OuterRef("pk")))
    return units_read_by(seen).filter(near, with_targets | Q(pk=chosen)).in_name_order()


_WITH_TARGETS = PreparedQuerySet(_with_targets, chosen=int, province=int)


def grouped(units: Iterable[Unit]) -> list[OptionGroup]:
    """Units for a picker: by tier, provinces that merged apart, each group in the order given."""
    groups: dict[str, list[Option]] = {}
    titles = {
        "nation": gettext("Nation"),
        "province": gettext("Provinces"),
        "former": gettext("Provinces until they merged"),
        "district": gettext("Districts"),
        "commune": gettext("Communes"),
    }
    for unit in units:
        former = unit.tier == Tier.PROVINCE and not unit.is_valid_on(today())
        groups.setdefault("former" if former else unit.tier, []).append(Option(unit.ref, unit.name))
    return [OptionGroup(title, groups[name]) for name, title in titles.items() if name in groups]


_REPORTED_FIRST = {PeriodKind.YEAR: 0, PeriodKind.QUARTER: 1}


def periods_of(unit: Unit) -> list[Period]:
    """Periods with results of the unit, newest first, each with its newest edition if there is one."""
    return in_order(_JUDGED_PERIODS.rows(unit=unit.pk))


def _judged_periods(*, unit: int) -> QuerySet[Period]:
    results = Attainment.objects.filter(target__unit=unit, period=OuterRef("pk"))
    counting = Exists(results.filter(counts=True))
    return Period.objects.filter(Exists(results)).annotate(has_counting=counting, **newest_edition(unit))


_JUDGED_PERIODS = PreparedQuerySet(_judged_periods, unit=int)


def in_order(periods: Iterable[Period]) -> list[Period]:
    """Newest first; of those judged on one day the one that units report for: 2026-Q3 before 2026-9M."""
    return sorted(
        periods,
        key=lambda each: (
            -each.assessed_on.toordinal(),
            _REPORTED_FIRST.get(PeriodKind(each.kind), 9),
            each.starts_on,
            each.pk,
        ),
    )


def period_of(code: str, known: list[Period]) -> Period | None:
    """The period named in the address; without one the latest closed in which something counts.

    Where nothing counts in any, the latest closed; where none is closed, the latest of those known.
    """
    if not code:
        closed = [period for period in known if period.is_closed_on(today())]
        counting = [period for period in closed if getattr(period, "has_counting", True)]
        return next(iter(counting or closed or known), None)
    found = next((period for period in known if period.code == code), None)
    found = found or Period.objects.filter(code=storable(code)).first()
    if found is None:
        raise Http404(
            gettext("There is no period “%(period)s”. Periods are written 2023, 2023-Q4, 2023-H1 or 2023-9M.")
            % {"period": code[:ECHOED]}
        )
    return found


def period_options(known: list[Period], chosen: Period | None) -> list[Option]:
    listed = known if chosen is None or chosen in known else [chosen, *known]
    return [Option(period.code, period_text(period)) for period in listed]


def period_text(period: Period) -> str:
    return figures.period(period.code, name_of(period))


def name_of(period: Any) -> str:
    return period.name_en if get_language() == "en" and period.name_en else period.name_vi
