"""Why a target has its state: each rule of §5 in one sentence."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from dashboard.asked import Measure
from dashboard.explaining import why
from dashboard.rows import row_of
from indicators.models import Attainment, Target, TargetRevision
from resolutions.models import Document

MEASURE = Measure(unit="%", decimals=2)
ON_THE_WAY = {"progress": Decimal("0.5"), "expected": Decimal("0.6"), "pace": Decimal("0.833333")}


def judged(status, *, rule="at_least", value="60", **fields):
    threshold = Decimal(80) if rule == "at_least" else None
    revision = TargetRevision(rule=rule, threshold=threshold, due_on=date(2025, 12, 31))
    target = Target(document=Document(), level="total")
    made_up = {"judged_on": date(2025, 9, 30), "met": status in ("met", "exceeded"), "value": None}
    if value is not None and rule == "at_least":
        made_up["value"] = Decimal(value)
    return Attainment(target=target, revision=revision, status=status, **made_up | fields)


CASES = [
    (judged("not_applicable", value=None), "không áp dụng"),
    (judged("not_due", value=None, report_due_on=date(2025, 9, 16)), "hạn của báo cáo là 16/09/2025"),
    (judged("no_data", value=None, report_due_on=date(2025, 9, 16)), "trong khi hạn báo cáo là 16/09/2025"),
    (judged("no_data", value=None), "Kỳ này chưa có số liệu đã duyệt"),
    (judged("no_data", is_partial=True, owing=65, reporting=12), "Mới có 12/65 đơn vị báo cáo"),
    (judged("exceeded", value="81"), "81,00 % vượt mức kế hoạch (≥ 80 %)"),
    (judged("met", value="80"), "80,00 % đạt mức kế hoạch (≥ 80 %)"),
    (judged("missed"), "60,00 % chưa đạt mức ≥ 80 %; ngày đánh giá 30/09/2025 đã đến hạn 31/12/2025"),
    (judged("in_progress"), "không có số gốc"),
    (judged("worsening", progress=Decimal("-0.25")), "tiến độ −25,00 %"),
    (judged("on_track", progress=Decimal("0.1"), expected=Decimal(0)), "chưa đặt kỳ vọng"),
    (
        judged("at_risk", **ON_THE_WAY),
        "Đã đi được 50,00 % quãng đường, trong khi đến 30/09/2025 cần đi được 60,00 %: nhịp độ 83,33 %",
    ),
    (judged("met", rule="done", days_early=52), "Xác nhận hoàn thành ngày 09/11/2025; hạn là 31/12/2025"),
    (judged("missed", rule="done"), "Chưa đạt, mà ngày đánh giá 30/09/2025 đã đến hạn 31/12/2025"),
    (judged("in_progress", rule="done"), "Chưa đạt; hạn 31/12/2025"),
    (judged("met", rule="judged"), "Được người có thẩm quyền đánh giá đạt"),
]


@pytest.mark.parametrize(("attainment", "sentence"), CASES, ids=lambda case: getattr(case, "status", None))
def test_state_is_explained(attainment, sentence):
    with override("vi"):
        assert sentence in why(row_of(attainment, MEASURE)).replace("\u00a0", " ")
