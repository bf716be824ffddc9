"""The set-up workbook of a province as a file: filled with what is stored, to be changed and sent back."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from accounts.models import Membership, Role, User
from accounts.setting_up import Area
from indicators.models import (
    DefinitionLevel,
    Indicator,
    IndicatorDefinition,
    Level,
    Obligation,
    PeriodKind,
    Pooling,
    RuleName,
    Shape,
)
from indicators.models.rules import COMPOSITE, RangeDirection
from indicators.workbooks.setup_forms import (
    DOCUMENTS,
    FORMS,
    INSTRUCTIONS,
    MILESTONES,
    OBLIGATIONS,
    PARTS,
    PEOPLE,
    REFERENCE,
    ROLES,
    TARGETS,
    Form,
)
from indicators.workbooks.setup_guide import guide
from indicators.workbooks.setup_stored import (
    documents_below,
    rows_of_milestones,
    rows_of_parts,
    rows_of_targets,
    targets_below,
)
from indicators.workbooks.setup_targets import RowKind
from provinces.dates import today
from provinces.models import Agency, Tier, Unit
from resolutions.models import DocumentKind

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Drop-downs and open cells reach this far, for what is added below.
_LAST_ROW = 10_001
_HEAD = 2
_LONGEST_CHOICE = 120
_GUIDE_WIDTH = 110
_A4 = 9
_DAYS = frozenset(
    {"first_day", "last_day", "due_day", "issued_on", "valid_from", "valid_to"}
    | {"counts_from", "due_on", "baseline_on"}
)
_DAY_OR_YEAR = "on"
_ALLOWED = {
    **dict.fromkeys(("sort", "autofilter", "insert_rows", "delete_rows"), True),
    **dict.fromkeys(("format_cells", "format_columns", "format_rows"), True),
}

Cell = str | datetime.date | None


def books_of(area: Area) -> QuerySet[Unit]:
    """The units somebody can have a workbook of: the places they set up."""
    if not area.everything:
        return Unit.objects.filter(pk__in=area.roots).in_name_order()
    return Unit.objects.filter(tier__in=(Tier.NATION, Tier.PROVINCE)).valid_on(today()).in_name_order()


def setup_book(unit: Unit, area: Area) -> bytes:
    """The workbook of a unit and of all that lies below it; of the nation, what is the nation's own."""
    written = io.BytesIO()
    # Text is text: what begins like a formula, a number or an address stays what somebody wrote.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **plain}) as book:
        book.set_properties({"title": str(_("Set-up workbook")), "subject": unit.name})
        _Book(book, unit, area).write()
    return written.getvalue()


@dataclass
class _Column:
    """A column of the reference lists: its heading, width and texts."""

    heading: str
    width: int
    texts: Sequence[str]


class _Book:
    def __init__(self, book: xlsxwriter.Workbook, unit: Unit, area: Area) -> None:
        self.book, self.unit, self.area = book, unit, area
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.head = book.add_format(
            {**font, "bold": True, "text_wrap": True, "bg_color": "#F1E4E5", "bottom": 1, "locked": True}
        )
        self.text = book.add_format({**font, "num_format": "@", "locked": False})
        self.day = book.add_format({**font, "num_format": "dd/mm/yyyy", "align": "left", "locked": False})
        # What is typed here becomes a day where it looks like one: 2027 stays a year.
        self.free = book.add_format({**font, "align": "left", "locked": False})
        self.fixed = book.add_format({**font, "text_wrap": True})
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.choices: dict[str, str] = {}

    def write(self) -> None:
        self._write_guides()
        # Named before they are filled: the drop-downs of the sheets before it point at the lists.
        sheets = {form.kind: self.book.add_worksheet(str(form.title)) for form in FORMS}
        self._write_lists(self.book.add_worksheet(str(REFERENCE)))
        targets = targets_below(self._below("unit"))
        rows: dict[str, Callable[[], Iterable[Sequence[Cell]]]] = {
            PEOPLE: self._people,
            ROLES: self._roles,
            OBLIGATIONS: self._obligations,
            DOCUMENTS: lambda: documents_below(self._below("unit")),
            TARGETS: lambda: rows_of_targets(targets),
            PARTS: lambda: rows_of_parts(targets),
            MILESTONES: lambda: rows_of_milestones(targets),
        }
        for form in FORMS:
            self._write_sheet(sheets[form.kind], form, rows[form.kind]())

    def _write_guides(self) -> None:
        """In Vietnamese for everybody, and in the reader's own language where that is another one."""
        reader = get_language() or "vi"
        for language in dict.fromkeys(["vi", reader]):
            with override(language):
                sheet = self.book.add_worksheet(str(INSTRUCTIONS))
                sheet.set_column(0, 0, _GUIDE_WIDTH, self.fixed)
                sheet.hide_gridlines(2)
                sheet.write_string(
                    0, 0, _("Set-up workbook: %(unit)s") % {"unit": self.unit.name}, self.title
                )
                for row, line in enumerate(guide(self.area), 2):
                    # Not every program makes room for wrapped lines by itself.
                    sheet.set_row(row, 15 * (1 + len(line) // _GUIDE_WIDTH))
                    sheet.write_string(row, 0, line, self.fixed)
                _finish(sheet)
                if language == reader:
                    sheet.activate()

    def _write_lists(self, sheet: Worksheet) -> None:
        units, agencies, indicators = self._units(), self._agencies(), list(_indicators())
        columns = {
            0: _Column(_("Unit"), 18, [each.ref for each in units]),
            1: _Column(_("Name"), 40, [each.name for each in units]),
            3: _Column(_("Agency"), 28, [each.ref for each in agencies]),
            4: _Column(_("Name"), 50, [each.name for each in agencies]),
            6: _Column(_("Indicator"), 12, [each.code for each in indicators]),
            7: _Column(_("Name"), 70, [each.name for each in indicators]),
            8: _Column(_("Levels"), 40, [_levels_of(each) for each in indicators]),
            # What the drop-downs offer: the code that is read, with the name for whoever reads it.
            10: _Column("unit", 10, [_choice(each.ref, each.name) for each in units]),
            11: _Column("agency", 10, [_choice(each.ref, each.label) for each in agencies]),
            12: _Column("indicator", 10, [_choice(each.code, each.name) for each in indicators]),
        }
        for place, column in columns.items():
            hidden = {"hidden": True} if place >= 10 else {}
            sheet.set_column(place, place, column.width, None, hidden)
            sheet.write_string(0, place, column.heading, self.head)
            for row, text in enumerate(column.texts, 1):
                sheet.write_string(row, place, text, self.fixed)
            if hidden and column.texts:
                letter = xlsxwriter.utility.xl_col_to_name(place)
                last = len(column.texts) + 1
                self.choices[column.heading] = f"='{REFERENCE}'!${letter}$2:${letter}${last}"
        self.choices["filed_by"] = self.choices["owner"] = self.choices.get("agency", "")
        sheet.freeze_panes(1, 0)
        _finish(sheet)

    def _write_sheet(self, sheet: Worksheet, form: Form, rows: Iterable[Sequence[Cell]]) -> None:
        for place, column in enumerate(form.columns):
            sheet.set_column(place, place, column.width, self._format(column.name))
            sheet.write_string(0, place, column.name, self.head)
            sheet.write_string(1, place, str(column.heading), self.head)
            self._offer(sheet, place, form.kind, column.name)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 32)
        last = _HEAD
        for last, cells in enumerate(rows, _HEAD):
            for place, cell in enumerate(cells):
                self._write_cell(sheet, last, place, cell)
        sheet.freeze_panes(_HEAD, 1)
        sheet.autofilter(_HEAD - 1, 0, last, len(form.columns) - 1)
        sheet.repeat_rows(_HEAD - 1)
        _finish(sheet)

    def _write_cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, datetime.date):
            sheet.write_datetime(row, column, datetime.datetime.combine(cell, datetime.time.min), self.day)
        elif cell:
            sheet.write_string(row, column, cell, self.text)

    def _format(self, column: str) -> Format:
        if column == _DAY_OR_YEAR:
            return self.free
        return self.day if column in _DAYS else self.text

    def _offer(self, sheet: Worksheet, place: int, kind: str, column: str) -> None:
        """The drop-down of a column, or a hint on how to write in it."""
        words = {
            "role": [str(role.label) for role in self.area.roles],
            "level": [str(level.label) for level in Level],
            "frequency": [str(kind.label) for kind in PeriodKind],
            "active": [_yes_or_no(True), _yes_or_no(False)],
            "document_kind": [str(kind.label) for kind in DocumentKind],
            "rule": [str(rule.label) for rule in RuleName if kind == TARGETS or rule not in COMPOSITE],
            "row_kind": [str(each.label) for each in RowKind],
            "shape": [str(each.label) for each in Shape],
            "direction": [str(each.label) for each in RangeDirection],
        }
        source: Any = words.get(column) or self.choices.get(column)
        if source:
            # A warning only: roles that the administrator gave, and units that have ended, stay as they are.
            offer = {"validate": "list", "source": source, "error_type": "warning"}
        elif hint := self._hint(column):
            offer = {"validate": "any", "input_message": hint}
        else:
            return
        sheet.data_validation(_HEAD, place, _LAST_ROW, place, offer)

    def _hint(self, column: str) -> str:
        if column == _DAY_OR_YEAR:
            return _("Day/month/year, or a year for its last day")
        if column == "parent":
            return _("The number of the heading's row, such as 11")
        return _("Day/month/year") if column in _DAYS else ""

    # --- What is stored -------------------------------------------------------------------------------------

    def _below(self, path: str) -> dict[str, Any]:
        """The filter on rows of the unit; ``path`` leads from the row to its unit."""
        if self.unit.tier == Tier.NATION:
            return {path: self.unit}
        return {f"{path}__ancestor_links__ancestor": self.unit}

    def _units(self) -> list[Unit]:
        if self.unit.tier == Tier.NATION:
            return [self.unit]
        return list(Unit.objects.under(self.unit).valid_on(today()).order_by("-tier", "code", "pk"))

    def _agencies(self) -> list[Agency]:
        return list(
            Agency.objects.filter(**self._below("unit")).valid_on(today()).with_names().order_by("ref")
        )

    def _people(self) -> Iterator[Sequence[Cell]]:
        here = Membership.objects.filter(**self._below("unit")).values("user")
        for user in User.objects.filter(pk__in=here).order_by("username"):
            active = _yes_or_no(user.is_active)
            yield user.username, user.full_name, user.email, user.job_title, active

    def _roles(self) -> Iterator[Sequence[Cell]]:
        rows = Membership.objects.filter(**self._below("unit"))
        rows = rows.select_related("user", "unit", "agency__unit", "agency__kind")
        for row in rows.order_by("-unit__tier", "unit__code", "agency__ref", "user__username", "pk"):
            role = str(Role(row.role).label)
            place = _place(row.unit), _seat(row.agency)
            yield row.user.username, role, *place, row.valid_from, row.valid_to

    def _obligations(self) -> Iterator[Sequence[Cell]]:
        rows = Obligation.objects.filter(**self._below("unit")).select_related(
            *("unit", "indicator", "agency__unit", "agency__kind", "filed_by__unit", "filed_by__kind")
        )
        place = ("-unit__tier", "unit__code", "agency__ref")
        for row in rows.order_by("indicator__code", "level", *place, "valid_from", "pk"):
            yield (
                _place(row.unit),
                _seat(row.agency),
                _choice(row.indicator.code, row.indicator.name),
                str(Level(row.level).label),
                str(PeriodKind(row.frequency).label),
                row.valid_from,
                row.valid_to,
                _seat(row.filed_by),
                row.due_on,
            )


def _finish(sheet: Worksheet) -> None:
    """Locked cells stay as they are, and a printed sheet is a page wide."""
    sheet.protect("", _ALLOWED)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _indicators() -> QuerySet[Indicator]:
    """Those somebody can owe today, with the levels they are counted at."""
    levels = Prefetch("levels", DefinitionLevel.objects.valid_on(today()), to_attr="levels_now")
    defined = IndicatorDefinition.objects.valid_on(today()).exclude(pooling=Pooling.COMPUTED)
    now = Prefetch("definitions", defined.prefetch_related(levels), to_attr="defined_now")
    return Indicator.objects.filter(definitions__in=defined).distinct().prefetch_related(now).order_by("code")


def _levels_of(indicator: Any) -> str:
    found = {each.level for one in indicator.defined_now for each in one.levels_now}
    return ", ".join(str(level.label) for level in Level if level in found)


def _choice(code: str, name: str) -> str:
    text = f"{code} {name}"
    return text if len(text) <= _LONGEST_CHOICE else text[: _LONGEST_CHOICE - 1] + "…"


def _place(unit: Unit) -> str:
    return _choice(unit.ref, unit.name)


def _seat(agency: Agency | None) -> str:
    return _choice(agency.ref, agency.label) if agency else ""


def _yes_or_no(is_so: bool) -> str:
    return _("yes") if is_so else _("no")
