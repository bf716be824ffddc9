"""Keeping and letting go of a person's own bookmarks; nobody else's work, so no trace is left."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from dashboard.models import SavedView
from dashboard.models.saved_views import MOST_VIEWS


class SavedViewError(Exception):
    """Why a view cannot be kept, in words for whoever asked."""


@transaction.atomic
def save_view(*, by: User, name: str, page: str, query: str) -> SavedView:
    """Keep an address under a name the person has not used yet, at most MOST_VIEWS of them."""
    # Two at a time wait for each other: the limit and the name are looked up before writing.
    User.objects.select_for_update().get(pk=by.pk)
    own = SavedView.objects.filter(user=by)
    if own.filter(name=name).exists():
        raise SavedViewError(_("You already have a saved view called “%(name)s”.") % {"name": name})
    if own.count() >= MOST_VIEWS:
        raise SavedViewError(
            _("You have %(most)s saved views, which is the most. Delete one first.") % {"most": MOST_VIEWS}
        )
    return SavedView.objects.create(user=by, name=name, page=page, query=query)


def delete_view(*, view: SavedView) -> None:
    view.delete()
