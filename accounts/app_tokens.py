"""Tokens of an app: short access tokens, and one refresh token a sign-in that rotates.

Access tokens are JWT (RFC 7519, RFC 9068 in spirit) signed with RS256; they hold no role and no
name, live five minutes and count only while the sign-in behind them lives. The refresh token is
rotated at each use (RFC 9700 section 4.14.2): an old one that comes again ends the sign-in, save
for 20 seconds in which the answer may have been lost, when the same new one is given again.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

import jwt
from allauth.headless.internal.sessionkit import lookup_session
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.models import RefreshFamily, User
from accounts.standing import signed_in_user
from core.own_keys import own_key

ALGORITHM: Final = "RS256"
ACCESS_LIVES: Final = timedelta(minutes=5)
REFRESH_LIVES: Final = timedelta(days=14)  # not longer than the session behind it
LOST_ANSWER: Final = timedelta(seconds=20)
_NONCE_BYTES: Final = 12
_RSA_BITS: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSignIn:
    """What a good access token stands for."""

    user: User
    session: SessionBase


def tokens_of_new_sign_in(user: User, session: SessionBase, *, now: datetime) -> dict[str, Any]:
    """Return the first access and refresh token of a sign-in, as allauth's answer has them."""
    key, jti = str(session.session_key), secrets.token_hex(16)
    RefreshFamily.objects.filter(expires_at__lte=now).delete()
    RefreshFamily.objects.update_or_create(
        session_digest=_digest(key),
        defaults={
            "user": user,
            "current_jti": jti,
            "previous_jti": "",
            "rotated_at": now,
            "expires_at": now + REFRESH_LIVES,
        },
    )
    return {
        "access_token": _access_token(user, key, now=now),
        "refresh_token": _refresh_token(user, key, jti, now=now),
        "expires_in": int(ACCESS_LIVES.total_seconds()),
    }


def sign_in_of(access_token: str, *, now: datetime) -> AppSignIn | None:
    """Return the living sign-in of an access token, or ``None``: expired, foreign or ended."""
    claims = _claims(access_token, use="access", now=now)
    return None if claims is None else _alive(claims)


def refresh(token: str, *, now: datetime) -> tuple[str, str] | None:
    """Rotate a refresh token; reuse of an old one ends the sign-in and answers ``None``."""
    claims = _claims(token, use="refresh", now=now)
    if claims is None:
        return None
    with transaction.atomic():
        key = _session_key(claims)
        family = (
            RefreshFamily.objects.select_for_update().filter(session_digest=_digest(key)).first()
        )
        found = _alive(claims)
        if family is None or found is None or family.expires_at <= now:
            return None
        if claims["jti"] == family.current_jti:
            family.previous_jti, family.current_jti = family.current_jti, secrets.token_hex(16)
            family.rotated_at = now
            family.save(update_fields=["previous_jti", "current_jti", "rotated_at"])
        elif not (claims["jti"] == family.previous_jti and now - family.rotated_at <= LOST_ANSWER):
            end_sign_in(found.session)
            return None
        access = _access_token(found.user, key, now=now)
        return access, _refresh_token(found.user, key, family.current_jti, now=now)


def end_sign_in(session: SessionBase) -> None:
    """End a session and the refresh token that hangs on it."""
    RefreshFamily.objects.filter(session_digest=_digest(str(session.session_key))).delete()
    session.flush()


def _alive(claims: Mapping[str, Any]) -> AppSignIn | None:
    """Return the sign-in if its session lives and belongs to an active user of that id."""
    session = lookup_session(_session_key(claims))
    if session is None or session.get(SESSION_KEY) != claims["sub"]:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = signed_in_user(claims["sub"])
    if (
        user is None
        or not user.is_active
        or not constant_time_compare(
            session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        )
    ):
        return None
    return AppSignIn(user=user, session=session)


def _access_token(user: User, session_key: str, *, now: datetime) -> str:
    return _sign(user, session_key, use="access", jti=secrets.token_hex(16), lives=ACCESS_LIVES,
                 now=now)  # fmt: skip


def _refresh_token(user: User, session_key: str, jti: str, *, now: datetime) -> str:
    return _sign(user, session_key, use="refresh", jti=jti, lives=REFRESH_LIVES, now=now)


def _sign(
    user: User, session_key: str, *, use: str, jti: str, lives: timedelta, now: datetime
) -> str:
    at = int(now.timestamp())
    claims = {
        "iss": settings.PUBLIC_URL,
        "aud": settings.PUBLIC_URL,
        "sub": str(user.pk),
        "sid": _hide(session_key),
        "jti": jti,
        "iat": at,
        "exp": at + int(lives.total_seconds()),
        "token_use": use,
    }
    key, kid = _signing_key()
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": kid})


def _claims(token: str, *, use: str, now: datetime) -> dict[str, Any] | None:
    """Return the claims of one of our own tokens for ``use``, or ``None``."""
    key, _kid = _signing_key()
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.public_key(),
            algorithms=[ALGORITHM],
            audience=settings.PUBLIC_URL,
            issuer=settings.PUBLIC_URL,
            options={"require": ["exp", "iat", "sub", "sid", "jti"], "verify_exp": False},
        )
    except (jwt.PyJWTError, ValueError):
        return None
    if claims.get("token_use") != use or claims["exp"] <= now.timestamp():
        return None
    return claims


def _hide(session_key: str) -> str:
    """Encrypt the session's key: a leaked access token must not be a session as well."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _sid_cipher().encrypt(nonce, session_key.encode(), None)
                                    ).decode()  # fmt: skip


def _session_key(claims: Mapping[str, Any]) -> str:
    """Return the session's key of a token that we signed; an empty one where we cannot read it."""
    try:
        raw = base64.urlsafe_b64decode(str(claims["sid"]))
        return _sid_cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
    except (binascii.Error, InvalidTag, ValueError):
        return ""


@cache
def _sid_cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(b"app-session-id|" + settings.SECRET_KEY.encode()).digest())


def _digest(session_key: str) -> bytes:
    return hashlib.sha256(session_key.encode()).digest()


@cache
def _signing_key() -> tuple[rsa.RSAPrivateKey, str]:
    """Return the key of access tokens and its id; the demo makes one at its first need."""
    key = own_key(
        settings.APP_TOKEN_KEY_FILE,
        setting="KAITEKI_APP_TOKEN_KEY_FILE",
        make=lambda: rsa.generate_private_key(public_exponent=65_537, key_size=_RSA_BITS),
    )
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _RSA_BITS:
        raise RuntimeError("the key of access tokens must be RSA with at least 2,048 bits")
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return key, hashlib.sha256(public).hexdigest()[:16]
