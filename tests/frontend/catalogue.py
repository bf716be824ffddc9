"""Keeps `locale/` in step with the code, without gettext's programs: `python -m tests.frontend.catalogue`.

Collects every message of code and templates, adds the new ones to each `.po` (empty, for a person to
translate), drops those no longer used and compiles the `.mo` beside it. The tests use the same functions to
refuse a catalogue that is behind.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django.conf
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "config", "dashboard", "events", "indicators", "provinces", "resolutions")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def _sources() -> Iterator[tuple[str, str]]:
    """Each file that can hold messages, as its path and Python text."""
    from django.utils.translation.template import templatize

    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            # The extractor reads Python, where the indentation of a template would be a mistake.
            lines = templatize(path.read_text("utf-8")).splitlines()
            yield path.relative_to(ROOT).as_posix(), "\n".join(line.strip() for line in lines)


def wanted() -> Catalog:
    """All messages of the code and the templates."""
    if not django.conf.settings.configured:
        django.conf.settings.configure()
    catalog = Catalog(charset="utf-8")
    for name, text in _sources():
        found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=["Translators:"])
        for _line, message, comments, context in found:
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def po_path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> int:
    """Write `.po` and `.mo`; the number of messages that still want a translation."""
    catalog = read(language)
    catalog.update(wanted(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    with po_path(language).open("wb") as file:
        write_po(file, catalog, sort_output=True, width=120, include_lineno=False)
    po_path(language).with_suffix(".mo").write_bytes(compiled(catalog))
    return sum(1 for message in catalog if message.id and not message.string)


if __name__ == "__main__":
    for folder in sorted((ROOT / "locale").iterdir()):
        print(f"{folder.name}: {update(folder.name)} messages without a translation")
