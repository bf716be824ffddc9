"""Which documents are offered for an event."""

from events.forms import EventForm
from tests.events.making import make_event
from tests.factories.results import make_document


def test_a_new_event_is_offered_no_document_of_another_province(places, coordinator):
    own = make_document(places.khanh_hoa)
    make_document(places.dak_lak)
    assert list(EventForm(coordinator).fields["documents"].queryset) == [own]


def test_a_document_that_the_event_has_is_offered_wherever_it_is_from(places, coordinator):
    event = make_event(places.khanh_hoa)
    event.documents.add(make_document(places.dak_lak))
    assert EventForm(coordinator, event=event).fields["documents"].queryset.count() == 1
