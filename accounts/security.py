"""How an account is opened: passkeys, authenticator app, recovery codes, sign-ins on devices."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from accounts.models import RefreshFamily, User
from core import audit
from core.actor import Actor
from core.user_agents import device_label


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOnDevice:
    """One session of an account, as its owner recognises it."""

    pk: int
    device: str
    since: datetime
    last_seen: datetime
    is_this: bool


def sign_in(request: HttpRequest, user: User, *, method: str) -> None:
    """Sign ``user`` in by a way of our own, listed among their sign-ins like any other."""
    login(request, user)
    record_authentication(request, user, method=method)
    UserSession.objects.create_from_request(request)


def keys_of(user: User) -> list[Authenticator]:
    """Return the passkeys of ``user``, oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return list(rows.order_by("created_at"))


def passkey_ids(user: User) -> list[str]:
    """Return the credential ids of the passkeys of ``user``, as WebAuthn's JSON spells them."""
    found = (key.wrap().authenticator_data.credential_data for key in keys_of(user))
    return [urlsafe_b64encode(one.credential_id).rstrip(b"=").decode() for one in found]


def has_totp(user: User) -> bool:
    """Say whether an authenticator app is set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes were not used yet.

    The library makes some with the first passkey and shows them to nobody: those help nobody.
    """
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    codes = row.wrap() if row else None
    return len(codes.get_unused_codes()) if codes and codes.did_view else 0


def remove_authenticator(request: HttpRequest, pk: int, *, actor: Actor, now: datetime) -> bool:
    """Remove a passkey or the authenticator app of the signed-in user; ``False`` if not theirs."""
    row = Authenticator.objects.filter(user=request.user, pk=pk).first()
    if row is None or row.type == Authenticator.Type.RECOVERY_CODES:
        return False
    with transaction.atomic():
        delete_and_cleanup(request, row)
        _note("account.authenticator-removed", actor=actor, now=now, kind=str(row.type))
    return True


def totp_to_set_up(request: HttpRequest) -> tuple[str, str]:
    """Return the (secret, otpauth address) that an authenticator app takes over."""
    secret = totp.get_totp_secret(regenerate=request.method == "GET")
    return secret, get_adapter().build_totp_url(request.user, secret)


def set_up_totp(request: HttpRequest, code: str, *, actor: Actor, now: datetime) -> bool:
    """Set up the authenticator app if ``code`` is its present one."""
    secret = totp.get_totp_secret()
    if has_totp(_user(request)) or not totp.validate_totp_code(secret, code.strip()):
        return False
    activate_totp(request, _Form(secret))
    _note("account.authenticator-added", actor=actor, now=now, kind="totp")
    return True


@dataclass(frozen=True, slots=True)
class _Form:
    """What allauth reads of its own form."""

    secret: str


def new_recovery_codes(request: HttpRequest, *, actor: Actor, now: datetime) -> list[str]:
    """Replace the recovery codes; this is the only time that they can be read."""
    made = generate_recovery_codes(request).wrap()
    made.mark_as_viewed()
    codes: list[str] = made.get_unused_codes()
    _note("account.recovery-codes", actor=actor, now=now, kind="recovery_codes")
    return codes


def sign_ins_of(user: User, *, this_session: str) -> list[SignInOnDevice]:
    """Return the living sign-ins, this one first, then the newest."""
    found = [
        SignInOnDevice(
            pk=row.pk,
            device=device_label(row.user_agent),
            since=row.created_at,
            last_seen=row.last_seen_at,
            is_this=row.session_key == this_session,
        )
        for row in UserSession.objects.purge_and_list(user)
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.last_seen.timestamp()))


def end_sign_ins(
    user: User,
    *,
    actor: Actor,
    now: datetime,
    only: int | None = None,
    but_session: str = "",
) -> int:
    """End all sign-ins of ``user``, or ``only`` one; ``but_session`` stays. Return how many."""
    rows: Any = UserSession.objects.filter(user=user).exclude(session_key=but_session)
    if only is not None:
        rows = rows.filter(pk=only)
    with transaction.atomic():
        ended = list(rows)
        for row in ended:
            row.end()
        if only is None and not but_session:
            RefreshFamily.objects.filter(user=user).delete()
        _note("account.sign-ins-ended", actor=actor, now=now, kind=str(len(ended)))
    return len(ended)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _note(action: str, *, actor: Actor, now: datetime, kind: str) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        object_type="user",
        object_id=actor.user_id or "",
        facts={"kind": kind},
    )
