"""How a task stands, as a chip: `{% load tasks %}`."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext, ngettext

from provinces.dates import today
from resolutions.models import ExtensionState, Task

register = template.Library()

_EXTENSION_CSS = {
    ExtensionState.ASKED: "in-progress",
    ExtensionState.GRANTED: "met",
    ExtensionState.REFUSED: "missed",
}


@register.inclusion_tag("tasks/_chip.html")
def task_chip(task: Task) -> dict[str, str]:
    """Icon, word and colour of how it stands today."""
    standing = task.standing_on(today())
    return {"css": standing.look, "word": str(standing.label)}


@register.inclusion_tag("tasks/_chip.html")
def extension_chip(state: str) -> dict[str, str]:
    known = ExtensionState(state)
    return {"css": _EXTENSION_CSS[known], "word": str(known.label)}


@register.filter
def days_of_task(task: Task) -> str:
    """How far today is from its day: `quá hạn 12 ngày`, `còn 5 ngày`; nothing once it is done."""
    if task.done_on is not None:
        late = (task.done_on - task.due_on).days
        return (ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}) if late > 0 else ""
    left = (task.due_on - today()).days
    if left == 0:
        return gettext("due today")
    if left < 0:
        return ngettext("overdue by %(n)d day", "overdue by %(n)d days", -left) % {"n": -left}
    return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}


@register.simple_tag
def typed_in(sent: Mapping[str, str], name: str) -> str:
    """What was sent under a name that is made up of two."""
    return sent.get(name, "")
