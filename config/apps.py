from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app only for the commands that run the portal."""

    name = "config"
