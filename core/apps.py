from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from core.database_clock import on_connection_created
        from core.idempotency import forget_old_answers
        from core.nightly import NightlyWork, every_night

        connection_created.connect(on_connection_created, dispatch_uid="core.database_clock")
        every_night(
            NightlyWork(
                name="idempotency-keys",
                what="Delete the stored answers to requests that were sent 48 hours ago.",
                run=lambda now: {"deleted": forget_old_answers(now=now)},
            )
        )
