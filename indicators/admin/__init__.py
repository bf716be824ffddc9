"""The administration of indicators: reading everything, approving, changing set-up by its actions."""

from indicators.admin import catalogue, figures, jobs, obligations, periods, targets

__all__ = ["catalogue", "figures", "jobs", "obligations", "periods", "targets"]
