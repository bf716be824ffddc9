"""Writes of the dashboard that leave a trace."""
