"""The rows of an uploaded workbook, read at arm's length, and what may not be read at all, in words."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.files import MOST_BYTES, FileRefused, check_file, clean_name, too_large

KINDS = ("xlsx", "ods", "csv")
# What a file of 100,000 rows unpacks to is far below; a bomb's own table of contents mostly says so already.
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ROWS = 120_000
_SECONDS = 120
# Spreadsheets keep binary floats and show fifteen digits; these are the number that somebody typed.
_DIGITS = ".15g"


class WorkbookRefused(Exception):  # noqa: N818 (a state, told to its reader)
    """The file cannot be read as a whole; the message says why and what to do, in the reader's language."""


class Row(NamedTuple):
    """A row of a sheet that holds anything. ``number`` is the spreadsheet's own, from 1."""

    sheet: str
    number: int
    cells: list[str | float | int | bool | None]

    def typed(self, column: int) -> str | Decimal:
        """A cell as it was typed: text, trimmed, or a number without its binary noise; "" for nothing."""
        cell = self.cells[column] if column < len(self.cells) else None
        if isinstance(cell, str):
            return cell.strip()
        if cell is None:
            return ""
        return Decimal(int(cell)) if isinstance(cell, int) else Decimal(format(cell, _DIGITS))

    def text(self, column: int) -> str:
        """A cell as text: a code or a note may look like a number, `01` is kept and 2023 has no point."""
        typed = self.typed(column)
        return typed if isinstance(typed, str) else f"{typed:f}"


def address(column: int, row: int) -> str:
    """`(0, 1)` is `A1`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def check_workbook(name: str, content: bytes) -> str:
    """The kind of a file that may be read; raises WorkbookRefused for others, for macros and for size."""
    kind = PurePosixPath(clean_name(name)).suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise WorkbookRefused(
            _("Only files of the kinds xlsx, ods and csv can be read; save the workbook as one of them.")
        )
    if len(content) > MOST_BYTES:
        raise WorkbookRefused(str(too_large()))
    if kind == "csv":
        if b"\0" in content and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            raise WorkbookRefused(_("The content of the file is not what its name says."))
        return kind
    try:
        check_file(name, content)
    except FileRefused as refused:
        raise WorkbookRefused(str(refused)) from refused
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
            raise _too_big()
    return kind


def read_rows(content: bytes, kind: str) -> Iterator[Row]:
    """Every row that holds anything, sheet by sheet. Raises WorkbookRefused where the file cannot be read."""
    with tempfile.NamedTemporaryFile(prefix="portal-upload-") as kept:
        kept.write(content)
        kept.flush()
        yield from _read(Path(kept.name), kind)


def _read(path: Path, kind: str) -> Iterator[Row]:
    reader = subprocess.Popen(
        [sys.executable, "-m", "indicators.workbooks.sheets", kind, str(path)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Timer(_SECONDS, reader.kill)
    watch.start()
    try:
        assert reader.stdout is not None  # noqa: S101 (asked for above)
        yield from _rows(reader.stdout)
        if reader.wait() < 0:
            # Ended by a limit: of memory (abort), of time, or by the watch.
            raise _too_big()
        if reader.returncode:
            raise WorkbookRefused(
                _("The file cannot be read: it is damaged or protected by a password. Save it anew.")
            )
    finally:
        watch.cancel()
        reader.kill()
        reader.wait()
        if reader.stdout:
            reader.stdout.close()


def _rows(lines: IO[bytes]) -> Iterator[Row]:
    for count, line in enumerate(lines, 1):
        if count > MOST_ROWS:
            raise WorkbookRefused(
                ngettext(
                    "The file has more than %(most)s row; split it.",
                    "The file has more than %(most)s rows; split it.",
                    MOST_ROWS,
                )
                % {"most": MOST_ROWS}
            )
        sheet, number, cells = orjson.loads(line)
        yield Row(sys.intern(sheet), number, cells)


def _too_big() -> WorkbookRefused:
    return WorkbookRefused(
        _(
            "The file unpacks to far more than reports hold. "
            "Delete what stands far below or right of the table."
        )
    )
