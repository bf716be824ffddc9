"""The sheets of the set-up workbook: which there are, and how they are known by in an uploaded file.

A sheet is known by its name and its headings, in either language, or by the hidden row of machine names of
the portal's own workbook. A csv file holds one sheet without a name; its headings say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from indicators.models import LineKind
from indicators.workbooks.plans import Found
from indicators.workbooks.reading import Row, address
from provinces.names import fold

PEOPLE, ROLES, OBLIGATIONS = "people", "roles", "obligations"
DOCUMENTS, TARGETS = "documents", "targets"
# Headings stand near the top; what lies further down is data, whatever its words.
_HEAD_ROWS = 12
_MATCHES = 2


class Column(NamedTuple):
    """A column: ``name`` is the machine's, ``also`` what people call it besides its heading."""

    name: str
    heading: Any
    width: int = 14
    required: bool = True
    also: tuple[str, ...] = ()


class Form(NamedTuple):
    kind: str
    title: Any
    also: tuple[str, ...]
    columns: tuple[Column, ...]


_USER_NAME = Column("user_name", gettext_lazy("User name"), 24, also=("username", "tài khoản"))
_UNIT = Column("unit", gettext_lazy("Unit"), 36, also=("mã đơn vị", "unit ref"))
_FIRST = Column("first_day", gettext_lazy("First day"), also=("ngày bắt đầu", "from"))
_LAST = Column("last_day", gettext_lazy("Last day"), also=("ngày kết thúc", "until", "to"))

FORMS = (
    Form(
        PEOPLE,
        gettext_lazy("People"),
        ("danh sách người dùng", "users", "cán bộ"),
        (
            _USER_NAME,
            Column("full_name", gettext_lazy("Full name"), 30, also=("họ tên",)),
            Column("email", gettext_lazy("E-mail address"), 32, required=False, also=("email", "e-mail")),
            Column("job_title", gettext_lazy("Job title"), 36, required=False, also=("chức danh",)),
            Column("active", gettext_lazy("May sign in"), required=False, also=("active", "đang hoạt động")),
        ),
    ),
    Form(
        ROLES,
        gettext_lazy("Roles"),
        ("phân vai trò", "phân quyền"),
        (
            _USER_NAME,
            Column("role", gettext_lazy("Role"), 18),
            _UNIT,
            Column("agency", gettext_lazy("Agency"), 44, also=("mã cơ quan", "agency ref")),
            _FIRST,
            _LAST,
        ),
    ),
    Form(
        OBLIGATIONS,
        gettext_lazy("Obligations"),
        ("nghĩa vụ", "phân giao", "phân giao chỉ tiêu"),
        (
            _UNIT,
            Column(
                "agency",
                gettext_lazy("Agency owing its own part"),
                44,
                also=("cơ quan", "agency", "agency ref"),
            ),
            Column(
                "indicator", gettext_lazy("Indicator"), 44, also=("chỉ số", "mã chỉ số", "indicator code")
            ),
            Column("level", gettext_lazy("Level"), 14),
            Column("frequency", gettext_lazy("Frequency"), 14, also=("kỳ báo cáo",)),
            _FIRST,
            _LAST,
            Column("filed_by", gettext_lazy("Agency that files it"), 44, required=False, also=("filed by",)),
            Column("due_day", gettext_lazy("Due day (for “once”)"), 16, required=False, also=("hạn", "due")),
        ),
    ),
    Form(
        DOCUMENTS,
        gettext_lazy("Documents"),
        ("danh mục văn bản",),
        (
            Column("number", gettext_lazy("Number and symbol"), 18, also=("số, ký hiệu", "số hiệu")),
            Column("issuer", gettext_lazy("Issuer"), 36, also=("cơ quan ban hành",)),
            Column("issued_on", gettext_lazy("Day of issue"), also=("ngày ban hành",)),
            Column("document_kind", gettext_lazy("Kind of document"), 16, also=("loại văn bản",)),
            _UNIT,
            Column("title_vi", gettext_lazy("Title"), 60, also=("trích yếu",)),
            Column("title_en", gettext_lazy("Title in English"), 60, required=False),
            Column("valid_from", gettext_lazy("In force from"), also=("hiệu lực từ",)),
            Column("valid_to", gettext_lazy("In force until"), required=False, also=("hiệu lực đến",)),
            Column("implements", gettext_lazy("It implements"), 44, required=False),
            Column("replaces", gettext_lazy("It replaces"), 44, required=False),
        ),
    ),
    Form(
        TARGETS,
        gettext_lazy("Targets"),
        ("danh mục chỉ tiêu",),
        (
            Column("document", gettext_lazy("Document (issuer|number|day)"), 50, also=("văn bản",)),
            Column("code", gettext_lazy("Row"), 8, also=("stt", "số thứ tự")),
            _UNIT,
            Column("indicator", gettext_lazy("Indicator"), 44, also=("chỉ số", "mã chỉ số")),
            Column("level", gettext_lazy("Level"), 14),
            Column("name_vi", gettext_lazy("Target as the document names it"), 50, required=False),
            Column("name_en", gettext_lazy("Name in English"), 40, required=False),
            Column("owner", gettext_lazy("Owner"), 44, required=False, also=("cơ quan chủ trì",)),
            Column("owner_note", gettext_lazy("Owner in the document's words"), 30, required=False),
            Column("counts_from", gettext_lazy("Counts from")),
            Column("rule", gettext_lazy("Rule"), 20),
            Column("threshold", gettext_lazy("Value asked"), 12),
            Column("low", gettext_lazy("Low end"), 12, required=False),
            Column("high", gettext_lazy("High end"), 12, required=False),
            Column("direction", gettext_lazy("Within the range"), 18, required=False),
            Column("years", gettext_lazy("Years of growth"), 10, required=False),
            Column("due_on", gettext_lazy("Due on"), also=("thời hạn",)),
            Column("baseline", gettext_lazy("Baseline"), 12, required=False),
            Column("baseline_on", gettext_lazy("Day of the baseline"), required=False),
        ),
    ),
)
INSTRUCTIONS = gettext_lazy("Instructions")
REFERENCE = gettext_lazy("Reference lists")


@dataclass
class Line:
    """A row of a known sheet, and the problems found in its cells."""

    row: Row
    columns: Mapping[str, int]
    subject: str = ""
    found: list[Found] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def is_sound(self) -> bool:
        return not self.found

    def has(self, column: str) -> bool:
        """Whether the sheet has the column at all."""
        return column in self.columns

    def cell(self, column: str) -> str:
        return address(self.columns[column], self.row.number) if column in self.columns else ""

    def problem(self, column: str, code: str, message: str) -> None:
        self.found.append(self._told(LineKind.PROBLEM, column, code, message=message))

    def difference(self, column: str, code: str, *, message: str, old: str, new: str) -> Found:
        return self._told(LineKind.DIFFERENCE, column, code, message=message, old=old, new=new)

    def _told(self, kind: str, column: str, code: str, **words: str) -> Found:
        return told(
            kind,
            sheet=self.row.sheet,
            row=self.row.number,
            cell=self.cell(column),
            code=code,
            subject=self.subject,
            **words,
        )


@dataclass
class Sheets:
    """The rows of each kind of sheet, and what the sheets themselves lack."""

    rows: dict[str, list[tuple[Row, Mapping[str, int]]]] = field(
        default_factory=lambda: {form.kind: [] for form in FORMS}
    )
    found: list[Found] = field(default_factory=list)
    is_known: bool = False
    """Whether there is a sheet of the set-up workbook at all."""

    def lines(self, kind: str) -> list[Line]:
        return [Line(row, columns) for row, columns in self.rows[kind]]

    @property
    def total(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


def told(kind: str, **fields: Any) -> Found:
    """A finding no longer than the fields it is kept in, without what PostgreSQL cannot keep."""
    for name, longest in (("sheet", 100), ("subject", 300), ("old", 300), ("new", 300)):
        text = fields.get(name, "").replace("\0", "")
        fields[name] = text if len(text) <= longest else text[: longest - 1] + "…"
    return Found(kind, **fields)


def read_sheets(rows: Iterable[Row]) -> Sheets:
    """Sort the rows of a workbook by what its sheets are."""
    sheets = Sheets()
    for name, of_sheet in groupby(rows, key=lambda row: row.sheet):
        _take(sheets, name, list(of_sheet))
    return sheets


def _take(sheets: Sheets, name: str, rows: Sequence[Row]) -> None:
    if fold(name) in _names_of_texts():
        return
    form, position, columns = _recognise(name, rows)
    if form is None:
        message = _("This sheet is none of the set-up workbook's and was not read.")
        sheets.found.append(told(LineKind.WARNING, sheet=name, code="sheet.ignored", message=message))
        return
    sheets.is_known = True
    head = rows[position]
    missing = [each for each in form.columns if each.required and each.name not in columns]
    for each in missing:
        message = _("The column “%(column)s” is missing; take the headings of the downloaded workbook.")
        sheets.found.append(_of_head(head, "column.missing", message % {"column": each.heading}))
    for column in _twice(form, head):
        message = _("The column “%(column)s” stands here more than once; keep one of them.")
        cell = address(column, head.number)
        words = message % {"column": fold(head.text(column))}
        sheets.found.append(_of_head(head, "column.twice", words, cell))
    if not missing:
        sheets.rows[form.kind] += [(row, columns) for row in _data(form, rows[position + 1 :], columns)]


def _of_head(head: Row, code: str, message: str, cell: str = "") -> Found:
    return told(LineKind.PROBLEM, sheet=head.sheet, row=head.number, cell=cell, code=code, message=message)


def _recognise(name: str, rows: Sequence[Row]) -> tuple[Form | None, int, dict[str, int]]:
    """The form of a sheet, the place of its headings among the rows, and where each column stands."""
    named = [form for form in FORMS if fold(name) in _words(form.kind, form.also)]
    best: tuple[tuple[bool, int], Form | None, int, dict[str, int]] = ((False, 0), None, 0, {})
    for form in named or FORMS:
        for position, row in enumerate(rows[:_HEAD_ROWS]):
            columns = _columns(form, row)
            is_whole = all(each.name in columns for each in form.columns if each.required)
            rank = (is_whole, len(columns))
            if len(columns) >= _MATCHES and rank > best[0]:
                best = (rank, form, position, columns)
    if best[1] is None and named:
        # The sheet is meant, whatever became of its headings.
        return named[0], 0, {}
    return best[1:]


def _columns(form: Form, row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, column in _named(form, row):
        found.setdefault(name, column)
    return found


def _twice(form: Form, head: Row) -> Iterator[int]:
    seen = set()
    for name, column in _named(form, head):
        if name in seen:
            yield column
        seen.add(name)


def _named(form: Form, row: Row) -> Iterator[tuple[str, int]]:
    """Each cell that is a heading of the form, as the column's name and place."""
    known = _headings(form.kind)
    for column, cell in enumerate(row.cells):
        if isinstance(cell, str) and (name := known.get(fold(cell))):
            yield name, column


def _data(form: Form, rows: Sequence[Row], columns: Mapping[str, int]) -> Iterator[Row]:
    """The rows below the headings with anything in a known column; a second row of headings is none."""
    for position, row in enumerate(rows):
        if position == 0 and len(_columns(form, row)) >= _MATCHES:
            continue
        if any(row.text(column) for column in columns.values()):
            yield row


def in_each_language(text: Any) -> Iterator[str]:
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(text)


@cache
def _words(kind: str, also: tuple[str, ...]) -> frozenset[str]:
    form = next(each for each in FORMS if each.kind == kind)
    return frozenset(fold(each) for each in (kind, *in_each_language(form.title), *also))


@cache
def _headings(kind: str) -> Mapping[str, str]:
    """What each heading is called, folded: the column's name."""
    form = next(each for each in FORMS if each.kind == kind)
    return {
        fold(word): column.name
        for column in form.columns
        for word in (column.name, *column.also, *in_each_language(column.heading))
    }


@cache
def _names_of_texts() -> frozenset[str]:
    return frozenset(fold(each) for text in (INSTRUCTIONS, REFERENCE) for each in in_each_language(text))
