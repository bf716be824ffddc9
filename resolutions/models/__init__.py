from resolutions.models.documents import Document, DocumentKind, DocumentLink, normalise_number
from resolutions.models.tasks import Task, TaskStanding

__all__ = ["Document", "DocumentKind", "DocumentLink", "Task", "TaskStanding", "normalise_number"]
