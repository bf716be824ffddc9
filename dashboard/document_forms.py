"""What coordinators type about a document; what the action would refuse is told beside its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import UnitField
from dashboard.search import WIDEST_FIRST
from resolutions.actions.document_files import LONGEST_TEXT
from resolutions.actions.documents import Said
from resolutions.models import Document, DocumentKind, DocumentLink

_DAY = gettext_lazy("Day/month/year")


class _Documents(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.number} · {obj.issuer} · {obj.issued_on:%d/%m/%Y}"


class DocumentForm(forms.Form):
    """A document and what it is linked to. Its unit is chosen once."""

    number = forms.CharField(
        label=gettext_lazy("Number and symbol"),
        max_length=60,
        help_text=gettext_lazy("As written on the document: 09-NQ/TU, 32/KH-UBND."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        max_length=200,
        help_text=gettext_lazy("The body that signed it, such as UBND tỉnh Khánh Hòa."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DocumentKind.choices)
    title_vi = forms.CharField(
        label=gettext_lazy("Title"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    issued_on = forms.DateField(label=gettext_lazy("Day of issue"), help_text=_DAY)
    valid_from = forms.DateField(label=gettext_lazy("In force from"), help_text=_DAY)
    valid_to = forms.DateField(
        label=gettext_lazy("In force until"),
        help_text=gettext_lazy("Day/month/year; empty while it has no end"),
        required=False,
    )
    note_vi = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What readers of its figures must know; it stands on every page of them."),
    )
    note_en = forms.CharField(
        label=gettext_lazy("Note in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    field_order = [
        *("number", "kind", "unit", "issuer", "title_vi", "title_en", "issued_on", "valid_from", "valid_to"),
        *("note_vi", "note_en", "implements", "replaces"),
    ]

    def __init__(self, units: Any, others: Any, data: Any = None, document: Document | None = None) -> None:
        super().__init__(data, initial=_initial(document))
        if document is None:
            self.fields["unit"] = UnitField(
                units,
                label=_("Unit"),
                help_text=_("The unit that issued it, by name or reference."),
                widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
            )
        rows = others.order_by(*WIDEST_FIRST, "-issued_on", "number", "pk")
        if document is not None:
            rows = rows.exclude(pk=document.pk)
        for name, label in (("implements", _("It implements")), ("replaces", _("It replaces"))):
            self.fields[name] = _Documents(rows, label=label, required=False)
        self.order_fields(self.field_order)

    def said(self) -> Said:
        asked = {name: value for name, value in self.cleaned_data.items() if name != "unit"}
        return Said(**asked)


def _initial(document: Document | None) -> dict[str, Any]:
    if document is None:
        return {}
    links = list(document.links.all())
    names = (
        *("number", "issuer", "kind", "title_vi", "title_en"),
        *("issued_on", "valid_from", "valid_to", "note_vi", "note_en"),
    )
    return {name: getattr(document, name) for name in names} | {
        relation.value: [link.other_id for link in links if link.relation == relation]
        for relation in DocumentLink.Relation
    }


class TextForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Text of the document"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=gettext_lazy("Copied from the document; the search reads every word of it."),
    )
