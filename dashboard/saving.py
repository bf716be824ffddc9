"""Which address a page is kept under: everything that narrows it, said outright."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dashboard.models.saved_views import LONGEST_NAME, LONGEST_QUERY, SavedPage

# What asks for a file of the page instead of the page.
_OF_FILES = ("export", "list", "chart")


def query_to_keep(asked: QueryDict, shown: Mapping[str, str]) -> str:
    """What the address asks for with what the page chose by itself, which may be another choice tomorrow."""
    kept = asked.copy()
    for name, value in shown.items():
        if value:
            kept[name] = value
    return cleaned(kept)


def cleaned(query: QueryDict) -> str:
    """Without what is empty or asks for a file."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if name not in _OF_FILES and any(values):
            kept.setlist(name, [value for value in values if value])
    return kept.urlencode()


class SaveForm(forms.Form):
    """The name a person gives; page and query come with the page they looked at."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    page = forms.ChoiceField(choices=SavedPage, widget=forms.HiddenInput)
    query = forms.CharField(
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("The address of this page is too long to be kept.")},
    )

    def clean_query(self) -> str:
        return cleaned(QueryDict(self.cleaned_data["query"]))
