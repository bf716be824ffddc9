"""Indicators, targets, figures and results for tests: what is not said is made up.

figure = make_measurement(unit, numerator="9", denominator="10")
make_attainment(make_target(unit), status="met")
"""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from indicators.models import (
    Answer,
    Attainment,
    DefinitionOwner,
    Indicator,
    IndicatorDefinition,
    Level,
    Measurement,
    MeasurementVersion,
    Period,
    PeriodKind,
    Pillar,
    RollUp,
    RollUpBasis,
    Target,
    TargetRevision,
    VersionState,
)
from indicators.models.targets import row_sort_key
from provinces.models import Unit
from resolutions.models import Document

_number = itertools.count(1)
_QUARTERS = {1: ("01-01", "03-31"), 2: ("04-01", "06-30"), 3: ("07-01", "09-30"), 4: ("10-01", "12-31")}


def make_document(unit: Unit, number: str = "", **fields: Any) -> Document:
    made_up = {
        "issuer": f"UBND {unit.name}",
        "issued_on": date(2023, 1, 10),
        "kind": "plan",
        "title_vi": "Kế hoạch chuyển đổi số",
        "valid_from": date(2023, 1, 1),
    }
    return Document.objects.create(unit=unit, number=number or f"{next(_number)}/KH-UBND", **made_up | fields)


def make_indicator(
    code: str = "", *, owner_kind: Any = None, pillar: str = "", **definition: Any
) -> Indicator:
    """An indicator with one open definition: a rate in per cent unless told otherwise."""
    code = code or f"T-{next(_number):05}"
    group = Pillar.objects.get_or_create(code=pillar, defaults={"name_vi": f"Trụ cột {pillar}"})[0]
    found = Indicator.objects.create(code=code, name_vi=f"Chỉ số {code}", pillar=group if pillar else None)
    made_up = {
        "unit_of_measure": "%",
        "value_type": "rate",
        "direction": "higher",
        "measure_mode": "stock",
        "pooling": "ratio_of_sums",
        "levels_relate": "disjoint",
        "frequency": "quarter",
    }
    current = IndicatorDefinition.objects.create(indicator=found, **made_up | definition)
    if owner_kind is not None:
        DefinitionOwner.objects.create(definition=current, agency_kind=owner_kind)
    return found


def make_period(code: str = "2023") -> Period:
    """A year (2023) or a quarter (2023-Q4); the first call for a code makes it."""
    year, _, quarter = code.partition("-Q")
    first, last = _QUARTERS[int(quarter)] if quarter else ("01-01", "12-31")
    days = {"starts_on": f"{year}-{first}", "cutoff_on": f"{year}-{last}", "assessed_on": f"{year}-{last}"}
    kind = PeriodKind.QUARTER if quarter else PeriodKind.YEAR
    made, new = Period.objects.get_or_create(
        code=code, defaults={"kind": kind, "year": int(year), "ordinal": int(quarter or 1), **days}
    )
    if new:
        made.refresh_from_db()
    return made


def _somebody(username: str) -> User:
    return User.objects.get_or_create(username=username)[0]


def make_measurement(
    unit: Unit,
    indicator: Indicator | None = None,
    period: Period | None = None,
    *,
    level: str = Level.TOTAL,
    answer: str = Answer.VALUE,
    **fields: Any,
) -> Measurement:
    """A cell with one approved version; without numbers the value is 1, unanswered has no version."""
    indicator = indicator or make_indicator()
    definition = indicator.definitions.get()
    cell = Measurement.objects.create(
        unit=unit,
        indicator=indicator,
        period=period or make_period(),
        level=level,
        definition=definition,
        agency=fields.pop("agency", None),
    )
    if answer == Answer.UNANSWERED:
        return cell
    if answer == Answer.VALUE and not fields.keys() & {"value", "numerator"}:
        fields["value"] = 1
    numbers = {
        name: Decimal(value) if name in ("value", "numerator", "denominator") else value
        for name, value in fields.items()
    }
    version = MeasurementVersion.objects.create(
        measurement=cell,
        number=1,
        definition=definition,
        answer=answer,
        state=VersionState.APPROVED,
        entered_by=_somebody("enters"),
        submitted_by=_somebody("enters"),
        submitted_at="2024-01-02T00:00:00Z",
        approved_by=_somebody("approves"),
        approved_at="2024-01-03T00:00:00Z",
        **numbers,
    )
    Measurement.objects.filter(pk=cell.pk).update(answer=answer, approved_version=version, **numbers)
    cell.refresh_from_db()
    return cell


def make_target(
    unit: Unit,
    indicator: Indicator | None = None,
    document: Document | None = None,
    *,
    code: str = "",
    level: str = Level.TOTAL,
    threshold: str = "90",
    **fields: Any,
) -> Target:
    """A target "at least" a threshold by the end of 2023, with its first revision."""
    document = document or make_document(unit)
    code = code or str(next(_number))
    target = Target.objects.create(
        unit=unit,
        indicator=indicator or make_indicator(),
        document=document,
        code=code,
        sort_key=row_sort_key(code),
        level=level,
        counts_from=fields.pop("counts_from", document.valid_from),
        **fields,
    )
    TargetRevision.objects.create(
        target=target,
        document=document,
        effective_on=document.valid_from,
        rule="at_least",
        threshold=Decimal(threshold),
        due_on=date(2023, 12, 31),
    )
    return target


def make_attainment(
    target: Target, period: Period | None = None, *, status: str = "met", **fields: Any
) -> Attainment:
    """A stored verdict that counts (unless not applicable) and is due."""
    period = period or make_period()
    met = {"met": True, "exceeded": True, "no_data": None, "not_due": None, "not_applicable": None}
    made_up = {
        "met": met.get(status, False),
        "counts": status != "not_applicable",
        "is_due": True,
        "is_overdue": False,
        "assessed_on": period.assessed_on,
        "judged_on": period.assessed_on,
        "rules_version": "1",
    }
    return Attainment.objects.create(
        target=target, period=period, revision=target.revisions.get(), status=status, **made_up | fields
    )


def make_roll_up(
    unit: Unit,
    indicator: Indicator | None = None,
    period: Period | None = None,
    *,
    level: str = Level.TOTAL,
    answer: str = "value",
    **fields: Any,
) -> RollUp:
    """A pooled figure, 9/10 of one body of one unless told otherwise."""
    indicator = indicator or make_indicator()
    if answer == "value" and not fields.keys() & {"value", "numerator"}:
        fields |= {"numerator": "9", "denominator": "10"}
    numbers = {
        name: Decimal(value) if name in ("value", "numerator", "denominator") else value
        for name, value in fields.items()
    }
    made_up = {"basis": RollUpBasis.AS_REPORTED, "owing": 1, "reporting": 1, "not_applicable": 0}
    return RollUp.objects.create(
        unit=unit,
        indicator=indicator,
        definition=indicator.definitions.get(),
        period=period or make_period(),
        level=level,
        answer=answer,
        **made_up | numbers,
    )
