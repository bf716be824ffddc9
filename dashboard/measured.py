"""What the maps, rankings and series speak of: whose units, which indicator, level and period.

Everything comes from the address; what is not said is chosen so that there is something to see. A level or a
period of an address that the indicator has no figures for is let go and said on the page: it was chosen for
the indicator looked at before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext

from accounts.permissions import Principal, reach, units_around, units_read_by
from dashboard import choosing
from dashboard.asked import Measure, measure_of
from dashboard.choosing import ECHOED, Option, OptionGroup
from indicators import figures
from indicators.models import (
    Answer,
    Indicator,
    IndicatorDefinition,
    Level,
    Measurement,
    Period,
    RollUp,
    RollUpBasis,
)
from provinces.dates import today
from provinces.models import Tier, Unit

_LEVELS = (Level.TOTAL, Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
REPORTED = (Answer.VALUE, Answer.NOTHING_AROSE)


@dataclass
class Choice:
    """What is shown, and what else could be; `units` are those in being at the end of the period."""

    parent: Unit
    tier: str
    marked: Unit | None = None
    members: list[Unit] = field(default_factory=list)
    indicator: Indicator | None = None
    definition: IndicatorDefinition | None = None
    level: str = ""
    period: Period | None = None
    periods: list[Period] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    parents: list[OptionGroup] = field(default_factory=list)
    let_go: str = ""

    @property
    def units(self) -> list[Unit]:
        day = self.period.assessed_on if self.period else today()
        return [unit for unit in self.members if unit.is_valid_on(day)]

    @property
    def measure(self) -> Measure:
        return measure_of(self.definition)

    @property
    def lower_is_better(self) -> bool:
        return self.definition is not None and (
            self.definition.direction == "lower" or self.definition.value_type == "rank"
        )

    @property
    def is_national(self) -> bool:
        return self.parent.tier == Tier.NATION

    @property
    def indicator_options(self) -> list[OptionGroup]:
        groups: dict[str, list[Option]] = {}
        for each in self.indicators:
            pillar = each.pillar.name if each.pillar else gettext("Other")
            groups.setdefault(pillar, []).append(Option(each.code, f"{each.code} {each.name}"))
        return [OptionGroup(label, options) for label, options in groups.items()]

    @property
    def level_options(self) -> list[Option]:
        return [Option(each, figures.level(each, self.tier)) for each in self.levels]

    @property
    def period_options(self) -> list[Option]:
        return choosing.period_options(self.periods, self.period)

    @property
    def query(self) -> dict[str, str]:
        """The address of exactly this, with every choice in it."""
        return {
            "unit": (self.marked or self.parent).ref,
            "tier": self.tier,
            "indicator": self.indicator.code if self.indicator else "",
            "level": self.level,
            "period": self.period.code if self.period else "",
        }


def choice_of(user: Principal, asked: Mapping[str, str]) -> Choice | None:
    """From the parameters unit, tier, indicator, level and period; None for whoever has no place yet.

    `unit` is the nation (its provinces are shown), a province (its communes or districts) or a unit in one.
    Raises Http404 for what does not exist for the asker. Seven queries.
    """
    if not reach(user).is_official and not asked.get("unit"):
        return None
    unit = choosing.unit_of(user, asked.get("unit") or _nation_ref())
    parent = unit
    if unit.tier in (Tier.DISTRICT, Tier.COMMUNE) and unit.province is not None:
        parent = unit.province
    tier = _tier_of(parent, unit, asked.get("tier", ""))
    choice = Choice(parent, tier, marked=unit if parent is not unit else None)
    choice.parents = _parents(user, parent)
    choice.members = list(members_of(user, parent, tier).in_name_order())
    fill(choice, [each.pk for each in choice.members], asked)
    return choice


def _nation_ref() -> str:
    return Unit.objects.filter(tier=Tier.NATION).values_list("ref", flat=True).first() or "VN"


def _tier_of(parent: Unit, unit: Unit, asked: str) -> str:
    if parent.tier == Tier.NATION:
        return Tier.PROVINCE
    if asked in (Tier.DISTRICT, Tier.COMMUNE):
        return asked
    return Tier.DISTRICT if unit.tier == Tier.DISTRICT else Tier.COMMUNE


def members_of(user: Principal, parent: Unit, tier: str) -> Any:
    """The units of a tier in the nation or in a province, of any day, whose results the person may read."""
    within = Q() if parent.tier == Tier.NATION else Q(province=parent.pk)
    return units_read_by(user).with_places().filter(within, tier=tier)


def _parents(user: Principal, chosen: Unit) -> list[OptionGroup]:
    """The nation, and the provinces whose communes the person may read."""
    seen = reach(user)
    inside = Q(tier=Tier.PROVINCE)
    if not seen.everything:
        inside &= Q(pk__in=units_around(seen.province_ids)) if seen.province_ids else Q(pk__in=[])
    rows = Unit.objects.filter(inside | Q(tier=Tier.NATION) | Q(pk=chosen.pk)).in_name_order()
    groups: dict[str, list[Option]] = {"nation": [], "province": [], "former": []}
    for each in rows:
        if each.tier == Tier.NATION:
            groups["nation"].append(Option(each.ref, gettext("All provinces")))
        else:
            name = "province" if each.is_valid_on(today()) else "former"
            groups[name].append(Option(each.ref, each.name))
    titles = {
        "nation": gettext("Provinces of the country"),
        "province": gettext("Communes of a province"),
        "former": gettext("Units of a province until it merged"),
    }
    return [OptionGroup(titles[name], options) for name, options in groups.items() if options]


def fill(choice: Choice, ids: list[int], asked: Mapping[str, str]) -> None:
    """Indicator, level, period and definition of a choice, by what these units have figures of."""
    choice.indicators = list(_indicators(ids))
    choice.indicator = _indicator_of(asked.get("indicator", ""), choice.indicators)
    if choice.indicator is None:
        return
    counted = _counted(choice.indicator, ids)
    choice.levels = [each.value for each in _LEVELS if any(level == each for _period, level in counted)]
    wanted = asked.get("level", "")
    choice.level = wanted if wanted in choice.levels else next(iter(choice.levels), "")
    numbers = {period: number for (period, level), number in counted.items() if level == choice.level}
    choice.periods = choosing.in_order(Period.objects.filter(pk__in=numbers))
    _choose_period(choice, numbers, asked.get("period", ""))
    day = choice.period.assessed_on if choice.period else today()
    definitions = list(IndicatorDefinition.objects.filter(indicator=choice.indicator).order_by("-pk"))
    valid = [each for each in definitions if each.is_valid_on(day)]
    choice.definition = next(iter(valid or definitions), None)


def _indicators(ids: list[int]) -> QuerySet[Indicator]:
    """Indicators that one of the units has a figure of, by pillar and code."""
    cells = Measurement.objects.filter(
        indicator=OuterRef("pk"), unit__in=ids, agency__isnull=True, answer__in=REPORTED
    )
    pooled = RollUp.objects.filter(indicator=OuterRef("pk"), unit__in=ids, answer="value")
    rows = Indicator.objects.filter(Exists(cells) | Exists(pooled)).select_related("pillar")
    return rows.defer("legal_basis", "notes", "target_notes").order_by("pillar__position", "code")


def _indicator_of(code: str, known: list[Indicator]) -> Indicator | None:
    if not code:
        return known[0] if known else None
    found = next((each for each in known if each.code == code), None)
    found = (
        found or Indicator.objects.select_related("pillar").filter(code=code.replace("\0", "\ufffd")).first()
    )
    if found is None:
        raise Http404(gettext("There is no indicator “%(code)s”.") % {"code": code[:ECHOED]})
    if found not in known:
        known.append(found)
    return found


def _counted(indicator: Indicator, ids: list[int]) -> dict[tuple[int, str], int]:
    """How many of the units have a figure, by period and level."""
    keys = ("period_id", "level")
    cells = Measurement.objects.filter(
        indicator=indicator, unit__in=ids, agency__isnull=True, answer__in=REPORTED
    )
    pooled = RollUp.objects.filter(
        indicator=indicator, unit__in=ids, basis=RollUpBasis.AS_REPORTED, answer="value"
    )
    both = [rows.order_by().values_list(*keys).annotate(number=Count("pk")) for rows in (cells, pooled)]
    found: dict[tuple[int, str], int] = {}
    for period, level, number in both[0].union(both[1], all=True):
        found[period, level] = max(found.get((period, level), 0), number)
    return found


def _choose_period(choice: Choice, numbers: dict[int, int], code: str) -> None:
    """The one asked for; else the latest closed one with at least half as many units as the fullest has."""
    known = {period.code: period for period in choice.periods}
    if code in known:
        choice.period = known[code]
        return
    if code:
        other = choosing.period_of(code, choice.periods)
        choice.let_go = choosing.period_text(other) if other else ""
    most = max(numbers.values(), default=0)
    full = [each for each in choice.periods if 2 * numbers[each.pk] >= most]
    closed = [each for each in full if each.is_closed_on(today())]
    choice.period = next(iter(closed or full), None)
