"""What the Content-Security-Policy forbids must not stand in a template or a static file."""

import re
import subprocess
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]
SVG = sorted((ROOT / "static").rglob("*.svg"))
NAMES = [path.relative_to(ROOT).as_posix() for path in (*PAGES, *SVG)]


@pytest.mark.parametrize("name", NAMES)
def test_template_has_no_inline_style_or_script(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("name", NAMES)
def test_template_loads_nothing_from_elsewhere(name):
    text = (ROOT / name).read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix())
def test_template_compiles(path):
    assert engines["django"].get_template(path.relative_to(ROOT / "templates").as_posix())


def test_icons_named_in_templates_exist():
    drawn = set(re.findall(r'id="([a-z-]+)"', (ROOT / "static/icons.svg").read_text()))
    named = {
        name for path in PAGES for name in re.findall(r'icon\.html" with name="([a-z-]+)"', path.read_text())
    }
    states = {path.removeprefix(".is-") for path in re.findall(r"\.is-[a-z-]+(?= \{ --fill)", tokens())}
    assert named
    assert len(states) == 11
    assert (named | states) <= drawn


def tokens() -> str:
    return (ROOT / "static/css/tokens.css").read_text()


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_error_page_speaks_without_a_request(code):
    html = render_to_string(f"{code}.html")
    assert f'<p class="error-code" aria-hidden="true">{code}</p>' in html


def test_not_found_page_repeats_the_words_of_the_view():
    html = render_to_string("404.html", {"exception": "Không có đơn vị “P99”."})
    assert "Không có đơn vị “P99”." in html


def test_not_found_page_hides_a_bare_resolver_error():
    assert "Resolver404" not in render_to_string("404.html", {"exception": "Resolver404"})


def test_scripts_are_modules_without_syntax_errors():
    node = subprocess.run(["which", "node"], capture_output=True, check=False)
    if node.returncode:
        pytest.skip("node is not installed; scripts are not parsed")
    for path in (ROOT / "static/js").glob("*.js"):
        done = subprocess.run(
            ["node", "--input-type=module", "--check"],
            input=path.read_bytes(),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
