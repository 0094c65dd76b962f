"""The keys of encrypted columns: a file of ``id:base64`` lines, the newest first.

The first key encrypts; every key decrypts. A second secret in the same file, ``index:base64``,
makes blind indexes. The file lives apart from Django's secret key and from the database.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_KEY_BYTES = 32  # AES-256
_LINE = re.compile(r"\A([A-Za-z0-9-]{1,16}):([A-Za-z0-9+/=]+)\Z")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id; ``current`` encrypts."""

    current: str
    ciphers: dict[str, AESGCM] = field(repr=False)
    index_secret: bytes = field(repr=False)


def _parse(content: str) -> KeyRing:
    keys: dict[str, bytes] = {}
    for line in content.splitlines():
        if not line.strip():
            continue
        match = _LINE.match(line.strip())
        if match is None or match[1] in keys:
            raise ImproperlyConfigured("the key ring holds one id:base64 pair a line")
        try:
            keys[match[1]] = base64.b64decode(match[2], validate=True)
        except binascii.Error:
            raise ImproperlyConfigured("a key of the key ring is not base64") from None
    index_secret = keys.pop("index", b"")
    if not keys or any(len(key) != _KEY_BYTES for key in (*keys.values(), index_secret)):
        raise ImproperlyConfigured("the key ring needs 256-bit keys and one named index")
    return KeyRing(
        current=next(iter(keys)),
        ciphers={name: AESGCM(key) for name, key in keys.items()},
        index_secret=index_secret,
    )


def make_key_ring(path: Path) -> None:
    """Make a first key ring with one key and the index secret, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    secrets = {name: base64.b64encode(os.urandom(_KEY_BYTES)).decode() for name in ("k1", "index")}
    lines = [f"{name}:{secret}" for name, secret in secrets.items()]
    made = path.with_suffix(f".{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text("\n".join(lines) + "\n", encoding="ascii")
    try:
        os.link(made, path)  # whoever is second keeps the first one's ring
    except FileExistsError:
        pass
    finally:
        made.unlink()


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """Return the installation's key ring; the demo makes one at its first use."""
    path = Path(settings.KEY_RING)
    if not path.exists():
        if settings.PRODUCTION:
            raise ImproperlyConfigured("KAITEKI_KEY_RING_FILE names no file")
        make_key_ring(path)
    return _parse(path.read_text(encoding="ascii"))
