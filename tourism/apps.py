from django.apps import AppConfig


class TourismConfig(AppConfig):
    name = "tourism"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.authentication import let_devices_call
        from accounts.models import DeviceProfile
        from core import privacy
        from core.policy import register
        from core.refusals import gettext_noop as _
        from tourism.own_wallets import erase_wallets, export_wallets, wallets_hold
        from tourism.policy import POLICY
        from tourism.visitor_answers import erase_answers, export_answers

        register(POLICY)
        let_devices_call(
            DeviceProfile.TILL,
            ("POST", "coupon-offers"),
            ("POST", "coupon-redemptions"),
            ("GET", "coupon-redemptions"),
            ("POST", "coupon-reversal"),
            ("GET", "pending-sales"),
            ("POST", "pending-sale-confirm"),
            ("POST", "pending-sale-refuse"),
            ("POST", "coupon-leases"),
            ("POST", "offline-sales"),
            ("POST", "lease-end"),
            ("POST", "paper-redemptions"),
        )
        let_devices_call(DeviceProfile.LODGING_DESK, ("POST", "check-ins"))
        privacy.register(
            privacy.Holding(
                name="coupon-wallets",
                title=_("クーポンと、使った記録"),
                export=export_wallets,
                holds=wallets_hold,
                erase=erase_wallets,
            )
        )
        privacy.register(
            privacy.Holding(
                name="visitor-answers",
                title=_("集計に協力した答え"),
                export=export_answers,
                holds=privacy.nothing_holds,
                erase=erase_answers,
            )
        )
