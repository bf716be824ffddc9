"""Webhooks in the API: a partner system keeps its own, with a token that has the scope for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import webhooks as actions
from accounts.api.webhook_forms import (
    CountSerializer,
    CreatedWebhookSerializer,
    DeliveriesSerializer,
    DeliverySerializer,
    NewWebhookSerializer,
    ReplaySerializer,
    SecretSerializer,
    SentSerializer,
    WebhookChangeSerializer,
    WebhookSerializer,
    WebhooksSerializer,
)
from accounts.authentication import TokenMayHook
from accounts.hooks import signing
from accounts.idempotent import IDEMPOTENCY_KEY, idempotent
from accounts.models import ApiClient, Webhook
from accounts.models.webhooks import DeliveryState
from accounts.permissions import first_or_404
from provinces.filters import refuse_unreadable
from provinces.reading.parameters import DEFAULT_LIMIT, MAX_LIMIT, address_of_next, opened, whole_number

NEWEST_FIRST = ("-event",)


class IsClient(BasePermission):
    """Webhooks are those of a partner system; people keep them on pages of their own."""

    message = _("Only a partner system with a token keeps webhooks here.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, ApiClient)


@contextmanager
def told() -> Iterator[None]:
    """What an action refuses becomes a 400 that names the member."""
    try:
        yield
    except Refused as refused:
        raise ValidationError(get_error_detail(refused)) from None


@extend_schema(tags=["webhooks"])
class _WebhookView(APIView):
    permission_classes = [IsAuthenticated, TokenMayHook, IsClient]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods:
            refuse_unreadable(request.query_params, known=self.parameters)

    parameters: tuple[str, ...] = ()

    def hook(self, pk: int) -> Webhook:
        """One of the client's own; for every other there is nothing here."""
        rows = Webhook.objects.filter(client_id=self.client.pk).select_related("client__unit")
        found: Webhook = first_or_404(rows.filter(pk=pk))
        return found

    @property
    def client(self) -> ApiClient:
        who: Any = self.request.user
        client: ApiClient = who
        return client


class _TellsASecret(_WebhookView):
    """Its answer is kept with the salt in place of the secret: a copy of the database alone signs nothing."""

    def kept_of(self, told: dict[str, Any]) -> dict[str, Any]:
        hook = self.hook(self.kwargs.get("pk") or told["id"])
        return {**told, "secret": hook.salt}

    def told_of(self, kept: dict[str, Any]) -> dict[str, Any]:
        return {**kept, "secret": signing.secret_of(signing.key_of(kept["secret"]))}


class WebhooksView(_TellsASecret):
    @extend_schema(
        summary="Your webhooks",
        description="All of them, at most 20, ordered by `id`. Secrets are not among it.",
        operation_id="webhooks_list",
        responses=WebhooksSerializer,
    )
    def get(self, request: Request) -> Response:
        rows: Any = Webhook.objects.filter(client_id=self.client.pk).order_by("pk")
        return Response({"results": WebhookSerializer(rows, many=True).data})

    @extend_schema(
        summary="Make a webhook",
        description=(
            "From now on the address is told of what happens and your client may see. Its `secret` stands in "
            "this answer and nowhere else; check `Webhook-Signature` with it."
        ),
        operation_id="webhooks_create",
        parameters=[IDEMPOTENCY_KEY],
        request=NewWebhookSerializer,
        responses={201: CreatedWebhookSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewWebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told():
            hook, secret = actions.create_webhook(client=self.client, **asked.validated_data)
        body = {**WebhookSerializer(hook).data, "secret": secret}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class WebhookView(_WebhookView):
    @extend_schema(summary="One webhook", responses=WebhookSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(WebhookSerializer(self.hook(pk)).data)

    @extend_schema(
        summary="Change, pause or resume a webhook",
        request=WebhookChangeSerializer,
        responses=WebhookSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        hook = self.hook(pk)
        asked = WebhookChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        is_paused = asked.validated_data.pop("is_paused", None)
        with told():
            hook = actions.change_webhook(hook=hook, **asked.validated_data)
        if is_paused is not None:
            act = actions.pause_webhook if is_paused else actions.resume_webhook
            act(hook=hook)
        return Response(WebhookSerializer(self.hook(pk)).data)

    @extend_schema(
        summary="Delete a webhook",
        description="With all that waits for it and its log.",
        responses={204: None},
    )
    def delete(self, request: Request, pk: int) -> Response:
        actions.delete_webhook(hook=self.hook(pk))
        return Response(status=204)


class WebhookSecretView(_TellsASecret):
    @extend_schema(
        summary="A new secret",
        description=(
            "For 24 hours messages bear two signatures, of the new secret and of the one so far, so that you "
            "change yours when it suits you."
        ),
        operation_id="webhooks_secret_create",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: SecretSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        secret = actions.rotate_secret(hook=self.hook(pk))
        return Response({"secret": secret}, status=201, headers={"Cache-Control": "no-store"})


class WebhookPingView(_WebhookView):
    @extend_schema(
        summary="Send a test message",
        description="An event of the type `ping`, tried once, also where the webhook is paused.",
        operation_id="webhooks_ping_create",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={202: SentSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return Response({"event": actions.ping(hook=self.hook(pk)).event.name}, status=202)


class WebhookReplayView(_WebhookView):
    @extend_schema(
        summary="Send events again",
        description=(
            "Those named in `events`, or all `since` a moment, kept for 90 days: what the webhook chose and "
            "your client may see, also from before the webhook was made. They keep their ids and, of one "
            "object, their order. At most 10,000 at once."
        ),
        operation_id="webhooks_replay_create",
        parameters=[IDEMPOTENCY_KEY],
        request=ReplaySerializer,
        responses={202: CountSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        hook = self.hook(pk)
        asked = ReplaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told():
            count = actions.replay(hook=hook, **asked.validated_data)
        return Response({"count": count}, status=202)


class WebhookDeliveriesView(_WebhookView):
    parameters = ("state", "limit", "cursor")

    @extend_schema(
        summary="Deliveries of a webhook, with every call",
        description="The newest first, kept for 90 days.",
        operation_id="webhooks_deliveries_list",
        parameters=[
            OpenApiParameter("state", str, enum=[str(each) for each in DeliveryState]),
            OpenApiParameter("limit", int, description="How many, 1 to 1000; 100 unless given."),
            OpenApiParameter("cursor", str, description="Where the page begins; `next` names it."),
        ],
        responses=DeliveriesSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        hook = self.hook(pk)
        rows = hook.deliveries.select_related("event").prefetch_related("log").order_by(*NEWEST_FIRST)
        state = request.query_params.get("state")
        if state is not None:
            if state not in DeliveryState.values:
                words = _("Possible here: %(known)s.") % {"known": ", ".join(DeliveryState.values)}
                raise ValidationError({"state": [words]})
            rows = rows.filter(state=state)
        limit = whole_number(request, "limit", DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            rows = rows.filter(event__lt=opened(cursor, request, NEWEST_FIRST)[0])
        listed = list(rows[: limit + 1])
        shown: Any = listed[:limit]
        return Response(
            {
                "limit": limit,
                "next": address_of_next([shown[-1].event_id], request, NEWEST_FIRST)
                if len(listed) > limit
                else None,
                "results": DeliverySerializer(shown, many=True).data,
            }
        )
