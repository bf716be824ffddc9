"""The sheets of the set-up workbook: their names, their columns and what people call them besides."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy, pgettext_lazy

PEOPLE, ROLES, OBLIGATIONS = "people", "roles", "obligations"
DOCUMENTS, TARGETS = "documents", "targets"
PARTS, MILESTONES = "parts", "milestones"


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
_DOCUMENT = Column("document", gettext_lazy("Document (issuer|number|day)"), 50, also=("văn bản",))
_CODE = Column("code", gettext_lazy("Row"), 8, also=("stt", "số thứ tự"))
# Not the word of the sheet of obligations: in Vietnamese that is also the word for a target.
_INDICATOR = Column(
    *("indicator", pgettext_lazy("of a target", "Indicator"), 44),
    also=("indicator", "chỉ số", "mã chỉ số", "chỉ tiêu"),
)
_LEVEL = Column("level", gettext_lazy("Level"), 14)
_RULE = (
    Column("rule", gettext_lazy("Rule"), 20),
    Column("threshold", gettext_lazy("Value asked"), 12),
    Column("low", gettext_lazy("Low end"), 12, required=False),
    Column("high", gettext_lazy("High end"), 12, required=False),
    Column("direction", gettext_lazy("Within the range"), 18, required=False),
    Column("years", gettext_lazy("Years of growth"), 10, required=False),
)
_BASELINE = (
    Column("baseline", gettext_lazy("Baseline"), 12, required=False),
    Column("baseline_on", gettext_lazy("Day of the baseline"), required=False),
)

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
            *(_DOCUMENT, _CODE, _UNIT),
            Column("row_kind", gettext_lazy("Kind of row"), 34, required=False, also=("loại dòng",)),
            Column("parent", gettext_lazy("Under the heading"), 12, required=False, also=("thuộc nhóm",)),
            *(_INDICATOR, _LEVEL),
            Column("name_vi", gettext_lazy("Target as the document names it"), 50, required=False),
            Column("name_en", gettext_lazy("Name in English"), 40, required=False),
            Column("owner", gettext_lazy("Owner"), 44, required=False, also=("cơ quan chủ trì",)),
            Column("owner_note", gettext_lazy("Owner in the document's words"), 30, required=False),
            Column("counts_from", gettext_lazy("Counts from")),
            *_RULE,
            Column("due_on", gettext_lazy("Due on"), also=("thời hạn",)),
            *_BASELINE,
            Column("shape", gettext_lazy("Expected line"), 18, required=False, also=("đường dự kiến",)),
        ),
    ),
    Form(
        PARTS,
        gettext_lazy("Parts"),
        ("các phần", "thành phần của chỉ tiêu"),
        (
            *(_DOCUMENT, _CODE, _UNIT),
            Column("position", gettext_lazy("Part number"), 8, also=("phần số",)),
            *(_INDICATOR, _LEVEL),
            Column("name_vi", gettext_lazy("Part as the document names it"), 50, required=False),
            *(*_RULE, *_BASELINE),
        ),
    ),
    Form(
        MILESTONES,
        gettext_lazy("Milestones"),
        ("mốc", "các mốc"),
        (
            *(_DOCUMENT, _CODE, _UNIT),
            Column("on", gettext_lazy("Day or year of the milestone"), 16, also=("ngày của mốc",)),
            Column("value", gettext_lazy("Value of the milestone"), 16, also=("giá trị",)),
        ),
    ),
)
INSTRUCTIONS = gettext_lazy("Instructions")
REFERENCE = gettext_lazy("Reference lists")
