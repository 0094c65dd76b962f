from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import accounts.openapi  # noqa: F401  registers itself
        from accounts.mfa_adapter import seal_secrets_again, sealed_secrets
        from accounts.policy import POLICY
        from core.key_rotation import SealedElsewhere, also_rotate
        from core.policy import register

        register(POLICY)
        also_rotate(
            SealedElsewhere(name="mfa.Authenticator", rows=sealed_secrets, again=seal_secrets_again)
        )
