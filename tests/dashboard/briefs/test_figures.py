"""Every figure of the Word file and of the PDF is the edition's; a changed one would be found."""

import copy
import io
import os
import zipfile

import pytest

from dashboard.briefs import apart
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.material import material_of
from tests.dashboard.briefs.comparing import disagreements
from tests.dashboard.briefs.sample import FACTS, HEAD, content, material, words_of_docx, words_of_pdf


def word(made_of):
    return words_of_docx(apart.word(made_of, FACTS.closed_at, BUILT_IN.read_bytes()))


def pdf(made_of):
    return words_of_pdf(apart.pdf(made_of, FACTS.closed_at))


@pytest.mark.parametrize("read", [word, pdf])
def test_every_figure_is_the_editions(read):
    assert disagreements(read(material()), content()) == []


def _a_value(made_of):
    made_of["documents"][1]["rows"][3]["value"] = "11,11 %"


def _a_status(made_of):
    made_of["documents"][0]["rows"][0]["status"] = "Không đạt"


def _a_goal(made_of):
    made_of["unmet"][0]["asked"] = made_of["unmet"][1]["asked"]


def _a_count(made_of):
    made_of["by"]["owner"][0]["counts"][0] = "1"


def _the_headline(made_of):
    made_of["headline"]["sentences"][0] = made_of["headline"]["sentences"][0].replace("17/23", "18/23")


@pytest.mark.parametrize("read", [word, pdf])
@pytest.mark.parametrize("change", [_a_value, _a_status, _a_goal, _a_count, _the_headline])
def test_changed_figure_is_found(read, change):
    changed = copy.deepcopy(material())
    change(changed)
    assert disagreements(read(changed), content())


def test_charts_show_the_same_numbers_in_words_for_who_cannot_see_them():
    made = apart.word(material(), FACTS.closed_at, BUILT_IN.read_bytes())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        xml = archive.read("word/document.xml").decode()
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
    assert len(pictures) == 2
    assert 'descr="Biểu đồ chỉ tiêu theo trạng thái: Vượt 6, Đạt 11,' in xml


def worked():
    """Seconds that this process and those it started have worked; waiting is not counted."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


@pytest.mark.slow
def test_three_hundred_targets_take_at_most_five_seconds():
    started = worked()
    made_of = material_of(content(300), FACTS, HEAD)
    apart.word(made_of, FACTS.closed_at, BUILT_IN.read_bytes())
    apart.pdf(made_of, FACTS.closed_at)
    assert worked() - started <= 5
