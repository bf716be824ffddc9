"""Which endpoint is which packet of the national data standard QCVN 125:2021/BTTTT, as data for the docs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

STANDARD = "QCVN 125:2021/BTTTT"


@dataclass(frozen=True)
class Packet:
    """One packet of the standard; endpoints are addresses below `/api/v1/`, as the description names them."""

    name_vi: str
    name_en: str
    endpoints: tuple[str, ...]
    note_vi: str = ""
    note_en: str = ""

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_vi

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_vi


PACKETS = (
    Packet("chế độ báo cáo", "reporting regimes", ("documents/",)),
    Packet(
        "biểu mẫu",
        "forms",
        ("targets/",),
        "Mỗi chỉ tiêu là một dòng của biểu.",
        "Each target is a row of a form.",
    ),
    Packet("kỳ báo cáo", "periods", ("periods/",)),
    Packet("chỉ tiêu", "indicators", ("indicators/",)),
    Packet("nhóm chỉ tiêu", "indicator groups", ("pillars/",)),
    Packet("phân tổ", "breakdowns", ("breakdowns/",), "Cấp và cơ quan chủ trì.", "Levels and owners."),
    Packet(
        "số liệu chỉ tiêu",
        "indicator data",
        ("measurements/", "rollups/", "attainments/", "series/", "indicators/{code}/data.csv"),
        "Số đã báo cáo, số tổng hợp, kết quả đánh giá, chuỗi qua sáp nhập, bảng CSV.",
        "Reported, pooled, judged, through mergers, and as a table.",
    ),
    Packet(
        "trạng thái báo cáo",
        "report status",
        ("reports/", "discipline/", "scoreboards/"),
        "Từng báo cáo, ai đã nộp, thời điểm tính của bảng điểm.",
        "Each report, who has sent one, and how fresh a scoreboard is.",
    ),
)
