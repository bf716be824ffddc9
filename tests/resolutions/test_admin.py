"""Documents in the administration: found however their number is typed."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories.results import make_document
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["03/NQ-CP", "03 / nq–cp", "nq-cp", "hành động"])
def test_document_is_found_by_number_or_title(client: Client, administrator: User, typed: str) -> None:
    make_document(make_unit(), number="03/NQ-CP", title_vi="Chương trình hành động")
    make_document(make_unit(), number="586/KH-UBND", title_vi="Kế hoạch")
    client.force_login(administrator)
    page = client.get("/admin/resolutions/document/", {"q": typed})
    assert [row.number for row in page.context["cl"].result_list] == ["03/NQ-CP"]


def test_document_can_be_opened(client: Client, administrator: User) -> None:
    document = make_document(make_unit(), number="03/NQ-CP")
    client.force_login(administrator)
    assert client.get(f"/admin/resolutions/document/{document.pk}/change/").status_code == 200
