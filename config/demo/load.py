"""Loading the whole demonstration: all of it or nothing, and nothing twice."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from config.demo import files
from config.demo.campaigns import load_campaigns
from config.demo.editions import load_editions
from config.demo.events import load_events
from config.demo.evidence import load_evidence
from config.demo.explanations import load_explanations
from config.demo.figures import entries
from config.demo.obligations import load_obligations
from config.demo.people import THUAN_BAC, load_client, load_people
from config.demo.plan import load_declarations, load_documents, load_targets
from config.demo.provinces import load_provinces, province_entries
from config.demo.reports import load_cells, load_reports
from config.demo.tasks import load_tasks, load_tasks_of_former_units
from config.demo.world import PROVINCE, World
from indicators.engine.queue import recompute_everything
from indicators.models import Job, JobState
from provinces.bulk import know_size
from provinces.models import Unit


class Loaded(NamedTuple):
    counts: dict[str, int]
    """How many of each kind were written; all 0 on a second run."""
    password: str | None
    """The password that was made up, if one was."""


@transaction.atomic
def load_demo(*, password: str | None = None, token: str | None = None) -> Loaded:
    """Load the demonstration on top of the reference data.

    With a token, the API client ``demo`` reads with it. Raises NothingToStandOn where the reference data is
    missing, and DataFileErrors where a file of the demonstration is broken; then nothing was written.
    """
    world = World.read()
    series = files.series()
    people, made_up, new_people = load_people(password)
    if token:
        load_client(token)
    documents, new_documents = load_documents(world)
    targets, new_targets = load_targets(documents, world)
    counts = {
        "people": new_people,
        "documents": new_documents,
        "targets": new_targets,
        "declarations": load_declarations(targets, people),
        "obligations": load_obligations(series, world),
    }
    cells = list(entries(series, world))
    counts |= load_cells(cells, people)
    elsewhere = province_entries(world)
    counts |= load_provinces(elsewhere, world)
    # Much of this is new within the transaction, and nothing else tells PostgreSQL's planner how much:
    # without it, tying cells to reports and pooling can take minutes.
    know_size()
    counts["reports"] = load_reports([*cells, *elsewhere], world)
    know_size()
    waiting = list(Job.objects.filter(state=JobState.QUEUED).values_list("pk", flat=True))
    recomputed = recompute_everything()
    # All that was asked for before has now been done: a fresh trial has nothing left to recompute.
    Job.objects.filter(pk__in=waiting, state=JobState.QUEUED).update(
        state=JobState.DONE, finished_at=timezone.now()
    )
    counts["results"] = recomputed.roll_ups_written + recomputed.attainments_written
    counts["tasks"] = load_tasks(Unit.objects.get(ref=PROVINCE), people)
    counts["events"] = load_events(people)
    counts["tasks"] += load_tasks_of_former_units(Unit.objects.get(ref=THUAN_BAC))
    counts["evidence"] = load_evidence()
    counts["explanations"] = load_explanations(people)
    counts["editions"] = load_editions(people)
    counts |= load_campaigns(people)
    return Loaded(counts, made_up)
