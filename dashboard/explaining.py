"""Why a target has its state: the rules of attainment in a sentence, with the stored numbers put in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from dashboard import asked
from dashboard.rows import Row
from indicators import figures
from indicators.figures import Number
from indicators.models import Attainment, RuleName
from indicators.models.results import Status
from indicators.models.rules import COMPOSITE, DECLARED

SCALE = 10_000
MOST_ADDENDS = 6


def share_text(share: Number | None) -> str:
    """A stored share (1 is the whole) as per cent."""
    return figures.ABSENT if share is None else figures.figure(share * 100, "%", 2)


def why(row: Row) -> str:
    """The first rule of §5 that applied, in words."""
    judged = row.attainment
    words = {
        "value": row.value_text,
        "asked": row.asked_text,
        "due": figures.day(judged.revision.due_on),
        "day": figures.day(judged.judged_on),
        "report_due": figures.day(judged.report_due_on),
    }
    if judged.status == Status.NOT_APPLICABLE:
        return gettext(
            "The figure was reported as not applicable, so the target is listed outside the count."
        )
    if judged.status == Status.NOT_DUE:
        return gettext("No figure yet; the report that owes it is due on %(report_due)s.") % words
    if judged.status == Status.NO_DATA:
        return _no_data(row, words)
    if judged.revision.rule in DECLARED or judged.revision.rule in COMPOSITE:
        return _undrawn(row, words)
    if judged.status == Status.EXCEEDED:
        return gettext("%(value)s is better than what is asked (%(asked)s).") % words
    if judged.status == Status.MET:
        return gettext("%(value)s meets what is asked (%(asked)s).") % words
    if judged.status == Status.MISSED:
        return (
            gettext(
                "%(value)s does not meet %(asked)s; the judged day %(day)s has reached the due day %(due)s."
            )
            % words
        )
    return _on_the_way(row, words)


def _no_data(row: Row, words: dict[str, str]) -> str:
    judged = row.attainment
    if judged.is_partial and judged.owing:
        return gettext(
            "Only %(reporting)d of %(owing)d bodies have reported: too few for the figure to count."
        ) % {"reporting": judged.reporting or 0, "owing": judged.owing}
    if judged.report_due_on is not None:
        return gettext("No approved figure counts, and the report was due on %(report_due)s.") % words
    return gettext("No approved figure counts for this period.")


def _undrawn(row: Row, words: dict[str, str]) -> str:
    judged, rule = row.attainment, row.attainment.revision.rule
    if rule == RuleName.DONE and judged.met:
        done = asked.done_on(judged.revision.due_on, judged.days_early)
        return gettext("Declared done on %(done)s; it was due on %(due)s.") % {
            **words,
            "done": figures.day(done),
        }
    if judged.met:
        return (
            gettext("Judged met by a named person.")
            if rule == RuleName.JUDGED
            else gettext("Its parts are met.")
        )
    if judged.status == Status.MISSED:
        return gettext("Not met on the judged day %(day)s, which has reached the due day %(due)s.") % words
    return gettext("Not met yet; it is due on %(due)s.") % words


def _on_the_way(row: Row, words: dict[str, str]) -> str:
    judged = row.attainment
    shares = {
        **words,
        "progress": share_text(judged.progress),
        "expected": share_text(judged.expected),
        "pace": share_text(judged.pace),
    }
    if judged.status == Status.IN_PROGRESS:
        return (
            gettext(
                "Not met yet, due on %(due)s; without a baseline and a way to the goal no pace is computed."
            )
            % words
        )
    if judged.status == Status.WORSENING:
        return (
            gettext("%(value)s is further from the goal than the baseline: progress %(progress)s.") % shares
        )
    if judged.pace is None:
        return gettext("Not met yet, and on %(day)s nothing is expected yet.") % shares
    return (
        gettext("%(progress)s of the way is done where %(expected)s was expected by %(day)s: pace %(pace)s.")
        % shares
    )


def formulas(row: Row) -> list[tuple[str, str]]:
    """The formulas of the figure with its numbers put in; each a name and a line."""
    lines = []
    judged, measure, revision = row.attainment, row.measure, row.attainment.revision
    if accumulated := _accumulated(judged.inputs or [], judged):
        lines.append((gettext("Accumulated"), accumulated))
    if row.value is not None and judged.numerator is not None and judged.denominator:
        factor = f" × {figures.number(measure.factor)}" if measure.factor != 1 else ""
        ratio = f"{figures.number(judged.numerator)} ÷ {figures.number(judged.denominator)}{factor}"
        lines.append((gettext("Value"), f"{ratio} = {row.value_text}"))
    if (
        judged.progress is not None
        and row.value is not None
        and row.goal is not None
        and revision.baseline is not None
    ):
        places = row.places
        value = figures.number(row.value, places)
        goal = figures.number(row.goal)
        start = figures.number(revision.baseline)
        lines.append(
            (
                gettext("Progress"),
                f"({value} − {start}) ÷ ({goal} − {start}) = {share_text(judged.progress)}",
            )
        )
    if judged.pace is not None:
        lines.append(
            (
                gettext("Pace"),
                f"{share_text(judged.progress)} ÷ {share_text(judged.expected)} = {share_text(judged.pace)}",
            )
        )
    if revision.rule == RuleName.GROWTH_AT_LEAST and row.goal is not None and revision.baseline is not None:
        rate = figures.figure(revision.threshold, "%")
        power = f"(1 + {rate})^{revision.years}"
        lines.append(
            (gettext("Goal"), f"{measure.asked(revision.baseline)} × {power} = {measure.text(row.goal)}")
        )
    return lines


def _accumulated(inputs: list[list[Any]], judged: Attainment) -> str:
    """Which periods' figures were added up; empty where it was not a plain sum of a few."""
    if not 2 <= len(inputs) <= MOST_ADDENDS or judged.revision.rule in COMPOSITE:
        return ""
    # Stored as whole numbers of 10⁻⁴: numerator, denominator and value of each input.
    columns = [[row[place] for row in inputs] for place in (6, 7, 8)]
    stored = (judged.numerator, judged.denominator, judged.value)
    sums = []
    for column, total in zip(columns, stored, strict=True):
        if total is None:
            continue
        if None in column or Decimal(sum(column)) / SCALE != total:
            return ""
        sums.append(" + ".join(figures.number(Decimal(each) / SCALE) for each in column))
    return " ÷ ".join(f"({each})" if len(sums) > 1 else each for each in sums)
