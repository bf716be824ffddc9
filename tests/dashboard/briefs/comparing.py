"""Compares a brief, read back as text, with the edition it was made of. Answers what does not agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from dashboard.briefs.material import EditionFacts
from indicators import figures
from tests.dashboard.briefs.sample import FACTS, HEAD, plain

# A number with its separators: 1.250, 97,22, 17/23, 32/KH-UBND gives 32.
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*")


def disagreements(words: str, content: dict[str, Any], facts: EditionFacts = FACTS) -> list[str]:
    """Figures of the text that the edition has not got, and figures of the edition missing in the text."""
    said = words.replace(facts.digest, " ")
    known = set(_known(content, facts))
    strange = [f"strange: {each}" for each in _TOKEN.findall(said) if each not in known]
    return strange + [f"missing: {each}" for each in _wanted(content) if _dense(each) not in _dense(said)]


def _dense(words: str) -> str:
    """A table cell may be broken anywhere between two words, and in a PDF within one."""
    return re.sub(r"\s+", "", words)


def _known(content: dict[str, Any], facts: EditionFacts) -> Iterator[str]:
    """Every number of the edition, as written; and those that the office put on its letterhead."""
    for text in _texts(content):
        yield from _TOKEN.findall(text)
    for sums in _all_sums(content):
        yield f"{sums['met']}/{sums['total']}"
    if tasks := content.get("tasks"):
        yield f"{tasks['finished']}/{tasks['total']}"
        yield figures.day(date.fromisoformat(tasks["on"]))
    letterhead = HEAD.words()
    yield from _TOKEN.findall(" ".join(map(str, letterhead.values())))
    yield from _TOKEN.findall(HEAD.subject)
    yield from (str(facts.number), figures.day(facts.closed_at), "256")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("share", "due_share") and each:
                yield figures.number(Decimal(each), 2)
            elif name not in ("id", "document_id", "en", "year"):
                yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield figures.number(value)
    elif isinstance(value, str):
        yield value


def _all_sums(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield content["headline"]
    if content["headline"]["previous"]:
        yield content["headline"]["previous"]
    for groups in content["groups"].values():
        yield from groups


def _wanted(content: dict[str, Any]) -> Iterator[str]:
    """Whole rows in their order, so that a figure in the wrong place is missing in the right one."""
    head = content["headline"]
    states = [status for status in figures.STATUSES if head["counts"][status]]
    for sums in (head, *(each for groups in content["groups"].values() for each in groups)):
        counts = [sums["total"], sums["met"], *(sums["counts"][each] for each in states)]
        label = sums.get("label", "Toàn bộ")
        share = figures.number(Decimal(sums["share"]), 2)
        yield f"{label}{sums.get('sub') or ''}{''.join(map(str, counts))}{share} %"
    share = figures.number(Decimal(head["share"]), 2)
    yield f"{head['met']}/{head['total']} chỉ tiêu đạt và vượt, bằng {share} %"
    if tasks := content.get("tasks"):
        yield f"{tasks['finished']}/{tasks['total']} nhiệm vụ hoàn thành, {tasks['overdue']} nhiệm vụ quá hạn"
    for status in states:
        yield f"{head['counts'][status]} chỉ tiêu {figures.status(status).lower()}"
    for target in content["targets"]:
        texts = target["texts"]["vi"]
        mark = "(*)" if target["is_value_illustrative"] else ""
        asked = texts["asked"] + ("(*)" if target["is_target_illustrative"] else "")
        yield plain(
            f"{target['code']} {target['name']} ({texts['place']}) {asked} {texts['value']} {mark}"
            f"{texts['status']} {target['owner']}"
        )
        if target["status"] in ("missed", "off_track", "at_risk", "no_data"):
            gap, outlook = texts["gap"] or "–", texts["pace"] + texts["landing"] or "–"
            yield f"{asked}{texts['value']}{mark}{gap}{outlook}{texts['status']}"
