"""What the pages of this administration share: reading only, and writing only through actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import ngettext

from indicators.actions.reporting import ReportingError


class Reading:
    """Looking, not changing."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(Reading, admin.ModelAdmin):
    show_full_result_count = False


class ReadOnlyInline(Reading, admin.TabularInline):
    extra = 0
    show_change_link = True


class PlainForm(forms.ModelForm):
    """Reads the fields and leaves the rules to the action, which tells in words what the database cannot."""

    def _get_validation_exclusions(self) -> set[str]:
        # With a field left out, Django does not try the constraints it is part of.
        return {field.name for field in self.instance._meta.fields}


class WritingByActions(admin.ModelAdmin):
    """Saves by an action of the app; what the action refuses is told, and nothing is written."""

    form = PlainForm
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, ReportingError) as problem:
            for words in told(problem):
                messages.error(request, words)
            return HttpResponseRedirect(request.get_full_path())


def told(problem: ValidationError | ReportingError) -> Iterable[str]:
    """What went wrong, a line per mistake, each with its field where there is one."""
    if isinstance(problem, ReportingError):
        return [str(problem)]
    if hasattr(problem, "error_dict"):
        return [f"{field}: {words}" for field, all_of in problem.message_dict.items() for words in all_of]
    return problem.messages


def for_each(request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], Any]) -> None:
    """Run an action on every chosen row by itself; say how many went well and why others did not."""
    done = 0
    for row in rows:
        try:
            act(row)
        except ReportingError as problem:
            messages.error(request, f"{row}: {problem}")
        else:
            done += 1
    if done:
        text = ngettext("%(count)s version done.", "%(count)s versions done.", done)
        messages.success(request, text % {"count": done})
