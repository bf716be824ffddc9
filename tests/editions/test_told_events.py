"""What webhooks are told of editions."""

from typing import Any

from accounts.models import HookEvent
from dashboard.models import Edition


def test_first_edition_is_published_and_the_next_one_corrects_it(
    corrected: tuple[Edition, Edition], client: Any, administrator: Any
) -> None:
    first, second = corrected
    published, correction = HookEvent.objects.all()
    assert (published.event, correction.event) == ("edition.published", "edition.corrected")
    # One object in the order of webhooks.
    assert published.object_id == correction.object_id == first.pk
    assert (published.data["id"], correction.data["id"]) == (first.pk, second.pk)
    assert correction.data["digest"] == second.digest
    assert correction.unit_id == second.unit_id
    # No names of people and no words.
    assert str(first.closed_by) not in str(published.data)
    assert second.reason not in str(correction.data)
    client.force_login(administrator)
    address = correction.data["address"].removeprefix("http://127.0.0.1:8000")
    assert client.get(address).json()["number"] == 2
