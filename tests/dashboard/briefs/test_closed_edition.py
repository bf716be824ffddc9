"""The brief of an edition that was really closed, not of hand-written content."""

import pytest

from dashboard.briefs import apart
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.material import EditionFacts, material_of
from dashboard.editions.canonical import content_in
from resolutions.models import Task
from tests.dashboard.briefs.comparing import disagreements
from tests.dashboard.briefs.sample import HEAD, words_of_docx, words_of_pdf
from tests.editions.conftest import close, plan  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


def test_figures_of_a_closed_edition_stand_in_both_files(close, places):  # noqa: F811
    for number, done in enumerate((None, "2026-10-01", "2026-11-01")):
        Task.objects.create(
            unit=places.ninh_thuan, title_vi=f"Việc {number}", due_on="2026-10-31", done_on=done
        )
    edition = close()
    facts = EditionFacts(edition.number, edition.digest, edition.closed_at)
    content = content_in(edition.raw)
    made_of = material_of(content, facts, HEAD)
    word = words_of_docx(apart.word(made_of, edition.closed_at, BUILT_IN.read_bytes()))
    pdf = words_of_pdf(apart.pdf(made_of, edition.closed_at))
    assert disagreements(word, content, facts) == []
    assert disagreements(pdf, content, facts) == []
    assert "Đã làm xong" in word
    assert "Thiếu người" in pdf
    assert "2/3 nhiệm vụ hoàn thành, 1 nhiệm vụ quá hạn" in word
    standings = (
        "0 nhiệm vụ chưa triển khai, 0 nhiệm vụ trong hạn, 1 nhiệm vụ quá hạn, "
        "1 nhiệm vụ hoàn thành đúng hạn, 1 nhiệm vụ hoàn thành quá hạn; cộng 3 nhiệm vụ."
    )
    assert standings in word
    assert "riêng tỉnh Ninh Thuận có 2/3" in word


def test_brief_of_an_edition_from_before_tasks_says_nothing_of_them(close):  # noqa: F811
    edition = close()
    content = content_in(edition.raw)
    del content["tasks"]
    facts = EditionFacts(edition.number, edition.digest, edition.closed_at)
    assert "nhiệm vụ" not in " ".join(material_of(content, facts, HEAD)["headline"]["sentences"])
