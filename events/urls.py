"""Addresses of events, and of the calendar that programs read without signing in."""

from django.urls import path

from events.views import feeding, feeds, lists, pages, parts

app_name = "events"
urlpatterns = [
    path("events/", lists.month, name="month"),
    path("events/list/", lists.listed, name="list"),
    path("events/new/", pages.new, name="new"),
    path("events/feed/", feeds.my_feed, name="feed"),
    path("events/feed/revoke/", feeds.revoke, name="feed-revoke"),
    path("events/<int:pk>/", pages.event, name="event"),
    path("events/<int:pk>/edit/", pages.edit, name="edit"),
    path("events/<int:pk>/cancel/", pages.cancel, name="cancel"),
    path("events/<int:pk>/assign/", pages.assign, name="assign"),
    path("events/<int:pk>/invite/", parts.invitations, name="invite"),
    path("events/<int:pk>/add/<slug:sort>/", parts.add, name="add"),
    path("events/parts/<slug:sort>/<int:pk>/remove/", parts.remove, name="remove"),
    path("events/participants/<int:pk>/answer/", parts.answer, name="answer"),
    path("events/files/<int:pk>/", parts.download, name="file"),
    path("events/outcomes/<int:pk>/feed/", feeding.feed_indicator, name="feed-indicator"),
    path("calendar/<str:secret>.ics", feeds.calendar, name="calendar"),
]
