from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import accounts.openapi  # noqa: F401  registers itself
        from accounts.authentication import let_devices_call
        from accounts.mfa_adapter import seal_secrets_again, sealed_secrets
        from accounts.models import DeviceProfile
        from accounts.notice_choices import address_book, forget
        from accounts.own_data import account_holds, erase_account, export_account
        from accounts.policy import POLICY
        from accounts.protection import end_old_lifts
        from core import privacy
        from core.key_rotation import SealedElsewhere, also_rotate
        from core.nightly import NightlyWork, every_night
        from core.notice_delivery import keep_addresses
        from core.policy import register
        from core.refusals import gettext_noop as _

        register(POLICY)
        keep_addresses(address_book, gone=forget)
        for profile in (DeviceProfile.TILL, DeviceProfile.LODGING_DESK):
            let_devices_call(
                profile,
                ("GET", "device-clerks"),
                ("POST", "device-clerk-sessions"),
                ("POST", "device-clerk-session-end"),
            )
        privacy.register(
            privacy.Holding(
                name="account",
                title=_("アカウントと名前"),
                export=export_account,
                holds=account_holds,
                erase=erase_account,
            )
        )
        every_night(
            NightlyWork(
                name="accounts-protection-lifts",
                what="End requests to lift a protective block that nobody decided in 14 days.",
                run=lambda now: {"ended": end_old_lifts(now=now)},
            )
        )
        also_rotate(
            SealedElsewhere(name="mfa.Authenticator", rows=sealed_secrets, again=seal_secrets_again)
        )
