"""Addresses of the webhooks, for administrators."""

from django.urls import path

from accounts.views import webhooks

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", webhooks.webhooks, name="list"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/pause/", webhooks.pause, name="pause"),
    path("webhooks/<int:pk>/resume/", webhooks.resume, name="resume"),
    path("webhooks/<int:pk>/test/", webhooks.test, name="test"),
    path("webhooks/<int:pk>/replay/", webhooks.replay, name="replay"),
]
