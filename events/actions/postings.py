"""A campaign's figures as drafts in the reports of the quarters they fall into."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.models import User
from events.campaign_quarters import BLOCKED, OTHER, SAME, Line, lines_of
from events.models import CampaignGoal, CampaignPosting, Event
from indicators import figures
from indicators.actions.entering import SAVED, CellInput, Outcome, save_cells
from indicators.models import Door, MeasurementVersion, Provenance
from provinces.models import Unit


class PostingRefused(Exception):  # noqa: N818 (told to its reader)
    """Nothing was written; the message says why in the reader's language."""


@transaction.atomic
def post_to_quarters(
    *,
    event: Event,
    unit: Unit,
    seen: Mapping[str, int],
    replace: frozenset[str] = frozenset(),
    by: User,
) -> int:
    """Write the sums of a unit's days into its quarterly reports as drafts; answers how many were written.

    ``seen`` holds by line (`Line.key`) the number of the version its reader saw in the cell, 0 where there
    was none; lines that are not in it are left alone. A cell with another figure is only written where
    ``replace`` names it. The drafts go through the rule table like typed ones, and a second person approves
    them. Raises PostingRefused, having written nothing.
    """
    # Nobody changes a figure of the campaign between the sum and the draft.
    list(CampaignGoal.objects.select_for_update(of=("self",)).filter(event=event).order_by("pk"))
    posted = 0
    for line in lines_of(event, unit, by):
        if line.key not in seen or line.state in (BLOCKED, SAME):
            continue
        if line.state == OTHER and line.key not in replace:
            continue
        _write(line, seen[line.key], by)
        posted += 1
    return posted


def _write(line: Line, base: int, by: User) -> None:
    given = CellInput(
        indicator=line.goal.indicator.code,
        level=line.goal.level,
        value=line.written if line.written is not None else "",
        qualifier=line.qualifier,
        note=line.note,
        base=base,
    )
    outcome = save_cells(place=line.place, inputs=[given], by=by, via=Door.FORM)[0]
    version = _saved(line, outcome)
    if line.is_illustrative:
        MeasurementVersion.objects.filter(pk=version.pk).update(provenance=Provenance.ILLUSTRATIVE)
    posting = CampaignPosting.objects.create(
        goal=line.goal,
        unit=line.place.unit,
        period=line.period,
        value=line.value,
        version=version,
        posted_by=by,
    )
    told = {"period": line.period.code, "indicator": line.goal.indicator.code, "value": str(line.written)}
    audit(by, "campaign.posted", posting, line.place.unit, after=told)


def _saved(line: Line, outcome: Outcome) -> MeasurementVersion:
    if outcome.state == SAVED and outcome.version is not None:
        return outcome.version
    reason = " ".join(each.message for each in outcome.findings) or _(
        "The cell was changed meanwhile; look at the page again."
    )
    raise PostingRefused(f"{figures.period(line.period.code)}, {line.goal.indicator.name}: {reason}")
