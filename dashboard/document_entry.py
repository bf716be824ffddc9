"""Entering and changing documents, their files and their text: for the coordinators of the unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.files import FileRefused, sent
from accounts.forms import unit_text
from accounts.permissions import HIDDEN, first_or_404, units_coordinated_by
from accounts.reasons import reason_given
from dashboard.document_forms import DocumentForm, TextForm
from provinces.dates import today
from resolutions import keeping
from resolutions.actions import document_files, documents
from resolutions.models import Document, DocumentFile, DocumentText

_OFFERED = 200


def kept_or_404(request: HttpRequest, pk: int) -> Document:
    """The document, for whoever keeps it; nothing for others."""
    rows = keeping.documents_kept_by(request.user).filter(pk=pk)
    found: Document = first_or_404(rows.select_related("unit__parent", "unit__province"))
    return found


def offered_units(request: HttpRequest) -> list[str]:
    """Units for the field to choose from while one types; it reads all others as well."""
    rows = units_coordinated_by(request.user).with_places().valid_on(today()).in_code_order()
    return [unit_text(each) for each in rows[:_OFFERED]]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/documents/new/`: a document of a unit one keeps."""
    if not keeping.keeps_anything(request.user):
        raise Http404(HIDDEN)
    by: Any = request.user
    units, others = units_coordinated_by(by), keeping.documents_for(by)
    form = DocumentForm(units, others, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            entered = documents.enter_document(unit=form.cleaned_data["unit"], said=form.said(), by=by)
        except ValidationError as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("The document is entered. Add its targets, files and text below."))
            return redirect("dashboard:document", entered.pk)
    context = {"form": form, "document": None, "units": offered_units(request)}
    return render(request, "documents/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/17/edit/`: what is said of the document, and its links."""
    found = kept_or_404(request, pk)
    by: Any = request.user
    others = keeping.documents_for(by) | Document.objects.filter(linked_from__document=found)
    data = request.POST if request.method == "POST" else None
    form = DocumentForm(None, others.distinct(), data, found)
    if form.is_valid():
        try:
            documents.change_document(document=found, said=form.said(), by=by)
        except ValidationError as refused:
            refuse(form, refused)
        else:
            messages.success(request, _("The document is saved."))
            return redirect("dashboard:document", pk)
    context = {"form": form, "document": found}
    return render(request, "documents/form.html", context, status=422 if form.errors else 200)


def refuse(form: forms.Form, refused: ValidationError) -> None:
    """Tell beside each field what the action found."""
    for name, words in refused.message_dict.items():
        form.add_error(name if name in form.fields else None, words)


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/17/files/`: add a file."""
    found = kept_or_404(request, pk)
    by: Any = request.user
    file = request.FILES.get("file")
    try:
        if file is None:
            raise FileRefused(_("Choose a file."))
        document_files.attach(document=found, by=by, file=file)
    except FileRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file is attached."))
    return redirect("dashboard:document", pk)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """`/documents/files/17/`: the file itself; one that was removed is gone."""
    return sent(first_or_404(DocumentFile.objects.kept().filter(pk=pk)))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/files/17/remove/` with a reason."""
    kept = keeping.documents_kept_by(request.user)
    found: DocumentFile = first_or_404(DocumentFile.objects.kept().filter(pk=pk, document__in=kept))
    by: Any = request.user
    try:
        document_files.remove(file=found, by=by, reason=reason_given(request))
    except FileRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file is removed; its name and hash stay in the history."))
    return redirect("dashboard:document", found.document_id)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """`/documents/17/text/`: the words of the document, for reading and searching."""
    found = kept_or_404(request, pk)
    by: Any = request.user
    stored = DocumentText.objects.filter(document=found).first()
    data = request.POST if request.method == "POST" else None
    form = TextForm(data, initial={"text": stored.text if stored else ""})
    if form.is_valid():
        document_files.keep_text(document=found, text=form.cleaned_data["text"], by=by)
        messages.success(request, _("The text is saved."))
        return redirect("dashboard:document", pk)
    context = {"form": form, "document": found}
    return render(request, "documents/text.html", context, status=422 if form.errors else 200)
