"""The demonstration on a database without the reference data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from config.demo.people import load_people

pytestmark = pytest.mark.django_db


def test_command_asks_for_the_reference_data_and_writes_nothing() -> None:
    with pytest.raises(CommandError, match=r"run manage\.py load_reference first"):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.exists()


def test_password_is_made_up_where_none_is_given() -> None:
    people, password, count = load_people(None)
    assert password is not None
    assert count == len(people)
    assert people["reporter"].check_password(password)
