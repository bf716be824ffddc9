"""A client with a webhook, events for it, and a receiver that is told what to answer."""

from typing import Any

from accounts.actions.hooks import emit
from accounts.actions.webhooks import ping
from accounts.hooks import signing
from accounts.hooks.sending import Answer, Parcel
from accounts.models import ApiClient, Delivery, Webhook
from accounts.models.webhooks import CHOSEN, HookKind
from provinces.models import Unit
from tests.cast import make_token

ADDRESS = "https://receiver.example.vn/portal"


def make_hook(client: ApiClient, **fields: Any) -> Webhook:
    hook = Webhook(client=client, **{"address": ADDRESS, "events": [str(kind) for kind in CHOSEN], **fields})
    signing.renew(hook)
    hook.save()
    return hook


def hook_token(client: ApiClient) -> str:
    """A token that may keep webhooks."""
    return make_token(client, scope="webhook")


def happen(unit: Unit | None, object_id: int = 1, event: str = HookKind.REPORT_APPROVED) -> None:
    emit(
        event,
        resource=event.partition(".")[0],
        object_id=object_id,
        unit_id=unit.pk if unit else None,
        data={"id": object_id},
    )


def make_delivery(client: ApiClient) -> Delivery:
    """A test message on its way."""
    return ping(hook=make_hook(client))


class Receiver:
    """Stands in for the network: answers what it is told, 200 otherwise, and keeps what came."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.came: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> Answer:
        self.came.append(parcel)
        return self.answers.pop(0) if self.answers else Answer(200, took_ms=5)

    @property
    def names(self) -> list[str]:
        return [parcel.name for parcel in self.came]


def states() -> list[str]:
    return list(Delivery.objects.order_by("event").values_list("state", flat=True))
