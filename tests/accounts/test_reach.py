"""Who sees which results and which cells."""

import pytest
from django.http import Http404

from accounts.models import Membership
from accounts.permissions import get_visible_or_404, reach, units_coordinated_by
from indicators.models import Attainment, Measurement, RollUp, Target
from tests.cast import Places, make_person
from tests.factories.results import (
    make_attainment,
    make_indicator,
    make_measurement,
    make_period,
    make_target,
)
from tests.factories.units import BEFORE_MERGER, make_agency, make_kind

NAMES = [
    "nation",
    "khanh_hoa",
    "phan_rang",
    "cam_ranh",
    "ninh_thuan",
    "thuan_bac",
    "loi_hai",
    "dak_lak",
    "ea_kao",
]


def names_of(places, units):
    named = {getattr(places, name).pk: name for name in NAMES}
    return {named[pk] for pk in units}


@pytest.fixture
def cells(places: Places):
    return {name: make_measurement(getattr(places, name)) for name in NAMES}


@pytest.fixture
def verdicts(places: Places):
    return {name: make_attainment(make_target(getattr(places, name))) for name in NAMES}


KHANH_HOA = {"khanh_hoa", "phan_rang", "cam_ranh", "ninh_thuan", "thuan_bac", "loi_hai"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("reporter", {"phan_rang"}),
        ("approver", {"phan_rang"}),
        ("coordinator", set()),
        ("leader", KHANH_HOA),
        ("neighbour", {"dak_lak", "ea_kao"}),
        ("outsider", set()),
        ("administrator", set(NAMES)),
        ("api_client", KHANH_HOA),
    ],
)
def test_cells_seen_by(who, seen, cells, places, request):
    rows = Measurement.objects.visible_to(request.getfixturevalue(who))
    assert names_of(places, rows.values_list("unit", flat=True)) == seen


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("reporter", {"nation", "dak_lak"} | KHANH_HOA),
        ("coordinator", {"nation", "dak_lak"} | KHANH_HOA),
        ("leader", {"nation", "dak_lak"} | KHANH_HOA),
        ("neighbour", {"nation", "khanh_hoa", "ninh_thuan", "dak_lak", "ea_kao"}),
        ("outsider", set()),
        ("administrator", set(NAMES)),
        ("api_client", {"nation", "dak_lak"} | KHANH_HOA),
    ],
)
@pytest.mark.parametrize("model", [Attainment, Target])
def test_results_seen_by(model, who, seen, verdicts, places, request):
    rows = model.objects.visible_to(request.getfixturevalue(who))
    unit = "target__unit" if model is Attainment else "unit"
    assert names_of(places, rows.values_list(unit, flat=True)) == seen


def test_roll_ups_of_other_provinces_seen_but_not_of_their_communes(places, neighbour):
    indicator, period = make_indicator(), make_period()
    for unit in (places.khanh_hoa, places.phan_rang):
        RollUp.objects.create(
            unit=unit,
            indicator=indicator,
            period=period,
            level="total",
            definition=indicator.definitions.get(),
            basis="as_reported",
            answer="value",
            value=1,
            owing=1,
            reporting=1,
            not_applicable=0,
        )
    assert names_of(places, RollUp.objects.visible_to(neighbour).values_list("unit", flat=True)) == {
        "khanh_hoa"
    }


def test_agency_sees_the_indicators_of_its_kind_in_its_province(places, coordinator):
    owned = make_indicator(owner_kind=places.department.kind)
    for name in NAMES:
        make_measurement(getattr(places, name), owned)
    assert (
        names_of(places, Measurement.objects.visible_to(coordinator).values_list("unit", flat=True))
        == KHANH_HOA
    )


def test_agency_sees_its_own_part_but_not_that_of_another(places, coordinator):
    other = make_agency(places.khanh_hoa, kind="so-nv")
    own = make_measurement(places.khanh_hoa, agency=places.department)
    make_measurement(places.khanh_hoa, agency=other)
    assert list(Measurement.objects.visible_to(coordinator)) == [own]


def test_agency_sees_the_parts_of_its_predecessor(places, coordinator):
    before = make_agency(places.ninh_thuan)
    cell = make_measurement(places.ninh_thuan, agency=before)
    assert list(Measurement.objects.visible_to(coordinator)) == [cell]


def test_agency_no_longer_owning_an_indicator_does_not_see_it(places, coordinator):
    indicator = make_indicator(owner_kind=places.department.kind)
    indicator.definitions.get().owners.update(valid_to=BEFORE_MERGER)
    make_measurement(places.khanh_hoa, indicator)
    assert not Measurement.objects.visible_to(coordinator).exists()


def test_agency_of_another_province_does_not_see_the_figures(places):
    indicator = make_indicator(owner_kind=make_kind())
    make_measurement(places.khanh_hoa, indicator)
    stranger = make_person("stranger", "reporter", agency=make_agency(places.dak_lak))
    assert not Measurement.objects.visible_to(stranger).exists()


def test_ended_membership_reaches_nothing(places, reporter, cells):
    Membership.objects.update(valid_to=BEFORE_MERGER)
    assert not reach(reporter).is_official
    assert not Measurement.objects.visible_to(reporter).exists()


def test_inactive_person_reaches_nothing(leader):
    leader.is_active = False
    assert not reach(leader).is_official


def test_two_memberships_add_up(places, reporter, cells):
    Membership.objects.create(user=reporter, role="reporter", unit=places.ea_kao)
    seen = Measurement.objects.visible_to(reporter)
    assert names_of(places, seen.values_list("unit", flat=True)) == {"phan_rang", "ea_kao"}


def test_visible_or_404_gives_the_object(places, leader, cells):
    assert get_visible_or_404(Measurement.objects, leader, pk=cells["loi_hai"].pk) == cells["loi_hai"]


def test_visible_or_404_hides_a_foreign_object(places, neighbour, cells):
    with pytest.raises(Http404):
        get_visible_or_404(Measurement.objects, neighbour, pk=cells["loi_hai"].pk)


@pytest.mark.parametrize(("who", "queries"), [("leader", 2), ("administrator", 1), ("api_client", 1)])
def test_reach_takes_no_query_per_unit(who, queries, cells, request, django_assert_num_queries):
    principal = request.getfixturevalue(who)
    with django_assert_num_queries(queries):
        list(Measurement.objects.visible_to(principal))


@pytest.mark.parametrize(
    ("at", "coordinated"),
    [
        ("khanh_hoa", {"khanh_hoa", "phan_rang", "cam_ranh", "ninh_thuan", "thuan_bac", "loi_hai"}),
        # An office of a commune does not work for its province, a ministry for no province of its own.
        ("phan_rang", {"phan_rang"}),
        ("nation", set()),
    ],
)
def test_coordinator_in_an_agency_looks_after_the_unit_whose_agency_it_is(places, at, coordinated):
    agency = make_agency(getattr(places, at), "van-phong")
    person = make_person("seated", "coordinator", agency=agency)
    assert names_of(places, units_coordinated_by(person).values_list("pk", flat=True)) == coordinated


def test_reporter_coordinates_nothing(reporter):
    assert not units_coordinated_by(reporter).exists()
