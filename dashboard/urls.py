"""Addresses of what leaders read."""

from django.urls import path

from dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("rules/", views.rules, name="rules"),
]
