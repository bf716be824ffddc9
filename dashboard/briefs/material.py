"""What a brief says, as plain texts: dicts, lists and strings, nothing else.

Every figure is a text of the edition's content or a number of it written out; nothing is computed here. The
shape is always whole: what an edition has not got is an empty text or list, so that a template which fits one
edition fits them all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from dashboard.briefs.letterhead import Letterhead, lowered
from indicators import figures

Plain = dict[str, Any]

UNMET = ("missed", "worsening", "off_track", "at_risk", "no_data")
"""States that a leader must answer for, the worst first. The other open ones stand in the annex."""
MARK = f"{figures.NBSP}(*)"
GROUPS = {
    "document": "Theo văn bản",
    "level": "Theo cấp",
    "pillar": "Theo trụ cột",
    "owner": "Theo cơ quan chủ trì",
}


STANDINGS = {
    "not_started": "chưa triển khai",
    "in_time": "trong hạn",
    "overdue": "quá hạn",
    "done_in_time": "hoàn thành đúng hạn",
    "done_late": "hoàn thành quá hạn",
}
"""How tasks stand, every one of them; they add up to the total."""


class EditionFacts(NamedTuple):
    number: int
    digest: str
    closed_at: datetime


def material_of(content: Mapping[str, Any], edition: EditionFacts, letterhead: Letterhead) -> Plain:
    """The brief of an edition's content (format `edition/1`)."""
    head = content["headline"]
    documents = _documents(content)
    made: Plain = {
        "form": letterhead.words(),
        "subject": letterhead.subject,
        "subject_within": lowered(letterhead.subject),
        "unit": content["unit"]["label"],
        "period": content["period"]["name_vi"],
        "edition": {
            "number": str(edition.number),
            "digest": edition.digest,
            "closed_on": figures.day(edition.closed_at, language="vi"),
        },
        "headline": _headline(content, head),
        "states": [_state(status, head["counts"][status]) for status in _occurring(head)],
        "by": {kind: [_group(each, head) for each in content["groups"][kind]] for kind in GROUPS},
        "titles": dict(GROUPS),
        "unmet": [_row(each) for each in unmet(content)],
        "results": _own_words(content, "results"),
        "reasons": _reasons(content),
        "proposals": [
            {"body": each["body"], "text": each["proposals"]}
            for each in content["narratives"]
            if (each["proposals"] or "").strip()
        ],
        "documents": documents,
        "has_illustrative": "1" if _is_marked(content) else "",
    }
    cleaned: Plain = _clean(made)
    return cleaned


def unmet(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Targets that count, or did until their year ended, and are in one of the states of UNMET."""
    order = {status: place for place, status in enumerate(UNMET)}
    found = [
        each
        for each in content["targets"]
        if each["status"] in order and (each["counts"] or each["is_overdue"])
    ]
    return sorted(found, key=lambda each: order[each["status"]])


def _occurring(head: Mapping[str, Any]) -> list[str]:
    return [status for status in figures.STATUSES if head["counts"].get(status)]


def _state(status: str, number: int) -> Plain:
    return {"status": status, "word": figures.status(status, language="vi"), "count": _count(number)}


def _count(number: int) -> str:
    return figures.number(number, language="vi")


def _share(text: str | None) -> str:
    """A share as stored, `"73.91"`, with its two places."""
    return figures.figure(Decimal(text), "%", 2, language="vi") if text else figures.ABSENT


def _headline(content: Mapping[str, Any], head: Mapping[str, Any]) -> Plain:
    before = head["previous"]
    return {
        "met": _count(head["met"]),
        "total": _count(head["total"]),
        "share": _share(head["share"]),
        "due_met": _count(head["due_met"]),
        "due_total": _count(head["due_total"]),
        "due_share": _share(head["due_share"]),
        "overdue": _count(head["overdue"]),
        "not_applicable": _count(head["not_applicable"]),
        "illustrative": _count(head["illustrative"]),
        "previous_period": before["name_vi"] if before else "",
        "previous_met": _count(before["met"]) if before else "",
        "previous_total": _count(before["total"]) if before else "",
        "previous_share": _share(before["share"]) if before else "",
        "sentences": list(_sentences(content, head)),
    }


def _sentences(content: Mapping[str, Any], head: Mapping[str, Any]) -> Iterable[str]:
    unit, period = content["unit"]["label"], content["period"]["name_vi"]
    yield (
        f"{period}, {unit} có {_count(head['met'])}/{_count(head['total'])} chỉ tiêu đạt và vượt, "
        f"bằng {_share(head['share'])} số chỉ tiêu được đánh giá."
    )
    parts = [
        f"{_count(head['counts'][status])} chỉ tiêu {lowered(figures.status(status, language='vi'))}"
        for status in _occurring(head)
    ]
    if parts:
        yield f"Phân theo trạng thái: {', '.join(parts)}; cộng {_count(head['total'])} chỉ tiêu."
    if head["previous"]:
        before = head["previous"]
        yield (
            f"Cùng kỳ {lowered(before['name_vi'])}: {_count(before['met'])}/{_count(before['total'])} "
            f"chỉ tiêu đạt và vượt ({_share(before['share'])})."
        )
    if head["due_total"]:
        yield (
            f"Trong số {_count(head['due_total'])} chỉ tiêu đến hạn trong năm, {_count(head['due_met'])} "
            f"chỉ tiêu đạt và vượt ({_share(head['due_share'])})."
        )
    if head["overdue"]:
        yield f"Ngoài ra, {_count(head['overdue'])} chỉ tiêu đã quá năm đến hạn mà chưa đạt."
    if head["not_applicable"]:
        yield f"{_count(head['not_applicable'])} chỉ tiêu không áp dụng, không tính vào tổng số."
    if head["illustrative"]:
        yield f"{_count(head['illustrative'])} chỉ tiêu được đánh giá theo số liệu minh họa (*)."
    # Editions closed before tasks were counted have none.
    if tasks := content.get("tasks"):
        on = figures.day(date.fromisoformat(tasks["on"]), language="vi")
        yield (
            f"Tính đến ngày {on}, riêng {unit} có {_count(tasks['finished'])}/{_count(tasks['total'])} "
            f"nhiệm vụ hoàn thành, {_count(tasks['overdue'])} nhiệm vụ quá hạn."
        )
        parts = [f"{_count(tasks['counts'][each])} nhiệm vụ {words}" for each, words in STANDINGS.items()]
        yield f"Phân theo tình trạng: {', '.join(parts)}; cộng {_count(tasks['total'])} nhiệm vụ."


def _group(group: Mapping[str, Any], head: Mapping[str, Any]) -> Plain:
    return {
        "label": group["label"] or "Chưa xác định",
        "sub": group.get("sub") or "",
        "total": _count(group["total"]),
        "met": _count(group["met"]),
        "share": _share(group["share"]),
        "counts": [_count(group["counts"].get(status, 0)) for status in _occurring(head)],
        # Whole thousandths of the bar: geometry, not a figure. A group of four that is wholly met is as full
        # as one of nineteen.
        "width_met": str(1000 * group["met"] // max(1, group["total"])),
    }


def _row(target: Mapping[str, Any]) -> Plain:
    texts = target["texts"]["vi"]
    return {
        "code": target["code"] or "",
        "name": target["name"] or (target["indicator"] or {}).get("name") or "",
        "place": (texts["place"] or "").replace(" ", figures.NBSP),
        "document": target["document"],
        "asked": texts["asked"] + (MARK if target["is_target_illustrative"] else ""),
        "value": texts["value"] + (MARK if target["is_value_illustrative"] else ""),
        "status": texts["status"],
        "state": target["status"],
        "gap": texts["gap"] or figures.ABSENT,
        "pace": texts["pace"] or "",
        "landing": texts["landing"] or "",
        # Both in one cell, a line each.
        "outlook": "\n".join(filter(None, (texts["pace"], texts["landing"]))) or figures.ABSENT,
        "change": texts["change"] or "",
        "owner": target["owner"] or "",
        "notes": "; ".join([*(["quá hạn"] if target["is_overdue"] else []), *(texts["notes"] or [])]),
    }


def _documents(content: Mapping[str, Any]) -> list[Plain]:
    """Every target under its document, headings between them, in the order of the page."""
    known = {each["id"]: each for each in content["documents"]}
    found: dict[Any, Plain] = {}
    heading: dict[Any, Any] = {}
    for target in content["targets"]:
        pk = target["document_id"]
        if pk not in found:
            about = known.get(pk, {})
            found[pk] = {
                "number": target["document"],
                "issuer": about.get("issuer") or "",
                "title": about.get("title") or "",
                "note": about.get("note_vi") or "",
                "rows": [],
            }
        row = {"heading": "", **_row(target)}
        above = target["heading"]
        if above and heading.get(pk) != above:
            row["heading"] = " ".join(filter(None, (above["code"], above["name"])))
        heading[pk] = above
        found[pk]["rows"].append(row)
    return list(found.values())


def _own_words(content: Mapping[str, Any], field: str) -> str:
    """What the unit itself wrote in its report."""
    own = (each for each in content["narratives"] if each["ref"] == content["unit"]["ref"])
    return next((each[field] or "" for each in own), "")


def _reasons(content: Mapping[str, Any]) -> list[Plain]:
    """Difficulties and causes as the unit and the owners of what is unmet reported them."""
    about: dict[str, list[str]] = {content["unit"]["ref"]: []}
    for target in unmet(content):
        if target["owner_ref"]:
            about.setdefault(target["owner_ref"], []).append(target["code"] or target["name"])
    return [
        {
            "body": each["body"],
            "targets": ", ".join(dict.fromkeys(about[each["ref"]])),
            "difficulties": each["difficulties"] or "",
            "causes": each["causes"] or "",
        }
        for each in content["narratives"]
        if each["ref"] in about and (each["difficulties"] or each["causes"] or "").strip()
    ]


def _is_marked(content: Mapping[str, Any]) -> bool:
    return bool(content["headline"]["illustrative"]) or any(
        each["is_value_illustrative"] or each["is_target_illustrative"] for each in content["targets"]
    )


def _clean(value: Any) -> Any:
    """Texts without what a document cannot hold: control characters, and what turns writing around."""
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return "".join(
        each for each in text if each == "\n" or unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co")
    )
