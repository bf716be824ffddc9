"""Indicators, targets, periods, figures and results in the API; one module per noun."""
