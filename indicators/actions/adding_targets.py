"""A new row of a document's list of targets, entered by a person."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from indicators.actions.targets import Asked, save_new
from indicators.models import DefinitionLevel, Indicator, Level, Target
from indicators.models.targets import row_sort_key
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
    asked: Asked,
    by: User,
    indicator: Indicator | None = None,
    name_vi: str = "",
    name_en: str = "",
    owner: Agency | None = None,
    owner_note: str = "",
) -> Target:
    """A new row of a document's list, for one unit, with what it asks first.

    The caller has asked whether ``by`` sets targets of the unit. Raises ValidationError, naming each field
    that contradicts the rule, the document, or a row that is there already.
    """
    target = Target(
        document=document,
        unit=unit,
        code=code,
        sort_key=row_sort_key(code),
        indicator=indicator,
        level=level,
        name_vi=name_vi,
        name_en=name_en,
        owner=owner,
        owner_note=owner_note,
        counts_from=counts_from,
    )
    _check_new(target)
    return save_new(target, asked, by, "add")


def _check_new(target: Target) -> None:
    """Raises ValidationError where the row does not fit its document, its unit or its indicator."""
    document, unit = target.document, target.unit
    problems: dict[str, str] = {}
    if not UnitClosure.objects.filter(ancestor=document.unit, descendant=unit).exists():
        words = {"unit": unit.label, "upper": document.unit.label}
        problems["unit"] = _("%(unit)s does not lie below %(upper)s.") % words
    if Target.objects.filter(document=document, unit=unit, code=target.code).exists():
        problems["code"] = _("This row of the document is entered for %(unit)s already.") % {
            "unit": unit.label
        }
    if len(target.sort_key) > _LONGEST_SORT_KEY:
        problems["code"] = _("This row has too many parts; write it as 11.10.")
    if target.counts_from < document.valid_from:
        message = _("The document takes effect on %(day)s; it changes nothing before.")
        problems["counts_from"] = message % {"day": document.valid_from.strftime("%d/%m/%Y")}
    if target.indicator is None and not target.name_vi:
        problems["name_vi"] = _("Choose an indicator, or write the target as the document names it.")
    if target.indicator is not None and (words_of_levels := _other_levels(target.indicator, target.level)):
        message = _("This indicator is not counted at this level, but at: %(words)s.")
        problems["level"] = message % {"words": words_of_levels}
    if problems:
        raise ValidationError(problems)


def _other_levels(indicator: Indicator, level: str) -> str:
    """The levels an indicator is counted at, where this is none of them; whole-unit totals always are."""
    levels = set(
        DefinitionLevel.objects.filter(definition__indicator=indicator).values_list("level", flat=True)
    )
    if not levels or level == Level.TOTAL or level in levels:
        return ""
    return ", ".join(str(each.label) for each in Level if each in levels)
