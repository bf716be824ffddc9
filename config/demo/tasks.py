"""The tasks of the demonstration: made up, of today's Khánh Hòa, in every standing a task can have."""

from __future__ import annotations

import datetime

from accounts.actions.changes import note_change
from accounts.models.audit import Operation
from config.demo.people import MARK
from provinces.models import Agency, Unit
from resolutions.models import Document, Task

_DAY = datetime.date
# Title, kind of the lead agency, begun, due, done.
_TASKS: tuple[tuple[str, str, str, _DAY | None, _DAY, _DAY | None], ...] = (
    (
        "Kết nối camera giám sát giao thông về trung tâm điều hành",
        "Connect traffic cameras to the operations centre",
        "so-khcn",
        _DAY(2026, 4, 1),
        _DAY(2026, 9, 30),
        None,
    ),
    (
        "Hoàn thành số hóa hồ sơ hộ tịch còn lại ở cấp xã",
        "Finish digitising the remaining civil records of the communes",
        "so-tu-phap",
        None,
        _DAY(2026, 10, 31),
        None,
    ),
    (
        "Tập huấn kỹ năng số cho tổ công nghệ số cộng đồng",
        "Train the community digital teams",
        "so-khcn",
        _DAY(2026, 8, 1),
        _DAY(2026, 12, 15),
        None,
    ),
    (
        "Ban hành danh mục dữ liệu mở của tỉnh",
        "Issue the province's list of open data",
        "so-khcn",
        _DAY(2026, 2, 1),
        _DAY(2026, 6, 30),
        _DAY(2026, 6, 20),
    ),
    (
        "Rà soát, xóa vùng lõm sóng ở các xã miền núi",
        "Find and close signal gaps in the mountain communes",
        "so-khcn",
        _DAY(2026, 1, 15),
        _DAY(2026, 5, 31),
        _DAY(2026, 7, 3),
    ),
)


def load_tasks(unit: Unit) -> int:
    """Make those that are not there yet; how many were made. The agency leads where the province has it."""
    document = Document.objects.filter(unit=unit, number__endswith=MARK).order_by("issued_on", "pk").first()
    agencies = {each.kind.code: each for each in Agency.objects.filter(unit=unit).select_related("kind")}
    made = 0
    for title, title_en, lead, started_on, due_on, done_on in _TASKS:
        task, is_new = Task.objects.get_or_create(
            unit=unit,
            document=document,
            title_vi=title,
            defaults={
                "title_en": title_en,
                "lead": agencies.get(lead),
                "started_on": started_on,
                "due_on": due_on,
                "done_on": done_on,
                "is_illustrative": True,
            },
        )
        if is_new:
            note_change("task", task.pk, Operation.CREATED, unit.pk)
        made += is_new
    return made
