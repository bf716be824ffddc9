"""Documents and what they implement or replace."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions.changes import note_changes
from accounts.noticing import NotedAdmin

from .models import Document, DocumentLink, Task, normalise_number
from .noticed import naming


class DocumentLinkInline(admin.TabularInline):
    model = DocumentLink
    fk_name = "document"
    autocomplete_fields = ["other"]
    extra = 0


@admin.register(Document)
class DocumentAdmin(NotedAdmin):
    resource = "document"
    list_display = ["number", "issuer", "issued_on", "kind", "unit", "valid_from", "valid_to"]
    list_filter = ["kind", "is_illustrative", "issued_on"]
    list_select_related = ["unit"]
    date_hierarchy = "issued_on"
    search_fields = ["number", "issuer", "title_vi", "title_en"]
    search_help_text = _("Number as written or without blanks, issuer, words of the title")
    autocomplete_fields = ["unit"]
    # Judging depends on the thresholds, and this app cannot ask for figures to be judged again.
    readonly_fields = ["on_track_percent", "at_risk_percent"]
    inlines = [DocumentLinkInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        note_changes(naming(form.instance))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also by a number typed with other blanks, dashes or case: "03 / nq–cp"."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        number = normalise_number(search_term)
        if number:
            found |= queryset.filter(Q(number_normalised__contains=number))
        return found, may_repeat


@admin.register(Task)
class TaskAdmin(NotedAdmin):
    resource = "task"
    list_display = ["title_vi", "unit", "lead", "person", "due_on", "done_on"]
    list_filter = ["is_illustrative", "due_on"]
    list_select_related = ["unit", "lead__kind", "lead__unit", "person"]
    date_hierarchy = "due_on"
    search_fields = ["title_vi", "title_en", "product"]
    autocomplete_fields = ["unit", "document", "lead", "cooperating", "person"]
