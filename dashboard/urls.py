"""Addresses of what leaders read."""

from django.urls import path

from dashboard import asking, edition_views, views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("targets/<int:pk>/ask/<str:period>/", asking.ask, name="ask"),
    path("targets/<int:pk>/case/<str:period>/", views.case, name="case"),
    path("rules/", views.rules, name="rules"),
    path("editions/", edition_views.editions, name="editions"),
    path("editions/close/", edition_views.close, name="edition-close"),
    path("editions/<int:pk>/", edition_views.edition, name="edition"),
    path("editions/<int:pk>/content.json", edition_views.content, name="edition-content"),
    path("public/", edition_views.public_list, name="public"),
    path("public/<str:unit>/<str:period>/", edition_views.public_edition, name="public-edition"),
]
