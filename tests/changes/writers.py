"""Writers for the feed, each a process of its own: random edits through the real actions.

Transactions overlap: a writer takes its ids, dawdles, and ends after others that began later; one in ten
takes everything back.
"""

import contextlib
import multiprocessing
import random
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import Error, connections, transaction

from accounts.actions.changes import note_change
from accounts.models import User
from indicators.actions import reporting
from indicators.actions.jobs import mark_stale
from indicators.actions.reporting import ApprovedCell, CellValue, ReportingError, load_approved
from indicators.actions.targets import Asked, revise_target
from indicators.engine import queue
from indicators.models import Indicator, MeasurementVersion, Period, Target
from provinces.models import Unit
from resolutions.models import Document
from tests.factories.cells import aim, calendar, owe
from tests.factories.results import make_document, make_indicator


class TakenBackError(Exception):
    """Ends a transaction that leaves nothing behind."""


@dataclass
class Scene:
    """What the writers write on: communes near and far that owe figures, and targets judged from them."""

    units: list[Unit]
    provinces: list[Unit]
    indicators: list[Indicator]
    periods: list[Period]
    every_period: list[Period]
    people: list[User]
    targets: list[Target]
    decree: Document


def make_scene(provinces: list[Unit], communes: list[Unit]) -> Scene:
    calendar(2026)
    indicators = [make_indicator() for _each in range(4)]
    for unit in communes:
        for indicator in indicators:
            owe(unit, indicator, "commune")
    targets = [
        aim(unit, indicator, level="commune", threshold="50", due_on=date(2026, 12, 31))
        for unit in [*provinces, *communes]
        for indicator in indicators[:2]
    ]
    return Scene(
        units=communes,
        provinces=provinces,
        indicators=indicators,
        periods=list(Period.objects.filter(kind="quarter").order_by("pk")),
        every_period=list(Period.objects.order_by("pk")),
        people=[User.objects.create(username=name) for name in ("enters", "approves")],
        targets=targets,
        decree=make_document(provinces[0], valid_from=date(2025, 1, 1)),
    )


@dataclass
class Writer:
    """Makes so many random edits; `made` counts them by kind."""

    scene: Scene
    seed: int
    edits: int
    made: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.documents: list[int] = []
        self.submitted: list[int] = []
        self.approved: list[int] = []
        self.loads = 0

    def run(self) -> None:
        kinds: list[tuple[int, Callable[[], None]]] = [
            (12, self.enter),
            (12, self.decide),
            (4, self.withdraw),
            (2, self.revise),
            (15, self.write_documents),
        ]
        weights = [weight for weight, _kind in kinds]
        while sum(self.made.values()) < self.edits:
            [(_weight, kind)] = self.random.choices(kinds, weights)
            if self.made.get("loaded", 0) < sum(self.made.values()) * 2 // 5:
                kind = self.load
            before = dict(self.made)
            try:
                with transaction.atomic():
                    kind()
                    if self.random.random() < 0.3:
                        time.sleep(self.random.random() / 100)
                    if self.random.random() < 0.1:
                        raise TakenBackError
            except (TakenBackError, ReportingError, ValidationError, Error):
                self.made = before

    def count(self, name: str, number: int = 1) -> None:
        self.made[name] = self.made.get(name, 0) + number

    def enter(self) -> None:
        scene = self.scene
        denominator = self.random.randint(1, 50)
        version = reporting.enter(
            indicator=self.random.choice(scene.indicators),
            unit=self.random.choice(scene.units),
            level="commune",
            period=self.random.choice(scene.periods),
            by=scene.people[0],
            cell=CellValue(numerator=self.random.randint(0, denominator), denominator=denominator),
        )
        reporting.submit(version=version, by=scene.people[0])
        self.submitted.append(version.pk)
        self.count("entered")

    def decide(self) -> None:
        version = self._one_of(self.submitted)
        reporting.approve(version=version, by=self.scene.people[1])
        self.approved.append(version.pk)
        self.count("approved")

    def withdraw(self) -> None:
        version = self._one_of(self.approved)
        reporting.withdraw(version=version, by=self.scene.people[1], reason="counted twice")
        self.count("withdrawn")

    def revise(self) -> None:
        target = self.random.choice(self.scene.targets)
        last = target.revisions.order_by("-effective_on").first()
        revise_target(
            target=target,
            document=self.scene.decree,
            effective_on=max(last.effective_on, date(2025, 1, 1)) + timedelta(days=1),
            asked=Asked(rule="at_least", threshold=self.random.randint(5, 95), due_on=date(2026, 12, 31)),
            by=self.scene.people[0],
        )
        self.count("revised")

    def load(self) -> None:
        """Figures that were approved elsewhere, under an indicator of their own."""
        self.loads += 1
        indicator = make_indicator(f"L-{self.seed}-{self.loads}")
        note_change("indicator", indicator.pk, "created", None)
        cells = [
            ApprovedCell(
                indicator=indicator, unit=unit, level="commune", period=period, numerator=1, denominator=2
            )
            for unit in self.scene.units
            for period in self.scene.every_period
        ]
        load_approved(cells, entered_by=self.scene.people[0], approved_by=self.scene.people[1])
        self.count("loaded", len(cells))

    def write_documents(self) -> None:
        """As the administration does: several in one transaction, each made, reworded or deleted."""
        for _each in range(self.random.randint(1, 12)):
            roll = self.random.random()
            if roll < 0.4 or not self.documents:
                unit = self.random.choice(self.scene.provinces)
                document = make_document(unit, f"{self.seed}-{self.random.getrandbits(60)}")
                note_change("document", document.pk, "created", unit.pk)
                self.documents.append(document.pk)
                self.count("documents made")
            elif roll < 0.75:
                wanted = Document.objects.filter(pk=self.random.choice(self.documents))
                if wanted.update(title_vi=f"Kế hoạch {self.random.getrandbits(30)}"):
                    note_change("document", wanted.get().pk, "updated", wanted.get().unit_id)
                    self.count("documents reworded")
            else:
                pk = self.documents.pop(self.random.randrange(len(self.documents)))
                found = Document.objects.filter(pk=pk).first()
                if found is not None:
                    note_change("document", pk, "deleted", found.unit_id)
                    found.delete()
                    self.count("documents deleted")

    def _one_of(self, versions: list[int]) -> MeasurementVersion:
        """One of those this writer left so; another writer may have gone on with its cell since."""
        if not versions:
            raise ReportingError("nothing there")
        found = MeasurementVersion.objects.filter(
            pk=versions.pop(self.random.randrange(len(versions)))
        ).first()
        if found is None:
            raise ReportingError("taken back")
        return found


def recompute_until(stopped: Any, seed: int) -> None:
    """What a worker does, while targets cease to count and their results go, or count again."""
    chance = random.Random(seed)
    targets = list(Target.objects.order_by("pk"))
    while not stopped.is_set():
        target = chance.choice(targets)
        with transaction.atomic():
            later = date(2027, 1, 1) if chance.random() < 0.5 else date(2023, 1, 1)
            Target.objects.filter(pk=target.pk).update(counts_from=later)
            note_change("target", target.pk, "updated", target.unit_id)
            mark_stale(target=target)
        queue.run_next("tests")
        queue.run_next("tests")
        time.sleep(0.2)


@contextlib.contextmanager
def running(*works: Callable[[], Any]) -> Iterator[list[Any]]:
    """Processes that do these works on connections of their own; none outlives the block."""
    # A connection that two processes share is the end of both.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    started = [context.Process(target=_alone, args=(work,), daemon=True) for work in works]
    for process in started:
        process.start()
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.join()


def _alone(work: Callable[[], Any]) -> None:
    try:
        work()
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        connections.close_all()
