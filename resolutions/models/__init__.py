from resolutions.models.documents import Document, DocumentKind, DocumentLink, normalise_number
from resolutions.models.extensions import Extension, ExtensionState
from resolutions.models.handovers import HandedMembership, HandedTask, Handover
from resolutions.models.keeping import DocumentFile, DocumentText
from resolutions.models.tasks import FINISHED, Task, TaskStanding, standing_is
from resolutions.models.work import NoteKind, ProgressFile, ProgressNote, TaskStep

__all__ = [
    "FINISHED",
    "Document",
    "DocumentFile",
    "DocumentKind",
    "DocumentLink",
    "DocumentText",
    "Extension",
    "ExtensionState",
    "HandedMembership",
    "HandedTask",
    "Handover",
    "NoteKind",
    "ProgressFile",
    "ProgressNote",
    "Task",
    "TaskStanding",
    "TaskStep",
    "normalise_number",
    "standing_is",
]
