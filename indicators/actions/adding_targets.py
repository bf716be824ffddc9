"""A new row of a document's list of targets, entered by a person."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.actions.asked_limits import limit_problems
from indicators.actions.levels import level_problem, problems_of_parts
from indicators.actions.targets import Asked, save_new
from indicators.models import Indicator, Target
from indicators.models.rules import COMPOSITE
from indicators.models.targets import CountsAs, TargetKind, row_sort_key
from provinces.models import Agency, Unit, UnitClosure
from resolutions.models import Document

_LONGEST_SORT_KEY = 60


@transaction.atomic
def add_target(
    *,
    document: Document,
    unit: Unit,
    code: str,
    level: str,
    counts_from: datetime.date,
    asked: Asked | None,
    by: User,
    indicator: Indicator | None = None,
    name_vi: str = "",
    name_en: str = "",
    owner: Agency | None = None,
    owner_note: str = "",
    counts_as: str = "",
    parent: Target | None = None,
) -> Target:
    """A new row of a document's list, for one unit, with what it asks first.

    ``counts_as`` makes it a heading; one that counts by its sub-targets asks nothing itself, so that
    ``asked`` is None for it alone. ``parent`` is the heading a row stands under, of the same document and
    unit.

    The caller has asked whether ``by`` sets targets of the unit. Raises ValidationError, naming each field
    that contradicts the rule, the document, or a row that is there already.
    """
    target = Target(
        document=document,
        unit=unit,
        code=code,
        sort_key=row_sort_key(code),
        kind=TargetKind.HEADING if counts_as else TargetKind.LEAF,
        counts_as=counts_as,
        parent=parent,
        indicator=indicator,
        level=level,
        name_vi=name_vi,
        name_en=name_en,
        owner=owner,
        owner_note=owner_note,
        counts_from=counts_from,
    )
    problems = place_problems(target) | heading_problems(target) | _measure_problems(target, asked)
    if problems:
        raise ValidationError(problems)
    return save_new(target, asked, by, "add")


def place_problems(target: Target) -> dict[str, str]:
    """Where the row does not fit its document or its unit, by field."""
    document, unit = target.document, target.unit
    problems: dict[str, str] = {}
    if not UnitClosure.objects.filter(ancestor=document.unit, descendant=unit).exists():
        words = {"unit": unit.label, "upper": document.unit.label}
        problems["unit"] = _("%(unit)s does not lie below %(upper)s.") % words
    same = Target.objects.filter(document=document, unit=unit, code=target.code)
    if same.exclude(pk=target.pk).exists():
        problems["code"] = _("This row of the document is entered for %(unit)s already.") % {
            "unit": unit.label
        }
    if len(target.sort_key) > _LONGEST_SORT_KEY:
        problems["code"] = _("This row has too many parts; write it as 11.10.")
    if target.counts_from < document.valid_from:
        message = _("The document takes effect on %(day)s; it changes nothing before.")
        problems["counts_from"] = message % {"day": document.valid_from.strftime("%d/%m/%Y")}
    return problems


def heading_problems(target: Target) -> dict[str, str]:
    """Where the row cannot stand under the heading chosen for it, by field.

    The lists put rows in the order of their numbers, each below its heading (attainment rules §3).
    """
    heading = target.parent
    if heading is None:
        return {}
    if target.kind == TargetKind.HEADING:
        return {"parent": _("A heading stands under no other heading; choose none.")}
    if heading.kind != TargetKind.HEADING or heading.document_id != target.document_id:
        return {"parent": _("Choose a heading of this document.")}
    if heading.unit_id != target.unit_id:
        message = _("This heading is of %(unit)s; choose one of the unit the row is for.")
        return {"parent": message % {"unit": heading.unit.label}}
    if not target.code.startswith(f"{heading.code}."):
        message = _("A row below heading %(heading)s begins with its number; write it as %(heading)s.1.")
        return {"code": message % {"heading": heading.code}}
    return {}


def _measure_problems(target: Target, asked: Asked | None) -> dict[str, str]:
    """Where the row does not fit what it is measured by, by field."""
    by_rows = target.counts_as == CountsAs.LEAVES
    if by_rows and asked is not None:
        return {"rule": _("A heading that counts by its sub-targets asks nothing itself.")}
    if not by_rows and asked is None:
        return {"rule": _("The target asks nothing yet; record its first revision.")}
    problems: dict[str, str] = {}
    is_composite = asked is not None and asked.rule in COMPOSITE
    if target.indicator is None:
        if not target.name_vi:
            problems["name_vi"] = _name_missing(is_nameless=by_rows or is_composite)
    elif by_rows:
        problems["indicator"] = _("A heading that counts by its sub-targets has no indicator; choose none.")
    elif is_composite:
        problems["indicator"] = _("The parts have the indicators; choose none here.")
    elif words := level_problem(target.indicator, target.level):
        problems["level"] = words
    parts = asked.parts if asked is not None else ()
    problems |= problems_of_parts((part.indicator, part.level) for part in parts)
    return problems | limit_problems(asked)


def _name_missing(*, is_nameless: bool) -> str:
    if is_nameless:
        return _("Write the name as the document has it; no indicator gives it one.")
    return _("Choose an indicator, or write the target as the document names it.")
