from django.apps import AppConfig


class DisabilityCardConfig(AppConfig):
    name = "disability_card"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.authentication import let_devices_call
        from accounts.merging import when_merged
        from accounts.models import DeviceProfile
        from accounts.people import when_care_ends
        from accounts.proofs import held_as, when_proved
        from core import privacy
        from core.policy import register
        from core.refusals import gettext_noop as _
        from disability_card.holdings import remove_devices_of_guardian
        from disability_card.linking import link_proven_person, names_on_handbooks
        from disability_card.own_data import cards_hold, erase_cards, export_cards, move_cards
        from disability_card.policy import POLICY

        register(POLICY)
        let_devices_call(
            DeviceProfile.FRONT_DESK,
            ("POST", "verifications"),
            ("POST", "verifier-challenges"),
            ("GET", "verifier-bundle"),
            ("POST", "verifier-offline-log"),
        )
        privacy.register(
            privacy.Holding(
                name="disability-cards",
                title=_("障害者手帳のカード"),
                export=export_cards,
                holds=cards_hold,
                erase=erase_cards,
            )
        )
        when_care_ends(remove_devices_of_guardian)
        when_merged(move_cards)
        held_as(names_on_handbooks)
        when_proved(link_proven_person, found=_("あなたの手帳が見つかり、登録しました。"))
