"""What happens to a shop after it was accepted: suspended, back, left; its people and tills."""

from datetime import datetime
from http import HTTPStatus

from django.db import transaction

from accounts.devices import NewDevice, make_device, revoke_device
from accounts.members import end_membership, make_member
from accounts.models import Device, DeviceProfile, Membership, OrganisationRole, User
from core import audit
from core.actor import Actor
from core.refusals import Refusal, gettext_noop as _
from tourism.models import Shop, ShopState

_FROM = {
    ShopState.SUSPENDED: {ShopState.ACTIVE},
    ShopState.ACTIVE: {ShopState.SUSPENDED},
    ShopState.LEFT: {ShopState.ACTIVE, ShopState.SUSPENDED},
}


class ShopStateWrong(Refusal):
    code = "shop-state-wrong"
    title = _("いまの状態では、この操作はできません")
    next_step = _("お店のページで、いまの状態をたしかめてください。")
    status = HTTPStatus.CONFLICT


class ReasonNeeded(Refusal):
    code = "shop-reason-needed"
    title = _("理由がありません")
    next_step = _("お店に伝える理由を書いてください。")


def change_shop(shop: Shop, to: ShopState, *, reason: str, actor: Actor, now: datetime) -> Shop:
    """Suspend a shop, let it take part again, or end it.

    It acts at once: a sale that is confirmed afterwards finds the shop as it is then. What the
    shop is owed stays owed and is settled as ever. Who left has no tills any more.
    """
    if to != ShopState.ACTIVE and not reason.strip():
        raise ReasonNeeded
    with transaction.atomic():
        locked = Shop.objects.select_for_update().get(pk=shop.pk)
        if ShopState(locked.state) not in _FROM.get(to, set()):
            raise ShopStateWrong
        locked.state, locked.state_since, locked.state_reason = to, now, reason[:200]
        locked.save(update_fields=["state", "state_since", "state_reason"])
        if to == ShopState.LEFT:
            for till in tills_of(locked):
                revoke_device(till, actor=actor, now=now)
        _record(f"shop.{to}", locked, actor=actor, now=now)
    return locked


def make_till(shop: Shop, *, name: str, made_by: User, actor: Actor, now: datetime) -> NewDevice:
    """Register a till of the shop and return its set-up token, in clear for this once."""
    if shop.state != ShopState.ACTIVE:
        raise ShopStateWrong
    return make_device(
        municipality=shop.municipality,
        name=name[:60],
        profile=DeviceProfile.TILL,
        place_id=shop.place_id,
        organisation_id=shop.organisation_id,
        created_by=made_by,
        actor=actor,
        now=now,
    )


def tills_of(shop: Shop) -> list[Device]:
    """Return the shop's devices that are not revoked, the newest first."""
    return list(
        Device.objects.filter(
            place_id=shop.place_id, profile=DeviceProfile.TILL, revoked_at__isnull=True
        ).order_by("-created_at")
    )


def members_of(shop: Shop, *, now: datetime) -> list[Membership]:
    """Return who works for the shop now, owners first."""
    return list(
        Membership.objects.filter(
            organisation=shop.organisation, valid_from__lte=now, valid_to__isnull=True
        )
        .select_related("user")
        .order_by("-role", "user__email")
    )


def add_clerk(shop: Shop, *, email: str, actor: Actor, now: datetime) -> Membership:
    """Let a clerk work for the shop."""
    with transaction.atomic():
        member = make_member(
            shop.organisation, email=email, role=OrganisationRole.SHOP_CLERK, now=now
        )
        _record("shop.member.add", shop, actor=actor, now=now)
    return member


def end_member(shop: Shop, member: Membership, *, actor: Actor, now: datetime) -> Membership:
    """End that somebody works for the shop; the last owner stays."""
    with transaction.atomic():
        ended = end_membership(member, actor=actor, now=now)
        _record("shop.member.end", shop, actor=actor, now=now)
    return ended


def _record(action: str, shop: Shop, *, actor: Actor, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        municipality=shop.municipality,
        object_type="shop",
        object_id=shop.pk,
    )
