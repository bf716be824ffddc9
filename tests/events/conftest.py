from tests.events.campaign_world import campaign, goal, say
from tests.factories.reference import reference

__all__ = ["campaign", "goal", "reference", "say"]
