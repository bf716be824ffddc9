"""Addresses of what leaders read."""

from django.urls import path

from dashboard import asking, views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("targets/<int:pk>/ask/<str:period>/", asking.ask, name="ask"),
    path("targets/<int:pk>/case/<str:period>/", views.case, name="case"),
    path("rules/", views.rules, name="rules"),
]
