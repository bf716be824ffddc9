"""Targets with what they ask: revisions are recorded here and never changed, declarations are approved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models.audit import Operation
from indicators.actions import declaring
from indicators.actions.targets import Asked, PartAsked, revise_target
from indicators.actions.traces import as_text, leave_trace
from indicators.admin.base import PlainForm, ReadOnlyInline, WritingByActions, for_each
from indicators.admin.figures import Approving
from indicators.models import Declaration, Milestone, Target, TargetPart, TargetRevision

_WORDS = ["name_vi", "name_en", "owner", "owner_note", "note"]
_RULE = ["rule", "threshold", "low", "high", "direction", "years", "baseline", "baseline_on"]


class RevisionInline(ReadOnlyInline):
    model = TargetRevision
    fields = ["number", "effective_on", "document", *_RULE, "due_on", "shape", "window_from"]


class DeclarationInline(ReadOnlyInline):
    model = Declaration
    fields = ["number", "part_position", "state", "kind", "is_met", "declared_on", "reason"]


@admin.register(Target)
class TargetAdmin(WritingByActions):
    """Words can be mended here; what a target asks changes only by a revision."""

    fields = [
        *("document", "unit", "code", "kind", "counts_as", "parent", "indicator", "level", "counts_from"),
        *(*_WORDS, "linked_to", "continues", "continued_by_document"),
    ]
    list_display = ["code", "unit", "name_vi", "indicator", "level", "document", "counts_from"]
    list_filter = ["kind", "level"]
    list_select_related = ["unit", "indicator", "document"]
    search_fields = ["code", "name_vi", "unit__ref", "indicator__code", "document__number"]
    autocomplete_fields = ["owner"]
    inlines = [RevisionInline, DeclarationInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [str(name) for name in self.fields or [] if name not in _WORDS]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Target, form: forms.ModelForm, change: Any) -> None:
        by: Any = request.user
        words = [f"{name}_id" if name == "owner" else name for name in _WORDS]
        before = as_text(Target.objects.get(pk=obj.pk), words)
        obj.save(update_fields=_WORDS)
        leave_trace(
            action="reword",
            subject=obj,
            operation=Operation.UPDATED,
            by=by,
            unit=obj.unit,
            before=before,
            after=as_text(obj, words),
        )


class OnlyWhenNew:
    """Rows of a revision: given with it, read afterwards."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MilestoneInline(OnlyWhenNew, admin.TabularInline):
    model = Milestone
    form = PlainForm
    extra = 0


class PartInline(OnlyWhenNew, admin.StackedInline):
    model = TargetPart
    form = PlainForm
    fields = ["position", "indicator", "level", "name_vi", *_RULE]
    autocomplete_fields = ["indicator"]
    extra = 0


@admin.register(TargetRevision)
class TargetRevisionAdmin(WritingByActions):
    """A new revision is recorded with the document that makes it; one that is recorded stays."""

    fields = ["target", "document", "effective_on", *_RULE, "due_on", "shape", "window_from"]
    list_display = ["target", "number", "effective_on", "rule", "threshold", "due_on", "document"]
    list_filter = ["rule"]
    list_select_related = ["target__indicator", "document"]
    search_fields = ["target__code", "target__unit__ref"]
    autocomplete_fields = ["target", "document"]
    inlines = [MilestoneInline, PartInline]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: TargetRevision, form: forms.ModelForm, change: Any
    ) -> None:
        """Everything is recorded together, below, once milestones and parts are known."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        by: Any = request.user
        given = dict(form.cleaned_data)
        where = {name: given.pop(name) for name in ("target", "document", "effective_on")}
        rows = [[each.cleaned_data for each in formset.forms if each.cleaned_data] for formset in formsets]
        milestones, parts = rows
        asked = Asked(
            **given,
            milestones=[(row["on"], row["value"]) for row in milestones],
            parts=[
                PartAsked(**{name: row[name] for name in ("indicator", "level", "name_vi", *_RULE)})
                for row in sorted(parts, key=lambda row: row["position"])
            ],
        )
        form.instance.pk = revise_target(**where, asked=asked, by=by).pk
        for formset in formsets:
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []


@admin.register(Declaration)
class DeclarationAdmin(Approving, WritingByActions):
    fields = ["target", "part_position", "kind", "is_met", "declared_on", "judged_by", "reason"]
    list_display = ["target", "number", "state", "kind", "is_met", "declared_on", "entered_by", "approved_by"]
    list_filter = ["state", "kind", "is_met"]
    list_select_related = ["target__indicator", "entered_by", "approved_by"]
    search_fields = ["target__code", "target__unit__ref"]
    autocomplete_fields = ["target", "judged_by"]
    actions = ["submit", "approve"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Declaration, form: forms.ModelForm, change: Any) -> None:
        by: Any = request.user
        obj.pk = declaring.enter(**form.cleaned_data, by=by).pk

    @admin.action(description=_("Submit"), permissions=["approve"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Declaration]) -> None:
        by: Any = request.user
        for_each(request, queryset, lambda row: declaring.submit(declaration=row, by=by))

    @admin.action(description=_("Approve"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Declaration]) -> None:
        by: Any = request.user
        for_each(request, queryset, lambda row: declaring.approve(declaration=row, by=by))
