"""Obligations, calendars and recomputed figures for tests of pooling and of the job queue.

calendar(2025)
owe(commune, indicator, "commune")
make_measurement(commune, indicator, period("2025-Q3"), level="commune", numerator="9", denominator="10")
figure = pooled(province, indicator, "2025-Q3", level="total")
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Change
from indicators.actions.load_periods import load_periods
from indicators.engine.recompute import Counts, Work, recompute
from indicators.models import Attainment, Indicator, Level, Obligation, Period, PeriodDueDay, RollUp, Target
from provinces.models import Agency, Unit
from tests.factories.results import make_measurement, make_target
from tests.factories.units import make_agency

_calendars: dict[tuple[int, ...], list[tuple[Period, list[PeriodDueDay]]]] = {}


def calendar(*years: int) -> None:
    """The real periods and due days of the years; worked out once, for it takes hundreds of queries."""
    if years not in _calendars:
        load_periods(years=years)
        # As the second time, when nothing tells of them.
        Change.objects.filter(resource="period").delete()
        loaded = Period.objects.prefetch_related("due_days").order_by("pk")
        _calendars[years] = [(each, list(each.due_days.all())) for each in loaded]
        return
    made = [each for each, _days in _calendars[years]]
    for each in made:
        each.pk = None
    Period.objects.bulk_create(made)
    PeriodDueDay.objects.bulk_create(
        [
            PeriodDueDay(period=each, body=day.body, due_on=day.due_on)
            for each, days in _calendars[years]
            for day in days
        ]
    )


def period(code: str) -> Period:
    return Period.objects.get(code=code)


def owe(
    unit: Unit,
    indicator: Indicator,
    level: str = Level.TOTAL,
    *,
    agency: Agency | None = None,
    frequency: str = "quarter",
    **fields: Any,
) -> Obligation:
    return Obligation.objects.create(
        unit=unit, agency=agency, indicator=indicator, level=level, frequency=frequency, **fields
    )


def report(
    body: Unit | Agency, indicator: Indicator, code: str, level: str, figure: str | int | None, **fields: Any
) -> None:
    """What a unit or an agency reported, approved: "9/10", a number, "nothing_arose" or a missing reason."""
    agency = body if isinstance(body, Agency) else None
    unit = body.unit if isinstance(body, Agency) else body
    make_measurement(
        unit, indicator, period(code), level=level, agency=agency, **answer_of(str(figure)), **fields
    )


def answer_of(figure: str) -> dict[str, Any]:
    if "/" in figure:
        numerator, denominator = figure.split("/")
        return {"numerator": numerator, "denominator": denominator}
    if figure == "nothing_arose":
        return {"answer": "nothing_arose"}
    if figure in ("not_collected", "not_applicable", "late_source", "system_fault"):
        return {"answer": "missing", "missing_reason": figure}
    return {"value": figure}


def recompute_all() -> Counts:
    return recompute(Work())


def pooled(unit: Unit, indicator: Indicator, code: str, level: str = Level.TOTAL) -> RollUp | None:
    """The stored roll-up, or None where there is none."""
    return RollUp.objects.filter(unit=unit, indicator=indicator, period__code=code, level=level).first()


def shown(roll_up: RollUp | None) -> str:
    """A roll-up in short: "9/10", a number, or its answer; None where there is no row."""
    if roll_up is None:
        return "none"
    if roll_up.answer != "value":
        return roll_up.answer
    if roll_up.numerator is not None:
        return f"{plain(roll_up.numerator)}/{plain(roll_up.denominator)}"
    return plain(roll_up.value)


def plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def judged(target: Target, code: str) -> Attainment | None:
    return Attainment.objects.filter(target=target, period__code=code).first()


def aim(
    unit: Unit,
    indicator: Indicator | None,
    *,
    due_on: date = date(2025, 12, 31),
    level: str = Level.TOTAL,
    threshold: str = "90",
    counts_from: date = date(2024, 1, 1),
    **revision: Any,
) -> Target:
    """A target of the unit from 2024 on; what else is given goes into its revision."""
    target = make_target(unit, indicator, level=level, threshold=threshold, counts_from=counts_from)
    target.revisions.update(due_on=due_on, **revision)
    return target


def verdict(target: Target, code: str) -> str:
    """How the target stands: its status, then the figure with what is said of it."""
    found = judged(target, code)
    if found is None:
        return "not listed"
    said = [found.status]
    if found.numerator is not None:
        said.append(f"{plain(found.numerator)}/{plain(found.denominator)}")
    elif found.value is not None:
        said.append(plain(found.value))
    if found.is_partial:
        said.append("partial")
    if found.is_restated:
        said.append("restated")
    if found.through is not None:
        said.append(f"through {found.through.code}")
    if found.is_overdue:
        said.append("overdue")
    return " ".join(said)


def agencies(unit: Unit, kinds: Iterable[str]) -> list[Agency]:
    return [make_agency(unit, kind) for kind in kinds]
