from django.apps import AppConfig


class DisabilityCardConfig(AppConfig):
    name = "disability_card"
    default_auto_field = "django.db.models.BigAutoField"
