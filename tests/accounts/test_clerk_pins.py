"""A clerk's PIN: whom it lets move money, at which till, for how long."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.clerk_pins import (
    SHIFT,
    Clerk,
    ClerkNeeded,
    NewClerkSession,
    PinRefused,
    PinTooEasy,
    clerk_at,
    clerk_who_moves_money,
    clerks_of,
    end_clerk_session,
    open_clerk_session,
    set_pin,
)
from accounts.models import (
    ClerkPin,
    ClerkSession,
    Device,
    DeviceProfile,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationRole,
    User,
)
from core.actor import Actor, ActorKind
from core.audit import SYSTEM
from core.ids import uuid7
from tests.disability_card.factories import CITY, NOW, make_device, make_user

pytestmark = pytest.mark.django_db
PIN, OTHER_PIN = "480215", "731906"
PLACE = uuid7()


def make_shop() -> Organisation:
    return Organisation.objects.create(
        municipality=CITY, name="デモの店", kind=OrganisationKind.SHOP
    )


def make_member(shop: Organisation, **override: Any) -> Membership:
    good: dict[str, Any] = {
        "organisation": shop,
        "user": override.pop("user", None) or make_user(),
        "role": OrganisationRole.SHOP_CLERK,
        "valid_from": NOW,
    }
    return Membership.objects.create(**(good | override))


def make_till(shop: Organisation | None = None, **override: Any) -> Device:
    good = {"profile": DeviceProfile.TILL, "place_id": PLACE, "organisation": shop}
    return make_device(**(good | override))


def give_pin(member: Membership, pin: str = PIN) -> ClerkPin:
    return set_pin(member, pin, name="みか", set_by=member.user, actor=SYSTEM, now=NOW)


def begin(device: Device, member: Membership, pin: str = PIN) -> NewClerkSession:
    return open_clerk_session(device, membership_id=member.pk, pin=pin, actor=SYSTEM, now=NOW)


def test_a_pin_lets_a_clerk_begin_and_the_till_knows_them_for_a_shift() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    new = begin(till, member)
    known = Clerk(membership_id=member.pk, organisation_id=shop.pk, user_id=member.user_id)
    assert clerk_at(till, new.token, now=NOW + SHIFT - timedelta(seconds=1)) == known
    with pytest.raises(ClerkNeeded):
        clerk_at(till, new.token, now=NOW + SHIFT)


def test_five_wrong_tries_lock_a_pin_until_the_owner_sets_a_new_one() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    for _ in range(5):
        with pytest.raises(PinRefused):
            begin(till, member, OTHER_PIN)
    with pytest.raises(PinRefused):
        begin(till, member)  # the right one, too late
    give_pin(member, OTHER_PIN)
    begin(till, member, OTHER_PIN)


def test_a_right_try_forgives_the_wrong_ones_before() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(PinRefused):
                begin(till, member, OTHER_PIN)
        begin(till, member)


def test_another_shops_till_knows_neither_the_clerk_nor_the_session() -> None:
    shop, till = make_shop(), make_till(make_shop(), place_id=uuid7())
    member = make_member(shop)
    give_pin(member)
    assert clerks_of(till, now=NOW) == []
    with pytest.raises(PinRefused):
        begin(till, member)
    token = begin(make_till(shop), member).token
    with pytest.raises(ClerkNeeded):
        clerk_at(till, token, now=NOW)


def test_a_token_works_at_the_till_where_the_pin_was_typed_and_at_no_other() -> None:
    shop = make_shop()
    member = make_member(shop)
    give_pin(member)
    token = begin(make_till(shop), member).token
    with pytest.raises(ClerkNeeded):
        clerk_at(make_till(shop), token, now=NOW)


def test_a_clerk_of_one_branch_is_nobody_at_another() -> None:
    shop, branch = make_shop(), uuid7()
    member = make_member(shop, place_id=branch)
    give_pin(member)
    with pytest.raises(PinRefused):
        begin(make_till(shop), member)
    begin(make_till(shop, place_id=branch), member)


def test_who_has_left_a_second_ago_moves_no_money() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    token = begin(till, member).token
    Membership.objects.filter(pk=member.pk).update(valid_to=NOW + timedelta(hours=1))
    clerk_at(till, token, now=NOW + timedelta(minutes=59))
    with pytest.raises(ClerkNeeded):
        clerk_at(till, token, now=NOW + timedelta(hours=1))


def test_a_locked_account_moves_no_money() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    token = begin(till, member).token
    User.objects.filter(pk=member.user_id).update(is_active=False)
    with pytest.raises(ClerkNeeded):
        clerk_at(till, token, now=NOW)


def test_a_new_pin_and_the_end_of_the_shift_end_the_session() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    first = begin(till, member).token
    give_pin(member, OTHER_PIN)
    second = begin(till, member, OTHER_PIN).token
    end_clerk_session(till, second, now=NOW)
    for token in (first, second, "", "x" * 43):
        with pytest.raises(ClerkNeeded):
            clerk_at(till, token, now=NOW)


@pytest.mark.parametrize(
    "pin",
    ["", "48021", "4802150", "48021a", "１２０９５３", "111111", "121212", "123456", "987654"],
)
def test_a_pin_that_anybody_tries_first_is_not_taken(pin: str) -> None:
    with pytest.raises(PinTooEasy):
        give_pin(make_member(make_shop()), pin)
    assert not ClerkPin.objects.exists()


def test_neither_pin_nor_token_stands_in_the_database() -> None:
    shop = make_shop()
    member = make_member(shop)
    row = give_pin(member)
    token = begin(make_till(shop), member).token
    session = ClerkSession.objects.get()
    kept = bytes(row.digest) + bytes(row.salt) + bytes(session.token_digest)
    assert PIN.encode() not in kept
    assert token.encode() not in kept


def test_the_same_pin_of_two_clerks_looks_different() -> None:
    one, two = (give_pin(make_member(make_shop())) for _ in range(2))
    assert bytes(one.digest) != bytes(two.digest)


def move(actor: Actor, shop: Organisation, device: Device | None = None, token: str = "") -> Clerk:
    return clerk_who_moves_money(
        actor=actor, device=device, token=token, organisation_id=shop.pk, place_id=PLACE, now=NOW
    )


def test_money_moves_at_the_shops_own_till_for_the_clerk_who_typed_the_pin() -> None:
    shop = make_shop()
    till, member = make_till(shop), make_member(shop)
    give_pin(member)
    at_till = Actor(kind=ActorKind.DEVICE, device_id=till.pk)
    with pytest.raises(ClerkNeeded):
        move(at_till, shop, till)
    token = begin(till, member).token
    assert move(at_till, shop, till, token).membership_id == member.pk
    with pytest.raises(ClerkNeeded):
        move(at_till, make_shop(), till, token)


def test_on_a_clerks_own_phone_money_asks_for_a_passkey() -> None:
    shop = make_shop()
    member = make_member(shop)
    weak = Actor(kind=ActorKind.USER, user_id=member.user_id, assurance=1)
    strong = Actor(kind=ActorKind.USER, user_id=member.user_id, assurance=2)
    assert move(strong, shop).membership_id == member.pk
    for actor, where in ((weak, shop), (strong, make_shop())):
        with pytest.raises(ClerkNeeded):
            move(actor, where)
