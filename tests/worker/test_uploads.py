"""A workbook goes through the real worker: checked on its bell, written on the next."""

from typing import Any

import pytest

from accounts.models import Role
from indicators.actions import uploads
from indicators.models import DefinitionLevel, MeasurementVersion, Upload
from tests.cast import make_person
from tests.workbooks.books import xlsx
from tests.worker.conftest import Start
from tests.worker.world import World
from tests.workers import wait_for

pytestmark = [pytest.mark.worker, pytest.mark.slow]


@pytest.fixture
def sent(world: World) -> Upload:
    """The count of one commune for its last quarter, uploaded."""
    commune, quarter = world.cells[-1]
    person = make_person("office", Role.REPORTER, commune)
    DefinitionLevel.objects.create(definition=world.count.definitions.get(), level="commune")
    row: dict[str, Any] = {
        "unit": commune.ref,
        "period": quarter.code,
        "level": "commune",
        "indicator": world.count.code,
        "value": 4321,
    }
    content = xlsx({"Số liệu": [list(row), list(row.values())]})
    return uploads.receive(by=person, kind="figures", name="a.xlsx", content=content)


def reaches(upload: Upload, state: str) -> None:
    wait_for(lambda: Upload.objects.get(pk=upload.pk).state == state, what=f"the workbook to be {state}")


def test_worker_checks_and_writes_a_workbook(start_worker: Start, sent: Upload) -> None:
    start_worker()
    # Uploaded before there was a worker, its bell is still in the broker.
    reaches(sent, "checked")
    assert not MeasurementVersion.objects.filter(via="workbook").exists()
    uploads.confirm(upload=sent)
    reaches(sent, "done")
    assert [each.value for each in MeasurementVersion.objects.filter(via="workbook")] == [4321]


def test_killed_worker_leaves_its_workbook_to_the_next(start_worker: Start, sent: Upload) -> None:
    Upload.objects.filter(pk=sent.pk).update(state="reading", lease_until="2025-01-01T00:00Z")
    start_worker("next")
    reaches(sent, "checked")
