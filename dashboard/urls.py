"""Addresses of what leaders read."""

from django.urls import path

from dashboard import asking, brief_views, document_views, edition_views, figure_views, saved_views, views

app_name = "dashboard"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("targets/<int:pk>/ask/<str:period>/", asking.ask, name="ask"),
    path("targets/<int:pk>/case/<str:period>/", views.case, name="case"),
    path("rules/", views.rules, name="rules"),
    path("documents/", document_views.documents, name="documents"),
    path("documents/<int:pk>/", document_views.document, name="document"),
    path("search/", document_views.found, name="search"),
    path("editions/", edition_views.editions, name="editions"),
    path("editions/close/", edition_views.close, name="edition-close"),
    path("editions/<int:pk>/", edition_views.edition, name="edition"),
    path("editions/<int:pk>/content.json", edition_views.content, name="edition-content"),
    path("editions/<int:pk>/briefs/", brief_views.briefs, name="briefs"),
    path("briefs/<int:pk>/", brief_views.brief, name="brief"),
    path("briefs/<int:pk>/word/", brief_views.word, name="brief-word"),
    path("briefs/<int:pk>/pdf/", brief_views.pdf, name="brief-pdf"),
    path("briefs/templates/", brief_views.templates, name="brief-templates"),
    path("briefs/templates/built-in/", brief_views.built_in, name="brief-built-in"),
    path("briefs/templates/<int:pk>/", brief_views.template, name="brief-template"),
    path("briefs/templates/<int:pk>/retire/", brief_views.retire, name="brief-template-retire"),
    path("public/", edition_views.public_list, name="public"),
    path("public/<str:unit>/<str:period>/", edition_views.public_edition, name="public-edition"),
    path("views/", saved_views.views, name="views"),
    path("views/save/", saved_views.save, name="view-save"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view-delete"),
    path("heat/", figure_views.heat, name="heat"),
    path("map/", figure_views.tile_map, name="map"),
    path("compare/", figure_views.compare, name="compare"),
    path("series/", figure_views.series, name="series"),
]
