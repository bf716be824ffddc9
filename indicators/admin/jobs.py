"""The job queue and its workers, to look at."""

from django.contrib import admin

from indicators.admin.base import ReadOnlyAdmin
from indicators.models import Job, WorkerHeartbeat


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        *("pk", "kind", "priority", "state", "unit", "indicator", "period", "target"),
        *("attempts", "claimed_by", "created_at", "finished_at", "error"),
    ]
    list_filter = ["state", "kind", "priority"]
    list_select_related = ["unit", "indicator", "period", "target__indicator"]
    ordering = ["-pk"]


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "beat_at"]
