from django.apps import AppConfig


class ProvincesConfig(AppConfig):
    name = "provinces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from provinces.searching import teach_sqlite

        connection_created.connect(teach_sqlite, dispatch_uid="portal_fold")
