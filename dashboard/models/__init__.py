from dashboard.models.briefs import Brief, BriefState, BriefTemplate
from dashboard.models.editions import Edition
from dashboard.models.saved_views import SavedView

__all__ = ["Brief", "BriefState", "BriefTemplate", "Edition", "SavedView"]
