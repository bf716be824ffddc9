"""Editions for tests that do not look into them: the bytes are as small as the pages can read."""

import itertools
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from dashboard.editions.canonical import bytes_of, digest_of
from dashboard.models import Brief, BriefTemplate, Edition
from indicators.models import Period
from indicators.scoreboards import COUNTED
from provinces.models import Unit

_tick = itertools.count(1)
_SUMS = {
    "total": 2,
    "met": 1,
    "share": "50.00",
    "due_total": 0,
    "due_met": 0,
    "due_share": None,
    "counts": dict.fromkeys(map(str, COUNTED), 0) | {"met": 1, "missed": 1},
    "not_applicable": 0,
    "overdue": 0,
    "illustrative": 0,
}


def make_edition(unit: Unit, period: Period, number: int = 1, **fields: Any) -> Edition:
    """An edition of 1/2 targets without rows; a correction gets a reason, and each its own bytes."""
    content = {
        "format": "edition/1",
        "unit": {"ref": unit.ref, "name": unit.name, "label": "", "tier": unit.tier, "kind": unit.kind},
        "period": {
            "code": period.code,
            "kind": period.kind,
            "year": period.year,
            "name_vi": "Kỳ",
            "name_en": "P",
            "starts_on": "2023-01-01",
            "cutoff_on": "2023-12-31",
            "assessed_on": "2023-12-31",
        },
        "rules_version": "1",
        "computed_at": f"2024-01-01T00:00:00.{next(_tick):06}+00:00",
        "headline": {**_SUMS, "previous": None},
        "groups": {"document": [], "level": [], "pillar": [], "owner": []},
        "targets": [],
        "narratives": [],
        "documents": [],
        "is_illustrative": False,
    }
    raw = bytes_of(content)
    by = User.objects.get_or_create(username="closes")[0]
    made_up = {
        "content": raw,
        "digest": digest_of(raw),
        "met": 1,
        "total": 2,
        "closed_by": by,
        "closed_by_name": "Closes",
        "reason": "" if number == 1 else "corrected",
    }
    return Edition.objects.create(unit=unit, period=period, number=number, **made_up | fields)


def make_brief(edition: Edition, **fields: Any) -> Brief:
    """A brief that is ready; its files are no more than their first letters."""
    files = {"word": "tests/brief.docx", "pdf": "tests/brief.pdf"}
    made_up = {"by": edition.closed_by, "state": "done", "word_sha256": "a" * 64, "pdf_sha256": "b" * 64}
    _store(*files.values())
    return Brief.objects.create(edition=edition, **made_up | files | fields)


def make_brief_template(unit: Unit, **fields: Any) -> BriefTemplate:
    by = User.objects.get_or_create(username="closes")[0]
    _store("tests/template.docx")
    made_up = {"by": by, "name": "mau.docx", "file": "tests/template.docx", "sha256": "c" * 64}
    return BriefTemplate.objects.create(unit=unit, **made_up | fields)


def _store(*names: str) -> None:
    for name in names:
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(b"PK"))
