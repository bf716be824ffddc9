"""What a change of set-up leaves behind, and that a refused one leaves nothing."""

from accounts.models import AuditEntry, Change
from indicators.models import Job


def assert_traced(action: str, *resources: str) -> None:
    """One audit entry, one change of each resource and a job, all by this action."""
    assert AuditEntry.objects.latest("pk").action == action
    assert list(Change.objects.order_by("pk").values_list("resource", flat=True)) == list(resources)
    assert Job.objects.exists()


def assert_untouched() -> None:
    assert not AuditEntry.objects.exists()
    assert not Change.objects.exists()
    assert not Job.objects.exists()
