"""The brief of an edition that was really closed, not of hand-written content."""

import pytest

from dashboard.briefs import apart
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.material import EditionFacts, material_of
from dashboard.editions.canonical import content_in
from tests.dashboard.briefs.comparing import disagreements
from tests.dashboard.briefs.sample import HEAD, words_of_docx, words_of_pdf
from tests.editions.conftest import close, plan  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


def test_figures_of_a_closed_edition_stand_in_both_files(close):  # noqa: F811
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
