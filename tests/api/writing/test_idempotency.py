"""A request that is sent twice is done once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.actions import idempotency
from accounts.models import ApiClient, IdempotentCall
from accounts.models.idempotency import KEPT, LEASE
from accounts.problems import InProgress
from config.tasks import forget_idempotent_calls
from indicators.actions import entering
from indicators.models import Evidence, MeasurementVersion
from tests.api.conftest import signed_in
from tests.api.writing.conftest import BULK, PDF, errors, written
from tests.cast import make_token

KEY = {"Idempotency-Key": "5f2b1c"}
REPLAYED = "Idempotent-Replayed"


def test_same_request_again_answers_the_same_and_writes_nothing(bulk, row):
    first = bulk(row(value="12"), **KEY)
    before = written()
    second = bulk(row(value="12"), **KEY)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert (REPLAYED in first.headers, second.headers[REPLAYED]) == (False, "true")
    assert second.json()["saved"] == 1
    assert written() == before


def test_spaces_and_order_make_no_other_request(partner, row):
    sent = row(value="12")
    partner.post(BULK, {"rows": [sent]}, format="json", headers=KEY)
    turned = {"rows": [dict(reversed(list(sent.items())))]}
    assert partner.post(BULK, turned, format="json", headers=KEY).headers[REPLAYED] == "true"


def test_another_body_or_address_with_the_key_is_refused(bulk, row, partner, address):
    bulk(row(value="12"), **KEY)
    before = written()
    cells = {"cells": [{"indicator": "DI-03", "level": "commune", "value": "1"}]}
    for answer in (
        bulk(row(value="13"), **KEY),
        bulk(row(value="12"), partial=True, **KEY),
        partner.post(f"{address}cells/", cells, format="json", headers=KEY),
    ):
        assert (answer.status_code, errors(answer)) == (422, [(None, "idempotency_key_reused")])
    assert written() == before


def test_without_a_key_nothing_is_kept(bulk, row):
    bulk(row(value="12"))
    assert not IdempotentCall.objects.exists()


def test_refused_request_leaves_the_key_free(bulk, row):
    assert bulk(row(value="x"), **KEY).status_code == 422
    assert not IdempotentCall.objects.exists()
    assert bulk(row(value="12"), **KEY).status_code == 200


def test_answer_for_each_row_is_kept_with_its_refusals(bulk, row):
    first = bulk(row(value="x"), row("DI-03", value="1"), partial=True, **KEY)
    assert bulk(row(value="x"), row("DI-03", value="1"), partial=True, **KEY).content == first.content


def test_key_is_that_of_one_client_and_of_one_person(bulk, row, reporter, office):
    bulk(row(value="12"), **KEY)
    other = ApiClient.objects.create(name="Other", unit=office.khanh_hoa, acts_for=reporter)
    from tests.api.conftest import with_token

    client = with_token(make_token(other, scope="report"))
    assert REPLAYED not in bulk(row(value="12"), client=client, **KEY).headers
    person = signed_in(reporter)
    assert REPLAYED not in bulk(row(value="12"), client=person, **KEY).headers
    assert bulk(row(value="12"), client=person, **KEY).headers[REPLAYED] == "true"
    assert IdempotentCall.objects.count() == 3


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é", "a\tb", "\x7f"])
def test_key_that_is_none_is_400(bulk, row, key):
    answer = bulk(row(value="12"), **{"Idempotency-Key": key})
    assert (answer.status_code, errors(answer)) == (400, [(None, "idempotency_key_invalid")])
    assert not MeasurementVersion.objects.exists()


def test_longest_key_is_taken(bulk, row):
    assert bulk(row(value="12"), **{"Idempotency-Key": "~" * 255}).status_code == 200


def test_file_is_attached_once_whatever_the_boundary(partner, address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def attach(content=PDF, boundary="one"):
        body = (
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
                "Content-Type: application/pdf\r\n\r\n"
            ).encode()
            + content
            + f"\r\n--{boundary}--\r\n".encode()
        )
        kind = f"multipart/form-data; boundary={boundary}"
        path = f"{address}cells/DI-01/commune/evidence/"
        return partner.generic("POST", path, body, content_type=kind, headers=KEY)

    first = attach()
    assert first.status_code == 201, first.content
    again = attach(boundary="another")
    assert (again.status_code, again.content, again.headers["ETag"]) == (
        201,
        first.content,
        first.headers["ETag"],
    )
    assert Evidence.objects.count() == 1
    assert attach(content=PDF + b"2").status_code == 422


def test_sending_again_is_no_second_sending(partner, address):
    cells = [
        {"indicator": "DI-01", "level": "commune", "value": "90"},
        {"indicator": "DI-02", "level": "commune", "value": "1"},
        {"indicator": "DI-03", "level": "commune", "value": "1"},
    ]
    etag = partner.post(f"{address}cells/", {"cells": cells}, format="json").headers["ETag"]
    headers = KEY | {"If-Match": etag}
    first = partner.post(f"{address}submission/", {}, format="json", headers=headers)
    assert first.status_code == 200
    # The report is another one by now; the answer to this very request is the same.
    again = partner.post(f"{address}submission/", {}, format="json", headers=headers)
    assert (again.status_code, again.content) == (200, first.content)


# --- while the first one runs, and after it died ---


def running(api_client, digest, key="5f2b1c", left=LEASE):
    return IdempotentCall.objects.create(
        client=api_client, key=key, digest=digest, claim=uuid4(), leased_until=timezone.now() + left
    )


@pytest.fixture
def digest(bulk, row):
    """Of the request that the tests send."""
    bulk(row(value="12"), **{"Idempotency-Key": "other"})
    found = IdempotentCall.objects.get().digest
    IdempotentCall.objects.all().delete()
    return found


def test_request_in_work_is_409_with_when_to_come_again(bulk, row, api_client, digest):
    running(api_client, digest)
    answer = bulk(row(value="12"), **KEY)
    assert (answer.status_code, errors(answer)) == (409, [(None, "idempotency_in_progress")])


def test_in_progress_says_when_to_come_again(api_client):
    running(api_client, "0" * 64)
    with pytest.raises(InProgress) as refused:
        idempotency.claim(caller=api_client, key="5f2b1c", digest="0" * 64)
    assert 0 < int(refused.value.headers["Retry-After"]) <= LEASE.total_seconds()


def test_request_of_a_dead_process_is_taken_over(bulk, row, api_client, digest):
    running(api_client, digest, left=-timedelta(seconds=1))
    assert bulk(row(value="12"), **KEY).status_code == 200
    assert bulk(row(value="12"), **KEY).headers[REPLAYED] == "true"


def test_slow_worker_that_lost_its_claim_writes_nothing(bulk, row, monkeypatch):
    before, write = written(), entering.write_drafts

    def overtaken(*args):
        IdempotentCall.objects.update(claim=uuid4())
        return write(*args)

    monkeypatch.setattr(entering, "write_drafts", overtaken)
    assert bulk(row(value="12"), **KEY).status_code == 409
    assert written() == before


def test_failure_before_the_answer_is_kept_leaves_neither(bulk, row, monkeypatch):
    before = written()

    def dies(**words):
        raise MemoryError

    monkeypatch.setattr(idempotency, "keep_answer", dies)
    with pytest.raises(MemoryError):
        bulk(row(value="12"), **KEY)
    assert (written(), IdempotentCall.objects.count()) == (before, 0)


def test_answers_are_forgotten_after_two_days(bulk, row):
    bulk(row(value="12"), **KEY)
    forget_idempotent_calls()
    assert IdempotentCall.objects.count() == 1
    IdempotentCall.objects.update(created_at=timezone.now() - KEPT - timedelta(minutes=1))
    forget_idempotent_calls()
    assert not IdempotentCall.objects.exists()
