"""The entry grid: a page that works as a plain form, and the address its script saves single cells at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators.actions import reviewing
from indicators.actions.entering import CellInput, Outcome, save_cells, save_narrative
from indicators.actions.reporting import ReportingError
from indicators.entry.grid import TYPED, echo, grid_rows, in_full, is_count, progress, said
from indicators.entry.places import Place, may_approve, may_enter, place_or_404
from indicators.entry.plain_form import LONGEST, changed_cells, said_in
from indicators.entry.rows import EntryRow, rows_of
from indicators.figures import moment
from indicators.models import Door, MissingReason, Qualifier
from indicators.permissions import ENTERS

WORDS = ("results", "difficulties", "causes", "proposals")
LARGEST_BODY = 500_000
MOST_CELLS = 2000
# A person types; numbers as machines write them come through the API alone.
_FIELDS = {"indicator", "level", *TYPED}


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, unit: str, period: str) -> HttpResponse:
    """Show a report; a plain form saves all of it, and `submit` sends it as well."""
    roles = ENTERS if request.method == "POST" else ()
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *roles)
    if request.method != "POST":
        return _page(request, place)
    inputs = changed_cells(request.POST, rows_of(place))
    outcomes = {
        each.key: each
        for each in save_cells(place=place, inputs=list(inputs.values()), by=_person(request), via=Door.FORM)
    }
    words = {name: said_in(request.POST, name) for name in WORDS}
    save_narrative(place=place, by=_person(request), **words)
    if any(each.state in ("refused", "conflict") for each in outcomes.values()):
        messages.error(request, _("Some figures were not saved; see what is marked. The others are saved."))
        return _page(request, place, inputs, outcomes, status=422)
    if "submit" in request.POST:
        return _send(request, place)
    messages.success(request, _("Saved."))
    return redirect(address(place))


def _send(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        reviewing.submit_report(place=place, by=_person(request))
    except reviewing.NotReady as refused:
        messages.error(request, str(refused))
        problems: dict[str, Outcome] = {}
        for key, each in refused.problems:
            problems.setdefault(key, Outcome(key, "kept")).findings.append(each)
        return _page(request, place, outcomes=problems, status=422)
    except ReportingError as refused:
        messages.error(request, str(refused))
        return _page(request, place, status=422)
    messages.success(request, _("The report was sent for approval."))
    return redirect(address(place))


def _page(
    request: HttpRequest,
    place: Place,
    inputs: Mapping[str, CellInput] | None = None,
    outcomes: Mapping[str, Outcome] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = grid_rows(rows_of(place), inputs, outcomes)
    for row in rows:
        if outcomes and row.key in outcomes and outcomes[row.key].state == "kept":
            row.findings = outcomes[row.key].findings
    may = may_enter(request.user, place)
    context = {
        "place": place,
        "rows": rows,
        "progress": progress(rows),
        "is_illustrative": any(row.row.is_illustrative for row in rows),
        "may_enter": may,
        "is_editable": may and place.is_open,
        "may_approve": may_approve(request.user, place),
        "reasons": MissingReason.choices,
        "qualifiers": Qualifier.choices,
        "words": _words(place),
        "script_words": _script_words(),
        "last_period": rows[0].row.last_period if rows else None,
        "last_year_period": rows[0].row.last_year_period if rows else None,
    }
    return render(request, "reports/entry.html", context, status=status)


def _words(place: Place) -> list[dict[str, str]]:
    labels = (_("Results"), _("Difficulties"), _("Causes"), _("Proposals"))
    return [
        {"name": name, "label": label, "text": getattr(place.report, name, "") if place.report else ""}
        for name, label in zip(WORDS, labels, strict=True)
    ]


def _script_words() -> dict[str, str]:
    """What the page's script says, in the reader's language."""
    return {
        "saving": _("saving …"),
        "saved": _("saved"),
        "unchanged": _("saved"),
        "unexplained": _("saved; justify the warning"),
        "refused": _("not saved"),
        "conflict": _("changed by somebody else"),
        "waiting": _("waiting for the line"),
        "offline": _("No connection. What you typed is kept here and is sent as soon as the line is back."),
        "session": _("Your session has ended. What you typed is kept here."),
        "signIn": _("Sign in again"),
        "theirs": _("Saved meanwhile"),
        "keepMine": _("Keep mine"),
        "takeTheirs": _("Take theirs"),
        "half": _("incomplete, kept here"),
        "failed": _("could not be saved, kept here"),
        "gone": _("You can no longer enter figures here. What you typed is kept; load the page again."),
        "overflow": _("{n} pasted values found no cell and were left out."),
        "errors": _("errors: {n}"),
    }


def address(place: Place, name: str = "entry") -> str:
    return reverse(f"reports:{name}", kwargs=place.kwargs) + place.query


def _person(request: HttpRequest) -> Any:
    return request.user


@require_POST
def cells(request: HttpRequest, unit: str, period: str) -> JsonResponse:
    """Save the cells the page's script sends; the answer echoes each as it was understood."""
    place = place_or_404(request.user, unit, period, request.GET.get("agency", ""), *ENTERS)
    asked = _from_json(request.body)
    if asked is None:
        return JsonResponse({"error": _("This request cannot be read; load the page again.")}, status=400)
    outcomes = save_cells(place=place, inputs=asked.cells, by=_person(request), via=asked.via)
    if asked.words is not None:
        save_narrative(place=place, by=_person(request), **asked.words)
    rows = {row.key: row for row in rows_of(place)}
    told = [_told(each, rows.get(each.key)) for each in outcomes]
    return JsonResponse({"cells": told, "progress": progress(grid_rows(rows.values()))})


@dataclass(frozen=True)
class _Asked:
    cells: list[CellInput]
    words: dict[str, str] | None
    via: Door


def _from_json(body: bytes) -> _Asked | None:
    """What the script sends: cells, the words of the report, or both; None where its shape is wrong."""
    try:
        asked = json.loads(body[: LARGEST_BODY + 1])
        via, listed, words = Door(asked.get("via", Door.FORM)), asked["cells"], asked.get("words")
        if not isinstance(listed, list) or len(listed) > MOST_CELLS or via not in (Door.FORM, Door.PASTE):
            return None
        if words is not None:
            words = {name: _plain(words[name]) for name in WORDS}
        elif not listed:
            return None
        return _Asked([_one_cell(each) for each in listed], words, via)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _one_cell(given: Any) -> CellInput:
    """Raises TypeError or ValueError where a field is unknown or is not text."""
    base = given.get("base")
    if base is not None and (isinstance(base, bool) or not isinstance(base, int)):
        raise TypeError
    texts: dict[str, Any] = {name: _plain(value) for name, value in given.items() if name != "base"}
    if not texts.keys() <= _FIELDS:
        raise ValueError
    return CellInput(base=base, **texts)


def _plain(value: Any) -> str:
    """Text that a database can hold: half a character pair and NUL cannot be stored."""
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise TypeError
    value.encode()
    return value


def _told(outcome: Outcome, row: EntryRow | None) -> dict[str, Any]:
    version, is_conflict = outcome.version, outcome.state == "conflict"
    return {
        "key": outcome.key,
        "state": outcome.state,
        "findings": [
            {"code": each.code, "severity": each.severity, "field": each.field, "message": each.message}
            for each in outcome.findings
        ],
        "version": version.number if version else 0,
        "echo": echo(version, is_count(row)) if version and row else None,
        "result": (in_full if is_conflict else said)(version, row) if version and row else "",
        "by": str(version.entered_by) if version and is_conflict else "",
        "at": moment(version.entered_at) if version and is_conflict else "",
    }
