"""The pages of the brief: who may ask, what the form remembers, downloads, and the offices' templates."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from config.tasks import run_briefs
from dashboard.actions.briefs import request_brief
from dashboard.briefs.apart import check_template
from dashboard.briefs.builtin import BUILT_IN
from dashboard.briefs.tags import TAGS
from dashboard.models import Brief, BriefTemplate
from tests.dashboard.briefs.conftest import letterhead, make_edition
from tests.dashboard.briefs.sample import HEAD, words_of_docx
from tests.dashboard.briefs.test_template_files import template as docx
from tests.dashboard.reading import words

pytestmark = pytest.mark.django_db
TEMPLATES = "/briefs/templates/"


def page_of(edition):
    return f"/editions/{edition.pk}/briefs/"


def test_leader_asks_follows_and_downloads(reads, edition):
    answer = reads.post(page_of(edition), letterhead(number="714", day="2026-01-08", subject="Thử"))
    brief = Brief.objects.get()
    assert answer.url == f"/briefs/{brief.pk}/"
    waiting = reads.get(answer.url)
    assert "data-moving" in waiting.content.decode()
    assert "Chờ lập" in words(waiting)
    assert reads.get(f"{answer.url}word/").status_code == 404
    run_briefs()
    ready = reads.get(answer.url)
    assert "data-moving" not in ready.content.decode()
    assert "Tải Word" in words(ready)
    for kind, mark, suffix in (("word", b"PK", "docx"), ("pdf", b"%PDF", "pdf")):
        file = reads.get(f"{answer.url}{kind}/")
        content = file.content
        assert content.startswith(mark)
        assert file["X-Content-Type-Options"] == "nosniff"
        name = f"bao-cao-P58-2023-3-{brief.pk}.{suffix}"
        assert file["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "Số: 714/BC-UBND" in words_of_docx(reads.get(f"{answer.url}word/").content)


def test_form_begins_with_the_unit_and_its_successor(reads, edition):
    form = reads.get(page_of(edition)).context["form"].initial
    assert form["issuer"] == "Ủy ban nhân dân\ntỉnh Khánh Hòa"
    assert form["place"] == "Khánh Hòa"
    assert form["subject"].endswith("năm 2023 của tỉnh Ninh Thuận")
    assert form["day"] == date(2026, 11, 21)


def test_form_remembers_what_was_last_said_but_not_the_number(reads, edition, leader, coordinator):
    request_brief(edition=edition, by=leader, letterhead=HEAD)
    request_brief(edition=edition, by=coordinator, letterhead=type(HEAD)(name="Người khác"))
    form = reads.get(page_of(edition)).context["form"].initial
    assert (form["name"], form["number"]) == ("Nguyễn Văn An", "")


def test_wrong_day_is_told(reads, edition):
    answer = reads.post(page_of(edition), letterhead(day="8/1/2026x"))
    assert answer.status_code == 422
    assert not Brief.objects.exists()


def test_template_of_another_province_cannot_be_chosen(reads, edition, template, places, neighbour):
    BriefTemplate.objects.update(unit=places.dak_lak)
    answer = reads.post(page_of(edition), letterhead(template=str(template.pk)))
    assert answer.status_code == 422


def test_refusal_is_shown_on_the_page_of_the_brief(reads, brief):
    Brief.objects.update(state="failed", message="Mẫu <hỏng>")
    assert "Mẫu <hỏng>" in words(reads.get(f"/briefs/{brief.pk}/"))


def test_edition_page_leads_to_its_briefs(edition):
    bar = {"edition": edition, "newest": edition, "others": [edition]}
    assert f'href="{page_of(edition)}"' in render_to_string("editions/_bar.html", bar)


# --- Templates ---------------------------------------------------------------------------------------------
def test_only_coordinators_keep_templates(signed_in, template, cast):
    for person, code in ((cast.coordinator, 200), (cast.leader, 404), (cast.neighbour, 404)):
        browser = signed_in(person)
        for address in (TEMPLATES, f"{TEMPLATES}{template.pk}/", f"{TEMPLATES}built-in/"):
            assert browser.get(address).status_code == code
    assert signed_in(cast.leader).post(f"{TEMPLATES}{template.pk}/retire/").status_code == 404
    assert BriefTemplate.objects.get().is_active


def upload(content, name="Mẫu của sở.docx", unit="P56-2025"):
    return {"unit": unit, "file": SimpleUploadedFile(name, content)}


def test_coordinator_brings_and_retires_a_template(signed_in, coordinator, edition):
    browser = signed_in(coordinator)
    answer = browser.post(TEMPLATES, upload(docx("{{ unit }}")), follow=True)
    assert "“Mẫu của sở.docx” đã dùng được" in words(answer)
    made = BriefTemplate.objects.get()
    assert "Mẫu của sở.docx" in browser.get(page_of(edition)).content.decode()
    file = browser.get(f"{TEMPLATES}{made.pk}/")
    assert words_of_docx(file.content) == "{{ unit }}"
    browser.post(f"{TEMPLATES}{made.pk}/retire/")
    assert "Mẫu của sở.docx" not in browser.get(page_of(edition)).content.decode()


def test_wrong_tag_is_named_on_the_page(signed_in, coordinator):
    answer = signed_in(coordinator).post(TEMPLATES, upload(docx("{{ khong_co }}")))
    assert answer.status_code == 422
    assert "thẻ không có trong báo cáo: {{ khong_co }}" in words(answer)
    assert not BriefTemplate.objects.exists()


def test_template_for_another_province_is_refused(signed_in, coordinator):
    answer = signed_in(coordinator).post(TEMPLATES, upload(docx("a"), unit="P66-2025"))
    assert answer.status_code == 422
    assert not BriefTemplate.objects.exists()


def test_built_in_template_is_downloaded_as_it_is_kept(signed_in, coordinator):
    answer = signed_in(coordinator).get(f"{TEMPLATES}built-in/")
    assert answer.content == BUILT_IN.read_bytes()


def test_every_tag_that_is_explained_works():
    assert check_template("a.docx", docx(*(tag for tag, _words in TAGS)))


# --- Queries -----------------------------------------------------------------------------------------------
def queries(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_lists_ask_the_same_whatever_their_length(signed_in, coordinator, edition, template, leader):
    browser, counts = signed_in(coordinator), []
    for number in (2, 20, 45):
        have = Brief.objects.count()
        Brief.objects.bulk_create(
            Brief(edition=edition, by=leader, template=template, letterhead={})
            for _each in range(number - have)
        )
        BriefTemplate.objects.bulk_create(
            BriefTemplate(unit=template.unit, name="a.docx", sha256="a", by=leader, file="a")
            for _each in range(number - have)
        )
        counts.append((queries(browser, page_of(edition)), queries(browser, TEMPLATES)))
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 15


def test_brief_of_a_commune_next_door_does_not_exist(reads, places, coordinator):
    hidden = make_edition(places.ea_kao, coordinator)
    brief = request_brief(edition=hidden, by=coordinator, letterhead=HEAD)
    for address in (page_of(hidden), f"/briefs/{brief.pk}/", f"/briefs/{brief.pk}/word/"):
        assert reads.get(address).status_code == 404
    assert reads.post(page_of(hidden), letterhead()).status_code == 404
