from indicators.models.catalogue import (
    DefinitionLevel,
    DefinitionOwner,
    Direction,
    EnteredAs,
    Indicator,
    IndicatorDefinition,
    Level,
    LevelsRelate,
    MeasureMode,
    Pillar,
    Pooling,
    ValueType,
)
from indicators.models.declarations import Declaration
from indicators.models.evidence import Evidence
from indicators.models.explanations import Explanation
from indicators.models.jobs import Job, JobState, WorkerHeartbeat
from indicators.models.obligations import Obligation
from indicators.models.periods import Body, Period, PeriodDueDay, PeriodKind
from indicators.models.reminders import Reminder
from indicators.models.reports import Door, Measurement, MeasurementVersion, Report, ReportState
from indicators.models.results import Attainment, RollUp, RollUpBasis
from indicators.models.rules import RuleName, Shape
from indicators.models.targets import Milestone, Target, TargetKind, TargetPart, TargetRevision
from indicators.models.uploads import LineKind, Upload, UploadKind, UploadLine, UploadState
from indicators.models.versions import (
    Answer,
    MissingReason,
    Provenance,
    Qualifier,
    VersionState,
)

__all__ = [
    "Answer",
    "Attainment",
    "Body",
    "Declaration",
    "DefinitionLevel",
    "DefinitionOwner",
    "Direction",
    "Door",
    "EnteredAs",
    "Evidence",
    "Explanation",
    "Indicator",
    "IndicatorDefinition",
    "Job",
    "JobState",
    "Level",
    "LevelsRelate",
    "LineKind",
    "MeasureMode",
    "Measurement",
    "MeasurementVersion",
    "Milestone",
    "MissingReason",
    "Obligation",
    "Period",
    "PeriodDueDay",
    "PeriodKind",
    "Pillar",
    "Pooling",
    "Provenance",
    "Qualifier",
    "Reminder",
    "Report",
    "ReportState",
    "RollUp",
    "RollUpBasis",
    "RuleName",
    "Shape",
    "Target",
    "TargetKind",
    "TargetPart",
    "TargetRevision",
    "Upload",
    "UploadKind",
    "UploadLine",
    "UploadState",
    "ValueType",
    "VersionState",
    "WorkerHeartbeat",
]
