"""The provider of this installation, from its settings file; ``None`` where there is none."""

import json
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.national_id.provider import ProviderSettings

RETURN_PATH = "/identity/return/"


def provider() -> ProviderSettings | None:
    """Return the provider's settings; raises ``ImproperlyConfigured`` on a half-set one."""
    return _read(settings.NATIONAL_ID_FILE, settings.PUBLIC_URL)


@lru_cache(maxsize=4)
def _read(path: str, public_url: str) -> ProviderSettings | None:
    if not path:
        return None
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        key = serialization.load_pem_private_key(
            Path(found["key_file"]).read_bytes(), password=None
        )
        if not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey)):
            raise ImproperlyConfigured("the client's key must be RSA or P-256")
        issuer = str(found["issuer"])
        is_loopback = issuer.startswith(("http://127.0.0.1:", "http://localhost:"))
        if not issuer.startswith("https://") and (settings.PRODUCTION or not is_loopback):
            raise ImproperlyConfigured("the identity provider's issuer must be https")
        return ProviderSettings(
            issuer=issuer,
            client_id=str(found["client_id"]),
            key=key,
            key_id=str(found["key_id"]),
            redirect_uri=f"{public_url}{RETURN_PATH}",
            acr_values=tuple(found["acr_values"]),
            scope=str(found.get("scope", "openid profile address")),
            assertion_audience=str(found.get("assertion_audience", "")),
            demands_auth_time=bool(found.get("demands_auth_time", True)),
        )
    except (OSError, KeyError, ValueError, TypeError) as cause:
        raise ImproperlyConfigured(f"KAITEKI_NATIONAL_ID_FILE: {cause}") from cause
