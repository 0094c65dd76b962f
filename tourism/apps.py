from django.apps import AppConfig


class TourismConfig(AppConfig):
    name = "tourism"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.authentication import let_devices_call
        from accounts.merging import when_merged
        from accounts.models import DeviceProfile
        from core import privacy
        from core.nightly import NightlyWork, every_night
        from core.policy import register
        from core.refusals import gettext_noop as _
        from tourism.due_work import copy_visitors, forget_what_is_over, move_campaigns
        from tourism.merged_wallets import move_wallets
        from tourism.own_papers import (
            applications_hold,
            erase_applications,
            erase_sheets,
            export_applications,
            export_sheets,
            sheets_hold,
        )
        from tourism.own_refunds import erase_refunds, export_refunds, refunds_hold
        from tourism.own_wallets import erase_wallets, export_wallets, wallets_hold
        from tourism.policy import POLICY
        from tourism.visitor_answers import erase_answers, export_answers, move_answers
        from tourism.yearly_keys import KEYS_OF_THE_YEAR

        register(POLICY)
        when_merged(move_wallets)
        when_merged(move_answers)
        every_night(
            NightlyWork(
                name="tourism-campaigns",
                what="Open and end campaigns, expire coupons, settle old leases, find misuse.",
                run=move_campaigns,
            )
        )
        every_night(
            NightlyWork(
                name="tourism-insight",
                what="Copy consenting visitors for the four answers.",
                run=copy_visitors,
            )
        )
        every_night(
            NightlyWork(
                name="tourism-retention",
                what="Delete codes of closed campaigns, and old answers of visitors.",
                run=forget_what_is_over,
            )
        )
        every_night(KEYS_OF_THE_YEAR)
        let_devices_call(
            DeviceProfile.TILL,
            ("POST", "coupon-offers"),
            ("POST", "coupon-redemptions"),
            ("GET", "coupon-redemptions"),
            ("POST", "coupon-reversal"),
            ("GET", "pending-sales"),
            ("POST", "pending-sale-confirm"),
            ("POST", "pending-sale-refuse"),
            ("GET", "coupon-leases"),
            ("POST", "coupon-leases"),
            ("POST", "offline-sales"),
            ("POST", "lease-end"),
            ("POST", "paper-redemptions"),
        )
        let_devices_call(DeviceProfile.LODGING_DESK, ("POST", "check-ins"))
        # Before the wallets: they are the way from a claim to its person.
        privacy.register(
            privacy.Holding(
                name="coupon-refunds",
                title=_("クーポンの払いもどし"),
                export=export_refunds,
                holds=refunds_hold,
                erase=erase_refunds,
            )
        )
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
                name="coupon-paper",
                title=_("わたされた紙のクーポン"),
                export=export_sheets,
                holds=sheets_hold,
                erase=erase_sheets,
            )
        )
        privacy.register(
            privacy.Holding(
                name="shop-applications",
                title=_("クーポンのお店の申しこみ"),
                export=export_applications,
                holds=applications_hold,
                erase=erase_applications,
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
