"""Doing a request once: claiming its key, keeping its answer, giving the key back, forgetting old ones."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import ApiClient, IdempotentCall, User
from accounts.models.idempotency import KEPT, LEASE
from accounts.problems import InProgress, KeyReused


@dataclass(frozen=True)
class Claim:
    """The right to do what was asked under a key; it ends with the lease."""

    pk: int
    token: uuid.UUID


def claim(*, caller: ApiClient | User, key: str, digest: str) -> Claim | IdempotentCall:
    """The right to do it, or what was answered before.

    Raises KeyReused where the key belongs to another request, InProgress while somebody does this one. The
    claim is committed before the work begins (unless the caller is in a transaction), so that a second
    request sees it; the claim of a process that died is taken over once its lease has run out.
    """
    owner: dict[str, Any] = {"client": caller} if isinstance(caller, ApiClient) else {"user": caller}
    now, token = timezone.now(), uuid.uuid4()
    mine = {"digest": digest, "claim": token, "leased_until": now + LEASE}
    IdempotentCall.objects.bulk_create(
        [IdempotentCall(**owner, key=key, created_at=now, **mine)], ignore_conflicts=True
    )
    found = IdempotentCall.objects.filter(**owner, key=key).first()
    if found is None:
        # Given back at this very moment.
        raise _in_progress(1)
    if found.claim == token:
        return Claim(found.pk, token)
    is_alive = found.is_answered or found.leased_until > now
    if is_alive and found.digest != digest:
        raise KeyReused
    if found.is_answered:
        return found
    # Of two that take over at once, one finds the claim of the dead no more.
    taken = IdempotentCall.objects.filter(pk=found.pk, claim=found.claim, status__isnull=True)
    if is_alive or not taken.update(created_at=now, **mine):
        raise _in_progress(max(1, int((found.leased_until - now).total_seconds())))
    return Claim(found.pk, token)


def _in_progress(seconds: int) -> InProgress:
    return InProgress(headers={"Retry-After": str(seconds)})


def keep_answer(*, claim: Claim, status: int, headers: dict[str, str], body: bytes) -> None:
    """Write the answer, in the transaction of the work. Raises InProgress, so that the work is taken back,
    where somebody else took over meanwhile."""
    kept = _open(claim).update(status=status, headers=headers, body=body)
    if not kept:
        raise _in_progress(1)


def give_back(claim: Claim) -> None:
    """The work was refused or failed and wrote nothing: the key may be used again."""
    _open(claim).delete()


def _open(claim: Claim) -> Any:
    return IdempotentCall.objects.filter(pk=claim.pk, claim=claim.token, status__isnull=True)


def forget_old_calls() -> int:
    """Delete what is older than `KEPT`; answers how many."""
    old = IdempotentCall.objects.filter(created_at__lt=timezone.now() - KEPT)
    count, _by_model = old.delete()
    return count
