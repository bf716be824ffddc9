"""The two accounts in whose names loaded figures were entered and approved: nobody can sign in with them."""

from __future__ import annotations

from accounts.models import User

_ACCOUNTS = {
    "loader-entry": "Nạp dữ liệu ban đầu (nhập)",
    "loader-approval": "Nạp dữ liệu ban đầu (duyệt)",
}


def loader_accounts() -> tuple[User, User]:
    """Who enters and who approves; two of them, because four eyes hold for loaded figures as well."""
    entering, approving = (_account(username, name) for username, name in _ACCOUNTS.items())
    return entering, approving


def _account(username: str, full_name: str) -> User:
    user, created = User.objects.get_or_create(
        username=username, defaults={"full_name": full_name, "is_active": False}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
