"""The illustrative plans: documents, targets with their revisions, milestones and parts, declarations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from accounts.actions.changes import Noted, note_change, note_changes
from accounts.models import User
from accounts.models.audit import Operation
from config.demo import files
from config.demo.world import PROVINCE, NothingToStandOn, World, moment
from indicators.models import (
    Declaration,
    Milestone,
    Provenance,
    Shape,
    Target,
    TargetKind,
    TargetPart,
    TargetRevision,
    VersionState,
)
from indicators.models.targets import row_sort_key
from provinces.datafiles import Row
from resolutions.models import Document, DocumentLink, normalise_number

NATIONAL = ("NQ03", "Chính phủ|03/NQ-CP|2025-01-09")

Documents = Mapping[str, Document]
Targets = dict[tuple[str, str], Target]


def load_documents(world: World) -> tuple[dict[str, Document], int]:
    """The documents by the key of the file, and how many were written."""
    known = {document.key: document for document in Document.objects.all()}
    found, written = {}, 0
    for row in files.documents():
        key = f"{row['issuer']}|{row['number']}|{row['issued_on'].isoformat()}"
        document = known.get(key)
        if document is None:
            document = Document.objects.create(
                unit=world.units[row["unit"]],
                number_normalised=normalise_number(row["number"]),
                is_illustrative=True,
                **{
                    name: row[name]
                    for name in ("issuer", "number", "issued_on", "kind", "title_vi", "title_en")
                },
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
            )
            note_change("document", document.pk, Operation.CREATED, document.unit_id)
            written += 1
        found[row["key"]] = document
        if row["implements"]:
            _link, made = DocumentLink.objects.get_or_create(
                document=document,
                relation=DocumentLink.Relation.IMPLEMENTS,
                other=_of_reference(known, row["implements"]),
            )
            if made:
                note_change("document", document.pk, Operation.UPDATED, document.unit_id)
    found[NATIONAL[0]] = _of_reference(known, NATIONAL[1])
    return found, written


def _of_reference(known: Mapping[str, Document], key: str) -> Document:
    if key not in known:
        raise NothingToStandOn(f"The document {key} is not there yet: run manage.py load_reference first.")
    return known[key]


def load_targets(documents: Documents, world: World) -> tuple[Targets, int]:
    """The targets by plan and row, and how many were written; a target that is there stays as it is."""
    keys = {document.pk: key for key, document in documents.items()}
    found: Targets = {
        (keys[target.document_id], target.code): target
        for target in Target.objects.filter(document__in=keys).order_by("pk")
    }
    old = set(found)
    rows = files.targets()
    # Later rows stand on earlier ones: a heading, the target a copy was made of, or the one it continues.
    for wave in (_needs_nothing, _needs_a_heading, _needs_a_target):
        new = [row for row in rows if wave(row) and (row["plan"], row["code"]) not in found]
        made = Target.objects.bulk_create([_target(row, found, documents, world) for row in new])
        found |= {(row["plan"], row["code"]): target for row, target in zip(new, made, strict=True)}
    fresh = [row for row in rows if (row["plan"], row["code"]) not in old]
    _load_revisions(fresh, found, documents, world)
    made_now = [found[row["plan"], row["code"]] for row in fresh]
    note_changes(Noted("target", target.pk, Operation.CREATED, target.unit_id) for target in made_now)
    return found, len(fresh)


def _stands_on_another(row: Row) -> bool:
    national = row["linked_to"].startswith(f"{NATIONAL[0]}:")
    return bool(row["continues"] or (row["linked_to"] and not national))


def _needs_nothing(row: Row) -> bool:
    return not row["parent"] and not _stands_on_another(row)


def _needs_a_heading(row: Row) -> bool:
    return bool(row["parent"]) and not _stands_on_another(row)


def _needs_a_target(row: Row) -> bool:
    return _stands_on_another(row)


def _target(row: Row, found: Targets, documents: Documents, world: World) -> Target:
    document = documents[row["plan"]]
    unit = document.unit
    indicator = world.indicators[row["indicator"]] if row["indicator"] else None
    owner = world.owner_on(indicator, unit, document.valid_from) if indicator else None
    if row["owner"]:
        owner = world.agencies[f"{unit.ref}.{row['owner']}"]
    return Target(
        document=document,
        unit=unit,
        code=row["code"],
        sort_key=row_sort_key(row["code"]),
        kind=TargetKind.HEADING if row["counts_as"] else TargetKind.LEAF,
        counts_as=row["counts_as"] or "",
        parent=_named(found, row, f"{row['plan']}:{row['parent']}") if row["parent"] else None,
        indicator=indicator,
        level=row["level"],
        name_vi=row["name_vi"],
        owner=owner,
        counts_from=row["counts_from"] or document.valid_from,
        linked_to=_named(found, row, row["linked_to"]) if row["linked_to"] else None,
        continues=_named(found, row, row["continues"]) if row["continues"] else None,
        continued_by_document=document if row["continues"] else None,
    )


def _named(found: Targets, row: Row, name: str) -> Target:
    """The target called ``plan:row`` in the file."""
    plan, _, code = name.partition(":")
    if (plan, code) not in found:
        raise NothingToStandOn(f"{row.file}:{row.line}: there is no target {name}; load the reference first.")
    return found[plan, code]


def _load_revisions(rows: list[Row], targets: Targets, documents: Documents, world: World) -> None:
    asked = [row for row in rows if row["rule"]]
    firsts = {(row["plan"], row["code"]): _first(row, targets[row["plan"], row["code"]]) for row in asked}
    TargetRevision.objects.bulk_create(firsts.values())
    TargetRevision.objects.bulk_create(
        _later(row, firsts[row["plan"], row["code"]], documents[row["document"]])
        for row in files.revisions()
        if (row["plan"], row["code"]) in firsts
    )
    Milestone.objects.bulk_create(
        Milestone(revision=firsts[row["plan"], row["code"]], on=day, value=value)
        for row in asked
        for day, value in files.milestones(row["milestones"])
    )
    TargetPart.objects.bulk_create(
        TargetPart(
            revision=firsts[row["plan"], row["code"]],
            position=row["position"],
            indicator=world.indicators[row["indicator"]],
            level=row["level"],
            rule=row["rule"],
            threshold=row["threshold"],
            name_vi=row["name_vi"],
        )
        for row in files.parts()
        if (row["plan"], row["code"]) in firsts
    )


_ILLUSTRATIVE = {f"{name}_provenance": Provenance.ILLUSTRATIVE for name in ("threshold", "baseline", "due")}


def _first(row: Row, target: Target) -> TargetRevision:
    asked: dict[str, Any] = {
        name: row[name]
        for name in ("rule", "threshold", "low", "high", "years", "baseline", "baseline_on", "due_on")
    }
    return TargetRevision(
        target=target,
        number=1,
        document=target.document,
        effective_on=target.counts_from,
        direction=row["direction"] or "",
        shape=row["shape"] or Shape.LINEAR,
        window_from=row["window_from"],
        **asked,
        **_ILLUSTRATIVE,
    )


def _later(row: Row, first: TargetRevision, document: Document) -> TargetRevision:
    """The same target from a day on, with another threshold."""
    return TargetRevision(
        target=first.target,
        number=row["number"],
        document=document,
        effective_on=row["effective_on"],
        due_on=row["due_on"],
        rule=first.rule,
        threshold=row["threshold"],
        baseline=first.baseline,
        baseline_on=first.baseline_on,
        shape=first.shape,
        window_from=first.window_from,
        **_ILLUSTRATIVE,
    )


def load_declarations(targets: Targets, people: Mapping[str, User]) -> int:
    """What was declared done, or judged by a named person; entered by one, approved by another."""
    known = set(Declaration.objects.values_list("target_id", flat=True))
    written = []
    for row in files.targets():
        target = targets[row["plan"], row["code"]]
        if not row["declared"] or target.pk in known:
            continue
        side = {PROVINCE: ("reporter", "approver"), "P58": ("ninhthuan.nhap", "ninhthuan.duyet")}
        entered, approved = side.get(target.unit.ref, ("khanhhoa.nhap", "khanhhoa.duyet"))
        day = row["declared_on"]
        written.append(
            Declaration(
                target=target,
                kind=row["declared"],
                is_met=True,
                declared_on=day,
                judged_by=people["leader"] if row["declared"] == "judged" else None,
                reason=row["reason"],
                provenance=Provenance.ILLUSTRATIVE,
                day_provenance=Provenance.ILLUSTRATIVE,
                number=1,
                state=VersionState.APPROVED,
                entered_by=people[entered],
                entered_at=moment(day, 9),
                submitted_by=people[entered],
                submitted_at=moment(day, 9, 30),
                approved_by=people[approved],
                approved_at=moment(day + timedelta(days=1), 14),
            )
        )
    Declaration.objects.bulk_create(written)
    return len(written)
