from django.apps import AppConfig


class ChildcareConfig(AppConfig):
    name = "childcare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childcare.policy import POLICY
        from core.policy import register

        register(POLICY)
