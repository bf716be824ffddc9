"""Roll-outs: extended in one step, each unit's state by its own people, loaded from their files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from accounts.models import AuditEntry, User
from events.actions.load_roll_outs import DATA, load_roll_outs
from events.actions.rollouts import RollOutRefused, extend_roll_out, report_state
from events.models import RollOut, RollOutState, RollOutUnit
from provinces.bulk import Count
from provinces.datafiles import DataFileErrors
from tests.cast import Places
from tests.events.campaign_world import make_campaign
from tests.factories.reference import folder_with
from tests.factories.units import make_unit

DAY = date(2026, 10, 5)


@pytest.fixture
def roll_out(places: Places, pin_today: Callable[[date], None]) -> RollOut:
    pin_today(DAY)
    found = RollOut.objects.create(
        unit=places.khanh_hoa, event=make_campaign(places.khanh_hoa), title_vi="Thí điểm", asks_product=True
    )
    RollOutUnit.objects.create(roll_out=found, unit=places.phan_rang, is_pilot=True)
    return found


@pytest.mark.django_db
class TestActions:
    def test_extending_adds_every_commune_that_has_not_reported(
        self, roll_out: RollOut, places: Places, coordinator: User
    ) -> None:
        assert extend_roll_out(roll_out=roll_out, by=coordinator) == 1
        states = roll_out.units.values_list("unit__ref", "is_pilot", "state")
        assert set(states) == {
            (places.phan_rang.ref, True, "not_reported"),
            (places.cam_ranh.ref, False, "not_reported"),
        }

    def test_extending_again_adds_nothing(self, roll_out: RollOut, coordinator: User) -> None:
        extend_roll_out(roll_out=roll_out, by=coordinator)
        assert extend_roll_out(roll_out=roll_out, by=coordinator) == 0
        assert AuditEntry.objects.filter(action="roll_out.extended").count() == 1

    def test_communes_that_have_ended_are_not_added(
        self, roll_out: RollOut, places: Places, coordinator: User
    ) -> None:
        make_unit("commune", parent=places.khanh_hoa, valid_to=date(2026, 1, 1))
        assert extend_roll_out(roll_out=roll_out, by=coordinator) == 1

    def test_province_that_has_ended_has_the_communes_of_its_last_day(
        self, places: Places, coordinator: User
    ) -> None:
        event = make_campaign(places.ninh_thuan)
        found = RollOut.objects.create(unit=places.ninh_thuan, event=event, title_vi="Sản phẩm")
        assert extend_roll_out(roll_out=found, by=coordinator) == 1
        assert found.units.get().unit == places.loi_hai

    def test_state_is_said_with_its_day_and_product(self, roll_out: RollOut, reporter: User) -> None:
        row = report_state(
            row=roll_out.units.get(), state="reached", by=reporter, reached_on=DAY, product_name="Bản đồ số"
        )
        row.refresh_from_db()
        assert (row.state, row.reached_on, row.product_name) == (RollOutState.REACHED, DAY, "Bản đồ số")
        assert row.changed_by == reporter
        trace = AuditEntry.objects.get(action="roll_out.state")
        told = (trace.before or {}, trace.after or {})
        assert [each["state"] for each in told] == ["not_reported", "reached"]

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"state": "gone"}, "state"),
            ({"state": "reached", "product_name": "A"}, "reached_on"),
            ({"state": "reached", "product_name": "A", "reached_on": date(2026, 10, 6)}, "reached_on"),
            ({"state": "reached", "reached_on": DAY}, "product_name"),
            ({"state": "under_way", "reached_on": DAY}, "reached_on"),
        ],
    )
    def test_state_that_does_not_fit_is_refused_at_its_field(
        self, said: dict[str, object], field: str, roll_out: RollOut, reporter: User
    ) -> None:
        with pytest.raises(RollOutRefused) as refused:
            report_state(row=roll_out.units.get(), by=reporter, **said)  # type: ignore[arg-type]
        assert refused.value.field == field
        assert roll_out.units.get().state == "not_reported"

    def test_same_state_again_leaves_no_trace(self, roll_out: RollOut, reporter: User) -> None:
        report_state(row=roll_out.units.get(), state="not_reported", by=reporter)
        assert not AuditEntry.objects.filter(action="roll_out.state").exists()


@pytest.mark.usefixtures("reference")
@pytest.mark.django_db
class TestLoading:
    def test_pilot_of_dak_lak_is_in_its_three_wards(self) -> None:
        pilots = RollOutUnit.objects.filter(is_pilot=True, roll_out__unit__ref="P66-2025")
        assert {(each.unit.name, each.state, f"{each.reached_on}") for each in pilots} == {
            ("Phường Ea Kao", "reached", "2025-07-15"),
            ("Phường Tân Lập", "reached", "2025-07-15"),
            ("Phường Tân An", "reached", "2025-07-15"),
        }

    def test_product_of_each_commune_belongs_to_the_review_of_2023(self) -> None:
        found = RollOut.objects.get(unit__ref="P58")
        assert found.asks_product
        assert found.event is not None
        assert found.event.kind == "review_conference"

    def test_loading_again_changes_nothing(self) -> None:
        assert load_roll_outs() == {"roll-outs": Count(), "units of roll-outs": Count()}

    def test_what_a_person_said_is_not_taken_back(self) -> None:
        row = RollOutUnit.objects.filter(unit__ref="C24169-2025").get()
        RollOutUnit.objects.filter(pk=row.pk).update(note="Đã mở rộng")
        load_roll_outs()
        row.refresh_from_db()
        assert row.note == "Đã mở rộng"

    def test_what_a_person_changed_of_a_roll_out_is_not_taken_back(self) -> None:
        found = RollOut.objects.get(unit__ref="P66-2025")
        RollOut.objects.filter(pk=found.pk).update(title_vi="Tên khác", revision=1)
        found.units.filter(is_pilot=False).delete()
        RollOutUnit.objects.filter(roll_out=found).first().delete()
        assert load_roll_outs() == {"roll-outs": Count(), "units of roll-outs": Count()}
        found.refresh_from_db()
        assert (found.title_vi, found.revision) == ("Tên khác", 1)
        assert found.units.count() == 2

    def test_one_that_was_loaded_before_lines_were_noted_is_known_again(self) -> None:
        RollOut.objects.update(file_key="")
        assert load_roll_outs()["roll-outs"].created == 0
        assert not RollOut.objects.filter(file_key="").exists()

    @pytest.mark.parametrize(
        ("file", "line", "column", "cell"),
        [
            ("roll_outs.csv", 2, "unit_ref", "P99"),
            ("roll_outs.csv", 2, "event_starts_on", "2025-07-16"),
            ("roll_out_units.csv", 2, "commune_ref", "C1"),
            ("roll_out_units.csv", 2, "title_vi", "Khác"),
            ("roll_out_units.csv", 2, "reached_on", "15/07/2025"),
            ("roll_out_units.csv", 2, "state", "under_way"),
        ],
    )
    def test_mistake_loads_nothing_and_is_named(
        self, tmp_path: Path, file: str, line: int, column: str, cell: str
    ) -> None:
        folder = folder_with(tmp_path, DATA, file, {(line, column): cell})
        with pytest.raises(DataFileErrors) as errors:
            load_roll_outs(folder=folder)
        assert file in str(errors.value)
