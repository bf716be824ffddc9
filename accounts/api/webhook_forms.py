"""The bodies of requests and answers about webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.hooks.addresses import LONGEST
from accounts.models import Delivery, DeliveryAttempt, Webhook
from accounts.models.webhooks import CHOSEN, DeliveryState, HookKind, PauseReason, Problem

MOST_NAMED = 1000
# DRF searches for it, so it says where it begins and ends.
_NAME = r"^evt_[0-9]{1,18}$"


class _Strict(serializers.Serializer[Any]):
    """Refuses members it does not know: a misspelt one must not look as if it had been heard."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in map(str, data) if name not in self.fields]
            if unknown:
                words = _("There is no such member. Possible here: %(known)s.")
                told = serializers.ErrorDetail(words % {"known": ", ".join(self.fields)}, "unknown_member")
                raise serializers.ValidationError({unknown[0][:40]: [told]})
        return super().to_internal_value(data)


def _events() -> serializers.ListField:
    choices = [(str(kind), kind.label) for kind in CHOSEN]
    return serializers.ListField(
        child=serializers.ChoiceField(choices),
        allow_empty=False,
        max_length=len(CHOSEN),
        help_text="What is told.",
    )


class NewWebhookSerializer(_Strict):
    address = serializers.CharField(
        max_length=LONGEST, help_text="Begins with https:// and leads to a public server."
    )
    events = _events()


class WebhookChangeSerializer(_Strict):
    """What is left out stays."""

    address = serializers.CharField(max_length=LONGEST, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField([(str(kind), kind.label) for kind in CHOSEN]),
        allow_empty=False,
        max_length=len(CHOSEN),
        required=False,
    )
    is_active = serializers.BooleanField(
        required=False,
        help_text="Whether anything is told; what happens while it is false is not told later.",
    )
    is_paused = serializers.BooleanField(
        required=False,
        help_text="While it is true, what happens waits; false sends all that waits, in order.",
    )


class WebhookSerializer(serializers.Serializer[Webhook]):
    id = serializers.IntegerField()
    address = serializers.CharField()
    events = _events()
    is_active = serializers.BooleanField()
    is_paused = serializers.BooleanField()
    paused_at = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.ChoiceField(
        PauseReason.choices, allow_blank=True, help_text="Empty where it is not paused."
    )
    failures = serializers.IntegerField(
        help_text="Failures in a row, with pauses between them, since the last delivery."
    )
    failing_since = serializers.DateTimeField(allow_null=True)
    hold_until = serializers.DateTimeField(
        allow_null=True, help_text="The receiver is left alone until then, after several failures in a row."
    )
    last_delivered_at = serializers.DateTimeField(allow_null=True)
    old_secret_until = serializers.DateTimeField(
        source="old_until",
        allow_null=True,
        help_text="The secret that was replaced signs as well until then.",
    )
    created_at = serializers.DateTimeField()


class WebhooksSerializer(serializers.Serializer[Any]):
    results = WebhookSerializer(many=True)


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(
        help_text="`whsec_` and the key in base64. It is shown in this answer and never again."
    )


class CreatedWebhookSerializer(WebhookSerializer, SecretSerializer):
    """A webhook with its secret."""


class SentSerializer(serializers.Serializer[Any]):
    event = serializers.CharField(help_text="The `Webhook-Id` of the message that is being sent.")


class ReplaySerializer(_Strict):
    """Either `events` or `since`."""

    events = serializers.ListField(
        child=serializers.RegexField(_NAME, max_length=22),
        required=False,
        allow_empty=False,
        max_length=MOST_NAMED,
        help_text="Their ids, as `Webhook-Id` names them.",
    )
    since = serializers.DateTimeField(required=False, help_text="All that happened since this moment.")

    def validate_events(self, names: list[str]) -> list[int]:
        return [int(name.removeprefix("evt_")) for name in names]

    def validate_since(self, moment: Any) -> Any:
        if not 2000 <= moment.year <= 2999:
            raise serializers.ValidationError(_("Give a moment of this century."))
        return moment


class CountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="How many events are sent again.")


class AttemptSerializer(serializers.Serializer[DeliveryAttempt]):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="What the receiver answered, if it did.")
    problem = serializers.ChoiceField(Problem.choices, allow_blank=True)
    took_ms = serializers.IntegerField()


class DeliverySerializer(serializers.Serializer[Delivery]):
    event = serializers.CharField(source="event.name", help_text="Its `Webhook-Id`.")
    type = serializers.ChoiceField(HookKind.choices, source="event.event")
    at: Any = serializers.DateTimeField(source="event.at", help_text="When it happened.")
    resource = serializers.CharField()
    object_id = serializers.IntegerField(help_text="Events of one object are delivered in their order.")
    state = serializers.ChoiceField(DeliveryState.choices)
    attempts = serializers.IntegerField()
    next_at = serializers.SerializerMethodField(help_text="When it is tried again; null once it has ended.")
    done_at = serializers.DateTimeField(allow_null=True)
    log = AttemptSerializer(many=True, help_text="Every call, the oldest first.")

    def get_next_at(self, delivery: Delivery) -> str | None:
        if delivery.done_at is not None:
            return None
        field = serializers.DateTimeField()
        text: str | None = field.to_representation(delivery.next_at)
        return text


class DeliveriesSerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField()
    next = serializers.URLField(allow_null=True, help_text="The address of the next page.")
    results = DeliverySerializer(many=True)
