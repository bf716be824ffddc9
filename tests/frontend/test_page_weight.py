"""No page weighs more than 200 kB compressed on first load, with every style, script, icon and font."""

import gzip
import re
from pathlib import Path

from django.test import Client

from tests.cast import make_person
from tests.dashboard.test_queries import fill

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 200_000
# Fonts are compressed already and are sent as they are.
PACKED = {".woff2"}


def weight(html: str) -> int:
    """Bytes sent for a page: itself, and each of its files once, with what its style sheets load in turn."""
    names = {name.partition("#")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+)"', html)}
    for name in [name for name in names if name.endswith(".css")]:
        sheet = ROOT / "static" / name
        for loaded in re.findall(r'url\("?([^")]+)"?\)', sheet.read_text()):
            names.add((sheet.parent / loaded).resolve().relative_to(ROOT / "static").as_posix())
    files = [ROOT / "static" / name for name in names]
    assert any(file.suffix == ".woff2" for file in files)
    sent = [
        file.read_bytes() if file.suffix in PACKED else gzip.compress(file.read_bytes(), 6) for file in files
    ]
    return len(gzip.compress(html.encode(), 6)) + sum(map(len, sent))


def page(address: str, **asked: str) -> str:
    client = Client()
    client.force_login(make_person("admin", is_superuser=True))
    return client.get(address, asked).content.decode()


def test_overview_of_300_targets_is_light(places):
    fill(places.khanh_hoa, 300)
    assert weight(page("/", unit="P56-2025", period="2023-Q4")) <= BUDGET


def test_rules_page_is_light(places):
    assert weight(page("/rules/")) <= BUDGET


def test_sign_in_page_is_light(client, db):
    assert weight(client.get("/accounts/login/").content.decode()) <= BUDGET
