"""The Vietnamese catalogue is complete, sound and compiled."""

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
