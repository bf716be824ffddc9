"""Addresses of entry, approval and proof. `?agency=` names the agency whose report it is."""

from django.urls import path

from indicators.views import deputies, entry, evidence, explanations, mine, review, setup, uploads

app_name = "reports"
urlpatterns = [
    path("reports/", mine.my_work, name="mine"),
    path("reports/monitor/", mine.monitor, name="monitor"),
    path("reports/workbooks/", uploads.workbooks, name="workbooks"),
    path("reports/workbooks/download/", uploads.download, name="workbook-download"),
    path("reports/uploads/<int:pk>/", uploads.upload, name="upload"),
    path("reports/uploads/<int:pk>/confirm/", uploads.confirm, name="upload-confirm"),
    path("reports/uploads/<int:pk>/cancel/", uploads.cancel, name="upload-cancel"),
    path("reports/deputies/", deputies.deputies, name="deputies"),
    path("reports/deputies/<int:pk>/end/", deputies.end, name="deputy-end"),
    path("reports/setup/", setup.setup, name="setup"),
    path("reports/setup/download/", setup.download, name="setup-download"),
    path("reports/<str:unit>/<str:period>/", entry.grid, name="entry"),
    path("reports/<str:unit>/<str:period>/cells/", entry.cells, name="cells"),
    path("reports/<str:unit>/<str:period>/review/", review.review, name="review"),
    path("reports/<str:unit>/<str:period>/history/", review.history, name="history"),
    path("reports/<str:unit>/<str:period>/reopen/", review.reopen, name="reopen"),
    path("reports/<str:unit>/<str:period>/evidence/<str:code>/<str:level>/", evidence.attach, name="attach"),
    path(
        "reports/<str:unit>/<str:period>/withdraw/<str:code>/<str:level>/", review.withdraw, name="withdraw"
    ),
    path("explanations/<int:pk>/", explanations.explanation, name="explanation"),
    path("explanations/<int:pk>/withdraw/", explanations.withdraw, name="explanation-withdraw"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.remove, name="evidence-remove"),
]
