from accounts.models.audit import AuditEntry, Change
from accounts.models.clients import ApiClient, ApiToken
from accounts.models.idempotency import IdempotentCall
from accounts.models.people import Deputy, Membership, Role, User

__all__ = [
    "ApiClient",
    "ApiToken",
    "AuditEntry",
    "Change",
    "Deputy",
    "IdempotentCall",
    "Membership",
    "Role",
    "User",
]
