"""An edition a year and 1,000 edits later: page, API, brief and digest are the same bytes as on day one."""

import hashlib
import re
from datetime import date

import pytest

from dashboard.briefs import apart
from dashboard.briefs.material import EditionFacts, material_of
from dashboard.editions.canonical import content_in
from dashboard.models import Edition
from tests.dashboard.briefs.sample import HEAD
from tests.editions.edits import Editor

pytestmark = pytest.mark.django_db
EDITS = 1000


def article(client, address, language="vi"):
    client.cookies["django_language"] = language
    html = client.get(address).content
    [found] = re.findall(rb'<article class="edition".*</article>', html, re.DOTALL)
    return found


@pytest.fixture
def answers(leader, client, settings):
    """Everything that tells of an edition, as bytes by name."""
    settings.PUBLIC_EDITIONS = True
    client.force_login(leader)

    def answers(edition):
        address = f"/editions/{edition.pk}/"
        api = f"/api/v1/editions/{edition.pk}/"
        return {
            **{f"page {each}": article(client, address, each) for each in ("vi", "en")},
            **{f"public {each}": article(client, "/public/P58/2023/", each) for each in ("vi", "en")},
            "download": client.get(f"{address}content.json").content,
            "api": client.get(api).content,
            "api content": client.get(f"{api}content/").content,
            "etag": client.get(f"{api}content/")["ETag"].encode(),
            "list": client.get("/api/v1/editions/?unit=P58").content,
            "brief": brief_of(Edition.objects.get(pk=edition.pk)),
        }

    return answers


def brief_of(edition):
    """The PDF somebody would make of it today, for the same letterhead."""
    facts = EditionFacts(edition.number, edition.digest, edition.closed_at)
    return apart.pdf(material_of(content_in(edition.raw), facts, HEAD), edition.closed_at)


def live(client):
    client.cookies["django_language"] = "vi"
    html = client.get("/?unit=P58&period=2023").content
    return html[html.index(b"<main") : html.index(b"</main>")]


@pytest.mark.parametrize("seed", [20261121])
def test_edition_is_the_same_bytes_a_year_and_1000_edits_later(seed, plan, close, answers, client, pin_today):
    edition = close(reason="Chốt năm 2023")
    before, shown = answers(edition), live(client)
    editor = Editor(plan, seed)
    for number in range(1, EDITS + 1):
        editor.edit()
        if number % 250 == 0:
            editor.recompute()
    pin_today(date(2027, 11, 21))

    after = answers(edition)
    assert {name for name in before if before[name] != after[name]} == set()
    found = Edition.objects.get(pk=edition.pk)
    assert found.is_intact
    assert hashlib.sha256(after["download"]).hexdigest() == edition.digest
    assert after["api content"] == after["download"]
    # The control: what is live did change, and every kind of edit took place.
    assert live(client) != shown
    assert sum(editor.made.values()) == EDITS + 4
    assert set(editor.made) == {kind.__name__ for _weight, kind in editor.kinds} | {"recompute"}


def test_correction_leaves_the_page_of_the_first_edition_alone(plan, close, answers, client):
    first = close()
    before = article_and_content(answers(first))
    type(plan.missed).objects.filter(pk=plan.missed.pk).update(numerator=7201, status="met", met=True)
    close(reason="Đính chính")
    assert article_and_content(answers(first)) == before


def article_and_content(found):
    return {name: found[name] for name in ("page vi", "page en", "download", "api content", "etag")}
