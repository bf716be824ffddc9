from accounts.models.audit import AuditEntry, Change
from accounts.models.clients import ApiClient, ApiToken
from accounts.models.people import Deputy, Membership, Role, User

__all__ = ["ApiClient", "ApiToken", "AuditEntry", "Change", "Deputy", "Membership", "Role", "User"]
