"""Addresses at which campaigns and roll-outs are reported; what leaders read of them is the dashboard's."""

from django.urls import path

from events.views import campaign_entry, campaign_goals, campaign_quarters, new_roll_out, roll_outs

app_name = "campaigns"
urlpatterns = [
    path("events/<int:pk>/campaign/goals/", campaign_goals.goals, name="goals"),
    path("events/<int:pk>/campaign/goals/<int:goal>/", campaign_goals.goal, name="goal"),
    path("events/<int:pk>/campaign/units/<str:unit>/", campaign_entry.entry, name="entry"),
    path("events/<int:pk>/campaign/units/<str:unit>/quarters/", campaign_quarters.quarters, name="quarters"),
    path("rollouts/new/", new_roll_out.new, name="roll-out-new"),
    path("rollouts/<int:pk>/edit/", new_roll_out.edit, name="roll-out-edit"),
    path("rollouts/<int:pk>/extend/", roll_outs.extend, name="extend"),
    path("rollouts/<int:pk>/units/<str:unit>/", roll_outs.state, name="state"),
]
