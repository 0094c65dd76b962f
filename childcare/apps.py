from django.apps import AppConfig


class ChildcareConfig(AppConfig):
    name = "childcare"
    default_auto_field = "django.db.models.BigAutoField"
