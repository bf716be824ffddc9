from dashboard.models.editions import Edition

__all__ = ["Edition"]
