"""A thousand things that happen to a portal in the year after an edition was closed."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db.models import ProtectedError

from accounts.models import User
from indicators.engine.queue import recompute_everything
from indicators.models import (
    Attainment,
    Indicator,
    IndicatorDefinition,
    Measurement,
    MeasurementVersion,
    Period,
    Pillar,
    Report,
    Target,
    TargetRevision,
    VersionState,
)
from provinces.models import AgencyKind, Unit
from resolutions.models import Document
from tests.factories.results import make_attainment, make_indicator, make_measurement, make_target


class Editor:
    """Edits everything that an edition could have read; `made` counts what was done."""

    def __init__(self, plan: SimpleNamespace, seed: int) -> None:
        self.plan, self.random, self.made = plan, random.Random(seed), Counter[str]()
        self.kinds: list[tuple[int, Callable[[], bool]]] = [
            (24, self.judge_again),
            (20, self.approve_again),
            (10, self.revise),
            (8, self.change_what_is_asked),
            (8, self.rename_target),
            (6, self.rename_unit),
            (5, self.rename_agencies),
            (6, self.rename_indicator),
            (5, self.rename_document),
            (3, self.rename_pillar),
            (3, self.rename_person),
            (5, self.write_report),
            (4, self.add),
            (3, self.delete_result),
            (2, self.delete_report),
            (2, self.delete_target),
            (2, self.move_days),
        ]

    def edit(self) -> None:
        weights = [weight for weight, _kind in self.kinds]
        while True:
            [(_weight, kind)] = self.random.choices(self.kinds, weights)
            if kind():
                self.made[kind.__name__] += 1
                return

    def recompute(self) -> None:
        recompute_everything()
        self.made["recompute"] += 1

    def pick(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return self.random.choice(found) if found else None

    def word(self) -> str:
        return f"Tên mới {self.random.randint(1, 10**9)}"

    def judge_again(self) -> bool:
        judged = self.pick(Attainment.objects.filter(target__unit=self.plan.unit))
        if judged is None:
            return False
        status = self.random.choice(("exceeded", "met", "missed", "off_track", "no_data"))
        numbers: dict[str, Any] = {"numerator": None, "denominator": None, "value": None}
        if status != "no_data":
            numbers["value"] = Decimal(self.random.randint(0, 10_000)) / 100
        Attainment.objects.filter(pk=judged.pk).update(
            status=status, met={"no_data": None}.get(status, status in ("exceeded", "met")),
            version=judged.version + 1, computed_at="2027-01-01T00:00:00Z", is_overdue=False, counts=True,
            rules_version=self.random.choice("123"), **numbers,
        )  # fmt: skip
        return True

    def approve_again(self) -> bool:
        cell = self.pick(Measurement.objects.filter(approved_version__isnull=False))
        old = cell.approved_version
        MeasurementVersion.objects.filter(pk=old.pk).update(state=VersionState.SUPERSEDED)
        numbers = {"numerator": None, "denominator": None, "value": Decimal(self.random.randint(0, 999))}
        new = MeasurementVersion.objects.create(
            measurement=cell, number=old.number + 1, definition=cell.definition, answer="value",
            state=VersionState.APPROVED, entered_by=old.entered_by, submitted_by=old.submitted_by,
            submitted_at=old.submitted_at, approved_by=old.approved_by, approved_at=old.approved_at,
            **numbers,
        )  # fmt: skip
        Measurement.objects.filter(pk=cell.pk).update(approved_version=new, answer="value", **numbers)
        return True

    def revise(self) -> bool:
        target = self.pick(Target.objects.filter(revisions__isnull=False).distinct())
        last = target.revisions.order_by("-number").first()
        TargetRevision.objects.create(
            target=target, number=last.number + 1, document=last.document, rule="at_least",
            effective_on=last.effective_on + timedelta(days=1), due_on=last.due_on,
            threshold=Decimal(self.random.randint(1, 200)),
        )  # fmt: skip
        return True

    def change_what_is_asked(self) -> bool:
        revision = self.pick(TargetRevision.objects.filter(rule="at_least"))
        TargetRevision.objects.filter(pk=revision.pk).update(threshold=self.random.randint(1, 200))
        return True

    def rename_target(self) -> bool:
        target = self.pick(Target.objects.all())
        Target.objects.filter(pk=target.pk).update(
            name_vi=self.word(), name_en=self.word(), owner=None, owner_note=self.word()
        )
        return True

    def rename_unit(self) -> bool:
        unit = self.pick(Unit.objects.all())
        Unit.objects.filter(pk=unit.pk).update(name=self.word(), kind="Xã")
        return True

    def rename_agencies(self) -> bool:
        kind = self.pick(AgencyKind.objects.all())
        AgencyKind.objects.filter(pk=kind.pk).update(label_pattern=self.word(), name_en=self.word())
        return True

    def rename_indicator(self) -> bool:
        indicator = self.pick(Indicator.objects.all())
        Indicator.objects.filter(pk=indicator.pk).update(name_vi=self.word())
        IndicatorDefinition.objects.filter(indicator=indicator).update(
            decimals=self.random.randint(0, 4), unit_of_measure=self.random.choice(("%", "ngày", "tổ"))
        )
        return True

    def rename_document(self) -> bool:
        document = self.pick(Document.objects.all())
        Document.objects.filter(pk=document.pk).update(
            number=self.word(), title_vi=self.word(), note_vi=self.word(), is_illustrative=True
        )
        return True

    def rename_pillar(self) -> bool:
        pillar = self.pick(Pillar.objects.all())
        Pillar.objects.filter(pk=pillar.pk).update(name_vi=self.word(), name_en=self.word())
        return True

    def rename_person(self) -> bool:
        person = self.pick(User.objects.all())
        User.objects.filter(pk=person.pk).update(full_name=self.word())
        return True

    def write_report(self) -> bool:
        report = self.pick(Report.objects.all())
        if report is None:
            return False
        Report.objects.filter(pk=report.pk).update(
            state=self.random.choice(("draft", "approved", "locked")), results=self.word(), causes=self.word()
        )
        return True

    def add(self) -> bool:
        indicator = make_indicator()
        make_attainment(make_target(self.plan.unit, indicator, self.plan.second), self.plan.period)
        make_measurement(self.plan.unit, indicator, self.plan.period)
        return True

    def delete_result(self) -> bool:
        if Attainment.objects.count() < 3:
            return False
        self.pick(Attainment.objects.all()).delete()
        return True

    def delete_report(self) -> bool:
        report = self.pick(Report.objects.all())
        if report is None:
            return False
        report.delete()
        return True

    def delete_target(self) -> bool:
        target = self.pick(Target.objects.filter(attainments__isnull=True))
        if target is None:
            return False
        try:
            target.delete()
        except ProtectedError:
            return False
        return True

    def move_days(self) -> bool:
        last = date(2023, 12, self.random.randint(20, 31))
        Period.objects.filter(pk=self.plan.period.pk).update(assessed_on=last, cutoff_on=last)
        return True
