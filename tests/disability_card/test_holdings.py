"""The phones of a card: stop, let go on, remove, and what that does to their credentials."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.fresh_sign_in import SignInAgain
from accounts.models import Delegation, Role
from accounts.people import end_delegation, set_protective_block
from core.audit import SYSTEM
from core.user_agents import device_label
from disability_card.holdings import (
    DeviceNotInUse,
    DeviceNotStopped,
    EnrolAgain,
    StoppedByTheCity,
    TooManyDevices,
    live_devices,
    own_mark,
    remove_device,
    resume_device,
    suspend_device,
)
from disability_card.models import Card, CardState, Holding, HoldingState, StateSetBy
from disability_card.status_publication import status_of
from tests.disability_card.factories import make_staff
from tests.disability_card.issuing import (
    NOW,
    make_offer,
    make_offerable_card,
    make_phone,
    status_entry,
)
from tests.disability_card.wallet import Phone

pytestmark = pytest.mark.django_db

HOLDER, STAFF = StateSetBy.HOLDER, StateSetBy.STAFF


def statuses(phone: Phone) -> set[int]:
    assert phone.full_card is not None
    return {status_of(*status_entry(one)) for one in [*phone.venue_cards, phone.full_card]}


def test_suspending_a_phone_suspends_all_its_credentials_and_no_others(client: Client) -> None:
    card = make_offerable_card()
    lost, kept = make_phone(client, card), make_phone(client, card)
    holding = live_devices(card).first()
    assert holding is not None
    suspend_device(holding, by=HOLDER, actor=SYSTEM, now=NOW)
    assert statuses(lost) == {2}
    assert statuses(kept) == {0}


def test_resuming_brings_every_credential_back(client: Client) -> None:
    phone = make_phone(client, make_offerable_card())
    phone.refresh()
    holding = suspend_device(Holding.objects.get(), by=HOLDER, actor=SYSTEM, now=NOW)
    resume_device(holding, by=HOLDER, authenticated_at=NOW, actor=SYSTEM, now=NOW)
    assert statuses(phone) == {0}
    phone.refresh()


def test_resuming_a_phone_of_a_suspended_card_leaves_its_credentials_suspended(
    client: Client,
) -> None:
    phone = make_phone(client, make_offerable_card())
    holding = suspend_device(Holding.objects.get(), by=HOLDER, actor=SYSTEM, now=NOW)
    Card.objects.update(state=CardState.SUSPENDED)
    resume_device(holding, by=HOLDER, authenticated_at=NOW, actor=SYSTEM, now=NOW)
    assert statuses(phone) == {2}


def test_resuming_needs_a_sign_in_of_the_last_five_minutes(client: Client) -> None:
    make_phone(client, make_offerable_card())
    holding = suspend_device(Holding.objects.get(), by=HOLDER, actor=SYSTEM, now=NOW)
    fresh, stale = NOW - timedelta(minutes=5), NOW - timedelta(minutes=5, seconds=1)
    with pytest.raises(SignInAgain):
        resume_device(holding, by=HOLDER, authenticated_at=stale, actor=SYSTEM, now=NOW)
    assert (
        resume_device(holding, by=HOLDER, authenticated_at=fresh, actor=SYSTEM, now=NOW).state
        == "active"
    )


def test_what_staff_stopped_the_holder_cannot_resume(client: Client) -> None:
    make_phone(client, make_offerable_card())
    holding = suspend_device(Holding.objects.get(), by=STAFF, actor=SYSTEM, now=NOW)
    with pytest.raises(StoppedByTheCity):
        resume_device(holding, by=HOLDER, authenticated_at=NOW, actor=SYSTEM, now=NOW)
    assert (
        resume_device(holding, by=STAFF, authenticated_at=NOW, actor=SYSTEM, now=NOW).state
        == "active"
    )


def test_an_alarm_is_ended_by_enrolling_again_only(client: Client) -> None:
    card = make_offerable_card()
    phone = make_phone(client, card)
    holding = suspend_device(Holding.objects.get(), by=HOLDER, actor=SYSTEM, now=NOW)
    Holding.objects.update(alarm_at=NOW)
    with pytest.raises(EnrolAgain):
        resume_device(holding, by=STAFF, authenticated_at=NOW, actor=SYSTEM, now=NOW)
    remove_device(holding, by=HOLDER, actor=SYSTEM, now=NOW)
    make_phone(client, card, phone=phone)
    assert statuses(phone) == {0}


def test_a_removed_phone_is_removed_for_good_and_removing_it_twice_is_the_same(
    client: Client,
) -> None:
    phone = make_phone(client, make_offerable_card())
    holding = remove_device(Holding.objects.get(), by=HOLDER, actor=SYSTEM, now=NOW)
    assert remove_device(holding, by=HOLDER, actor=SYSTEM, now=NOW).state == HoldingState.REVOKED
    assert statuses(phone) == {1}
    with pytest.raises(DeviceNotStopped):
        resume_device(holding, by=STAFF, authenticated_at=NOW, actor=SYSTEM, now=NOW)
    with pytest.raises(DeviceNotInUse):
        suspend_device(holding, by=HOLDER, actor=SYSTEM, now=NOW)


def test_a_removed_phone_makes_room_for_another(client: Client) -> None:
    card = make_offerable_card()
    for _ in range(3):
        make_phone(client, card)
    with pytest.raises(TooManyDevices):
        make_offer(card)
    holding = live_devices(card).first()
    assert holding is not None
    remove_device(holding, by=HOLDER, actor=SYSTEM, now=NOW)
    make_phone(client, card)


def test_threat_guardian_after_separation_unlinking_revokes_that_phone(client: Client) -> None:
    card = make_offerable_card()
    own = make_phone(client, card)
    guardian = make_phone(client, card, is_guardian=True)
    assert {one.claims["presenter"] for one in guardian.venue_cards} == {"guardian"}
    assert "presenter" not in own.venue_cards[0].claims
    end_delegation(Delegation.objects.get(), actor=SYSTEM, now=NOW)
    assert statuses(guardian) == {1}
    assert statuses(own) == {0}


def test_threat_guardian_after_separation_a_protective_block_revokes_that_phone(
    client: Client,
) -> None:
    card = make_offerable_card()
    phone = make_phone(client, card, is_guardian=True)
    set_protective_block(
        card.person,
        blocked=Holding.objects.get().held_by,
        set_by=make_staff(Role.ADMIN),
        actor=SYSTEM,
        now=NOW,
    )
    assert statuses(phone) == {1}


def test_a_guardianship_that_ran_out_gives_no_further_cards(client: Client) -> None:
    card = make_offerable_card()
    phone = make_phone(client, card, is_guardian=True)
    Delegation.objects.update(valid_to=NOW - timedelta(days=1))
    with pytest.raises(AssertionError, match="not-guardian"):
        phone.refresh()


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Android · Chrome",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "iPhone · Safari",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Windows · Edge"),
        ("curl/8", "スマホ"),
        ("", "スマホ"),
    ],
)
def test_a_phone_is_named_as_its_holder_would(user_agent: str, label: str) -> None:
    assert device_label(user_agent) == label


def test_a_phone_knows_its_own_row_and_the_rows_of_two_cards_do_not_name_one_phone(
    client: Client,
) -> None:
    mine = make_offerable_card()
    make_phone(client, mine)
    make_phone(client, mine)
    thumbprints = list(live_devices(mine).values_list("device_key_thumbprint", flat=True))
    first, second = live_devices(mine)
    assert own_mark(first) != own_mark(second)
    Holding.objects.filter(pk=second.pk).update(device_key_thumbprint=thumbprints[0])
    second.refresh_from_db()  # one phone in two rows, as with two cards of a family
    assert own_mark(first) != own_mark(second)
    assert not {own_mark(first), own_mark(second)} & set(thumbprints)
