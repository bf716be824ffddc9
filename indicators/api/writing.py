"""What the writing addresses share: in whose name, which report, rows through the rule table, the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from accounts.models import ApiClient, User
from accounts.permissions import HIDDEN
from accounts.problems import Problem, VersionConflict
from indicators.actions.entering import CONFLICT, REFUSED, NotWhole, Outcome, check_reports, save_reports
from indicators.api.row_reading import ANSWERS, LARGEST, LONGEST_NUMBER, Key, Row, read_rows, wrong
from indicators.entry.findings import Code, Finding, Severity
from indicators.entry.named_places import places_named
from indicators.entry.places import Place, place_or_404
from indicators.models import Door, Level, MissingReason, Qualifier
from indicators.permissions import ENTERS
from indicators.problems import RowsRefused
from provinces.filters import refuse_unreadable

STATES = ("saved", "unchanged", "refused", "conflict")
AGENCY = OpenApiParameter("agency", str, description="The `ref` of the agency whose report it is.")
PARTIAL = OpenApiParameter(
    "partial",
    str,
    enum=["0", "1"],
    description=(
        "`1`: rows that stand are written though others are refused or in conflict, and each says what "
        "became of it. Otherwise all are written or none. A request with a row that cannot be read at all (a "
        "field that is missing, unknown or of another type) is refused whole, partial or not."
    ),
)

_TOLD = {
    409: "`idempotency_in_progress`: the first request with this key is still worked on.",
    412: "`version_conflict`: it was changed since it was read; nothing was written.",
    413: "`too_large`: the body is too large.",
    415: "The body is of another content type.",
    422: "Read and understood, and refused; nothing was written. `code` and `errors` say why.",
    428: "`precondition_required`: If-Match is needed.",
}
REFUSALS = {status: OpenApiResponse(description=words) for status, words in _TOLD.items()}
"""The refusals that every writing address may answer, for the description."""
BULK_REFUSALS = {status: told for status, told in REFUSALS.items() if status != 428}


@extend_schema_field({"type": ["string", "integer", "null"], "maxLength": LONGEST_NUMBER})
class ExactField(serializers.CharField):
    """A number as text or as a whole JSON number."""


class FigureSerializer(serializers.Serializer[Any]):
    """The figure of a cell. Numbers are decimal text with a point, or whole JSON numbers; a JSON number with
    a fraction is refused, for it is not exact. Missing is not zero: say `missing_reason`. Describes what
    `read_rows` reads."""

    indicator = serializers.CharField(max_length=60, help_text="Code of the indicator.")
    level = serializers.ChoiceField(Level.choices)
    answer = serializers.ChoiceField(
        ANSWERS,
        required=False,
        help_text="Told by the other fields; to be said only of `nothing_arose`, a flow that did not occur.",
    )
    value = ExactField(required=False)
    numerator = ExactField(required=False)
    denominator = ExactField(required=False)
    missing_reason = serializers.ChoiceField(MissingReason.choices, required=False, allow_null=True)
    qualifier = serializers.ChoiceField(Qualifier.choices, required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_null=True, allow_blank=True, max_length=4000)
    justification = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=4000,
        help_text="Why it is right though the rule table warns; without one the report cannot be sent.",
    )


class FindingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Of the rule table; or `required`, `invalid`, `float_number`.")
    severity = serializers.ChoiceField(Severity.choices)
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class ToldSerializer(serializers.Serializer[Any]):
    """What became of one row."""

    index = serializers.IntegerField(help_text="Its place in the request, from 0 on.")
    indicator = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField([(each, each) for each in STATES])
    version = serializers.IntegerField(
        allow_null=True, help_text="Number of the cell's newest version; of a conflict, somebody else's."
    )
    findings = FindingSerializer(many=True)


class CountsSerializer(serializers.Serializer[Any]):
    saved = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    conflict = serializers.IntegerField()


def official_of(request: Request) -> User:
    """In whose name is written. A client that acts for nobody finds nothing here."""
    who: Any = request.user
    official: User | None = who.acts_for if isinstance(who, ApiClient) else who
    if official is None:
        raise Http404(HIDDEN)
    return official


def place_of(request: Request, unit: str, period: str, *more: str) -> tuple[Place, User]:
    """The report and the official in whose name it is written; both the client and the person reach it.

    ``more`` are the parameters the address takes beside `agency`.
    """
    refuse_unreadable(request.query_params, known=["agency", *more])
    who: Any = request.user
    official = official_of(request)
    agency = request.query_params.get("agency", "")
    if isinstance(who, ApiClient):
        place_or_404(who, unit, period, agency)
    return place_or_404(official, unit, period, agency, *ENTERS), official


def reports_of(request: Request, keys: Iterable[Key]) -> dict[Key, Place]:
    """The same for many reports; without those that somebody may not enter in, or that do not exist."""
    wanted, official = set(keys), official_of(request)
    who: Any = request.user
    if isinstance(who, ApiClient):
        wanted &= places_named(who, wanted).keys()
    return places_named(official, wanted, *ENTERS)


def is_partial(request: Request) -> bool:
    given = request.query_params.get("partial", "0")
    if given not in ("0", "1"):
        raise ValidationError({"partial": ErrorDetail(_("Give 0 or 1."), "invalid_choice")})
    return given == "1"


def listed_in(request: Request, name: str) -> list[Any]:
    """The rows of the body, `{name: [...]}`; raises ValidationError where they are none or too many."""
    body = request.data
    if not isinstance(body, dict) or not isinstance(body.get(name), list):
        words = _("Send a JSON object with a list “%(name)s”.") % {"name": name}
        raise ValidationError({name: ErrorDetail(words, "required")})
    if unknown := [each for each in body if each != name]:
        words = _("There is no such field. Possible here: %(known)s.") % {"known": name}
        raise ValidationError({unknown[0][:40]: ErrorDetail(words, "unknown_field")})
    listed: list[Any] = body[name]
    if not 1 <= len(listed) <= LARGEST:
        words = _("Send 1 to %(most)s rows in one request; there are %(n)s.")
        found = ErrorDetail(words % {"most": LARGEST, "n": len(listed)}, "too_many" if listed else "empty")
        raise ValidationError({name: found})
    return listed


class Writing:
    """The rows of one request on their way through the rule table, and what became of each."""

    def __init__(self, listed: Sequence[Any], name: str, *, with_report: bool) -> None:
        self.name, self.listed, self.with_report = name, listed, with_report
        self.rows: list[Row] = read_rows(listed, with_report=with_report)
        self.outcomes: dict[int, Outcome] = {}

    def refuse_unreadable(self) -> None:
        """A row that has not the shape of one is wrong whatever stands in the report: said before anybody is
        asked for a version (RFC 9110 §13.2.1)."""
        if any(not row.is_readable for row in self.rows):
            raise self._refused()

    def write(self, places: Mapping[Key, Place], *, by: User, whole: bool) -> None:
        """Raises RowsRefused where a row has not the shape of one; and, where all or nothing was asked for,
        RowsRefused or VersionConflict where a row cannot stand."""
        for row in self.rows:
            if row.given is not None and row.report not in places:
                row.given = None
                row.findings.append(_unknown())
        reports: dict[Key, list[Row]] = {}
        for row in self.rows:
            if row.given is not None:
                reports.setdefault(row.report, []).append(row)
        work = [(places[key], [each.given for each in rows if each.given]) for key, rows in reports.items()]
        if any(not row.is_readable or (whole and row.given is None) for row in self.rows):
            # The others are judged too, so that everything can be mended at once.
            self._note(reports, check_reports(work, strictly=True))
            raise self._refused()
        try:
            self._note(reports, save_reports(work=work, by=by, via=Door.API, whole=whole))
        except NotWhole as problem:
            self._note(reports, problem.outcomes)
            raise self._refused() from None

    def _note(self, reports: Mapping[Key, list[Row]], outcomes: list[list[Outcome]]) -> None:
        for rows, listed in zip(reports.values(), outcomes, strict=True):
            for row, outcome in zip(rows, listed, strict=True):
                self.outcomes[row.index] = outcome

    def _stands(self, row: Row) -> tuple[str, list[Finding], int | None]:
        outcome = self.outcomes.get(row.index)
        if outcome is None:
            return REFUSED, row.findings, None
        return outcome.state, outcome.findings, outcome.version.number if outcome.version else None

    def _refused(self) -> Problem:
        """Every row that cannot stand, with what is wrong with it."""
        detail: dict[str, list[ErrorDetail]] = {}
        rows, states = [], set()
        for row in self.rows:
            state, findings, version = self._stands(row)
            if state not in (REFUSED, CONFLICT):
                continue
            states.add(state)
            rows.append({"index": row.index, "state": state, "current_version": version})
            for each in findings:
                place = ".".join(filter(None, (self.name, str(row.index), each.field)))
                detail.setdefault(place, []).append(ErrorDetail(each.message, str(each.code)))
        kind = RowsRefused if REFUSED in states else VersionConflict
        return kind(detail, extra={"rows": rows})

    def told(self) -> dict[str, Any]:
        """How many rows came to what, and each row."""
        rows = [self._row(row) for row in self.rows]
        counts = Counter(row["state"] for row in rows)
        return {**{state: counts[state] for state in STATES}, self.name: rows}

    def _row(self, row: Row) -> dict[str, Any]:
        state, findings, version = self._stands(row)
        sent = self.listed[row.index] if isinstance(self.listed[row.index], dict) else {}
        names = ("unit", "agency", "period") if self.with_report else ()
        return {
            "index": row.index,
            **{name: _echo(sent.get(name)) or None for name in names},
            **{name: _echo(sent.get(name)) for name in ("indicator", "level")},
            "state": state,
            "version": version,
            "findings": [
                {
                    "code": str(each.code),
                    "severity": str(each.severity),
                    "field": each.field,
                    "message": each.message,
                }
                for each in findings
            ],
        }


def _echo(sent: Any) -> str:
    return sent[:60] if isinstance(sent, str) else ""


def _unknown() -> Finding:
    """The same words for a report that does not exist and for one of strangers."""
    words = _(
        "There is no such report, or the official this client acts for may not enter figures in it. Check "
        "unit, agency and period; both the client and the official must reach the unit."
    )
    return wrong(Code.REPORT_UNKNOWN, words)
