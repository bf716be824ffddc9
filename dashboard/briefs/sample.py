"""An edition that never was: what a template is tried with before an office may use it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboard.briefs.letterhead import defaults_for
from dashboard.briefs.material import EditionFacts, Plain, material_of
from indicators.figures import STATUSES

FACTS = EditionFacts(1, "9f2c" * 16, datetime(2026, 1, 25, 3, 0, tzinfo=UTC))

# Name, what is asked, the value, state, what is missing.
_TARGETS = (
    ("Tỷ lệ hồ sơ trực tuyến toàn trình", "≥ 80 %", "91,36 %", "exceeded", ""),
    ("Tỷ lệ số hóa kết quả giải quyết thủ tục hành chính", "≥ 95 %", "97,22 %", "met", ""),
    ("Tỷ lệ hộ gia đình có đường Internet cáp quang", "≥ 85 %", "79,48 %", "missed", "5,52 điểm %"),
    ("Số doanh nghiệp công nghệ số", "≥ 1.250", "1.017", "off_track", "233"),
    ("Tỷ lệ người dân có chữ ký số cá nhân", "≥ 50 %", "41,07 %", "at_risk", "8,93 điểm %"),
    ("Tỷ trọng kinh tế số trong GRDP", "≥ 20 %", "Chưa có số liệu", "no_data", ""),
    ("Số xã có trạm phát sóng 5G", "≥ 64", "38", "in_progress", "26"),
)


_WORDS = {
    "exceeded": "Vượt",
    "met": "Đạt",
    "missed": "Không đạt",
    "off_track": "Chậm tiến độ",
    "at_risk": "Có nguy cơ",
    "no_data": "Chưa có số liệu",
    "in_progress": "Đang thực hiện",
}
_PREVIOUS = {
    "period": "2024",
    "name_vi": "Năm 2024",
    "name_en": "Year 2024",
    "met": 4,
    "total": 6,
    "share": "66.67",
}
_NARRATIVE = {
    "ref": "A1",
    "body": "Sở Khoa học và Công nghệ",
    "results": "Đã ban hành kế hoạch.",
    "difficulties": "Địa hình miền núi.",
    "causes": "Nguồn vốn giao chậm.",
    "proposals": "Ưu tiên vốn cho hạ tầng.",
}


def sums_of(counts: dict[str, int], **fields: Any) -> dict[str, Any]:
    """Sums as an edition has them, from the counts of some states."""
    whole = {status: counts.get(status, 0) for status in STATUSES}
    total, met = sum(whole.values()), whole["exceeded"] + whole["met"]
    hundredths = (20000 * met + total) // (2 * total) if total else 0
    share = f"{hundredths // 100}.{hundredths % 100:02}" if total else None
    return {
        "total": total,
        "met": met,
        "counts": whole,
        "share": share,
        "due_total": total,
        "due_met": met,
        "due_share": share,
        "not_applicable": 0,
        "overdue": 0,
        "illustrative": 0,
        **fields,
    }


def target_of(place: int, name: str, asked: str, value: str, status: str, gap: str = "") -> dict[str, Any]:
    """One judged target of an edition; only what a brief reads."""
    is_open = status in ("off_track", "at_risk")
    texts: dict[str, Any] = {
        "value": value,
        "asked": asked,
        "gap": gap,
        "status": _WORDS[status],
        "place": "toàn tỉnh",
        "pace": "cần +4,46 điểm % mỗi kỳ" if is_open else "",
        "landing": "dự kiến 47,3 %" if is_open else "",
        "change": "",
        "notes": [],
    }
    return {
        "id": place,
        "code": f"{1 + place // 4}.{1 + place % 4}",
        "name": name,
        "indicator": None,
        "document": "32/KH-UBND",
        "document_id": 1,
        "heading": {"code": "I", "name": "Chính quyền số"},
        "owner": "Sở Khoa học và Công nghệ",
        "owner_ref": "A1",
        "status": status,
        "counts": True,
        "met": status in ("exceeded", "met"),
        "is_overdue": False,
        "is_value_illustrative": status == "at_risk",
        "is_target_illustrative": False,
        "texts": {"vi": texts, "en": texts},
    }


def sample_content(is_empty: bool = False) -> dict[str, Any]:
    """The content of an edition, whole, or with every list empty and nothing that may be missing."""
    rows = () if is_empty else _TARGETS
    counts = {status: sum(each[3] == status for each in rows) for status in STATUSES}
    group = {"key": "1", "label": "32/KH-UBND", "sub": "Kế hoạch chuyển đổi số năm 2025", **sums_of(counts)}
    return {
        "format": "edition/1",
        "unit": {"ref": "P0", "name": "Mẫu", "label": "tỉnh Mẫu", "tier": "province", "kind": "Tỉnh"},
        "period": {
            "code": "2025",
            "kind": "year",
            "year": 2025,
            "name_vi": "Năm 2025",
            "name_en": "Year 2025",
        },
        "headline": {**sums_of(counts), "previous": None if is_empty else _PREVIOUS},
        "groups": {kind: [] if is_empty else [group] for kind in ("document", "level", "pillar", "owner")},
        "targets": [target_of(place, *each) for place, each in enumerate(rows)],
        "narratives": [] if is_empty else [_NARRATIVE],
        "documents": [
            {"id": 1, "number": "32/KH-UBND", "issuer": "UBND tỉnh Mẫu", "title": "Kế hoạch", "note_vi": ""}
        ],
        "is_illustrative": not is_empty,
    }


def sample_material(is_empty: bool = False) -> Plain:
    content = sample_content(is_empty)
    head = defaults_for(content["unit"], content["period"]["name_vi"], content["unit"])
    return material_of(content, FACTS, head)
