"""People with their roles, partner systems, and the two trails, which can only be read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import DEPUTISED, add_deputy, check_deputy, end_deputy
from accounts.models import ApiClient, ApiToken, AuditEntry, Change, Deputy, Membership, User


class ReadOnly:
    """A trail: nobody adds to it, changes it or deletes from it by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["unit", "agency"]
    fields = ["role", "unit", "agency", "valid_from", "valid_to"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    inlines = [MembershipInline]
    list_display = ["username", "full_name", "job_title", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["username"]
    fieldsets = (
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["full_name", "job_title", "email"]}),
        (_("May sign in"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Days"), {"fields": ["last_login", "date_joined"]}),
    )
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()


@admin.register(Membership)
class MembershipAdmin(ReadOnly, admin.ModelAdmin):
    """Only so that a deputy's role can be searched for; memberships are kept on the page of the person."""

    search_fields = ["user__username", "user__full_name", "unit__name", "unit__ref"]
    ordering = ["pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).filter(role__in=DEPUTISED)
        return rows.select_related("user", "unit", "agency__unit", "agency__kind")


_DEPUTY = ["membership", "user", "valid_from", "valid_to"]


class DeputyForm(forms.ModelForm):
    """Tells in words, beside the field, what the action would refuse."""

    class Meta:
        model = Deputy
        fields = _DEPUTY

    def _get_validation_exclusions(self) -> set[str]:
        # The database's own constraints say the same in words nobody understands.
        return {field.name for field in Deputy._meta.fields}

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        asked = {name: self.cleaned_data.get(name, getattr(self.instance, name, None)) for name in _DEPUTY}
        try:
            check_deputy(Deputy(pk=self.instance.pk, **asked))
        except ValidationError as problem:
            for name, words in problem.message_dict.items():
                self.add_error(name if name in self.fields else None, words)


@admin.register(Deputy)
class DeputyAdmin(admin.ModelAdmin):
    """Who stands in for whom: added and ended here, through the actions."""

    form = DeputyForm
    fields = (*_DEPUTY,)
    list_display = ["user", "membership", "valid_from", "valid_to"]
    list_select_related = [
        "user",
        "membership__user",
        "membership__unit",
        "membership__agency__unit",
        "membership__agency__kind",
    ]
    search_fields = ["user__username", "user__full_name", "membership__user__full_name"]
    autocomplete_fields = ["membership", "user"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Only the last day changes: who stood in for whom stays on record."""
        return [] if obj is None else _DEPUTY[:-1]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Deputy, form: forms.ModelForm, change: Any) -> None:
        by: Any = request.user
        if not change:
            obj.pk = add_deputy(**form.cleaned_data, by=by).pk
        elif "valid_to" in form.changed_data:
            end_deputy(deputy=obj, valid_to=form.cleaned_data["valid_to"], by=by)


class TokenInline(ReadOnly, admin.TabularInline):
    """The tokens of a client; their hashes are never shown."""

    model = ApiToken
    fk_name = "client"
    extra = 0
    readonly_fields = ("hint", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    fields = readonly_fields


@admin.register(ApiClient)
class ApiClientAdmin(ReadOnly, admin.ModelAdmin):
    """To look at. Clients and tokens are made and changed at /clients/, where each change is audited."""

    inlines = [TokenInline]
    list_display = ["name", "unit", "is_active", "created_at"]
    list_select_related = ["unit"]
    list_filter = ["is_active"]
    search_fields = ["name"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "actor", "action", "subject_type", "subject_id", "unit"]
    list_select_related = ["actor", "unit"]
    list_filter = ["action"]
    search_fields = ["action", "subject_type", "subject_id", "actor__username"]
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("actor", "unit")


@admin.register(Change)
class ChangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["pk", "position", "at", "resource", "object_id", "operation"]
    list_filter = ["resource", "operation"]
    ordering = ["-pk"]
    show_full_result_count = False
