"""Editions as tables: the list of them, and the rows of one from its frozen content alone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboard import choosing
from dashboard.asked import Measure
from dashboard.editions.canonical import Content
from dashboard.models import Edition
from indicators import figures
from indicators.exports import Cell, Exact, Table, yes


def editions_table(found: Iterable[Edition], unit_name: str) -> Table:
    """Every edition the list holds, of all its pages, the newest first."""
    columns = [
        *(_("Unit"), _("Period"), _("Edition"), _("Met"), _("Of those that count"), _("Closed"), _("State")),
        *(_("Internal"), _("Reason"), _("Illustrative data"), "SHA-256"),
    ]
    rows: list[list[Cell]] = [
        [
            *(each.unit.name, choosing.period_text(each.period), each.number, each.met, each.total),
            timezone.localtime(each.closed_at).date(),
            # Said of each row by the query of the list.
            _("In force") if getattr(each, "is_newest", False) else _("Superseded"),
            *(yes(each.is_internal), each.reason, yes(each.is_illustrative), each.digest),
        ]
        for each in found
    ]
    return Table(f"{_('Published editions')}, {unit_name or _('All units')}", columns, rows)


def edition_table(edition: Edition, content: Content) -> Table:
    """The targets of an edition in the words and figures of that day, those outside the count last."""
    language = "en" if get_language() == "en" else "vi"
    targets = content["targets"]
    headline = content["headline"]
    columns = [
        *(_("Document"), _("Row"), _("Target"), _("Indicator code"), _("Level"), _("Owner"), _("Result")),
        *(_("Unit of measure"), _("Numerator"), _("Denominator"), _("Plan"), _("State"), _("Counts")),
        *(_("To go"), _("Change on last year"), _("Notes"), _("Illustrative data")),
    ]
    ordered = sorted(targets, key=lambda each: not each["counts"])
    about = [
        f"{headline['met']}/{headline['total']} {_('targets met or exceeded')}",
        f"SHA-256 {edition.digest}",
    ]
    if any(each["is_value_illustrative"] or each["is_target_illustrative"] for each in targets):
        about.append(_("Contains illustrative data; its rows say so."))
    period = content["period"][f"name_{language}"]
    title = f"{edition.name}, {period}, {content['unit']['name']}"
    return Table(title, columns, [_row(each, language) for each in ordered], about)


def _row(target: dict[str, Any], language: str) -> list[Cell]:
    texts, indicator = target["texts"][language], target["indicator"]
    made_up = target["is_value_illustrative"] or target["is_target_illustrative"]
    return [
        *(target["document"], target["code"], texts["name"], indicator["code"] if indicator else ""),
        *(texts["place"], texts["owner"], _result(target, texts)),
        figures.unit_word(indicator["unit"]) if indicator else "",
        *(_number(target["numerator"]), _number(target["denominator"])),
        *(texts["asked"], texts["status"], _("yes") if target["counts"] else _("no"), texts["gap"]),
        *(texts["change"], "; ".join(texts["notes"]), yes(made_up)),
    ]


def _result(target: dict[str, Any], texts: dict[str, Any]) -> Cell:
    """The exact number of what was frozen; its words where there is none, or where it is a yes or a no."""
    indicator = target["indicator"]
    if indicator is None or indicator["value_type"] == "boolean":
        return str(texts["value"])
    numbers = (
        None if target[key] is None else Decimal(target[key]) for key in ("numerator", "denominator", "value")
    )
    value = Measure(factor=indicator["factor"]).number(*numbers)
    return str(texts["value"]) if value is None else Exact(value, indicator["decimals"])


def _number(text: str | None) -> Cell:
    return None if text is None else Exact(Decimal(text), None)
