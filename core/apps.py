from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from core.database_clock import on_connection_created

        connection_created.connect(on_connection_created, dispatch_uid="core.database_clock")
