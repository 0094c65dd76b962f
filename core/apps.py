from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from core.database_clock import on_connection_created
        from core.idempotency import forget_old_answers
        from core.nightly import NightlyWork, every_night
        from core.throttles import forget_tries

        connection_created.connect(on_connection_created, dispatch_uid="core.database_clock")
        every_night(
            NightlyWork(
                name="idempotency-keys",
                what="Delete the stored answers to requests that were sent 48 hours ago.",
                run=lambda now: {"deleted": forget_old_answers(now=now)},
            )
        )
        every_night(
            NightlyWork(
                name="tries",
                what="Delete the counts of tries whose window is over.",
                run=lambda now: {"deleted": forget_tries(now=now)},
            )
        )
