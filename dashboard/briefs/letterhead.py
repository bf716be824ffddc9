"""What the office itself puts on a report: who issues it, number, day, recipients, who signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from provinces.dates import today

_BLANK = "\u2026\u2026"


@dataclass(frozen=True)
class Letterhead:
    """Fields of the form, as typed. What stays empty is left open on paper, to be filled in by hand."""

    issuer_above: str = ""
    issuer: str = ""
    number: str = ""
    symbol: str = "BC-UBND"
    place: str = ""
    day: str = ""
    """In ISO form, or empty."""
    subject: str = ""
    recipients: str = ""
    """One a line."""
    authority: str = ""
    title: str = ""
    name: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Letterhead:
        """What was stored, without fields that are no longer known."""
        return cls(**{each.name: str(kept[each.name]) for each in fields(cls) if each.name in kept})

    def kept(self) -> dict[str, str]:
        return asdict(self)

    def words(self) -> dict[str, Any]:
        """As printed."""
        return {
            "issuer_above": self.issuer_above.upper(),
            "issuer": self.issuer.upper(),
            "issuer_line": " ".join(self.issuer.split()),
            "number": f"{self.number or _BLANK}/{self.symbol}",
            "place": self.place,
            "date": _day_words(self.day),
            "recipients": [line.strip(" -;.") for line in self.recipients.splitlines() if line.strip(" -;.")],
            "authority": self.authority.upper(),
            "title": self.title.upper(),
            "name": self.name,
        }


def defaults_for(unit: Mapping[str, Any], period_name: str, issuer: Mapping[str, Any]) -> Letterhead:
    """The letterhead of a unit that has made no brief yet.

    `unit` is the edition's own, `issuer` whoever reports on it today; they differ after a merger.
    """
    label = str(issuer["label"])
    kind = str(issuer.get("kind") or "").lower()
    bare = label[len(kind) :].strip() if kind and label.lower().startswith(kind) else str(issuer["name"])
    return Letterhead(
        issuer=f"Ủy ban nhân dân\n{label}",
        place=bare,
        subject=f"Kết quả thực hiện các chỉ tiêu chuyển đổi số {lowered(period_name)} của {unit['label']}",
        recipients=f"Thường trực Tỉnh ủy\nThường trực HĐND {label}\nLãnh đạo UBND {label}\nLưu: VT",
        authority="TM. Ủy ban nhân dân",
        title="Chủ tịch",
    )


def lowered(name: str) -> str:
    """`năm 2023` within a sentence."""
    return name[:1].lower() + name[1:]


def _day_words(iso: str) -> str:
    """Days below 10 and months below 3 have a leading zero (Decree 30, annex I)."""
    if not iso:
        return f"ngày {_BLANK} tháng {_BLANK} năm {today().year}"
    day = date.fromisoformat(iso)
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"
