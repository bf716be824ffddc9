"""Events and the documents they are about."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.noticing import NotedAdmin

from .actions.telling import note_event
from .models import Event


@admin.register(Event)
class EventAdmin(NotedAdmin):
    resource = "event"
    list_display = ["starts_on", "ends_on", "kind", "unit", "title_vi", "repeats_yearly"]
    list_display_links = ["title_vi"]
    list_filter = ["kind", "repeats_yearly", "is_day_illustrative", "starts_on"]
    list_select_related = ["unit"]
    date_hierarchy = "starts_on"
    search_fields = ["title_vi", "title_en", "unit__search_name", "documents__number"]
    search_help_text = _("Words of the title, name of the unit, number of a document")
    autocomplete_fields = ["unit", "host", "documents"]

    def note(self, obj: Event, operation: str) -> None:
        note_event(obj, operation)
