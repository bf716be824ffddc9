"""The fields that two contents are compared by: which frozen keys each stands for, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators import figures
from indicators.models import Provenance, Qualifier

Frozen = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """One field. It differs when one of its keys does, or when it reads differently."""

    field: str
    label: Promise
    keys: tuple[str, ...]
    text: Callable[[Frozen, str], str]

    def differs(self, before: Frozen, after: Frozen) -> bool:
        return any(before[key] != after[key] for key in self.keys)

    def words(self, before: Frozen, after: Frozen, language: str) -> tuple[str, str]:
        """Both, in the language that is active; with the bare stored values where words would read alike."""
        old, new = self.text(before, language), self.text(after, language)
        if old == new:
            keys = [key for key in self.keys if before[key] != after[key]]
            old, new = (
                " ".join([words, *(f"[{one[key]}]" for key in keys)]).strip()
                for words, one in ((old, before), (new, after))
            )
        return old or figures.ABSENT, new or figures.ABSENT


def _texts(*names: str) -> Callable[[Frozen, str], str]:
    def text(target: Frozen, language: str) -> str:
        words = target["texts"][language]
        return " · ".join(words[name] for name in names if words[name])

    return text


def _plain(key: str) -> Callable[[Frozen, str], str]:
    return lambda one, _language: "" if one[key] is None else str(one[key])


def _day(text: str | None) -> str:
    return figures.day(date.fromisoformat(text)) if text else figures.ABSENT


def _value(target: Frozen, language: str) -> str:
    """`97,22 % (5.233/7.001)`"""
    words: str = target["texts"][language]["value"]
    if target["numerator"] is None or target["denominator"] is None:
        return words
    return f"{words} ({figures.of(Decimal(target['numerator']), Decimal(target['denominator']))})"


def _asked(target: Frozen, language: str) -> str:
    revision = target["revision"]
    asked, due = target["texts"][language]["asked"], _day(revision["due_on"])
    parts = "; ".join(f"{part['name']} {part['asked'][language]}" for part in revision["parts"])
    words = gettext("%(asked)s by %(day)s") % {"asked": asked, "day": due}
    return f"{words}: {parts}" if parts else words


def _heading(target: Frozen, language: str) -> str:
    heading = target["heading"]
    return f"{heading['code']} {target['texts'][language]['heading']}" if heading else ""


def _indicator(target: Frozen, _language: str) -> str:
    indicator = target["indicator"]
    return f"{indicator['code']} {indicator['name']} ({indicator['unit']})" if indicator else ""


def _counting(target: Frozen, _language: str) -> str:
    if target["is_overdue"]:
        return gettext("overdue, outside the count")
    if not target["counts"]:
        return gettext("outside the count")
    return gettext("counts, due this year") if target["is_due"] else gettext("counts")


def _coverage(target: Frozen, _language: str) -> str:
    if target["owing"] is None:
        return ""
    return figures.of(target["reporting"] or 0, target["owing"])


def _qualifier(target: Frozen, _language: str) -> str:
    return str(Qualifier(target["qualifier"]).label)


def _provenance(target: Frozen, _language: str) -> str:
    words = [str(Provenance(target["provenance"]).label)]
    if target["is_target_illustrative"]:
        words.append(gettext("planned figure illustrative"))
    return ", ".join(words)


def _basis(target: Frozen, _language: str) -> str:
    words = [gettext("restated to today's units") if target["is_restated"] else gettext("as reported")]
    if target["through"]:
        words.append(gettext("up to %(period)s") % {"period": figures.period(target["through"])})
    return ", ".join(words)


def _days(target: Frozen, _language: str) -> str:
    return " · ".join(_day(target[key]) for key in ("report_due_on", "assessed_on", "judged_on"))


def _inputs(target: Frozen, _language: str) -> str:
    """`2026-Q3 #12166 v1`, of each figure that the result was judged from."""
    return "; ".join(f"{row[1]} #{row[3]} v{row[4]}" for row in target["inputs"])


TARGET = (
    Compared("status", _("state"), ("status", "met"), _texts("status")),
    Compared("value", _("result"), ("numerator", "denominator", "value", "out_of", "missing_reason"), _value),
    Compared("asked", _("plan"), ("revision",), _asked),
    Compared("counting", _("counting"), ("counts", "is_due", "is_overdue"), _counting),
    Compared(
        "pace",
        _("pace"),
        ("progress", "expected", "pace", "landing", "pace_needed", "days_early", "is_late"),
        _texts("pace", "landing"),
    ),
    Compared(
        "before",
        _("a year before"),
        ("previous_numerator", "previous_denominator", "previous_value"),
        _texts("before"),
    ),
    Compared("coverage", _("bodies that reported"), ("owing", "reporting", "is_partial"), _coverage),
    Compared("qualifier", _("kind of figure"), ("qualifier",), _qualifier),
    Compared(
        "provenance",
        _("origin of the figure"),
        ("provenance", "is_value_illustrative", "is_target_illustrative"),
        _provenance,
    ),
    Compared("basis", _("basis"), ("is_restated", "through"), _basis),
    Compared("name", _("name"), ("name",), _texts("name")),
    Compared("row", _("row"), ("code",), _plain("code")),
    Compared("document", _("document"), ("document", "document_id"), _plain("document")),
    Compared("heading", _("heading"), ("heading",), _heading),
    Compared("level", _("level"), ("level",), _texts("place")),
    Compared("indicator", _("indicator"), ("indicator",), _indicator),
    Compared("owner", _("owner"), ("owner", "owner_ref"), _texts("owner")),
    Compared("days", _("days"), ("report_due_on", "assessed_on", "judged_on"), _days),
    Compared("inputs", _("figures judged from"), ("inputs",), _inputs),
    Compared("rules", _("rules"), ("rules_version",), _plain("rules_version")),
)


def _met(sums: Frozen, _language: str) -> str:
    """`17/23 (73,91 %)`"""
    whole = figures.of(sums["met"], sums["total"])
    return f"{whole} ({figures.share(sums['met'], sums['total'])})" if sums["total"] else whole


def _due(sums: Frozen, _language: str) -> str:
    return figures.of(sums["due_met"], sums["due_total"])


def _states(sums: Frozen, _language: str) -> str:
    return ", ".join(f"{figures.status(key)} {count}" for key, count in _in_order(sums["counts"]) if count)


def _in_order(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(status, counts[status]) for status in figures.STATUSES]


def _apart(sums: Frozen, _language: str) -> str:
    return f"{sums['overdue']} · {sums['not_applicable']}"


def _year_before(sums: Frozen, language: str) -> str:
    before = sums["previous"]
    if before is None:
        return ""
    return f"{before[f'name_{language}']}: {figures.of(before['met'], before['total'])}"


HEADLINE = (
    Compared("met", _("met of all"), ("met", "total", "share"), _met),
    Compared("counts", _("states"), ("counts",), _states),
    Compared("due", _("met of those due"), ("due_total", "due_met", "due_share"), _due),
    Compared("apart", _("overdue and not applicable"), ("overdue", "not_applicable"), _apart),
    Compared("illustrative", _("illustrative"), ("illustrative",), _plain("illustrative")),
    Compared("previous", _("a year before"), ("previous",), _year_before),
)


def _unit(content: Frozen, _language: str) -> str:
    return str(content["unit"]["name"])


def _period(content: Frozen, language: str) -> str:
    period = content["period"]
    days = "–".join(_day(period[key]) for key in ("starts_on", "assessed_on"))
    return f"{period[f'name_{language}']} ({days})"


def _marked(content: Frozen, _language: str) -> str:
    return gettext("Illustrative data") if content["is_illustrative"] else ""


EDITION = (
    Compared("unit", _("unit"), ("unit",), _unit),
    Compared("period", _("period"), ("period",), _period),
    Compared("rules", _("rules"), ("rules_version",), _plain("rules_version")),
    Compared("illustrative", _("illustrative"), ("is_illustrative",), _marked),
)
NARRATIVE = (
    Compared("body", _("name"), ("body",), _plain("body")),
    Compared("results", _("results"), ("results",), _plain("results")),
    Compared("difficulties", _("difficulties"), ("difficulties",), _plain("difficulties")),
    Compared("causes", _("causes"), ("causes",), _plain("causes")),
    Compared("proposals", _("proposals"), ("proposals",), _plain("proposals")),
)
