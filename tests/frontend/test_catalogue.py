"""The Vietnamese catalogue is complete, sound and compiled."""

import ast
import re
from io import BytesIO

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from tests.frontend import catalogue

VI = catalogue.read("vi")


def strings(message: Message) -> tuple[str, ...]:
    """All plural forms of a translation."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def test_catalogue_holds_every_message():
    have = {(message.context, message.id) for message in VI}
    wanted = {(message.context, message.id) for message in catalogue.wanted() if message.id}
    assert wanted <= have, "run: python -m tests.frontend.catalogue, then translate"


def said_inside_f_strings():
    """Messages within f-strings, which Babel on Python 3.11 passes over without a word."""
    for app in catalogue.APPS:
        for path in sorted((catalogue.ROOT / app).rglob("*.py")):
            for text in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(text, ast.JoinedStr):
                    yield from (
                        (path.name, call.args[0].value)
                        for call in ast.walk(text)
                        if isinstance(call, ast.Call)
                        and isinstance(call.func, ast.Name)
                        and call.func.id in ("_", "gettext")
                        and isinstance(call.args[0], ast.Constant)
                    )


def test_catalogue_holds_what_is_said_inside_f_strings():
    have = {message.id for message in VI}
    assert [found for found in said_inside_f_strings() if found[1] not in have] == []


def test_catalogue_has_nothing_empty_or_fuzzy():
    assert [m.id for m in VI if m.id and (m.fuzzy or not all(strings(m)))] == []


def test_catalogue_keeps_the_placeholders():
    def placeholders(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text))

    for message in VI:
        if message.id:
            source = message.id[-1] if isinstance(message.id, tuple | list) else message.id
            for string in strings(message):
                assert placeholders(string) == placeholders(source), source


def words(mo: bytes) -> list[str]:
    return sorted(repr((m.context, m.id, m.string)) for m in read_mo(BytesIO(mo)) if m.id)


def test_catalogue_is_compiled():
    mo = catalogue.po_path("vi").with_suffix(".mo").read_bytes()
    assert words(mo) == words(catalogue.compiled(VI)), "run: python -m tests.frontend.catalogue"


@pytest.mark.parametrize("language", ["vi"])
def test_catalogue_has_a_home(language):
    assert catalogue.po_path(language).is_file()
