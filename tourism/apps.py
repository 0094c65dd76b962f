from django.apps import AppConfig


class TourismConfig(AppConfig):
    name = "tourism"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.policy import register
        from tourism.policy import POLICY

        register(POLICY)
