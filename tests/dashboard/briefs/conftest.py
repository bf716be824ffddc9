"""An edition of Ninh Thuận with hand-written content, and a template of Khánh Hòa."""

import json
from typing import Any

import pytest

from accounts.models import User
from dashboard.actions.briefs import bring_template, request_brief
from dashboard.briefs.letterhead import Letterhead
from dashboard.editions.canonical import bytes_of, digest_of
from dashboard.models import Brief, BriefTemplate, Edition
from tests.cast import Places
from tests.dashboard.briefs.sample import FACTS, HEAD, content
from tests.dashboard.briefs.test_template_files import template as docx
from tests.factories.results import make_period


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def edition(places: Places, coordinator: User) -> Edition:
    return make_edition(places.ninh_thuan, coordinator)


def make_edition(unit: Any, by: User, number: int = FACTS.number) -> Edition:
    raw = bytes_of(content())
    made = Edition(
        unit=unit,
        period=make_period("2023"),
        number=number,
        content=raw,
        digest=digest_of(raw),
        met=17,
        total=23,
        reason="Đính chính" if number > 1 else "",
        closed_by=by,
        closed_by_name=str(by),
        closed_at=FACTS.closed_at,
    )
    made.save()
    return Edition.objects.get(pk=made.pk)


@pytest.fixture
def template(places: Places, coordinator: User) -> BriefTemplate:
    own = docx("Sở ta: {{ headline.met }}/{{ headline.total }} của {{ unit }}")
    return bring_template(unit=places.khanh_hoa, by=coordinator, name="mau-so.docx", content=own)


@pytest.fixture
def brief(edition: Edition, leader: User) -> Brief:
    return request_brief(edition=edition, by=leader, letterhead=HEAD)


def letterhead(**fields: str) -> dict[str, str]:
    """What the form sends."""
    return {**Letterhead().kept(), "symbol": "BC-UBND", **fields}


def as_json(edition: Edition) -> Any:
    return json.loads(edition.raw)
