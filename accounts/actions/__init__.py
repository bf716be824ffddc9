"""Every change to people, their roles and partner systems that leaves a trace."""

from accounts.actions.clients import change_client, create_client, switch_client
from accounts.actions.deputies import DEPUTISED, add_deputy, cancel_deputy, check_deputy, end_deputy
from accounts.actions.people import change_memberships, change_people
from accounts.actions.tokens import issue_token, revoke_token, rotate_token

__all__ = [
    "DEPUTISED",
    "add_deputy",
    "cancel_deputy",
    "change_client",
    "change_memberships",
    "change_people",
    "check_deputy",
    "create_client",
    "end_deputy",
    "issue_token",
    "revoke_token",
    "rotate_token",
    "switch_client",
]
