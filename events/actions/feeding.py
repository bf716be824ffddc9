"""An outcome of an event becomes the draft figure of an indicator, once, with the event as its evidence."""

from __future__ import annotations

import io

import docx
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.actions.traces import audit
from accounts.models import User
from events.actions.keeping import EventError, lock_event
from events.actions.telling import note_event
from events.ical import address_of
from events.models import Event, Outcome
from indicators import figures
from indicators.actions.entering import CONFLICT, CellInput, save_cells
from indicators.actions.evidence import attach
from indicators.entry.outcomes import SAVED
from indicators.entry.places import Owed, Place
from indicators.models import Door, Indicator, Qualifier


@transaction.atomic
def feed(*, outcome: Outcome, place: Place, owed: Owed, by: User, justification: str = "") -> Outcome:
    """Write the outcome as a draft into a cell of the report, through the rules of entry.

    The caller has asked whether ``by`` may enter in the report, which owes the figure. It is approved by
    somebody else later, as any figure is. Raises EventError, having written nothing, where the outcome fed an
    indicator already or is made up, where the cell holds a figure, and where the rules refuse it.
    """
    lock_event(outcome.event)
    outcome = Outcome.objects.select_for_update(of=("self",)).select_related("event__unit").get(pk=outcome.pk)
    if outcome.version_id is not None:
        raise EventError(_("This outcome has fed an indicator already; it counts once."))
    if outcome.is_illustrative or outcome.event.is_illustrative:
        raise EventError(_("A made-up figure feeds no indicator."))
    if not place.is_open:
        raise EventError(_("The report is locked, or its period has not begun."))
    [result] = save_cells(place=place, inputs=[_typed(outcome, owed, justification)], by=by, via=Door.FORM)
    if result.state == CONFLICT or (result.state != SAVED and not result.findings):
        raise EventError(_("The report holds a figure for this indicator; change it there, in the report."))
    if result.state != SAVED or result.version is None:
        raise EventError(" ".join(each.message for each in result.findings))
    with override("vi"):
        file = _sheet(outcome, owed.indicator)
    attach(place=place, indicator=owed.indicator, level=owed.level, by=by, file=file, name=_name(outcome))
    outcome.indicator, outcome.version_id = owed.indicator, result.version.pk
    outcome.save(update_fields=["indicator", "version"])
    event = outcome.event
    note_event(event)
    after = {"indicator": owed.indicator.code, "period": place.period.code, "version": outcome.version_id}
    audit(by, "outcome.fed", outcome, event.unit, after=after)
    return outcome


def _typed(outcome: Outcome, owed: Owed, justification: str) -> CellInput:
    """As if it were typed into an empty cell; an approximate figure is an estimate."""
    is_ratio = outcome.out_of is not None
    return CellInput(
        indicator=owed.indicator.code,
        level=owed.level,
        qualifier=Qualifier.ESTIMATE if outcome.approximate else Qualifier.OFFICIAL,
        note=_note(outcome.event),
        justification=justification,
        base=0,
        value="" if is_ratio else outcome.value,
        numerator=outcome.value if is_ratio else "",
        denominator=outcome.out_of or "",
    )


def _note(event: Event) -> str:
    with override("vi"):
        words = _("Event: %(title)s, %(day)s") % {
            "title": event.title_vi,
            "day": figures.day(event.starts_on),
        }
    return f"{words}. {address_of(event)}"


def _name(outcome: Outcome) -> str:
    return f"su-kien-{outcome.event_id}-ket-qua-{outcome.pk}.docx"


def _sheet(outcome: Outcome, indicator: Indicator) -> io.BytesIO:
    """One page that says which event proves the figure; it stands among the files of the cell."""
    event = outcome.event
    document = docx.Document()
    document.add_heading(_("Extract from an event"), level=1)
    number = figures.number(outcome.value)
    if outcome.out_of is not None:
        number = figures.of(outcome.value, outcome.out_of)
    if outcome.approximate:
        number = _("about %(number)s") % {"number": number}
    rows = [
        (_("Event"), event.title_vi),
        (_("Kind"), str(event.get_kind_display())),
        (
            _("Days"),
            " – ".join(dict.fromkeys(figures.day(each) for each in (event.starts_on, event.ends_on))),
        ),
        (_("Unit"), event.unit.name),
        (_("Outcome"), f"{number} {outcome.unit_of_measure}".strip() + f" · {outcome.label_vi}"),
        (pgettext("what is measured", "Indicator"), f"{indicator.code} {indicator.name_vi}"),
        (_("Address"), address_of(event)),
    ]
    table = document.add_table(rows=0, cols=2)
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, value
    content = io.BytesIO()
    document.save(content)
    content.seek(0)
    return content
