"""Targets by units, or by the periods of one unit: one coloured, worded cell for every stored result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext

from accounts.permissions import OPEN_TIERS, Principal, reach, units_read_by
from dashboard import choosing
from dashboard.asked import Measure
from dashboard.choosing import ECHOED, Option, OptionGroup
from dashboard.heat_cells import HeatCell, HeatLine, cells_as_html
from dashboard.rows import measures_on
from dashboard.unit_rows import short_name
from indicators import figures
from indicators.models import Attainment, Period, PeriodKind, Provenance, Target
from provinces.models import Tier, Unit

BY_UNITS, BY_PERIODS = "units", "periods"
MOST_PERIODS = 12
_COLUMNS = (
    *("target_id", "target__unit_id", "period_id", "status", "counts", "is_partial", "provenance"),
    *("numerator", "denominator", "value", "out_of", "missing_reason"),
    *("target__linked_to_id", "target__indicator_id", "target__level", "target__name_vi", "target__name_en"),
    *("target__indicator__name_vi", "target__indicator__name_en", "target__indicator__code"),
    *("target__code", "target__document__number", "target__document_id"),
)


@dataclass
class HeatMap:
    unit: Unit | None
    by: str = BY_UNITS
    tier: str = ""
    period: Period | None = None
    kind: str = ""
    columns: list[HeatLine] = field(default_factory=list)
    rows: list[HeatLine] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    without_target: int = 0
    illustrative: int = 0
    unit_groups: list[OptionGroup] = field(default_factory=list)
    period_options: list[Option] = field(default_factory=list)
    kind_options: list[Option] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(number for _status, number in self.counts)

    @property
    def by_periods(self) -> bool:
        return self.by == BY_PERIODS

    @property
    def has_inner_units(self) -> bool:
        return self.unit is not None and self.unit.tier in (Tier.NATION, Tier.PROVINCE)

    @property
    def query(self) -> dict[str, str]:
        return {
            "unit": self.unit.ref if self.unit else "",
            "period": self.period.code if self.period else "",
        }


def heat_map(user: Principal, asked: Mapping[str, str]) -> HeatMap:
    """From the parameters unit, by, tier, period and kind. Five queries whatever its size.

    Raises Http404 for a unit or a period that does not exist for the asker.
    """
    units = _units(user, asked.get("unit", ""))
    unit = _chosen(user, units, asked.get("unit", ""))
    page = HeatMap(unit, unit_groups=choosing.grouped(units))
    if unit is None:
        return page
    page.by = asked.get("by", "") if asked.get("by") in (BY_UNITS, BY_PERIODS) else _usual(unit, units)
    if not page.has_inner_units:
        page.by = BY_PERIODS
    page.tier = _tier_of(unit, asked.get("tier", ""))
    if page.by_periods:
        _fill_periods(page, asked)
    else:
        _fill_units(user, page, asked)
    return page


def _units(user: Principal, asked: str) -> list[Unit]:
    """Units with targets of their own or inside them, as far as the person reads; the one asked for too."""
    seen = reach(user)
    near = Q(tier__in=OPEN_TIERS) | Q(province__in=seen.province_ids) | Q(ref=asked.replace("\0", "\ufffd"))
    own = Exists(Target.objects.filter(unit=OuterRef("pk")))
    inside = Exists(Target.objects.filter(unit__province=OuterRef("pk")))
    listed = Q(tier=Tier.NATION) | own | inside | Q(ref=asked.replace("\0", "\ufffd"))
    rows = units_read_by(user).filter(near).filter(listed).annotate(has_own=own)
    return list(rows.select_related("province").in_name_order())


def _chosen(user: Principal, units: list[Unit], asked: str) -> Unit | None:
    if asked:
        found = next((unit for unit in units if unit.ref == asked), None)
        if found is None:
            raise Http404(
                gettext("There is no unit “%(unit)s”, or it is not open to your account.")
                % {"unit": asked[:ECHOED]}
            )
        return found
    seen = reach(user)
    for pk in (*seen.province_ids, *seen.unit_ids):
        for unit in units:
            if unit.pk == pk:
                return unit
    return next((unit for unit in units if unit.tier == Tier.NATION), next(iter(units), None))


def _usual(unit: Unit, units: list[Unit]) -> str:
    """By units where several units inside have targets; else by periods."""
    if unit.tier == Tier.NATION:
        return BY_UNITS
    inside = [each for each in units if each.province_id == unit.pk and each.pk != unit.pk]
    return BY_UNITS if inside else BY_PERIODS


def _tier_of(unit: Unit, asked: str) -> str:
    if unit.tier == Tier.NATION:
        return Tier.PROVINCE
    return asked if asked in (Tier.DISTRICT, Tier.COMMUNE) else Tier.COMMUNE


def _periods(scope: Q) -> list[Period]:
    results = Attainment.objects.filter(scope, period=OuterRef("pk"))
    return choosing.in_order(Period.objects.filter(Exists(results)))


def _fill_units(user: Principal, page: HeatMap, asked: Mapping[str, str]) -> None:
    """One column for each unit of the tier inside, in being at the end of the period."""
    unit = page.unit
    scope = Q(target__unit__tier=page.tier)
    inside = Q(tier=page.tier)
    if unit is not None and unit.tier != Tier.NATION:
        scope &= Q(target__unit__province=unit)
        inside &= Q(province=unit)
    known = _periods(scope)
    page.period = choosing.period_of(asked.get("period", ""), known)
    page.period_options = choosing.period_options(known, page.period)
    if page.period is None:
        return
    units = units_read_by(user).filter(inside).valid_on(page.period.assessed_on).in_name_order()
    members = {each.pk: each for each in units}
    results = Attainment.objects.filter(scope, period=page.period)
    found = [each for each in _read(results) if each["target__unit_id"] in members]
    having = {each["target__unit_id"] for each in found}
    overview = reverse("dashboard:overview")
    columns = {
        pk: HeatLine(short_name(each), each.name, url=f"{overview}?unit={each.ref}&period={page.period.code}")
        for pk, each in members.items()
        if pk in having
    }
    page.without_target = len(members) - len(columns)
    codes = {page.period.pk: page.period.code}
    _lay_out(page, found, columns, "target__unit_id", codes, page.period)


def _fill_periods(page: HeatMap, asked: Mapping[str, str]) -> None:
    """One column for each of the last periods of one kind, the oldest first."""
    known = _periods(Q(target__unit=page.unit))
    page.period = choosing.period_of(asked.get("period", ""), known)
    kinds = list(dict.fromkeys(each.kind for each in known))
    labels = dict(PeriodKind.choices)
    page.kind_options = [Option(kind, str(labels[kind])) for kind in kinds]
    page.kind = asked.get("kind", "")
    if page.kind not in kinds:
        quarters = [kind for kind in kinds if kind == PeriodKind.QUARTER]
        page.kind = next(iter(quarters or kinds), "")
    shown = [each for each in known if each.kind == page.kind][:MOST_PERIODS][::-1]
    if not shown or page.unit is None:
        return
    found = _read(Attainment.objects.filter(target__unit=page.unit, period__in=shown))
    overview = reverse("dashboard:overview")
    columns = {
        each.pk: HeatLine(
            choosing.period_text(each), url=f"{overview}?unit={page.unit.ref}&period={each.code}"
        )
        for each in shown
    }
    _lay_out(page, found, columns, "period_id", {each.pk: each.code for each in shown}, shown[-1])


def _read(results: Any) -> list[dict[str, Any]]:
    order = ("target__document__issued_on", "target__document_id", "target__sort_key", "target_id")
    return list(results.order_by(*order).values(*_COLUMNS))


def _lay_out(
    page: HeatMap,
    found: list[dict[str, Any]],
    columns: Mapping[int, HeatLine],
    across: str,
    codes: Mapping[int, str],
    period: Period,
) -> None:
    """Puts every result into its row and column and adds up both."""
    places = {key: place for place, key in enumerate(columns)}
    measures = measures_on(period.assessed_on, {each["target__indicator_id"] for each in found})
    base = reverse("dashboard:target", args=[0])
    rows: dict[Any, HeatLine] = {}
    for each, key in zip(found, _row_keys(found, page), strict=True):
        row = rows.get(key)
        if row is None:
            row = rows[key] = HeatLine(_name(each), sub=_sub(each, page))
            row.cells = [None] * len(columns)
        column = columns[each[across]]
        measure = measures.get(each["target__indicator_id"]) or Measure()
        address = base.replace("/0/", f"/{each['target_id']}/")
        url = f"{address}?period={codes[each['period_id']]}"
        cell = _cell(each, measure, column.title or column.label, url)
        row.cells[places[each[across]]] = cell
        row.add(cell)
        column.add(cell)
    page.columns, page.rows = list(columns.values()), list(rows.values())
    shown = [cell for row in rows.values() for cell in row.cells if cell]
    counted = Counter(cell.status for cell in shown)
    page.counts = [(status, counted[status]) for status in figures.STATUSES]
    if counted["not_applicable"]:
        page.counts.append(("not_applicable", counted["not_applicable"]))
    page.illustrative = sum(cell.is_illustrative for cell in shown)
    icons, nothing = static("icons.svg"), gettext("no such target")
    for row in page.rows:
        row.markup = cells_as_html(row.cells, icons, nothing, with_text=page.by_periods)


def _row_keys(found: list[dict[str, Any]], page: HeatMap) -> list[Any]:
    """The row of each result: copies of one target share one, and targets on one indicator and level.

    A unit's own target stands among the copies of another on the same indicator and level where the unit has
    no copy. A unit with two targets of a kind has two rows: nothing is left out.
    """
    if page.by_periods:
        return [each["target_id"] for each in found]
    copies: dict[tuple[Any, ...], int] = {}
    holders = set()
    for each in found:
        if each["target__linked_to_id"]:
            copies.setdefault(_kind(each), each["target__linked_to_id"])
            holders.add((each["target__linked_to_id"], each["target__unit_id"]))
    seen: Counter[Any] = Counter()
    keys = []
    for each in found:
        parent = each["target__linked_to_id"] or copies.get(_kind(each))
        is_among_them = each["target__linked_to_id"] or (parent, each["target__unit_id"]) not in holders
        alike = ("copy", parent) if parent and is_among_them else _kind(each)
        seen[alike, each["target__unit_id"]] += 1
        keys.append((*alike, seen[alike, each["target__unit_id"]]))
    return keys


def _kind(each: dict[str, Any]) -> tuple[Any, ...]:
    if each["target__indicator_id"]:
        return ("indicator", each["target__indicator_id"], each["target__level"])
    return ("name", each["target__name_vi"], each["target__level"])


def _name(each: dict[str, Any]) -> str:
    if get_language() == "en":
        names = ("target__name_en", "target__indicator__name_en", "target__name_vi")
    else:
        names = ("target__name_vi", "target__indicator__name_vi", "target__name_vi")
    return next((each[name] for name in names if each[name]), each["target__code"])


def _sub(each: dict[str, Any], page: HeatMap) -> str:
    own_tier = page.unit.tier if page.by_periods and page.unit else page.tier
    parts = [each["target__indicator__code"] or "", figures.level(each["target__level"], own_tier)]
    if page.by_periods:
        parts = [each["target__code"], each["target__document__number"], *parts]
    return " · ".join(part for part in parts if part)


def _cell(each: dict[str, Any], measure: Measure, where: str, url: str) -> HeatCell:
    value = measure.number(each["numerator"], each["denominator"], each["value"])
    if value is None:
        text = ""
    elif measure.is_rank and each["out_of"]:
        text = figures.of(value, each["out_of"])
    else:
        text = measure.text(value)
    said = [figures.status(each["status"]), text]
    if each["is_partial"]:
        said.append(figures.missing("partial"))
    elif value is None and each["missing_reason"]:
        said.append(figures.missing(each["missing_reason"]))
    words = ", ".join(dict.fromkeys(word for word in said if word))
    return HeatCell(
        each["target_id"],
        each["status"],
        figures.plain(each["status"]),
        text,
        words,
        f"{where}: {words}",
        url,
        each["counts"],
        each["provenance"] == Provenance.ILLUSTRATIVE,
    )
