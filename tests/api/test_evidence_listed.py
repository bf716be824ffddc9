"""The files that prove a figure, named and digested."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Evidence
from tests.factories.results import make_measurement

PATH = "measurements/"


def test_evidence_of_a_figure_is_named_and_digested(get, places):
    cell = make_measurement(places.khanh_hoa)
    someone = cell.approved_version.entered_by
    fields = {"measurement": cell, "size": 4, "content_type": "application/pdf", "uploaded_by": someone}
    kept = Evidence.objects.create(name="Biên bản.pdf", sha256="a" * 64, **fields)
    Evidence.objects.create(
        name="b.pdf",
        sha256="b" * 64,
        removed_by=someone,
        removed_at="2024-01-05T00:00:00Z",
        removal_reason="nhầm",
        **fields,
    )
    [row] = get(f"{PATH}{cell.pk}/evidence/")["results"]
    assert row == {
        "id": kept.pk,
        "measurement": cell.pk,
        "name": "Biên bản.pdf",
        "content_type": "application/pdf",
        "size": 4,
        "sha256": "a" * 64,
        "uploaded_at": row["uploaded_at"],
    }


@pytest.mark.parametrize("number", [10**30, 999_999])
def test_evidence_of_no_figure_is_404(number, refused, places):
    assert refused(f"{PATH}{number}/evidence/") == (404, [(None, "not_found")])


def test_evidence_takes_as_many_queries_for_any_number_of_files(reader, places):
    cell = make_measurement(places.khanh_hoa)
    someone = cell.approved_version.entered_by
    counts = []
    for files in (2, 20, 200):
        for number in range(Evidence.objects.count(), files):
            Evidence.objects.create(
                measurement=cell, name="a.pdf", size=4, sha256=f"{number:064x}", uploaded_by=someone
            )
        reader.get(f"/api/v1/{PATH}{cell.pk}/evidence/")  # notes the use of the token
        with CaptureQueriesContext(connection) as queries:
            body = reader.get(f"/api/v1/{PATH}{cell.pk}/evidence/").json()
        assert len(body["results"]) == files
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
