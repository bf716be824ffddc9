"""Addresses of tasks."""

from django.urls import path

from dashboard.task_pages import acting, assigning, handing_over, views

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.tasks, name="list"),
    path("tasks/new/", assigning.new, name="new"),
    path("tasks/handover/", handing_over.handover, name="handover"),
    path("tasks/files/<int:pk>/", views.file, name="file"),
    path("tasks/files/<int:pk>/remove/", acting.take_off, name="file-remove"),
    path("tasks/<int:pk>/", views.task, name="task"),
    path("tasks/<int:pk>/edit/", assigning.edit, name="edit"),
    path("tasks/<int:pk>/progress/", acting.progress, name="progress"),
    path("tasks/<int:pk>/steps/<int:step>/", acting.step, name="step"),
    path("tasks/<int:pk>/extension/", acting.ask, name="ask"),
    path("tasks/<int:pk>/decision/", acting.decide, name="decide"),
    path("tasks/<int:pk>/done/", acting.complete, name="complete"),
    path("tasks/<int:pk>/reopen/", acting.reopen, name="reopen"),
]
