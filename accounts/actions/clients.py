"""Partner systems; each change leaves a row in the audit trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.traces import audit
from accounts.addresses import parse_ranges
from accounts.models import ApiClient, User
from accounts.models.clients import LARGEST_RATE
from provinces.models import Unit


@transaction.atomic
def create_client(
    *,
    name: str,
    unit: Unit,
    acts_for: User | None = None,
    addresses: str = "",
    rate: int | None = None,
    contact: str = "",
    by: User | None = None,
) -> ApiClient:
    """A partner system that reads what the unit's people may read.

    Raises ValidationError, naming the field, for a name that is taken and for what does not fit.
    """
    client = ApiClient(
        name=name, unit=unit, acts_for=acts_for, addresses=addresses, rate=rate, contact=contact
    )
    _check(client)
    client.save(force_insert=True)
    audit(by, "api_client.created", client, unit, after=_told(client))
    return client


@transaction.atomic
def change_client(*, client: ApiClient, by: User | None = None, **fields: Any) -> bool:
    """Other values for some of `create_client`'s fields; False where they are what they were.

    Raises ValidationError as `create_client` does. What changes holds for the very next request.
    """
    kept = _locked(client)
    before = _told(kept)
    for name, value in fields.items():
        setattr(kept, name, value)
    _check(kept)
    after = _told(kept)
    if after == before:
        return False
    kept.save(update_fields=list(fields))
    audit(by, "api_client.changed", kept, kept.unit, before=before, after=after)
    return True


@transaction.atomic
def switch_client(*, client: ApiClient, is_active: bool, by: User | None = None, reason: str = "") -> bool:
    """Refuse all its tokens from the next request on, or take them again; False where it is so already."""
    kept = _locked(client)
    if kept.is_active == is_active:
        return False
    before = _told(kept)
    kept.is_active = client.is_active = is_active
    kept.save(update_fields=["is_active"])
    action = "api_client.switched_on" if is_active else "api_client.switched_off"
    audit(by, action, kept, kept.unit, before=before, after=_told(kept), reason=reason)
    return True


def _locked(client: ApiClient) -> ApiClient:
    rows = ApiClient.objects.select_for_update(of=("self",)).select_related("unit", "acts_for")
    return rows.get(pk=client.pk)


def _check(client: ApiClient) -> None:
    """Bring the fields into the form they are kept in. Raises ValidationError by field."""
    problems: dict[str, Any] = {}
    client.name = " ".join(client.name.split())
    if not 1 <= len(client.name) <= 100:
        problems["name"] = _("The name must have 1 to 100 characters.")
    elif ApiClient.objects.filter(name=client.name).exclude(pk=client.pk).exists():
        problems["name"] = _("There is an API client of this name already.")
    try:
        client.addresses = parse_ranges(client.addresses)
    except ValidationError as refused:
        problems["addresses"] = refused.messages
    if client.rate is not None and not 1 <= client.rate <= LARGEST_RATE:
        problems["rate"] = _("Give a whole number from %(least)s to %(most)s.") % {
            "least": 1,
            "most": LARGEST_RATE,
        }
    if client.acts_for is not None and not client.acts_for.is_active:
        problems["acts_for"] = _("This account may not sign in.")
    if problems:
        raise ValidationError(problems)


def _told(client: ApiClient) -> dict[str, Any]:
    return {
        "name": client.name,
        "unit": client.unit.ref,
        "acts_for": client.acts_for.username if client.acts_for else None,
        "addresses": client.addresses,
        "rate": client.rate,
        "contact": client.contact,
        "is_active": client.is_active,
    }
