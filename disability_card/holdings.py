"""The phones that hold a card: add, stop, let go on, remove.

A lost phone is stopped by the holder or the child's guardian, on the web or by telephone through
staff; only who stopped it lets it go on, and the holder only after signing in afresh. Whoever
stops a phone stops its credentials in the same transaction. Who may do what: ``policy``.
"""

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.fresh_sign_in import SignInAgain
from accounts.models import Person
from core import audit
from core.actor import Actor, ActorKind
from core.refusals import Refusal, gettext_noop
from disability_card.models import (
    AccessToken,
    Card,
    CredentialState,
    Holding,
    HoldingState,
    RefreshToken,
    StateSetBy,
)
from disability_card.status_publication import set_status
from signing import base64url

DEVICES_MAX: Final = 3
FRESH_SIGN_IN: Final = timedelta(minutes=5)
_LABEL_CHARS: Final = 60


class TooManyDevices(Refusal):
    code, status = "too-many-devices", HTTPStatus.CONFLICT
    title = gettext_noop("1枚のカードを入れられるスマホは3台までです")
    next_step = gettext_noop("「スマホの一覧」で、使っていないスマホを外してください。")


class DeviceNotStopped(Refusal):
    code, status = "device-not-suspended", HTTPStatus.CONFLICT
    title = gettext_noop("このスマホは止められていません")


class DeviceNotInUse(Refusal):
    code, status = "device-not-active", HTTPStatus.CONFLICT
    title = gettext_noop("このスマホは使われていません")


class StoppedByTheCity(Refusal):
    """What staff stopped, the holder cannot let go on."""

    code, status = "suspended-by-staff", HTTPStatus.FORBIDDEN
    title = gettext_noop("市の職員が止めました")
    next_step = gettext_noop("市役所の窓口にご相談ください。")


class EnrolAgain(Refusal):
    """An alarm was raised: resuming would bring the copy back as well."""

    code, status = "device-must-enrol-again", HTTPStatus.CONFLICT
    title = gettext_noop("このスマホのカードは、ほかでも使われたおそれがあるため止めました")
    next_step = gettext_noop("このスマホを一覧から外し、もう一度カードを入れてください。")


def live_devices(card: Card) -> QuerySet[Holding]:
    """Every phone that holds the card or may do so again, oldest first."""
    return Holding.objects.filter(card=card).exclude(state=HoldingState.REVOKED).order_by("id")


def own_mark(holding: Holding) -> str:
    """Return by what a phone knows its own row among ``live_devices``, and no other phone does.

    The thumbprint of a phone's key is one for all its cards; mixed with the row it is not, so that
    the lists of two cards do not tell that one phone holds both.
    """
    digest = hashlib.sha256(f"{holding.pk}.{holding.device_key_thumbprint}".encode()).digest()
    return base64url.encode(digest).decode()


def refuse_a_fourth_device(card: Card) -> None:
    """Raise ``TooManyDevices`` where three phones hold the card. Call it with the card locked."""
    if live_devices(card).count() >= DEVICES_MAX:
        raise TooManyDevices


def add_device(
    card: Card,
    *,
    held_by: Person,
    is_guardian: bool,
    device_key_thumbprint: str,
    label: str,
    now: datetime,
) -> Holding:
    """Add the phone with this key, or return it if it holds the card already.

    Call it with the card locked. A phone that enrols again (its page lost the tokens) stays one
    device: its old tokens end and its old batch is left to expire, as after a refresh.
    """
    known = (
        live_devices(card)
        .filter(held_by=held_by, device_key_thumbprint=device_key_thumbprint)
        .first()
    )
    if known is not None:
        if known.state != HoldingState.ACTIVE:
            raise DeviceNotInUse
        forget_tokens(known)
        return known
    refuse_a_fourth_device(card)
    holding = Holding.objects.create(
        card=card,
        held_by=held_by,
        is_guardian=is_guardian,
        device_key_thumbprint=device_key_thumbprint,
        label=label[:_LABEL_CHARS],
        state=HoldingState.ACTIVE,
        created_at=now,
    )
    record_device("card.device-added", holding, actor=phone_of(holding), now=now)
    return holding


def forget_tokens(holding: Holding) -> None:
    """End every access and refresh token of the phone."""
    AccessToken.objects.filter(holding=holding).delete()
    RefreshToken.objects.filter(holding=holding).delete()


def suspend_device(holding: Holding, *, by: StateSetBy, actor: Actor, now: datetime) -> Holding:
    """Stop the card on one phone: lost, lent, or given away."""
    with transaction.atomic():
        holding = _locked(holding)
        if holding.state != HoldingState.ACTIVE:
            raise DeviceNotInUse
        _stop(holding, state=HoldingState.SUSPENDED, by=by, now=now)
        record_device("card.device-suspended", holding, actor=actor, now=now)
    return holding


def resume_device(
    holding: Holding,
    *,
    by: StateSetBy,
    authenticated_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Holding:
    """Let a stopped phone go on, for somebody who signed in within the last five minutes.

    Whoever found the lost phone may still be signed in on it; they cannot sign in again.
    """
    if authenticated_at is None or now - authenticated_at > FRESH_SIGN_IN:
        raise SignInAgain
    with transaction.atomic():
        holding = _locked(holding)
        if holding.state != HoldingState.SUSPENDED:
            raise DeviceNotStopped
        if holding.alarm_at is not None:
            raise EnrolAgain
        if by == StateSetBy.HOLDER and holding.state_set_by != StateSetBy.HOLDER:
            raise StoppedByTheCity
        holding.state, holding.state_set_by = HoldingState.ACTIVE, by
        holding.save(update_fields=["state", "state_set_by"])
        set_status(holding, state=CredentialState.ISSUED, now=now)
        record_device("card.device-resumed", holding, actor=actor, now=now)
    return holding


def remove_device(holding: Holding, *, by: StateSetBy, actor: Actor, now: datetime) -> Holding:
    """Take the card off one phone for good; removing it twice is the same."""
    with transaction.atomic():
        holding = _locked(holding)
        if holding.state != HoldingState.REVOKED:
            _stop(holding, state=HoldingState.REVOKED, by=by, now=now)
            record_device("card.device-removed", holding, actor=actor, now=now)
    return holding


def remove_guardian_devices(card: Card, *, guardian: Person, actor: Actor, now: datetime) -> int:
    """Take the card off a former guardian's phones (staff unlinked them); return how many."""
    with transaction.atomic():
        theirs = live_devices(card).filter(held_by=guardian, is_guardian=True)
        for holding in theirs:
            remove_device(holding, by=StateSetBy.STAFF, actor=actor, now=now)
        return len(theirs)


def remove_devices_of_guardian(
    principal: Person, agent: Person, actor: Actor, now: datetime
) -> None:
    """Take every card of ``principal`` off the phones on which ``agent`` held it as guardian."""
    for card in Card.objects.filter(person=principal, holdings__held_by=agent).distinct():
        remove_guardian_devices(card, guardian=agent, actor=actor, now=now)


def stop_cloned_device(holding: Holding, *, now: datetime) -> None:
    """Stop a phone whose key is on two devices, for good until it enrols again."""
    holding.alarm_at = now
    _stop(holding, state=HoldingState.SUSPENDED, by=StateSetBy.ALARM, now=now)
    record_device("card.device-alarm", holding, actor=audit.SYSTEM, now=now)


def phone_of(holding: Holding) -> Actor:
    """Return the phone's holder as the caller: on the phone's own endpoints nobody signs in."""
    return Actor(
        kind=ActorKind.USER,
        user_id=holding.held_by.user_id,
        person_id=holding.held_by_id,
        municipality=holding.card.municipality,
        on_behalf_of=holding.card.person_id if holding.is_guardian else None,
    )


def record_device(
    action: str, holding: Holding, *, actor: Actor, now: datetime, **facts: int | str
) -> None:
    """Write what happened to a phone into the audit trail."""
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=holding.card.municipality,
        object_type="holding",
        object_id=holding.pk,
        subject=holding.card.person_id,
        facts={"card": str(holding.card_id), **facts},
    )


def _stop(holding: Holding, *, state: HoldingState, by: StateSetBy, now: datetime) -> None:
    holding.state, holding.state_set_by = state, by
    holding.save(update_fields=["state", "state_set_by", "alarm_at"])
    is_for_good = state == HoldingState.REVOKED
    set_status(
        holding,
        state=CredentialState.REVOKED if is_for_good else CredentialState.SUSPENDED,
        now=now,
    )
    if is_for_good or holding.alarm_at is not None:
        forget_tokens(holding)


def _locked(holding: Holding) -> Holding:
    """Lock the card, then the phone: the order of every process that locks both."""
    Card.objects.select_for_update().get(pk=holding.card_id)
    return (
        Holding.objects.select_for_update(of=("self",))
        .select_related("card", "held_by")
        .get(pk=holding.pk)
    )
