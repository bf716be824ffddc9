"""What a leader may open: a scoreboard in every state with all that hangs on it, and who opens it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.files import stored_at
from accounts.models import ApiClient, Role, User
from dashboard.actions.editions import close_edition
from indicators.actions import explaining
from indicators.models import Attainment, DefinitionLevel, Evidence, Indicator, Target
from resolutions.actions.extensions import ask_extension
from resolutions.actions.progress import report
from resolutions.actions.tasks import Step, assign
from tests.cast import Places, make_person, make_token
from tests.factories.editions import make_brief
from tests.factories.results import make_attainment, make_measurement, make_period, make_target
from tests.factories.units import merge
from tests.hooks.world import make_delivery, make_hook

QUARTER = "2026-Q3"
EARLIER = ("2025-Q4", "2026-Q1")
SIGNED_BY_NOBODY = "nobody"


@dataclass
class House:
    """Addresses by who opens them: leader, coordinator, nobody; and what they were made from."""

    missed: Target
    owner: User
    edition: str
    pages: dict[str, list[str]] = field(default_factory=dict)

    def all_pages(self) -> Iterator[tuple[str, str]]:
        for who, addresses in self.pages.items():
            for address in addresses:
                yield who, address


def sign_in(page: Any, live_server: Any, person: User | None) -> None:
    """The next page of this tab is opened by the person, or by nobody."""
    page.context.clear_cookies(name="sessionid")
    if person is None:
        return
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def prove(target: Target) -> Evidence:
    """The result of the quarter was judged from a reported cell, and a file proves that."""
    judged = Attainment.objects.get(target=target, period__code=QUARTER)
    cell = make_measurement(
        target.unit, target.indicator, judged.period, numerator="1500", denominator="3700"
    )
    version = cell.approved_version_id
    row = [0, QUARTER, "measurement", cell.pk, version, "value", 15_000_000, 37_000_000, None]
    Attainment.objects.filter(pk=judged.pk).update(inputs=[row])
    someone = make_person("enters figures")
    proof = Evidence.objects.create(
        measurement=cell, name="bien-ban-kiem-tra.pdf", size=4, sha256="1" * 64, uploaded_by=someone
    )
    if not default_storage.exists(stored_at(proof.sha256)):
        default_storage.save(stored_at(proof.sha256), ContentFile(b"%PDF"))
    return proof


def _measure(places: Places, indicator: Indicator) -> None:
    """Figures of two provinces and of two communes."""
    DefinitionLevel.objects.get_or_create(definition=indicator.definitions.get(), level="commune")
    provinces = ((places.khanh_hoa, 90), (places.dak_lak, 80))
    for code in ("2026-Q2", QUARTER):
        for unit, numerator in provinces:
            if not indicator.measurements.filter(unit=unit, period__code=code).exists():
                make_measurement(unit, indicator, make_period(code), numerator=numerator, denominator=100)
        for unit in (places.phan_rang, places.cam_ranh):
            make_measurement(unit, indicator, make_period(code), level="commune", numerator=7, denominator=9)


def _tasks(places: Places, coordinator: User, owner: User, target: Target) -> list[str]:
    """A task in work with a request that waits, one of an ended commune, and the pages about them."""
    task = assign(
        unit=places.khanh_hoa,
        title_vi="Xóa vùng lõm sóng ở các xã miền núi",
        due_on=date(2026, 10, 31),
        by=coordinator,
        lead=places.department,
        targets=[target],
        steps=[Step("Khảo sát", date(2026, 9, 30)), Step("Nghiệm thu")],
    )
    report(task=task, by=owner, words="Đã khảo sát 12/14 điểm.")
    ask_extension(task=task, by=owner, new_due_on=date(2026, 12, 31), reason="Mưa lũ.")
    merge(places.loi_hai, into=places.phan_rang)
    assign(unit=places.loi_hai, title_vi="Bàn giao thiết bị", due_on=date(2026, 12, 31), by=coordinator)
    return [task.get_absolute_url(), f"{task.get_absolute_url()}edit/", "/tasks/new/", "/tasks/handover/"]


def furnish(shown: Attainment, places: Places, leader: User, coordinator: User) -> House:
    """Explanations, evidence, maps, an edition and its brief around the targets of ``shown``."""
    of_quarter = Attainment.objects.filter(target__unit=places.khanh_hoa, period__code=QUARTER)
    by_status = {each.status: each for each in of_quarter.select_related("target__indicator", "period")}
    missed, risky = by_status["missed"], by_status["at_risk"]
    Target.objects.filter(pk=missed.target_id).update(owner=places.department)
    missed.target.refresh_from_db()
    for number, code in enumerate(EARLIER):
        make_attainment(risky.target, make_period(code), status="at_risk", value=Decimal(20 + 5 * number))
    prove(missed.target)
    _measure(places, missed.target.indicator)
    make_attainment(
        make_target(places.dak_lak, missed.target.indicator), make_period(QUARTER), status="missed"
    )
    owner = make_person("owner", Role.REPORTER, agency=places.department, full_name="Lê Thị Sở")
    asked = explaining.ask(
        judged=risky, by=leader, question="Vì sao chậm?", due_on=date(2026, 11, 30), figure="43,00 %"
    )
    answering = make_person("answers", Role.REPORTER, places.khanh_hoa)
    explaining.answer(explanation=asked, by=answering, words="Thiếu người.")
    edition = close_edition(
        unit=places.khanh_hoa, period=make_period(QUARTER), by=coordinator, confirmed=True
    )
    brief = make_brief(edition)
    hook = make_hook(ApiClient.objects.create(name="Nền tảng dữ liệu của tỉnh", unit=places.khanh_hoa))
    make_token(hook.client)
    token = hook.client.tokens.get().pk
    make_delivery(hook.client)
    house = House(missed.target, owner, f"/editions/{edition.pk}/")
    code = missed.target.indicator.code
    house.pages = {
        "leader": [
            "/",
            f"/?unit=VN&period={QUARTER}",
            "/?unit=P66-2025",
            f"/targets/{missed.target_id}/?period={QUARTER}",
            f"/targets/{risky.target_id}/?period={QUARTER}",
            f"/targets/{by_status['no_data'].target_id}/?period={QUARTER}",
            f"/targets/{missed.target_id}/ask/{QUARTER}/",
            f"/explanations/{asked.pk}/",
            f"/scoreboard/?unit=P56-2025&period={QUARTER}&sort=status&status=missed",
            f"/heat/?unit=P56-2025&by=periods&period={QUARTER}",
            f"/heat/?unit=VN&period={QUARTER}",
            f"/map/?indicator={code}",
            f"/map/?unit=P56-2025&indicator={code}&level=commune",
            f"/compare/?indicator={code}&pick=P56-2025&pick=P66-2025",
            f"/series/?unit=P56-2025&indicator={code}",
            "/documents/",
            f"/documents/{missed.target.document_id}/",
            "/search/?q=ke+hoach",
            "/search/?q=zzz",
            "/editions/",
            f"/editions/{edition.pk}/",
            f"/editions/{edition.pk}/briefs/",
            f"/briefs/{brief.pk}/",
            "/tasks/",
            "/tasks/?view=board",
            "/tasks/?by=agency",
            "/reports/",
            "/rules/",
        ],
        "coordinator": [
            *_tasks(places, coordinator, owner, missed.target),
            "/editions/",
            f"/editions/close/?unit=P56-2025&period={QUARTER}",
            "/briefs/templates/",
            "/documents/new/",
            f"/documents/{missed.target.document_id}/",
            f"/documents/{missed.target.document_id}/targets/new/",
            f"/documents/{missed.target.document_id}/text/",
            f"/targets/{missed.target_id}/revise/",
        ],
        "administrator": [
            "/clients/",
            "/clients/new/",
            f"/clients/{hook.client_id}/",
            f"/clients/{hook.client_id}/tokens/{token}/rotate/",
            f"/clients/{hook.client_id}/tokens/{token}/revoke/",
            "/webhooks/",
            f"/webhooks/{hook.pk}/",
        ],
        SIGNED_BY_NOBODY: [
            "/public/",
            f"/public/P56-2025/{QUARTER}/",
            *(
                f"/api/docs/{page}"
                for page in ("", "changes/", "writing/", "webhooks/", "errors/", "reference/")
            ),
        ],
    }
    return house
