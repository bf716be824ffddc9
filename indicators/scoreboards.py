"""How many targets of a unit are met in a period, read from the stored results (attainment rules §6)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Principal, Reach, reach
from accounts.prepared import PreparedQuerySet
from indicators.engine.display import share
from indicators.engine.rules import RULES_VERSION
from indicators.models import Attainment, Job, Level, Period, Provenance
from indicators.models.results import Status
from provinces.models import Agency, AgencyKind, Unit, reach_of

MET = (Status.EXCEEDED, Status.MET)
COUNTED = tuple(status for status in Status if status != Status.NOT_APPLICABLE)
"""The states that add up to the total, in the order they are shown."""


@dataclass
class Sums:
    """Counting targets by state. All states are there, zero included, and add up to `total`."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, COUNTED), 0))
    total: int = 0
    met_total: int = 0
    due_total: int = 0
    """Counting targets due by the end of the period's year, and how many of them are met."""
    due_met_total: int = 0
    not_applicable: int = 0
    """Listed, but outside the count."""
    illustrative: int = 0
    """Counting targets judged from made-up figures."""
    overdue: int = 0
    """Unmet after the end of their due year: listed, but outside the count."""

    @property
    def share(self) -> Decimal | None:
        """Met of all counting ones in per cent, two places half up; none where nothing counts."""
        return share(self.met_total, self.total)

    @property
    def due_share(self) -> Decimal | None:
        return share(self.due_met_total, self.due_total)

    def add(self, row: dict[str, Any]) -> None:
        status, number = row["status"], row["number"]
        if not row["counts"]:
            self.not_applicable += number if status == Status.NOT_APPLICABLE else 0
            self.overdue += number if row["is_overdue"] else 0
            return
        met = number if status in MET else 0
        self.counts[status] += number
        self.total += number
        self.met_total += met
        self.illustrative += number if row["provenance"] == Provenance.ILLUSTRATIVE else 0
        if row["is_due"]:
            self.due_total += number
            self.due_met_total += met


@dataclass
class Group:
    """The same sums for one document, level, pillar or owner. `key` is its public id, empty for none."""

    key: str
    label: str | Promise
    sums: Sums = field(default_factory=Sums)
    pk: int | None = None


@dataclass
class Scoreboard:
    unit: Unit
    period: Period
    sums: Sums
    by_document: list[Group]
    by_level: list[Group]
    by_pillar: list[Group]
    by_owner: list[Group]
    computed_at: datetime.datetime | None
    """When the latest of these results was computed; none where nothing was computed yet."""
    pending_jobs: int
    """Recomputations still to be done that may change these results."""
    rules_version: str

    @property
    def pending(self) -> bool:
        return self.pending_jobs > 0

    @property
    def counts(self) -> dict[str, int]:
        return self.sums.counts

    @property
    def total(self) -> int:
        return self.sums.total

    @property
    def met_total(self) -> int:
        return self.sums.met_total

    @property
    def share(self) -> Decimal | None:
        return self.sums.share


def scoreboard(unit: Unit, period: Period, among: QuerySet[Attainment] | None = None) -> Scoreboard:
    """The scoreboard of a unit for a period, in two queries. Whether it may be seen, the caller has asked.

    `among` narrows it to some results, such as those of one document.
    """
    results = Attainment.objects.all() if among is None else among
    return _sum_up(unit, period, _rows(results.filter(target__unit=unit, period=period)))


def scoreboard_named(
    who: Principal, ref: str, code: str, among: QuerySet[Attainment] | None = None
) -> Scoreboard | None:
    """The same for the unit and period of these public ids, in two queries with the looking up; none where
    there are no results that `who` may see, for whatever reason."""
    seen = reach(who)
    if among is None:
        rows = _NAMED_ROWS.rows(seen, ref=ref, code=code)
    else:
        rows = list(_named_rows(seen, ref=ref, code=code, among=among))
    if not rows:
        return None
    unit_id, period_id, assessed_on = (rows[0][name] for name in _NAMED)
    period = Period(pk=period_id, code=code, assessed_on=assessed_on)
    return _sum_up(Unit(pk=unit_id, ref=ref), period, rows)


def scoreboard_of(unit: Unit, period: Period, judged: Iterable[Attainment]) -> Scoreboard:
    """The same from results at hand, with target, document, pillar and owner read: one query.

    They may be some results alone, such as those of one document.
    """
    return _sum_up(unit, period, sorted(map(_row_of, judged), key=_place))


def _sum_up(unit: Unit, period: Period, rows: Iterable[dict[str, Any]]) -> Scoreboard:
    sums = Sums()
    groups: dict[str, dict[Any, Group]] = {"document": {}, "level": {}, "pillar": {}, "owner": {}}
    computed: list[datetime.datetime] = []
    versions: set[str] = set()
    for row in rows:
        sums.add(row)
        computed.append(row["computed"])
        versions.add(row["rules"])
        for name, key, make in _groups_of(row):
            if key not in groups[name]:
                groups[name][key] = make()
            groups[name][key].sums.add(row)
    return Scoreboard(
        unit=unit,
        period=period,
        sums=sums,
        by_document=list(groups["document"].values()),
        by_level=[groups["level"][level] for level in Level.values if level in groups["level"]],
        by_pillar=list(groups["pillar"].values()),
        by_owner=list(groups["owner"].values()),
        computed_at=max(computed, default=None),
        pending_jobs=sum(_PENDING.rows(unit=unit.pk, day=period.assessed_on)),
        rules_version=max(versions, default=RULES_VERSION),
    )


def jobs_touching(unit: Unit, period: Period) -> QuerySet[Job]:
    """Unfinished jobs that may change this scoreboard.

    A figure travels up to the units above and on to successors, and forward in time; a job without a unit or
    a period speaks of all.
    """
    return _touching(unit=unit.pk, day=period.assessed_on)


def _touching(*, unit: int, day: datetime.date) -> QuerySet[Job]:
    return Job.objects.unfinished().filter(
        Q(unit__isnull=True) | Q(unit__in=reach_of(Unit(pk=unit)).values("pk")),
        Q(period__isnull=True) | Q(period__starts_on__lte=day),
        Q(target__isnull=True) | Q(target__unit=unit),
    )


def _numbered(*, unit: int, day: datetime.date) -> QuerySet[Job, int]:
    jobs = _touching(unit=unit, day=day).order_by().values(of=Value(1))
    return jobs.annotate(number=Count("pk")).values_list("number", flat=True)


_PENDING = PreparedQuerySet(_numbered, unit=int, day=datetime.date)


_DOCUMENT = ("target__document_id", "target__document__number", "target__document__issuer")
_PILLAR = ("target__indicator__pillar__code", "target__indicator__pillar__name_vi")
_OWNER = ("target__owner__ref", "target__owner__kind__label_pattern", "target__owner__unit__name")


_JUDGED = ("status", "counts", "is_due", "is_overdue", "provenance")
_NAMED = ("target__unit_id", "period_id", "period__assessed_on")
_FIRST = datetime.date.min
_LAST = "\uffff"


def _row_of(judged: Attainment) -> dict[str, Any]:
    """One result in the shape of `_rows`, counted once."""
    target = judged.target
    pillar = target.indicator.pillar if target.indicator else None
    owner = target.owner
    return {
        **{
            name: getattr(judged, name) for name in ("status", "counts", "is_due", "is_overdue", "provenance")
        },
        "number": 1,
        "computed": judged.computed_at,
        "rules": judged.rules_version,
        "target__level": target.level,
        "target__document_id": target.document_id,
        "target__document__number": target.document.number,
        "target__document__issuer": target.document.issuer,
        "target__document__issued_on": target.document.issued_on,
        "target__indicator__pillar__code": pillar.code if pillar else None,
        "target__indicator__pillar__name_vi": pillar.name_vi if pillar else None,
        "target__indicator__pillar__name_en": pillar.name_en if pillar else None,
        "target__indicator__pillar__position": pillar.position if pillar else None,
        "target__owner__ref": owner.ref if owner else None,
        "target__owner__kind__label_pattern": owner.kind.label_pattern if owner else None,
        "target__owner__unit__name": owner.unit.name if owner else None,
        "target__owner__unit__kind": owner.unit.kind if owner else None,
        "target__owner_note": target.owner_note,
    }


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    """The order of `_rows`."""
    position = row["target__indicator__pillar__position"]
    return (
        row["target__document__issued_on"] or _FIRST,
        row["target__document_id"],
        (position is None, position or 0),
        row["target__indicator__pillar__code"] or "",
        row["target__owner__ref"] or _LAST,
        row["target__owner_note"],
        row["status"],
    )


def _rows(results: QuerySet[Attainment], *named: str) -> QuerySet[Attainment, dict[str, Any]]:
    """Numbers of targets by all that a scoreboard is broken down by."""
    return (
        results.values(
            *(*_JUDGED, "target__level", *named),
            *(*_DOCUMENT, "target__document__issued_on"),
            *(*_PILLAR, "target__indicator__pillar__name_en", "target__indicator__pillar__position"),
            *(*_OWNER, "target__owner__unit__kind", "target__owner_note"),
        )
        .annotate(number=Count("pk"), computed=Max("computed_at"), rules=Max("rules_version"))
        .order_by(
            "target__document__issued_on",
            "target__document_id",
            F("target__indicator__pillar__position").asc(nulls_last=True),
            "target__indicator__pillar__code",
            F("target__owner__ref").asc(nulls_last=True),
            "target__owner_note",
            "status",
        )
    )


def _named_rows(
    seen: Reach, *, ref: str, code: str, among: QuerySet[Attainment] | None = None
) -> QuerySet[Attainment, dict[str, Any]]:
    results = Attainment.objects.all() if among is None else among
    # Of the unit itself, not of "a unit among those one sees": PostgreSQL would read all of these first.
    seen_of_unit = seen.results("target__unit")
    return _rows(results.filter(seen_of_unit, target__unit__ref=ref, period__code=code), *_NAMED)


_NAMED_ROWS = PreparedQuerySet(_named_rows, ref=str, code=str)


def _groups_of(row: dict[str, Any]) -> Iterator[tuple[str, Any, Callable[[], Group]]]:
    """The group of each kind that these targets belong to: its kind, its key and how to make it."""
    yield "document", row["target__document_id"], lambda: _document(row)
    yield "level", row["target__level"], lambda: _level(row)
    yield "pillar", row["target__indicator__pillar__code"], lambda: _pillar(row)
    yield "owner", row["target__owner__ref"] or f" {row['target__owner_note']}", lambda: _owner(row)


def _document(row: dict[str, Any]) -> Group:
    number, issuer = row["target__document__number"], row["target__document__issuer"]
    key = f"{issuer}|{number}|{row['target__document__issued_on'].isoformat()}"
    return Group(key, number, pk=row["target__document_id"])


def _level(row: dict[str, Any]) -> Group:
    level = Level(row["target__level"])
    return Group(level.value, level.label)


def _pillar(row: dict[str, Any]) -> Group:
    code = row["target__indicator__pillar__code"]
    if code is None:
        return Group("", _("No pillar"))
    english = row["target__indicator__pillar__name_en"] if get_language() == "en" else ""
    return Group(code, english or row["target__indicator__pillar__name_vi"])


def _owner(row: dict[str, Any]) -> Group:
    ref = row["target__owner__ref"]
    if ref is None:
        return Group("", row["target__owner_note"] or _("No owner"))
    unit = Unit(name=row["target__owner__unit__name"], kind=row["target__owner__unit__kind"])
    agency = Agency(unit=unit, kind=AgencyKind(label_pattern=row["target__owner__kind__label_pattern"]))
    return Group(ref, agency.label)
