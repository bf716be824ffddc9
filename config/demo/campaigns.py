"""Illustrative goals and figures of campaigns, and a roll-out with every state: all made up and marked so.

Đắk Lắk's campaign of 2025 is a fact; what it set out to reach was not reported. Khánh Hòa's of 2026 is made
up as a whole, so that there is one that still runs on the day the trial stands on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from accounts.models import User
from config.demo.numbers import chance
from config.demo.people import NEIGHBOUR, THUAN_BAC
from config.demo.world import PROVINCE, moment
from events.actions.campaigns import add_goal
from events.actions.telling import note_figures
from events.campaigns import days_in, participants, quarters_of
from events.models import (
    CampaignFigure,
    CampaignGoal,
    Event,
    EventKind,
    RollOut,
    RollOutState,
    RollOutUnit,
)
from indicators.models import Indicator, Level, Provenance
from provinces.models import Unit

_DAY = datetime.date
_LATEST = _DAY(2026, 11, 20)
_DAILY_OF_TEN = 2


class _Goal(NamedTuple):
    indicator: str
    value: int
    weekly: tuple[int, int]
    """The least and the most that a commune does in a week."""
    silent_of_ten: int


_GOALS: dict[str, tuple[_Goal, ...]] = {
    NEIGHBOUR: (_Goal("NL-04", 120_000, (70, 180), 3), _Goal("XH-11", 1_500, (0, 4), 5)),
    PROVINCE: (_Goal("NL-04", 60_000, (40, 110), 1), _Goal("XH-11", 600, (0, 2), 4)),
}
_FIRST, _LAST = _DAY(2026, 9, 1), _DAY(2026, 12, 9)
_TITLE = "Chiến dịch 100 ngày kỹ năng số đến từng nhà (minh họa)"
_TITLE_EN = "100 days of digital skills for every home (illustrative)"
_ROLL_OUT = {
    "title_vi": "Mỗi xã, phường ít nhất một sản phẩm chuyển đổi số năm 2026 (minh họa)",
    "title_en": "Every commune: at least one digital transformation product in 2026 (illustrative)",
    "reached_means_vi": "Đã đăng ký ít nhất một sản phẩm chuyển đổi số",
    "reached_means_en": "At least one digital transformation product is registered",
    "asks_product": True,
    "provenance": Provenance.ILLUSTRATIVE,
}
_PRODUCTS = (
    "Trang thông tin điện tử của xã",
    "Kênh Zalo phục vụ người dân",
    "Bản đồ số du lịch địa phương",
    "Truyền thanh thông minh",
    "Sổ tay dịch vụ công trực tuyến",
)


def load_campaigns(people: Mapping[str, User]) -> dict[str, int]:
    """What is not there yet; answers how many of each kind were written."""
    counts = {"campaign goals": 0, "campaign figures": 0, "states of roll-outs": 0}
    own = _own_campaign()
    events = [own, *Event.objects.filter(kind=EventKind.CAMPAIGN, unit__ref=NEIGHBOUR)]
    for event in events:
        who = people["xa.nhap" if event.unit.ref == PROVINCE else "daklak.dieuphoi"]
        for goal in _GOALS[event.unit.ref]:
            indicator = Indicator.objects.get(code=goal.indicator)
            if CampaignGoal.objects.filter(event=event, indicator=indicator).exists():
                continue
            made = add_goal(
                event=event,
                indicator=indicator,
                value=Decimal(goal.value),
                level=Level.COMMUNE,
                by=None,
                provenance=Provenance.ILLUSTRATIVE,
            )
            figures = list(_figures(made, goal, who, people))
            note_figures(CampaignFigure.objects.bulk_create(figures, batch_size=2000), [])
            counts["campaign goals"] += 1
            counts["campaign figures"] += len(figures)
    counts["states of roll-outs"] = _load_roll_out(own, people["xa.nhap"])
    return counts


def _own_campaign() -> Event:
    event, _made = Event.objects.get_or_create(
        kind=EventKind.CAMPAIGN,
        unit=Unit.objects.get(ref=PROVINCE),
        starts_on=_FIRST,
        title_vi=_TITLE,
        defaults={"ends_on": _LAST, "title_en": _TITLE_EN, "is_day_illustrative": True},
    )
    return event


def _figures(
    goal: CampaignGoal, plan: _Goal, who: User, people: Mapping[str, User]
) -> Iterator[CampaignFigure]:
    event = goal.event
    last = min(event.ends_on, _LATEST)
    weeks = list(_weeks(event, last))
    for unit in participants(event):
        dice = chance("campaign", event.unit.ref, plan.indicator, unit.ref)
        if unit.ref != THUAN_BAC and dice.randrange(10) < plan.silent_of_ten:
            continue
        daily = dice.randrange(10) < _DAILY_OF_TEN
        by = people["thuanbac.nhap"] if unit.ref == THUAN_BAC else who
        for first, end in weeks:
            value = dice.randint(*plan.weekly) * days_in(first, end) // 7
            spans = list(_days(first, end)) if daily else [(first, end)]
            for (from_on, to_on), part in zip(spans, _shared(value, len(spans)), strict=True):
                yield CampaignFigure(
                    goal=goal,
                    unit=unit,
                    from_on=from_on,
                    to_on=to_on,
                    value=part,
                    provenance=Provenance.ILLUSTRATIVE,
                    entered_by=by,
                    entered_at=moment(to_on, 17),
                )


def _shared(value: int, parts: int) -> list[int]:
    return [value // parts + (place < value % parts) for place in range(parts)]


def _weeks(event: Event, last: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    """Monday to Sunday, cut at the data cut-offs of quarters and at the campaign's ends."""
    cuts = {each.cutoff_on for each in quarters_of(event)}
    first = event.starts_on
    for day in (event.starts_on + datetime.timedelta(days=n) for n in range(days_in(event.starts_on, last))):
        if day.isoweekday() == 7 or day in cuts or day == event.ends_on:
            yield first, day
            first = day + datetime.timedelta(days=1)


def _days(first: datetime.date, last: datetime.date) -> Iterator[tuple[datetime.date, datetime.date]]:
    for n in range(days_in(first, last)):
        day = first + datetime.timedelta(days=n)
        yield day, day


def _load_roll_out(event: Event, who: User) -> int:
    roll_out, made = RollOut.objects.get_or_create(
        unit=event.unit, title_vi=_ROLL_OUT["title_vi"], defaults={**_ROLL_OUT, "event": event}
    )
    if not made:
        return 0
    units: Sequence[Unit] = list(participants(event))
    rows = [_state(roll_out, unit, place, who) for place, unit in enumerate(units)]
    RollOutUnit.objects.bulk_create(rows)
    return len(rows)


def _state(roll_out: RollOut, unit: Unit, place: int, who: User) -> RollOutUnit:
    dice = chance("roll-out", unit.ref)
    states = [RollOutState.REACHED] * 5 + [RollOutState.UNDER_WAY] * 3
    states += [RollOutState.NOT_STARTED, RollOutState.NOT_REPORTED]
    state = RollOutState.REACHED if place % 20 == 3 else dice.choice(states)
    row = RollOutUnit(roll_out=roll_out, unit=unit, is_pilot=place % 20 == 3, state=state, changed_by=who)
    row.changed_at = moment(_LATEST, 16)
    if state == RollOutState.REACHED:
        row.reached_on = _DAY(2026, 3, 2) + datetime.timedelta(days=dice.randrange(240))
        row.product_name = dice.choice(_PRODUCTS)
    return row
