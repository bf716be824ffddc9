"""Administrative units, the agencies in them, and the calendar they work by."""

from .agencies import Agency, AgencyKind, AgencySuccession
from .closure import UnitClosure, reach_of
from .dated import Dated, DatedQuerySet, Share
from .holidays import Holiday
from .units import Tier, Unit, UnitName, UnitSuccession

__all__ = [
    "Agency",
    "AgencyKind",
    "AgencySuccession",
    "Dated",
    "DatedQuerySet",
    "Holiday",
    "Share",
    "Tier",
    "Unit",
    "UnitClosure",
    "UnitName",
    "UnitSuccession",
    "reach_of",
]
