"""Template face of `indicators.figures`: `{% load figures %}`."""

from datetime import date, datetime
from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from indicators import figures as text
from indicators.engine.display import places_to_show
from indicators.entry import work
from indicators.models import ReportState, UploadState

register = template.Library()

register.filter("status_word", text.status)
register.filter("missing_word", text.missing)
register.filter("css_name", text.plain)
register.filter("unit_word", text.unit_word)
register.filter("period_word", text.period)


@register.simple_tag
def figure(value: text.Number | None, unit: str = "", decimals: int | None = None) -> str:
    return text.figure(value, unit or "", decimals)


@register.simple_tag
def figure_beside(
    value: text.Number, threshold: text.Number, unit: str = "", decimals: int = 2, met: bool | None = None
) -> str:
    """A value printed with as many digits as keep it on the side of `threshold` where it was judged."""
    return text.figure(value, unit, places_to_show(value, threshold, decimals, met))


@register.simple_tag
def difference(value: text.Number | None, unit: str = "", decimals: int | None = None) -> str:
    return text.difference(value, unit or "", decimals)


@register.simple_tag
def relative_change(now: text.Number, before: text.Number, decimals: int = 2) -> str:
    return text.relative_change(now, before, decimals)


@register.simple_tag
def share(part: text.Number, whole: text.Number, decimals: int = 2) -> str:
    return text.share(part, whole, decimals)


@register.simple_tag
def of(part: text.Number, whole: text.Number) -> str:
    return text.of(part, whole)


@register.filter
def level_word(code: str, tier: str = "") -> str:
    return text.level(code, tier)


@register.filter
def day(value: date | None) -> str:
    return text.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    return text.moment(value)


@register.simple_tag
def period_name(code: str, name: str = "") -> str:
    return text.period(code, name)


@register.simple_tag
def status_chip(status: str) -> SafeString:
    """Icon, word and colour of a target's status."""
    return _chip(status, get_language() or "", _statics())


@cache
def _chip(status: str, _language: str, _where: tuple[str, str]) -> SafeString:
    """A page shows hundreds of the same few: each is rendered once in each language."""
    context = {"status": status, "css": text.plain(status), "word": text.status(status)}
    return render_to_string("_components/status_chip.html", context)


@register.simple_tag
def sketch() -> SafeString:
    """The mark of a made-up figure, beside it."""
    return _sketch(get_language() or "", _statics())


@cache
def _sketch(_language: str, _where: tuple[str, str]) -> SafeString:
    return render_to_string("_components/sketch.html")


@register.simple_tag
def icons_url() -> str:
    """The address of the sheet of icons."""
    return _icons_url(_statics())


@cache
def _icons_url(_where: tuple[str, str]) -> str:
    return static("icons.svg")


def _statics() -> tuple[str, str]:
    """What the address of a static file hangs on."""
    return settings.STATIC_URL, settings.STORAGES["staticfiles"]["BACKEND"]


@register.inclusion_tag("_components/change.html")
def change(
    value: text.Number | None, unit: str = "", decimals: int | None = None, direction: str = "higher"
) -> dict[str, str]:
    """A change with its arrow; green or red by whether `direction` is where the indicator should go."""
    if value is None:
        return {"text": text.ABSENT, "tone": "none", "icon": "", "spoken": ""}
    if not value:
        return {
            "text": text.difference(value, unit, decimals),
            "tone": "same",
            "icon": "same",
            "spoken": gettext("unchanged"),
        }
    rises = value > 0
    good = rises == (direction != "lower")
    return {
        "text": text.difference(value, unit, decimals),
        "tone": "good" if good else "bad",
        "icon": "up" if rises else "down",
        "spoken": gettext("up") if rises else gettext("down"),
    }


# A report's states borrow the colours of a target's.
_REPORT_CSS = {
    ReportState.NOT_STARTED: "not-due",
    ReportState.DRAFT: "in-progress",
    ReportState.SUBMITTED: "on-track",
    ReportState.RETURNED: "off-track",
    ReportState.APPROVED: "met",
    ReportState.LOCKED: "exceeded",
}


@register.filter
def report_css(state: str) -> str:
    return _REPORT_CSS[ReportState(state)]


_UPLOAD_CSS = {
    UploadState.CHECKED: "on-track",
    UploadState.REFUSED: "missed",
    UploadState.DONE: "met",
    UploadState.CANCELLED: "no-data",
}


@register.filter
def upload_css(state: str) -> str:
    return _UPLOAD_CSS.get(UploadState(state), "in-progress")


@register.filter
def report_word(state: str) -> str:
    return str(ReportState(state).label)


@register.filter
def time_left(due_on: date) -> str:
    """`còn 5 ngày làm việc`, `đến hạn hôm nay`, `quá hạn 3 ngày`."""
    return work.time_left(due_on, work.working_days_to(due_on))
