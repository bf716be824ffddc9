"""What the office says about a brief before it is made, and the template it brings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboard.briefs.letterhead import Letterhead, defaults_for
from dashboard.models import Brief, BriefTemplate, Edition
from indicators import figures
from provinces.dates import today
from provinces.models import Unit

_LONGEST_LINE = 200
_LONGEST_TEXT = 1500


def _line(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=_LONGEST_LINE, required=False, help_text=help_text)


def _lines(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=_LONGEST_TEXT, required=False, widget=area, help_text=help_text
    )


class BriefForm(forms.Form):
    """The letterhead; what stays empty is left open on paper."""

    template = forms.ModelChoiceField(
        BriefTemplate.objects.none(),
        label=_("Word template"),
        required=False,
        empty_label=_("The portal's own"),
    )
    number = _line(_("Number of the report"), _("Empty: to be written in by hand."))
    symbol = _line(_("Symbol of the report"))
    place = _line(_("Place of issue"))
    day = forms.DateField(
        label=_("Day of issue"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    subject = _lines(_("Subject"), 2)
    issuer_above = _line(_("Body above the issuing body"), _("Only where the decree asks for it."))
    issuer = _lines(_("Issuing body"), 2)
    recipients = _lines(_("Recipients"), 4, _("One a line; the last one is the archive."))
    authority = _line(_("Signs on behalf of"))
    title = _lines(_("Office of the signer"), 2)
    name = _line(_("Name of the signer"))

    def __init__(self, edition: Edition, by: User, data: Any = None) -> None:
        super().__init__(data, initial=_initial(edition, by))
        self.fields["template"].queryset = BriefTemplate.objects.offered_for(edition.unit)  # type: ignore[attr-defined]

    def letterhead(self) -> Letterhead:
        said = dict(self.cleaned_data)
        said["day"] = said["day"].isoformat() if said["day"] else ""
        return Letterhead.of(said)


def _initial(edition: Edition, by: User) -> dict[str, Any]:
    """What was last said of the unit, by the same person if possible; number, day and subject are new."""
    own_first = Case(When(by=by, then=0), default=1)
    last = Brief.objects.filter(edition__unit=edition.unit_id).order_by(own_first, "-pk").first()
    issuer = _issuer(edition.unit)
    period = figures.period(edition.period.code, edition.period.name_vi, language="vi")
    unit, issued_by = _named(edition.unit), _named(issuer)
    fresh = defaults_for(unit, period, issued_by).kept()
    kept = Letterhead.of(last.letterhead).kept() if last is not None else fresh
    new = {"number": "", "subject": fresh["subject"], "day": today()}
    return {**kept, **new, "template": last.template_id if last is not None else None}


def _named(unit: Unit) -> dict[str, str]:
    return {"label": unit.running_name, "name": unit.name, "kind": unit.kind}


def _issuer(unit: Unit) -> Unit:
    """Whoever reports on the unit today: itself, or what it merged into."""
    if unit.is_valid_on(today()):
        return unit
    return Unit.objects.filter(successions_from__predecessor=unit).valid_on(today()).first() or unit


class TemplateForm(forms.Form):
    """A template and whose it is to be."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), empty_label=None)
    file = forms.FileField(
        label=_("Word template"),
        help_text=_("docx, at most 5 MB, without macros, links or embedded files."),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def __init__(self, units: Any, *args: Any) -> None:
        super().__init__(*args)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].to_field_name = "ref"  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda unit: unit.name  # type: ignore[attr-defined]
