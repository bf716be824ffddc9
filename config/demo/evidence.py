"""Files that prove some figures of the demonstration's last closed quarter: made-up lists that say so."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

from config.demo.people import MARK
from config.demo.world import PROVINCE
from indicators.actions.evidence import put_on
from indicators.exports import Exact, Table, as_xlsx
from indicators.models import Evidence, Measurement

_PERIOD = "2026-Q3"
_MOST = 12


def load_evidence() -> int:
    """A workbook for the first figures of the province that have parts; how many were attached.

    Attached by who entered the figure, as the figure itself was: its report has been closed since.
    """
    if Evidence.objects.filter(measurement__unit__ref=PROVINCE).exists():
        return 0
    cells = (
        Measurement.objects.filter(
            unit__ref=PROVINCE,
            period__code=_PERIOD,
            approved_version__numerator__isnull=False,
            approved_version__entered_by__isnull=False,
        )
        .select_related("unit", "period", "indicator", "definition", "approved_version__entered_by")
        .order_by("indicator__code", "level", "pk")[:_MOST]
    )
    for cell in cells:
        put_on(
            cell,
            file=io.BytesIO(as_xlsx(_list_of(cell), datetime.combine(cell.period.assessed_on, time()))),
            by=_version(cell).entered_by,
            name=f"{cell.indicator.code} {_PERIOD} {MARK}.xlsx",
        )
    return len(cells)


def _list_of(cell: Measurement) -> Table:
    """What an office would keep beside its figure: what was counted, and the sum."""
    version, definition = _version(cell), cell.definition
    rows = [
        [name, None if number is None else Exact(number, None)]
        for name, number in (
            (definition.numerator_vi or "Tử số", version.numerator),
            (definition.denominator_vi or "Mẫu số", version.denominator),
        )
    ]
    about = ["Dữ liệu minh họa, không phải số liệu thật", f"{cell.unit.name} · {_PERIOD}"]
    return Table(f"Bảng kê {cell.indicator.code}", ["Nội dung", "Số lượng"], rows, about)


def _version(cell: Measurement) -> Any:
    return cell.approved_version
