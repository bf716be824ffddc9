"""Queries compiled once give what the plain ones give, for any parameters."""

import datetime

import pytest
from django.db.models import Q

from accounts.prepared import PreparedQuerySet
from indicators.models import Period
from provinces.models import Unit
from tests.factories.results import make_period

pytestmark = pytest.mark.django_db

DAY = datetime.date(2024, 1, 1)


def in_year(*, year: int, before: datetime.date):
    return Period.objects.filter(year=year, starts_on__lt=before).order_by("-starts_on", "pk")


def test_prepared_rows_are_those_of_the_plain_query_for_each_parameter():
    for code in ("2023", "2024", "2023-Q1", "2024-Q2"):
        make_period(code)
    prepared = PreparedQuerySet(in_year, year=int, before=datetime.date)
    for year in (2023, 2024, 2022):
        for before in (DAY, datetime.date(2025, 1, 1)):
            assert prepared.rows(year=year, before=before) == list(in_year(year=year, before=before))


def test_prepared_rows_of_joined_models_need_no_query_more(places, django_assert_num_queries):
    prepared = PreparedQuerySet(lambda *, ref: Unit.objects.filter(ref=ref).select_related("parent"), ref=str)
    for unit in (places.loi_hai, places.phan_rang):
        with django_assert_num_queries(1):
            (found,) = prepared.rows(ref=unit.ref)
            assert (found, found.parent_id, found.parent.pk) == (unit, unit.parent_id, unit.parent_id)


def test_prepared_rows_keep_each_shape_apart(places):
    def make(ids, *, tier):
        return Unit.objects.filter(pk__in=ids, tier=tier).values_list("ref", flat=True)

    prepared = PreparedQuerySet(make, tier=str)
    commune, province = places.loi_hai, places.ninh_thuan
    assert prepared.rows((commune.pk, province.pk), tier="commune") == [commune.ref]
    assert prepared.rows((province.pk,), tier="commune") == []
    assert prepared.rows((province.pk,), tier="province") == [province.ref]


def test_prepared_query_refuses_a_parameter_that_is_not_compared_as_it_is():
    prepared = PreparedQuerySet(lambda *, year: Period.objects.filter(Q(starts_on__year=year)), year=int)
    with pytest.raises((ValueError, OverflowError)):
        prepared.rows(year=2023)
