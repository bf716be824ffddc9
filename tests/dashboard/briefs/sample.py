"""The content of an edition written by hand: every figure its own, so that a wrong one cannot hide."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from dashboard.briefs.letterhead import Letterhead
from dashboard.briefs.material import EditionFacts, material_of
from dashboard.briefs.sample import sums_of, target_of

FACTS = EditionFacts(3, "0123456789abcdef" * 4, datetime(2024, 1, 25, 3, 0, 0, 123456, tzinfo=UTC))
HEAD = Letterhead(
    issuer="Ủy ban nhân dân\ntỉnh Khánh Hòa",
    number="714",
    place="Khánh Hòa",
    day="2026-01-08",
    subject="Kết quả thực hiện các chỉ tiêu chuyển đổi số năm 2023 của tỉnh Ninh Thuận",
    recipients="Thường trực Tỉnh ủy;\n- Lưu: VT, KGVX.",
    authority="TM. Ủy ban nhân dân",
    title="KT. Chủ tịch\nPhó Chủ tịch",
    name="Nguyễn Văn An",
)
STATUSES = (
    *("exceeded",) * 6,
    *("met",) * 11,
    *("missed",) * 3,
    *("off_track", "at_risk", "no_data"),
)


def content(number: int = 23) -> dict[str, Any]:
    """An edition of so many targets; by default that of Ninh Thuận with 17 of 23 met."""
    statuses = [STATUSES[place % len(STATUSES)] for place in range(number)]
    targets = []
    for place, status in enumerate(statuses):
        value = "Chưa có số liệu" if status == "no_data" else f"{10 + place},{7 * place % 100:02} %"
        gap = "" if status in ("exceeded", "met") else f"{place},{place % 10}{place % 7} điểm %"
        each = target_of(place, f"Chỉ tiêu thứ {place + 1000}", f"≥ {200 + place} %", value, status, gap)
        each["document_id"] = 1 + place % 2
        each["document"] = ("32/KH-UBND", "57-NQ/TW")[place % 2]
        each["is_value_illustrative"] = place % 10 == 4
        each["is_target_illustrative"] = place % 10 in (2, 4)
        if status == "off_track":
            each["texts"]["vi"]["pace"] = f"cần +{place},31 điểm % mỗi kỳ"
            each["texts"]["vi"]["landing"] = f"dự kiến {place},93 %"
        targets.append(each)
    targets.sort(key=lambda each: each["document_id"])

    def counted(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return sums_of({status: sum(each["status"] == status for each in rows) for status in STATUSES})

    def groups(label: str, sub: str) -> list[dict[str, Any]]:
        halves = [[each for each in targets if each["document_id"] == pk] for pk in (1, 2)]
        return [
            {"key": str(pk), "label": f"{label} {'AB'[pk]}", "sub": sub, **counted(half)}
            for pk, half in enumerate(halves)
        ]

    return {
        "format": "edition/1",
        "unit": {"ref": "P58", "name": "Ninh Thuận", "label": "tỉnh Ninh Thuận", "kind": "Tỉnh"},
        "period": {"code": "2023", "kind": "year", "year": 2023, "name_vi": "Năm 2023"},
        "headline": {
            **counted(targets),
            "due_total": 19,
            "due_met": 16,
            "due_share": "84.21",
            "overdue": 1,
            "not_applicable": 2,
            "illustrative": 3,
            "previous": {"name_vi": "Năm 2022", "met": 9, "total": 21, "share": "42.86"},
        },
        "groups": {
            "document": groups("Kế hoạch", "UBND tỉnh, 27/02/2023"),
            "level": groups("Cấp", ""),
            "pillar": groups("Trụ cột", ""),
            "owner": groups("Sở", ""),
        },
        "targets": targets,
        "narratives": [
            _narrative("P58", "UBND tỉnh Ninh Thuận", results="Đã họp 12 phiên."),
            _narrative(
                "A1", "Sở Khoa học và Công nghệ", difficulties="Thiếu 45 trạm.", causes="Vốn chậm.\nÍt người."
            ),
            _narrative("A2", "Sở Nội vụ", difficulties="Không nêu ra.", proposals="Thêm 8 biên chế."),
        ],
        "documents": [
            {"id": 1, "number": "32/KH-UBND", "issuer": "UBND tỉnh", "title": "Kế hoạch", "note_vi": ""},
            {"id": 2, "number": "57-NQ/TW", "issuer": "TW", "title": "", "note_vi": "Trích 38 dòng."},
        ],
        "is_illustrative": True,
    }


def _narrative(ref: str, body: str, **texts: str) -> dict[str, str]:
    empty = {"results": "", "difficulties": "", "causes": "", "proposals": ""}
    return {"ref": ref, "body": body, **empty, **texts}


def material(number: int = 23) -> dict[str, Any]:
    return material_of(content(number), FACTS, HEAD)


def words_of_docx(made: bytes) -> str:
    """All that a reader sees: body, tables, headers and footers."""
    document = Document(io.BytesIO(made))
    parts = [document.element.body]
    for section in document.sections:
        parts += [each._element for each in (section.header, section.footer, section.first_page_footer)]
    found = []
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            pieces = [
                "\n" if each.tag == qn("w:br") else each.text or ""
                for each in paragraph.iter(qn("w:t"), qn("w:br"))
            ]
            found.append("".join(pieces))
    return plain("\n".join(found))


def words_of_pdf(made: bytes) -> str:
    """The text of every page, without the number at its top."""
    pages = [each.extract_text() for each in PdfReader(io.BytesIO(made)).pages]
    without = [re.sub(rf"^\s*{place}\s*\n", "", text) for place, text in enumerate(pages, 1)]
    return plain("\n".join(without))


def plain(words: str) -> str:
    return " ".join(words.replace("\u00a0", " ").split())
