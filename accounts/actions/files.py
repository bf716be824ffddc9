"""Adding a file to something and taking it off again; the caller locks that and leaves the trace."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, BinaryIO, TypeVar

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.files import FileRefused, keep
from accounts.models import User
from accounts.models.files import KeptFile

F = TypeVar("F", bound=KeptFile)


def add_file(files: Any, *, file: File | BinaryIO, by: User, name: str = "") -> Any:
    """Keep a file among `files`, the related manager of what it belongs to; answers its row.

    Raises FileRefused for a file that is not accepted or is there already.
    """
    accepted = keep(file, name)
    if files.kept().filter(sha256=accepted.sha256).exists():
        raise FileRefused(_("This very file is attached already."))
    return files.create(**asdict(accepted), uploaded_by=by)


def take_off(file: F, *, by: User, reason: str) -> F:
    """The file as it stands afterwards: its name and hash stay, and its content in the storage.

    Raises FileRefused without a reason, and for a file that is off already.
    """
    if not reason.strip():
        raise FileRefused(_("Say why the file is removed."))
    rows: Any = type(file)._default_manager
    file = rows.select_for_update(of=("self",)).get(pk=file.pk)
    if file.removed_at is not None:
        raise FileRefused(_("This file was removed already."))
    # PostgreSQL stores no NUL, which a form that was not sent by a browser may hold.
    file.removed_by, file.removed_at = by, timezone.now()
    file.removal_reason = reason.replace("\0", "").strip()
    file.save(update_fields=["removed_by", "removed_at", "removal_reason"])
    return file
