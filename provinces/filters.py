"""Filters of the lists of units, and the kinds of filter that all lists are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, ValidationError

from provinces.models import Agency, AgencyKind, Tier, Unit

LONGEST = 200


class NoSuch(NotFound):
    """404 that names the parameter whose unit or period does not exist."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def refuse_unreadable(
    given: QueryDict, *, known: Iterable[str], several: Iterable[str] = (), required: Iterable[str] = ()
) -> None:
    """400 naming each parameter that is unknown, empty, missing, or given twice where one is meant.

    A misspelt filter must not answer with everything.
    """
    errors = {name: ValidationError(_("This parameter is needed."), "required") for name in required}
    for name, values in given.lists():
        errors.pop(name, None)
        if name not in known:
            words = _("There is no such parameter. Possible here: %(known)s.") % {"known": ", ".join(known)}
            errors[_short(name)] = ValidationError(words, "unknown_parameter")
        elif not all(values) or "\0" in "".join(values):
            errors[name] = ValidationError(_("Give a value or leave the parameter out."), "empty")
        elif len(values) > 1 and name not in several:
            errors[name] = ValidationError(_("Give this parameter once."), "repeated")
    if errors:
        raise ValidationError({name: error.detail for name, error in errors.items()})


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


class ListFilterSet(django_filters.FilterSet):
    """Filters of one list. Only those that were asked for are built: most requests ask for two of ten."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        asked = data or {}
        known: dict[str, Any] = self.declared_filters
        self.base_filters = {name: each for name, each in known.items() if name in asked}
        super().__init__(data, *args, **kwargs)

    def refuse_unknown(self) -> None:
        """Say so where a reference that was asked for does not exist; one query, for an empty list.

        An unknown unit or period is a 404, any other a 400.
        """
        asked = {
            name: (each, self.form.cleaned_data[name])
            for name, each in self.filters.items()
            if isinstance(each, ReferenceFilter)
        }
        if not asked:
            return
        looks = [each.rows(text).values_list(Value(name)) for name, (each, text) in asked.items()]
        found = {name for (name,) in looks[0].union(*looks[1:], all=True)}
        for name, (each, text) in asked.items():
            if name not in found:
                each.refuse(name, text)


class ReferenceFilter(django_filters.CharFilter):
    """Rows that refer to the one thing with this public id."""

    def __init__(
        self,
        field_name: str,
        rows: Callable[[str], QuerySet[Any]],
        *,
        words: Any,
        missing: type[Exception] = ValidationError,
        **extra: Any,
    ) -> None:
        self.rows = rows
        self.words = words
        self.missing = missing
        super().__init__(field_name, max_length=LONGEST, **extra)

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(**{self.field_name: self.rows(value).values("pk")[:1]}) if value else qs

    def refuse(self, name: str, text: str) -> None:
        words = self.words % {"value": _short(text)}
        if self.missing is NoSuch:
            raise NoSuch(name, words)
        raise ValidationError({name: ValidationError(words, "unknown").detail})


def unit_filter(field_name: str, **extra: Any) -> ReferenceFilter:
    return ReferenceFilter(
        field_name, unit_rows, words=NO_SUCH_UNIT, missing=NoSuch, **{"help_text": "A unit's `ref`."} | extra
    )


NO_SUCH_UNIT = _("There is no unit “%(value)s”. Units are named by their reference, such as P58 or P56-2025.")


def unit_rows(ref: str) -> QuerySet[Unit]:
    return Unit.objects.filter(ref=ref).order_by()


NO_SUCH_AGENCY = _(
    "There is no agency “%(value)s”. Agencies are named by their reference, such as P58.so-khcn."
)
NO_SUCH_AGENCY_KIND = _("There is no kind of agency “%(value)s”.")


def _agency_rows(ref: str) -> QuerySet[Agency]:
    return Agency.objects.filter(ref=ref).order_by()


def agency_kind_rows(code: str) -> QuerySet[AgencyKind]:
    return AgencyKind.objects.filter(code=code).order_by()


def agency_filter(field_name: str, help_text: str) -> ReferenceFilter:
    return ReferenceFilter(field_name, _agency_rows, words=NO_SUCH_AGENCY, help_text=help_text)


class UnderFilter(ReferenceFilter):
    """Rows of all units below a unit."""

    def __init__(self, field_name: str, *, own: bool) -> None:
        self.own = own
        where = "The unit itself and every unit below it" if own else "Units below this unit"
        super().__init__(
            field_name,
            unit_rows,
            words=NO_SUCH_UNIT,
            missing=NoSuch,
            help_text=f"{where}, of any day; a unit's `ref`.",
        )

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        links = {"ancestor_links__ancestor__ref": value} | (
            {} if self.own else {"ancestor_links__depth__gt": 0}
        )
        return qs.filter(**{f"{self.field_name}__in": Unit.objects.filter(**links).order_by().values("pk")})


class OneOfField(forms.ChoiceField):
    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            refuse_choice(value, self.choices)


class SomeOfField(forms.MultipleChoiceField):
    def validate(self, value: Any) -> None:
        for each in value:
            if not self.valid_value(each):
                refuse_choice(each, self.choices)


def refuse_choice(value: str, choices: Any) -> None:
    known = ", ".join(str(code) for code, _label in choices if code)
    words = _("“%(value)s” is not possible here. Choose one of: %(known)s.")
    raise forms.ValidationError(words, "invalid_choice", {"value": _short(value), "known": known})


class OneOfFilter(django_filters.ChoiceFilter):
    field_class = OneOfField


class SomeOfFilter(django_filters.MultipleChoiceFilter):
    """One of the given values; the parameter may be repeated."""

    field_class = SomeOfField
    takes_several = True

    def filter(self, qs: Any, value: list[str]) -> Any:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class YesNoFilter(OneOfFilter):
    """`true` or `false`, nothing else."""

    def __init__(self, field_name: str, **extra: Any) -> None:
        super().__init__(field_name, choices=[("true", "true"), ("false", "false")], **extra)

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(**{self.field_name: value == "true"}) if value else qs


class DayField(forms.DateField):
    default_error_messages = {
        "invalid": _("“%(value)s” is not a day. Write year-month-day, such as 2025-12-31.")
    }

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(
                self.error_messages["invalid"], "invalid", {"value": _short(str(value))}
            ) from None


class DayFilter(django_filters.DateFilter):
    """A day in ISO form, whatever the language."""

    field_class = DayField

    def __init__(self, *args: Any, **extra: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], localize=False, **extra)


class ValidOnFilter(DayFilter):
    """Rows that hold on a day."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.valid_on(value) if value else qs


class UnitFilterSet(ListFilterSet):
    tier = OneOfFilter("tier", choices=Tier.choices, help_text="Tier of the unit.")
    on = ValidOnFilter(help_text="Units in being on this day, with the names they bore that day.")
    under = UnderFilter("pk", own=False)
    q = django_filters.CharFilter(
        method="search", max_length=LONGEST, help_text="Words in a name, with or without diacritics."
    )

    class Meta:
        model = Unit
        fields: list[str] = []

    def search(self, qs: Any, name: str, value: str) -> Any:
        return qs.search(value)


class AgencyFilterSet(ListFilterSet):
    unit = unit_filter("unit", help_text="`ref` of the unit whose agency it is.")
    kind = ReferenceFilter(
        "kind", agency_kind_rows, words=NO_SUCH_AGENCY_KIND, help_text="Code of the kind of agency."
    )
    tier = OneOfFilter("unit__tier", choices=Tier.choices, help_text="Tier of its unit.")
    on = ValidOnFilter(help_text="Agencies in being on this day.")

    class Meta:
        model = Agency
        fields: list[str] = []
