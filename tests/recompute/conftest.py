from collections.abc import Callable
from datetime import date

import pytest


@pytest.fixture(autouse=True)
def early_in_2026(pin_today: Callable[[date], None]) -> None:
    """2025 is closed and all its reports are due."""
    pin_today(date(2026, 2, 28))
