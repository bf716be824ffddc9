"""Addresses of a partner system's own webhooks, below `/api/v1/`."""

from django.urls import URLPattern, re_path

from accounts.api import webhooks

_ONE = r"^webhooks/(?P<pk>[0-9]{1,18})/"

urlpatterns: list[URLPattern] = [
    re_path(r"^webhooks/$", webhooks.WebhooksView.as_view(), name="api-webhooks"),
    re_path(_ONE + "$", webhooks.WebhookView.as_view(), name="api-webhook"),
    re_path(_ONE + "secret/$", webhooks.WebhookSecretView.as_view(), name="api-webhook-secret"),
    re_path(_ONE + "ping/$", webhooks.WebhookPingView.as_view(), name="api-webhook-ping"),
    re_path(_ONE + "replay/$", webhooks.WebhookReplayView.as_view(), name="api-webhook-replay"),
    re_path(_ONE + "deliveries/$", webhooks.WebhookDeliveriesView.as_view(), name="api-webhook-deliveries"),
]
