"""The public site: nothing while it is off, figures alone while it is on."""

import pytest

from tests.dashboard.reading import card, words
from tests.editions.conftest import tamper
from tests.factories.editions import make_edition
from tests.factories.results import make_period

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(settings):
    settings.PUBLIC_EDITIONS = True


def test_site_is_off_unless_the_settings_say_otherwise(corrected, client, leader):
    for address in ("/public/", "/public/P58/2023/"):
        assert client.get(address).status_code == 404
    client.force_login(leader)
    assert client.get("/public/").status_code == 404


def test_anybody_reads_the_list_of_the_newest_editions(public, corrected, client, places):
    make_edition(places.dak_lak, make_period("2023"))
    found = words(client.get("/public/"), "<main", "</main>")
    assert "Tỉnh Ninh Thuận" in found
    assert "Tỉnh Đắk Lắk" in found
    assert "Bản công bố số 2 3/3 (Dữ liệu minh họa)" in found
    assert found.count("Năm 2023") == 4  # once for the eye and once for the ear


def test_anybody_reads_the_figures_of_the_newest(public, corrected, client):
    answer = client.get("/public/P58/2023/")
    assert "3 /3 chỉ tiêu đạt và vượt" in card(answer, "headline")
    assert "100,00 % ≥ 100 % Đạt" in card(answer, "rows-title")


def test_words_inputs_and_names_of_people_are_left_out(public, corrected, client, coordinator, plan):
    html = client.get("/public/P58/2023/").content.decode()
    for hidden in ("Đã làm xong", "Mưa bão", "Sở Y tế đính chính", str(coordinator), "/editions/"):
        assert hidden not in html, hidden
    assert f"#{plan.cell.pk} " not in html


def test_internal_editions_stay_inside(public, plan, close, client):
    close(is_internal=True)
    assert "Ninh Thuận" not in words(client.get("/public/"), "<main", "</main>")
    assert client.get("/public/P58/2023/").status_code == 404


def test_internal_correction_leaves_the_edition_before_it_in_public(public, plan, close, client):
    close()
    type(plan.missed).objects.filter(pk=plan.missed.pk).update(numerator=7201, status="met", met=True)
    close(reason="Nội bộ", is_internal=True)
    assert "2 /3" in card(client.get("/public/P58/2023/"), "headline")


def test_what_was_not_published_does_not_exist(public, plan, client):
    for address in ("/public/P58/2023/", "/public/P99/2023/", "/public/P58/%00/"):
        assert client.get(address).status_code == 404


def test_tampered_edition_shows_no_figure(public, plan, close, client):
    tamper(close())
    answer = client.get("/public/P58/2023/")
    assert answer.status_code == 500
    assert "không còn khớp mã băm" in words(answer)
    assert "66,67" not in answer.content.decode()
