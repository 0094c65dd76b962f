from django.apps import AppConfig


class TourismConfig(AppConfig):
    name = "tourism"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.authentication import let_devices_call
        from accounts.models import DeviceProfile
        from core.policy import register
        from tourism.policy import POLICY

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
        )
        let_devices_call(DeviceProfile.LODGING_DESK, ("POST", "check-ins"))
