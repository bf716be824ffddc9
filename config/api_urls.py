"""Every address of the API."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter

from accounts.api.webhook_urls import urlpatterns as webhook_urls
from config.api_changes import ChangesView
from config.api_docs import SchemaView
from config.api_errors import NothingHereView
from config.api_guide import ErrorsView, GuideView, ReferenceView, StartView, WebhooksView
from dashboard.api.editions import EditionViewSet
from events.api import EventViewSet
from events.campaign_api import CampaignFigureViewSet, CampaignViewSet
from indicators.api.attainments import AttainmentViewSet
from indicators.api.bulk import BulkView
from indicators.api.calculator import CalculatorView
from indicators.api.catalogue import IndicatorViewSet, PeriodViewSet
from indicators.api.data_file import DataView, MetadataView
from indicators.api.discipline import DisciplineView
from indicators.api.evidence import EvidenceView
from indicators.api.groups import BreakdownsView, PillarViewSet
from indicators.api.measurements import MeasurementViewSet
from indicators.api.report_rows import ReportViewSet
from indicators.api.reports import AttachEvidenceView, ReportCellsView, SubmissionView
from indicators.api.rollups import RollUpViewSet
from indicators.api.scoreboards import ScoreboardView
from indicators.api.series import SeriesView
from indicators.api.targets import TargetViewSet
from provinces.api import AgencyViewSet, UnitViewSet
from resolutions.api import DocumentViewSet, TaskViewSet

router = SimpleRouter()
router.register("units", UnitViewSet, "api-unit")
router.register("documents", DocumentViewSet, "api-document")
router.register("indicators", IndicatorViewSet, "api-indicator")
router.register("targets", TargetViewSet, "api-target")
router.register("periods", PeriodViewSet, "api-period")
router.register("measurements", MeasurementViewSet, "api-measurement")
router.register("attainments", AttainmentViewSet, "api-attainment")
router.register("editions", EditionViewSet, "api-edition")
router.register("agencies", AgencyViewSet, "api-agency")
router.register("pillars", PillarViewSet, "api-pillar")
router.register("rollups", RollUpViewSet, "api-rollup")
router.register("reports", ReportViewSet, "api-report")
router.register("tasks", TaskViewSet, "api-task")
router.register("events", EventViewSet, "api-event")
router.register("campaigns", CampaignViewSet, "api-campaign")
router.register("campaign-figures", CampaignFigureViewSet, "api-campaign-figure")

version_1: list[URLPattern | URLResolver] = [
    path("measurements/bulk/", BulkView.as_view(), name="api-measurements-bulk"),
    *router.urls,
    # It tells of all that the router has, where it names itself.
    path(
        "changes/",
        ChangesView.as_view(viewsets=[viewset for _prefix, viewset, _name in router.registry]),
        name="api-change-list",
    ),
    path("scoreboards/", ScoreboardView.as_view(), name="api-scoreboard"),
    path("measurements/<int:measurement>/evidence/", EvidenceView.as_view(), name="api-measurement-evidence"),
    re_path(r"^indicators/(?P<code>[\w.-]+)/data\.csv$", DataView.as_view(), name="api-indicator-data"),
    re_path(
        r"^indicators/(?P<code>[\w.-]+)/data\.csv-metadata\.json$",
        MetadataView.as_view(),
        name="api-indicator-metadata",
    ),
    path("series/", SeriesView.as_view(), name="api-series"),
    path("breakdowns/", BreakdownsView.as_view(), name="api-breakdowns"),
    path("discipline/", DisciplineView.as_view(), name="api-discipline"),
    path("reports/<str:unit>/<str:period>/cells/", ReportCellsView.as_view(), name="api-report-cells"),
    path(
        "reports/<str:unit>/<str:period>/cells/<str:code>/<str:level>/evidence/",
        AttachEvidenceView.as_view(),
        name="api-report-evidence",
    ),
    path(
        "reports/<str:unit>/<str:period>/submission/",
        SubmissionView.as_view(),
        name="api-report-submission",
    ),
    path("attainment/evaluate/", CalculatorView.as_view(), name="api-calculator"),
    *webhook_urls,
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/", StartView.as_view(), name="api-docs"),
    path("docs/errors/", ErrorsView.as_view(), name="api-docs-errors"),
    path("docs/reference/", ReferenceView.as_view(), name="api-docs-reference"),
    path("docs/webhooks/", WebhooksView.as_view(), name="api-docs-webhooks"),
    *(
        path(
            f"docs/{name}/",
            GuideView.as_view(template_name=f"api/{name}.html", page=f"api-docs-{name}"),
            name=f"api-docs-{name}",
        )
        for name in ("changes", "writing")
    ),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("v1/", include(version_1)),
    # Only with a closing slash: without one Django first looks for the address that has it. Files have none.
    re_path(r"^[\s\S]*(/|\.csv|\.json)$", NothingHereView.as_view(), name="api-nothing"),
]
