"""Changes that no action notes: what loaders write in bulk and what the administration saves.

Actions note what they change themselves. For the rest each app says, in `ready` of its configuration and on
its pages of the administration, which resource of the change feed a row belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.actions.changes import Noted, note_change, note_changes
from accounts.models.audit import Operation
from provinces.bulk import rows_written

Objects = Iterable[tuple[int, int | None]]
"""Objects of a resource by their id, each with the unit whose reach decides who is told."""
About = Callable[[Sequence[Any]], Objects]


def itself(rows: Sequence[Any]) -> Objects:
    """The rows are the objects; those of a unit are told to whoever reaches it."""
    return [(row.pk, getattr(row, "unit_id", None)) for row in rows]


def of(name: str) -> About:
    """The one object of reference data that each row belongs to."""
    return lambda rows: [(getattr(row, f"{name}_id"), None) for row in rows]


def follow(model: type[Model], resource: str, about: About = itself) -> None:
    """Note what loaders write of this model in bulk; `about` says which objects tell something else then."""

    def note(rows: Sequence[Any], operation: str) -> None:
        told = operation if about is itself else Operation.UPDATED
        note_changes(Noted(resource, pk, told, unit) for pk, unit in dict.fromkeys(about(rows)))

    def on_write(
        created: Sequence[Any], updated: Sequence[Any], deleted: Sequence[Any], **_more: Any
    ) -> None:
        for rows, operation in (
            (created, Operation.CREATED),
            (updated, Operation.UPDATED),
            (deleted, Operation.DELETED),
        ):
            if rows:
                note(rows, operation)

    rows_written.connect(on_write, sender=model, weak=False)


class NotedAdmin(admin.ModelAdmin):
    """Notes what is saved and deleted here, with the rows on the same page, in the page's own transaction."""

    resource: str

    def note(self, obj: Any, operation: str) -> None:
        note_change(self.resource, obj.pk, operation, getattr(obj, "unit_id", None))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        if change:
            # Whoever reached it in its former unit is told as well: for them it is gone.
            former = type(obj)._base_manager.get(pk=obj.pk)
            if getattr(former, "unit_id", None) != getattr(obj, "unit_id", None):
                self.note(former, Operation.UPDATED)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        self.note(form.instance, Operation.UPDATED if change else Operation.CREATED)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.note(obj, Operation.DELETED)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.note(obj, Operation.DELETED)
        super().delete_queryset(request, queryset)
