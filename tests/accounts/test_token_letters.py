"""Who hears that a token ends, when, and each time once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import create_client, rotate_token
from accounts.models import ApiToken, Role
from accounts.token_letters import send_token_letters
from tests.cast import make_person, make_token


@pytest.fixture
def partner(places):
    return create_client(name="Kho dữ liệu", unit=places.phan_rang, contact="kho@example.vn")


@pytest.fixture
def keeper(places):
    return make_person("keeper", Role.ADMINISTRATOR, places.khanh_hoa, email="keeper@example.vn")


def ends(client, days):
    make_token(client, expires_at=timezone.now() + timedelta(days=days) - timedelta(minutes=1))
    return ApiToken.objects.first()


def told():
    found = sorted(each.to[0] for each in mail.outbox)
    mail.outbox.clear()
    return found


def test_contact_and_administrator_hear_once(partner, keeper):
    token = ends(partner, 30)
    assert send_token_letters() == 2
    [outside, inside] = sorted(mail.outbox, key=lambda each: each.to != ["kho@example.vn"])
    assert "Kho dữ liệu" in outside.subject
    assert token.hint in outside.body
    assert "/clients/" not in outside.body
    assert f"/clients/{partner.pk}/" in inside.body
    assert told() == ["keeper@example.vn", "kho@example.vn"]
    assert send_token_letters() == 0


@pytest.mark.parametrize(("days", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1)])
def test_days_before_the_end(days, step, partner):
    token = ends(partner, days)
    assert send_token_letters() == (1 if step else 0)
    token.refresh_from_db()
    assert token.warned_days == step


def test_every_step_is_told_in_its_time(partner):
    token = ends(partner, 30)
    for days, letters in ((30, 1), (10, 0), (7, 1), (6, 0), (1, 1), (0.5, 0)):
        ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=days) - timedelta(minutes=1))
        assert send_token_letters() == letters, days
    token.refresh_from_db()
    assert token.warned_days == 1


def test_token_that_is_replaced_revoked_or_ended_worries_nobody(partner, administrator):
    rotate_token(token=ends(partner, 5))
    ends(partner, 0)
    ApiToken.objects.filter(pk=ends(partner, 5).pk).update(revoked_at=timezone.now())
    assert send_token_letters() == 0


def test_nation_hears_where_the_province_has_no_administrator(partner, administrator):
    administrator.email = "national@example.vn"
    administrator.save()
    ends(partner, 1)
    send_token_letters()
    assert told() == ["kho@example.vn", "national@example.vn"]


def test_letter_that_could_not_be_sent_is_tried_again(partner, monkeypatch, caplog):
    token = ends(partner, 7)

    def refuse(*arguments):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert send_token_letters() == 0
    assert "ConnectionRefusedError" in caplog.text
    token.refresh_from_db()
    assert token.warned_days is None
    assert send_token_letters() == 1


def test_letter_carries_no_token_and_no_hash(partner):
    secret = make_token(partner, expires_at=timezone.now() + timedelta(hours=1))
    send_token_letters()
    [letter] = mail.outbox
    assert secret not in letter.body
    assert ApiToken.objects.get().token_hash not in letter.body
