from django.apps import AppConfig


class ResolutionsConfig(AppConfig):
    name = "resolutions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from resolutions import noticed

        noticed.connect()
