from django.apps import AppConfig


class DisabilityCardConfig(AppConfig):
    name = "disability_card"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.policy import register
        from disability_card.policy import POLICY

        register(POLICY)
