"""Files that people bring: known office formats without macros, whose content is what the name says.

The content is looked at and never unpacked as a whole, so that a small archive cannot fill the memory. It is
kept under its hash: equal files once, and under no name of anybody's choosing.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext as _

from accounts.models.files import KeptFile

MOST_BYTES = 20 * 1024 * 1024
_LONGEST_NAME = 150
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


class FileRefused(Exception):  # noqa: N818 (a state, told to its reader)
    """The file is not accepted; the message says why in the reader's language."""


@dataclass(frozen=True)
class Accepted:
    """A file as it may be kept: its clean name, its checked type, and the hash it is stored under."""

    name: str
    content_type: str
    size: int
    sha256: str


def check_file(name: str, content: bytes) -> Accepted:
    """Raises FileRefused for another format, a content that is not what the name says, or macros."""
    clean = clean_name(name)
    if not content:
        raise FileRefused(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise too_large()
    known = _FORMATS.get(PurePosixPath(clean).suffix.lower().removeprefix("."))
    if known is None:
        raise FileRefused(
            _("Files of this kind are not accepted. Accepted are %(kinds)s.") % {"kinds": ", ".join(_FORMATS)}
        )
    content_type, is_such = known
    if not is_such(content):
        raise FileRefused(_("The content of the file is not what its name says."))
    return Accepted(clean, content_type, len(content), hashlib.sha256(content).hexdigest())


def keep(file: File | BinaryIO, name: str = "") -> Accepted:
    """Check a file and store its content; raises FileRefused, having stored nothing.

    Called in the transaction that writes its row: what it leaves behind when that fails is found again by
    the next upload of the same content.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise too_large()
    accepted = check_file(name or str(file.name), content)
    store(stored_at(accepted.sha256), content)
    return accepted


def stored_at(sha256: str) -> str:
    """Where the content with this hash is stored."""
    return f"evidence/{sha256[:2]}/{sha256}"


def store(path: str, content: bytes) -> None:
    if default_storage.exists(path):
        if default_storage.size(path) == len(content):
            return
        # A process died while it was writing.
        default_storage.delete(path)
    stored = default_storage.save(path, ContentFile(content))
    if stored != path:
        # Somebody else stored the same content meanwhile, and Django chose another name for this one.
        default_storage.delete(stored)


def sent(file: KeptFile) -> FileResponse:
    """The content as a download, which no browser opens by itself and no cache shares."""
    answer = FileResponse(
        default_storage.open(stored_at(file.sha256)),
        as_attachment=True,
        filename=file.name,
        content_type=file.content_type or "application/octet-stream",
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def too_large() -> FileRefused:
    return FileRefused(_("The file is larger than 20 MB."))


def clean_name(name: str) -> str:
    """The last part of a path, without characters that hide or turn what is written, and not too long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip(" .")
    path = PurePosixPath(shown or "-")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix[:_LONGEST_NAME]


def _starts(mark: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(mark)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def _zipped(is_such: Callable[[zipfile.ZipFile], bool]) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return is_such(archive)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
            return False

    return check


def _office(part: str) -> Callable[[bytes], bool]:
    def is_such(archive: zipfile.ZipFile) -> bool:
        names = archive.namelist()
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise _macros()
        return part in names and "[Content_Types].xml" in names

    return _zipped(is_such)


def _open_document(kind: str) -> Callable[[bytes], bool]:
    def is_such(archive: zipfile.ZipFile) -> bool:
        names = archive.namelist()
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise _macros()
        if "mimetype" not in names:
            return False
        with archive.open("mimetype") as said:
            return said.read(200).strip() == (_OPEN + kind).encode()

    return _zipped(is_such)


def _old_office(*streams: str) -> Callable[[bytes], bool]:
    def is_such(content: bytes) -> bool:
        if not content.startswith(_OLE):
            return False
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise _macros()
        return any(name.encode("utf-16-le") in content for name in streams)

    return is_such


def _macros() -> FileRefused:
    return FileRefused(_("The file holds macros; save it without them."))


_FORMATS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _is_pdf),
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "docx": (_OFFICE + "wordprocessingml.document", _office("word/document.xml")),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": (_OFFICE + "presentationml.presentation", _office("ppt/presentation.xml")),
    "odt": (_OPEN + "text", _open_document("text")),
    "ods": (_OPEN + "spreadsheet", _open_document("spreadsheet")),
    "doc": ("application/msword", _old_office("WordDocument")),
    "xls": ("application/vnd.ms-excel", _old_office("Workbook", "Book")),
}
