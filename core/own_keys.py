"""Keys of the installation itself, as PEM files named by settings."""

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from django.conf import settings


def own_key(path: Path, *, setting: str, make: Callable[[], PrivateKeyTypes]) -> PrivateKeyTypes:
    """Return the private key in ``path``; the demo makes one at its first need.

    Production makes none: another key would end what the first one stands for.
    """
    if not path.exists():
        if settings.PRODUCTION:
            raise RuntimeError(f"{setting} names no file: {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(
            make().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return serialization.load_pem_private_key(path.read_bytes(), password=None)
