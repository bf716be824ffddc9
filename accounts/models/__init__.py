from accounts.models.audit import AuditEntry, Change
from accounts.models.clients import ApiClient, ApiToken
from accounts.models.idempotency import IdempotentCall
from accounts.models.people import Deputy, Membership, Role, User
from accounts.models.webhooks import Delivery, DeliveryAttempt, HookEvent, Webhook

__all__ = [
    "ApiClient",
    "ApiToken",
    "AuditEntry",
    "Change",
    "Delivery",
    "DeliveryAttempt",
    "Deputy",
    "HookEvent",
    "IdempotentCall",
    "Membership",
    "Role",
    "User",
    "Webhook",
]
