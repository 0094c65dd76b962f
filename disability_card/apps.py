from django.apps import AppConfig


class DisabilityCardConfig(AppConfig):
    name = "disability_card"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.people import when_care_ends
        from accounts.proofs import when_proved
        from core.policy import register
        from disability_card.holdings import remove_devices_of_guardian
        from disability_card.linking import link_proven_person
        from disability_card.policy import POLICY

        register(POLICY)
        when_care_ends(remove_devices_of_guardian)
        when_proved(link_proven_person)
