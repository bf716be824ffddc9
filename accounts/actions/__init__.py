"""Every change to people, their roles and partner systems that leaves a trace."""

from accounts.actions.clients import create_client, issue_token, revoke_token
from accounts.actions.deputies import DEPUTISED, add_deputy, cancel_deputy, check_deputy, end_deputy
from accounts.actions.people import change_memberships, change_people

__all__ = [
    "DEPUTISED",
    "add_deputy",
    "cancel_deputy",
    "change_memberships",
    "change_people",
    "check_deputy",
    "create_client",
    "end_deputy",
    "issue_token",
    "revoke_token",
]
