"""The events of the demonstration: made up, of today's Khánh Hòa, around the trial's day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from accounts.actions.changes import note_change
from accounts.models import User
from accounts.models.audit import Operation
from config.demo.world import PROVINCE
from events.actions.returning import make_returns
from events.models import Event, EventKind, EventPoint, EventSite, Outcome, Participant
from indicators.models import Provenance
from provinces.models import Unit

_DAY, _HOUR = datetime.date, datetime.time
_REVIEW = "Hội nghị trực tuyến đánh giá chuyển đổi số 10 tháng năm 2026"
_TRAINING = "Tập huấn kỹ năng số cho tổ công nghệ số cộng đồng"

_CONCLUSIONS = (
    (
        "Hoàn thành số hóa hồ sơ hộ tịch còn lại ở các xã",
        "Finish digitising the civil records of the communes",
    ),
    (
        "Rà soát, công bố danh mục dịch vụ công trực tuyến toàn trình của từng sở",
        "Review and publish each department's list of fully online public services",
    ),
    ("Bố trí cán bộ đầu mối dữ liệu ở mỗi xã, phường", "Name a data officer in every commune and ward"),
)


def load_events(people: Mapping[str, User]) -> int:
    """Make those that are not there yet, and the yearly returns; how many were made."""
    unit = Unit.objects.get(ref=PROVINCE)
    made = make_returns()
    review, is_new = _event(
        unit,
        kind=EventKind.REVIEW_CONFERENCE,
        title_vi=_REVIEW,
        title_en="Online conference reviewing ten months of digital transformation in 2026",
        starts_on=_DAY(2026, 11, 12),
        begins_at=_HOUR(8, 0),
        ends_at=_HOUR(11, 30),
        place="Trung tâm Hội nghị tỉnh, Nha Trang",
        agenda_vi="08:00 Khai mạc\n08:15 Báo cáo của Sở KH&CN\n09:30 Thảo luận\n11:00 Kết luận",
        agenda_en="08:00 Opening\n08:15 Report of the department\n09:30 Discussion\n11:00 Conclusions",
    )
    if is_new:
        _fill(review, people)
    training, is_second = _event(
        unit,
        kind=EventKind.WORKSHOP,
        title_vi=_TRAINING,
        title_en="Digital skills training for community digital teams",
        starts_on=_DAY(2026, 11, 26),
        ends_on=_DAY(2026, 11, 27),
        place="Trường Đại học Nha Trang",
        theme_vi="Mỗi thôn, tổ dân phố có người dẫn đường số",
        theme_en="A digital guide in every village and residential group",
    )
    if is_second:
        for name in ("coordinator", "reporter"):
            Participant.objects.create(event=training, user=people[name])
    return made + is_new + is_second


def _event(
    unit: Unit, *, kind: str, title_vi: str, starts_on: datetime.date, **fields: object
) -> tuple[Event, bool]:
    event, is_new = Event.objects.get_or_create(
        kind=kind,
        unit=unit,
        starts_on=starts_on,
        title_vi=title_vi,
        defaults={"ends_on": starts_on, "is_illustrative": True, **fields},
    )
    if is_new:
        note_change("event", event.pk, Operation.CREATED, unit.pk)
    return event, is_new


def _fill(event: Event, people: Mapping[str, User]) -> None:
    EventSite.objects.create(event=event, position=1, name="Điểm cầu UBND các xã, phường", count=65)
    Outcome.objects.create(
        event=event,
        position=1,
        label_vi="Chữ ký số đã cấp cho người dân tại hội nghị",
        label_en="Digital signatures issued to citizens at the conference",
        value=Decimal(128),
        unit_of_measure="chữ ký số",
        provenance=Provenance.ILLUSTRATIVE,
    )
    for position, (text_vi, text_en) in enumerate(_CONCLUSIONS, 1):
        EventPoint.objects.create(event=event, position=position, text_vi=text_vi, text_en=text_en)
    Participant.objects.create(event=event, user=people["leader"], role="chair")
    Participant.objects.create(event=event, user=people["coordinator"], role="speaker")
    Participant.objects.create(
        event=event, organisation="Doanh nghiệp viễn thông trên địa bàn (minh họa)", role="guest"
    )
