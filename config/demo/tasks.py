"""The tasks of the demonstration: made up, of today's Khánh Hòa, in every standing a task can have.

With steps, notes of progress, a day that was moved once, and a request for another that was refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from accounts.actions.changes import note_change
from accounts.models import User
from accounts.models.audit import Operation
from config.demo.people import MARK
from indicators.models import Target
from provinces.dates import VIETNAM, today
from provinces.models import Agency, Unit
from resolutions.models import Document, Extension, ExtensionState, NoteKind, ProgressNote, Task, TaskStep

_DAY = datetime.date
_WORKER, _COORDINATOR = "khcn.nhap", "coordinator"
_STEP = tuple[str, _DAY | None, _DAY | None]
"""A step with its day and the day it was done."""


@dataclass(frozen=True, kw_only=True)
class DemoTask:
    title: str
    title_en: str
    lead: str
    due: _DAY
    """The day in force, after what was granted."""
    begun: _DAY | None = None
    done: _DAY | None = None
    person: str = ""
    helps: tuple[str, ...] = ()
    product: str = ""
    steps: tuple[_STEP, ...] = ()
    notes: tuple[tuple[_DAY, str], ...] = ()
    extensions: tuple[tuple[_DAY, _DAY, _DAY, bool, str, str], ...] = ()
    """The former day, the new one, the day it was decided, whether granted, why asked and why decided so."""
    targets: int = 0
    """How many of the province's targets it serves: the first ones its agency owns."""


_TASKS = (
    DemoTask(
        title="Kết nối camera giám sát giao thông về trung tâm điều hành",
        title_en="Connect traffic cameras to the operations centre",
        lead="so-khcn",
        begun=_DAY(2026, 4, 1),
        due=_DAY(2026, 9, 30),
        person=_WORKER,
        helps=("so-cong-thuong",),
        product="120 camera kết nối, biên bản nghiệm thu",
        steps=(
            ("Khảo sát hạ tầng tại 24 nút giao", _DAY(2026, 5, 15), _DAY(2026, 5, 12)),
            ("Lắp đặt và kết nối 120 camera", _DAY(2026, 8, 31), None),
            ("Nghiệm thu, bàn giao cho trung tâm điều hành", _DAY(2026, 9, 30), None),
        ),
        notes=(
            (_DAY(2026, 5, 12), "Đã khảo sát 24/24 nút giao."),
            (_DAY(2026, 8, 20), "Đã lắp 76/120 camera; chờ cấp điện tại 3 tuyến đường."),
        ),
        extensions=(
            (
                *(_DAY(2026, 9, 30), _DAY(2026, 12, 31), _DAY(2026, 9, 25), False),
                "Chờ cấp điện tại 3 tuyến đường.",
                "Ba tuyến đã có kế hoạch cấp điện trong tháng 9; giữ nguyên thời hạn.",
            ),
        ),
        targets=2,
    ),
    DemoTask(
        title="Hoàn thành số hóa hồ sơ hộ tịch còn lại ở cấp xã",
        title_en="Finish digitising the remaining civil records of the communes",
        lead="van-phong-ubnd",
        due=_DAY(2026, 10, 31),
        product="Cơ sở dữ liệu hộ tịch điện tử đầy đủ",
    ),
    DemoTask(
        title="Tập huấn kỹ năng số cho tổ công nghệ số cộng đồng",
        title_en="Train the community digital teams",
        lead="so-khcn",
        begun=_DAY(2026, 8, 1),
        due=_DAY(2026, 12, 15),
        person=_WORKER,
        product="65 lớp tập huấn, báo cáo kết quả",
        steps=(
            ("Biên soạn tài liệu", _DAY(2026, 8, 31), _DAY(2026, 8, 28)),
            ("Tập huấn tại 65 xã, phường, đặc khu", _DAY(2026, 11, 30), None),
            ("Đánh giá kết quả", _DAY(2026, 12, 15), None),
        ),
        notes=(
            (_DAY(2026, 8, 28), "Đã ban hành bộ tài liệu gồm 6 chuyên đề."),
            (_DAY(2026, 11, 10), "Đã tổ chức 41/65 lớp."),
        ),
        extensions=(
            (
                *(_DAY(2026, 11, 15), _DAY(2026, 12, 15), _DAY(2026, 11, 6), True),
                "Mưa lũ làm hoãn lớp tại 18 xã.",
                "Đồng ý gia hạn một lần do thiên tai.",
            ),
        ),
        targets=1,
    ),
    DemoTask(
        title="Ban hành danh mục dữ liệu mở của tỉnh",
        title_en="Issue the province's list of open data",
        lead="so-khcn",
        begun=_DAY(2026, 2, 1),
        due=_DAY(2026, 6, 30),
        done=_DAY(2026, 6, 20),
        product="Quyết định ban hành danh mục dữ liệu mở",
        notes=(
            (_DAY(2026, 4, 10), "Đã lấy ý kiến các sở, ngành."),
            (_DAY(2026, 6, 20), "Đã trình và được ban hành."),
        ),
    ),
    DemoTask(
        title="Rà soát, xóa vùng lõm sóng ở các xã miền núi",
        title_en="Find and close signal gaps in the mountain communes",
        lead="so-khcn",
        begun=_DAY(2026, 1, 15),
        due=_DAY(2026, 5, 31),
        done=_DAY(2026, 7, 3),
        helps=("so-cong-thuong",),
        product="14 trạm phát sóng mới",
        notes=(
            (_DAY(2026, 3, 2), "Phát hiện 14 điểm lõm sóng."),
            (_DAY(2026, 7, 3), "14/14 trạm đã phát sóng."),
        ),
    ),
    DemoTask(
        title="Cấp chữ ký số cho cán bộ, công chức cấp xã",
        title_en="Give digital signatures to the officials of the communes",
        lead="so-noi-vu",
        due=_DAY(2027, 3, 31),
        helps=("so-khcn",),
        product="100 % cán bộ, công chức cấp xã có chữ ký số",
        steps=(("Lập danh sách", _DAY(2026, 12, 31), None), ("Cấp và hướng dẫn sử dụng", None, None)),
    ),
    DemoTask(
        title="Xây dựng kho dữ liệu dùng chung của tỉnh, giai đoạn 1",
        title_en="Build the province's shared data warehouse, first phase",
        lead="so-khcn",
        begun=_DAY(2026, 9, 1),
        due=_DAY(2027, 6, 30),
        person=_WORKER,
        product="Kho dữ liệu vận hành, 12 bộ dữ liệu",
        steps=(
            ("Phê duyệt thiết kế", _DAY(2026, 10, 31), _DAY(2026, 10, 29)),
            ("Nạp 12 bộ dữ liệu", _DAY(2027, 4, 30), None),
        ),
        notes=((_DAY(2026, 10, 29), "Thiết kế đã được phê duyệt."),),
        targets=1,
    ),
)


_LEFT_BEHIND = (
    (
        "Hoàn thành lắp đặt truyền thanh thông minh tại các thôn",
        "Finish the smart loudspeakers in the villages",
    ),
    ("Bàn giao thiết bị họp trực tuyến của huyện", "Hand over the district's video conference equipment"),
)
"""Open tasks of a former commune and of its district, which wait to be handed over."""


def load_tasks_of_former_units(successor: Unit) -> int:
    """One open task of a predecessor of the commune and one of the district it lay in; how many were made."""
    former = successor.predecessors().select_related("parent").order_by("pk").first()
    if former is None:
        return 0
    made = 0
    for unit, (title, title_en) in zip((former, former.parent), _LEFT_BEHIND, strict=True):
        if unit is None or unit.is_valid_on(today()):
            continue
        task, is_new = Task.objects.get_or_create(
            unit=unit,
            title_vi=title,
            defaults={"title_en": title_en, "due_on": _DAY(2026, 12, 31), "is_illustrative": True},
        )
        if is_new:
            note_change("task", task.pk, Operation.CREATED, unit.pk)
        made += is_new
    return made


def load_tasks(unit: Unit, people: Mapping[str, User]) -> int:
    """Make those that are not there yet; how many were made. The agency leads where the province has it."""
    document = Document.objects.filter(unit=unit, number__endswith=MARK).order_by("issued_on", "pk").first()
    agencies = {each.kind.code: each for each in Agency.objects.filter(unit=unit).select_related("kind")}
    made = 0
    for each in _TASKS:
        task, is_new = Task.objects.get_or_create(
            unit=unit,
            document=document,
            title_vi=each.title,
            defaults={
                "title_en": each.title_en,
                "lead": agencies.get(each.lead),
                "person": people.get(each.person),
                "product": each.product,
                "started_on": each.begun,
                "due_on": each.due,
                "done_on": each.done,
                "is_illustrative": True,
            },
        )
        if is_new:
            task.cooperating.set([agencies[kind] for kind in each.helps if kind in agencies])
            _work(task, each, people)
            note_change("task", task.pk, Operation.CREATED, unit.pk)
        made += is_new
    return made


def _work(task: Task, told: DemoTask, people: Mapping[str, User]) -> None:
    worker, coordinator = people[_WORKER], people[_COORDINATOR]
    owned = Target.objects.filter(unit=task.unit, owner=task.lead, indicator__isnull=False)
    task.targets.set(owned.order_by("sort_key", "pk")[: told.targets] if task.lead else [])
    TaskStep.objects.bulk_create(
        TaskStep(task=task, position=place, title=title, due_on=due, done_on=done)
        for place, (title, due, done) in enumerate(told.steps, start=1)
    )
    ProgressNote.objects.bulk_create(
        ProgressNote(
            task=task,
            kind=NoteKind.DONE if on == told.done else NoteKind.PROGRESS,
            on=on,
            words=words,
            by=worker,
            at=_moment(on),
        )
        for on, words in told.notes
    )
    Extension.objects.bulk_create(
        Extension(
            task=task,
            former_due_on=former,
            new_due_on=new,
            reason=reason,
            asked_by=worker,
            asked_at=_moment(decided - datetime.timedelta(days=3)),
            state=ExtensionState.GRANTED if is_granted else ExtensionState.REFUSED,
            decided_by=coordinator,
            decided_at=_moment(decided),
            decision=decision,
        )
        for former, new, decided, is_granted, reason, decision in told.extensions
    )


def _moment(day: _DAY) -> datetime.datetime:
    """In the morning of the day, in Vietnam."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)), VIETNAM)
