from dashboard.models.briefs import Brief, BriefState, BriefTemplate
from dashboard.models.editions import Edition

__all__ = ["Brief", "BriefState", "BriefTemplate", "Edition"]
