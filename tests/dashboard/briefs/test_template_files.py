"""Templates from outside: what is refused, in which words, and that the portal goes on."""

import io
import time
import zipfile

import pytest
from docx import Document

from dashboard.briefs import apart
from dashboard.briefs.apart import TemplateRefused, check_template
from dashboard.briefs.builtin import built_in_template
from dashboard.briefs.sample import FACTS, sample_material
from tests.dashboard.briefs.sample import words_of_docx


def template(*lines):
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def with_part(content, name, part, instead=""):
    """The file with one more part, or one part changed by replacing a piece of it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            text = old.read(each)
            if each == name and instead:
                assert instead.encode() in text
                text = text.replace(instead.encode(), part)
            new.writestr(each, text)
        if not instead:
            new.writestr(name, part)
    return kept.getvalue()


def test_built_in_template_and_a_plain_one_are_accepted():
    assert check_template("C:\\mau\\Mẫu báo cáo.docx", built_in_template()) == "Mẫu báo cáo.docx"
    own = template("{{ unit|upper }} {% for each in unmet %}{{ loop.index }}. {{ each.name }}{% endfor %}")
    assert check_template("a.docx", own) == "a.docx"


def test_own_template_is_what_is_rendered():
    own = template("Kính gửi {{ unit }}: {{ headline.met }}/{{ headline.total }}")
    words = words_of_docx(apart.word(sample_material(), FACTS.closed_at, own))
    assert words == "Kính gửi tỉnh Mẫu: 2/7"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ unit.upper() }}",
        "{{ chart_states.tpl }}",
        "{{ self._TemplateReference__context }}",
        "{% include 'a' %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ '{0.__class__}'.format(unit) }}",
    ],
)
def test_barred_tag_is_named(tag):
    with pytest.raises(TemplateRefused, match="không được phép") as refused:
        check_template("a.docx", template("Kính gửi", tag))
    assert tag in str(refused.value)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ khong_co }}",
        "{{ unit.nam }}",
        "{{ headline.nothing }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ lipsum() }}",
    ],
)
def test_unknown_tag_is_named(tag):
    with pytest.raises(TemplateRefused, match="không có") as refused:
        check_template("a.docx", template("Kính gửi", tag))
    assert tag in str(refused.value)


@pytest.mark.parametrize("tag", ["{{ unit", "{% if unit %}", "{{ unit|attr('upper') }}", "{{ unit|safe }}"])
def test_wrong_tag_is_named(tag):
    with pytest.raises(TemplateRefused, match="viết chưa đúng") as refused:
        check_template("a.docx", template("Kính gửi", tag))
    assert tag in str(refused.value)


def test_loop_over_a_made_up_range_is_refused():
    with pytest.raises(TemplateRefused):
        check_template("a.docx", template("{% for i in range(10**9) %}x{% endfor %}"))


def test_loops_without_end_are_ended(monkeypatch):
    monkeypatch.setattr(apart, "_SECONDS_TO_CHECK", 1)
    loops = "".join(f"{{% for a{n} in edition.digest %}}" for n in range(9)) + "x" + "{% endfor %}" * 9
    started = time.monotonic()
    with pytest.raises(TemplateRefused, match="quá lâu"):
        check_template("a.docx", template(loops))
    assert time.monotonic() - started < 8


def test_text_that_doubles_is_ended():
    doubled = "{% set x = 'aaaaaaaaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}"
    with pytest.raises(TemplateRefused, match="quá lâu"):
        check_template("a.docx", template(doubled))


def test_zip_bomb_is_refused():
    bomb = with_part(template("a"), "word/media/a.xml", b"a" * (60 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(TemplateRefused, match="giải nén"):
        check_template("a.docx", bomb)


@pytest.mark.parametrize(
    ("name", "content"), [("a.docx", b"PK\x03\x04 no"), ("a.docx", b"%PDF-1.7"), ("a.docx", b"")]
)
def test_what_is_no_word_file_is_refused(name, content):
    with pytest.raises(TemplateRefused):
        check_template(name, content)


def test_other_kinds_and_large_files_are_refused():
    with pytest.raises(TemplateRefused, match="docx"):
        check_template("a.docm", template("a"))
    with pytest.raises(TemplateRefused, match="5 MB"):
        check_template("a.docx", b"a" * (5 * 1024 * 1024 + 1))


def test_macros_are_refused():
    with pytest.raises(TemplateRefused, match="macro"):
        check_template("a.docx", with_part(template("a"), "word/vbaProject.bin", b"x"))
    disguised = with_part(
        template("a"),
        "[Content_Types].xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    )
    with pytest.raises(TemplateRefused, match="macro"):
        check_template("a.docx", disguised)


_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("kind", "said"), [("image", "liên kết"), ("attachedTemplate", "nhúng"), ("oleObject", "nhúng")]
)
def test_relationships_to_elsewhere_are_refused(kind, said):
    line = f'<Relationship Id="x" Type="{_TYPES}/{kind}" Target="http://a.example/x" TargetMode="External"/>'
    content = with_part(template("a"), "word/_rels/document.xml.rels", line.encode() + b"</Rel", "</Rel")
    with pytest.raises(TemplateRefused, match=said) as refused:
        check_template("a.docx", content)
    assert "http://a.example/x" in str(refused.value)


def test_embedded_file_is_refused():
    with pytest.raises(TemplateRefused, match="nhúng"):
        check_template("a.docx", with_part(template("a"), "word/embeddings/a.bin", b"x"))


def test_field_that_fetches_is_refused_even_in_pieces():
    pieces = b"<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO</w:instrText></w:r></w:p>"
    content = with_part(template("a"), "word/document.xml", pieces, "</w:p>")
    with pytest.raises(TemplateRefused, match="DDEAUTO"):
        check_template("a.docx", content)


def test_document_type_is_refused():
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(TemplateRefused):
        check_template("a.docx", with_part(template("a"), "word/a.xml", bomb))


def test_template_has_none_of_the_portals_settings(monkeypatch):
    """What runs a template is started without the environment of the portal."""
    seen = {}
    run = apart.subprocess.run

    def spied(*args, **options):
        seen.update(options)
        return run(*args, **options)

    monkeypatch.setattr(apart.subprocess, "run", spied)
    check_template("a.docx", template("a"))
    assert set(seen["env"]) == {"LANG"}
