"""What allauth asks us about second factors and passkeys: encryption, and whose site it is."""

import base64
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from core.encrypted import Sealed, seal, unseal
from core.municipality import municipality

BOUND_TO: Final = b"mfa.Authenticator.data"
_SECRETS: Final = frozenset({"secret", "seed"})


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """TOTP secrets and the seed of recovery codes stand encrypted with our key ring.

    The relying party's id is the installation's own host, never the ``Host`` header: a forged
    header must not make a passkey for another name (WebAuthn Level 3, section 13.4.9).
    """

    def encrypt(self, text: str) -> str:
        """Return the stored form of a secret."""
        return base64.b64encode(seal(text.encode(), bound_to=BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret; raises ``Undecryptable`` rather than a wrong one."""
        return unseal(Sealed(base64.b64decode(encrypted_text)), bound_to=BOUND_TO).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the relying party: our own host, with the app's name."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": _app_name()}

    def get_totp_issuer(self) -> str:
        """Return the name that stands beside the code in an authenticator app."""
        return _app_name()


def sealed_secrets() -> Iterator[tuple[int, str]]:
    """Yield (authenticator, id of the key that sealed it) of each TOTP secret and recovery seed."""
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        for name in _SECRETS & row.data.keys():
            yield row.pk, Sealed(base64.b64decode(row.data[name])).key_id


def seal_secrets_again(pk: int) -> None:
    """Seal one authenticator's secrets with the newest key."""
    adapter = MFAAdapter()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return
        for name in _SECRETS & row.data.keys():
            row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
        row.save(update_fields=["data"])


def _app_name() -> str:
    names = municipality(settings.DEFAULT_MUNICIPALITY).app_name
    return names.get(get_language() or "ja", names["ja"])
