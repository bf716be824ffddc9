"""What may be in a Word file from outside: text, pictures and layout; nothing that runs or reaches out.

Runs apart (`render.py`): the parts are unpacked and parsed here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EMBEDDING = (
    *("oleObject", "package", "aFChunk", "control", "vbaProject", "wordVbaData", "attachedTemplate"),
    *("subDocument", "frame", "activeXControlBinary", "mailMergeSource", "mailMergeHeaderSource"),
)
# Fields that fetch something, start something or name a file.
_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|MACROBUTTON|RD)\b", re.IGNORECASE
)
TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


class PackageRefused(Exception):  # noqa: N818 (a state, told to its reader)
    """``code`` says what is wrong, ``what`` names it."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code)
        self.code, self.what = code, what


def inspect(content: bytes) -> None:
    """Raises PackageRefused for the first thing that may not be in a template."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) != len({name.lower() for name in names}):
            raise PackageRefused("damaged")
        for name in names:
            lower = name.lower()
            if "/embeddings/" in lower or "/activex/" in lower:
                raise PackageRefused("embedded", name)
            if lower.endswith((".xml", ".rels")):
                _inspect_part(lower, _parsed(archive.read(name)))


def _parsed(part: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree = etree.fromstring(part, parser)
    if tree.getroottree().docinfo.doctype:
        raise PackageRefused("damaged")
    return tree


def _inspect_part(name: str, tree: Any) -> None:
    if name == "[content_types].xml":
        if any("macroenabled" in str(each.get("ContentType")).lower() for each in tree):
            raise PackageRefused("macros")
    elif name.endswith(".rels"):
        for each in tree:
            if str(each.get("Type")).rpartition("/")[2] in _EMBEDDING:
                raise PackageRefused("embedded", str(each.get("Target")))
            if str(each.get("TargetMode")).lower() == "external":
                raise PackageRefused("external", str(each.get("Target")))
    else:
        found = _FIELDS.search(_instructions(tree))
        if found:
            raise PackageRefused("field", found[1].upper())


def _instructions(tree: Any) -> str:
    """The code of every field of a part; Word may cut it into pieces."""
    pieces = [each.text or "" for each in tree.iter(f"{_W}instrText")]
    simple = [each.get(f"{_W}instr") or "" for each in tree.iter(f"{_W}fldSimple")]
    return "".join(pieces) + " " + " ".join(simple)


def tag_with(content: bytes, name: str) -> str:
    """The first tag of the template in which a name stands, as its author sees it; empty if not found."""
    edge = r"\w" if name[:1].isalnum() or name[:1] == "_" else r"\A"
    word = re.compile(rf"(?<!{edge}){re.escape(name)}(?!{edge})")
    return next((tag for tag in _tags(content) if name and word.search(tag)), "")


def _tags(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml", name):
                texts = _parsed(archive.read(name)).iter(f"{_W}t")
                yield from TAG.findall("".join(each.text or "" for each in texts))
