"""Addresses of those who administer the portal."""

from django.urls import path

from accounts.views import clients, tokens

app_name = "clients"
urlpatterns = [
    path("clients/", clients.clients, name="list"),
    path("clients/new/", clients.create, name="new"),
    path("clients/<int:pk>/", clients.client, name="client"),
    path("clients/<int:pk>/edit/", clients.edit, name="edit"),
    path("clients/<int:pk>/switch/", clients.switch, name="switch"),
    path("clients/<int:pk>/tokens/", tokens.issue, name="token-new"),
    path("clients/<int:pk>/tokens/<int:token>/rotate/", tokens.rotate, name="token-rotate"),
    path("clients/<int:pk>/tokens/<int:token>/revoke/", tokens.revoke, name="token-revoke"),
]
