"""The reason that people are asked for where something is taken back."""

from django.http import HttpRequest


def reason_given(request: HttpRequest) -> str:
    """What was typed as `reason`, blanks around it off; no NUL, which a browser never sends and PostgreSQL
    refuses to store."""
    return request.POST.get("reason", "").replace("\0", "").strip()
