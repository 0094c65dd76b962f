"""A notice to a browser: Web Push (RFC 8030), encrypted for it (RFC 8291), from us (RFC 8292).

The push service carries the message and cannot read it. The browser's address comes from the
browser, so it is called only where the installation knows the service: else whoever makes an
account could have our server call any address.
"""

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from core.notice_channels import Address, DeliveryFailed, Message, refused_by_peer
from core.own_keys import own_key

RECORD_BYTES: Final = 4_096  # RFC 8188: the only record is shorter
PLAIN_BYTES_MAX: Final = 3_800
TOKEN_LIVES: Final = timedelta(hours=12)  # RFC 8292 section 2: not more than 24 h
MESSAGE_LIVES_SECONDS: Final = 24 * 3_600
_TIMEOUT_SECONDS: Final = 10
_PUBLIC_KEY_BYTES: Final = 65
_AUTH_BYTES: Final = 16
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A browser's address and the two keys that only it and we know."""

    endpoint: str
    public_key: bytes  # uncompressed P-256 point
    auth: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != _PUBLIC_KEY_BYTES or len(self.auth) != _AUTH_BYTES:
            raise ValueError("not a push subscription")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.public_key)
        if not is_known_service(self.endpoint):
            raise ValueError("not a known push service")


def is_known_service(endpoint: str) -> bool:
    """Say whether ``endpoint`` belongs to a push service of this installation's list."""
    parts = urlsplit(endpoint)
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    origin = f"{parts.scheme}://{parts.netloc}"
    for known in settings.WEB_PUSH_SERVICES:
        scheme, _, rest = known.partition("://*.")
        if rest and parts.scheme == scheme and parts.netloc.endswith(f".{rest}"):
            return True
        if not rest and origin == known:
            return True
    return False


def send(message: Message, address: Address) -> None:
    """Push one message to one browser; raise :class:`DeliveryFailed`."""
    try:
        to = Subscription(
            endpoint=address.values["endpoint"],
            public_key=unb64(address.values["p256dh"]),
            auth=unb64(address.values["auth"]),
        )
    except ValueError:
        raise DeliveryFailed("push-address", is_gone=True) from None
    plain = json.dumps(
        {"title": message.subject, "body": message.body, "link": message.link}, ensure_ascii=False
    ).encode()
    try:
        answer = requests.post(
            to.endpoint,
            data=encrypt(
                plain, to=to, salt=os.urandom(16), own=ec.generate_private_key(ec.SECP256R1())
            ),
            headers={
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(MESSAGE_LIVES_SECONDS),
                "Urgency": "normal",
                # The same topic replaces what the browser has not fetched yet (RFC 8030, 5.4).
                "Topic": b64(message.key.bytes),
                "Authorization": _authorization(to.endpoint, now=message.at),
            },
            timeout=_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as cause:
        raise DeliveryFailed("push-unreachable") from cause
    if answer.status_code in _GONE:
        raise DeliveryFailed(f"http-{answer.status_code}", is_gone=True)
    if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
        raise refused_by_peer(answer.status_code)


def encrypt(
    plain: bytes, *, to: Subscription, salt: bytes, own: ec.EllipticCurvePrivateKey
) -> bytes:
    """Return ``plain`` for the browser alone, in one aes128gcm record (RFC 8291 section 3.4)."""
    if len(plain) > PLAIN_BYTES_MAX:
        raise ValueError("too long for one push message")
    own_public = _point(own.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.public_key)
    shared = own.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\x00" + to.public_key + own_public
    secret = _hkdf(shared, salt=to.auth, info=info, length=32)
    key = _hkdf(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _hkdf(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    header = salt + RECORD_BYTES.to_bytes(4) + bytes([len(own_public)]) + own_public
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)  # 2: the last record


def application_server_key() -> str:
    """Return our public key, as a browser asks for it when it subscribes.

    Empty in a production without a key: there browsers are not told, and nothing else is missing.
    """
    if settings.PRODUCTION and not settings.WEB_PUSH_KEY_FILE.exists():
        return ""
    return b64(_point(_signing_key().public_key()))


def _authorization(endpoint: str, *, now: datetime) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "sub": settings.WEB_PUSH_CONTACT,
    }
    return f"vapid t={jwt.encode(claims, _signing_key(), 'ES256')}, k={application_server_key()}"


@cache
def _signing_key() -> ec.EllipticCurvePrivateKey:
    """Return the key that says it is us; the demo makes one at its first need.

    A new key loses every subscription, so it is kept like the city's other keys.
    """
    key = own_key(
        settings.WEB_PUSH_KEY_FILE,
        setting="KAITEKI_WEB_PUSH_KEY_FILE",
        make=lambda: ec.generate_private_key(ec.SECP256R1()),
    )
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise RuntimeError("the key of web push must be on P-256")
    return key


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _hkdf(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def b64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url; ``ValueError`` where it is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
