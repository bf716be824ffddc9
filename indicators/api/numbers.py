"""Stored whole numbers as decimal text, without building a Decimal per cell of a long list."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import ExpressionWrapper, F, Field


class _AsStored(Field):
    """The column's own value, with no conversion at all."""


def stored(name: str) -> ExpressionWrapper:
    """A scaled column as the whole number that is stored; see `indicators.fields`."""
    return ExpressionWrapper(F(name), output_field=_AsStored())


def decimal_text(places: int) -> Callable[[int | None], str | None]:
    """Writes whole numbers of 10⁻ᵖˡᵃᶜᵉˢ as short exact decimals: 989000 is "98.9" of four places."""
    scale = 10**places

    def text(whole: int | None) -> str | None:
        if whole is None:
            return None
        if not whole % scale:
            return str(whole // scale)
        ones, rest = divmod(abs(whole), scale)
        return f"{'-' if whole < 0 else ''}{ones}.{rest:0{places}d}".rstrip("0")

    return text


number = decimal_text(4)
ratio = decimal_text(6)
