"""A shop comes in, changes its account, is suspended and leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from accounts.devices import initialize_device
from accounts.members import OwnerNeeded
from accounts.models import Device, Membership, OrganisationRole, Role, User
from core.audit import SYSTEM
from tests.tourism.campaign_factories import (
    CITY,
    NOW,
    make_application,
    make_bank,
    make_officer,
    make_shop,
    make_shop_form,
)
from tourism.banks import UnknownBank
from tourism.models import ApplicationState, Shop, ShopApplication, ShopBankAccount, ShopState
from tourism.shop_accounts import (
    AccountDecided,
    AccountNeedsSecondPerson,
    AccountWaiting,
    account_at,
    approve_account,
    propose_account,
    refuse_account,
)
from tourism.shop_applications import (
    ApplicationDecided,
    ContactIncomplete,
    CorporateNumberBad,
    accept_application,
    apply_shop,
    decline_application,
    take_application,
)
from tourism.shop_life import (
    ReasonNeeded,
    ShopStateWrong,
    add_clerk,
    change_shop,
    end_member,
    make_till,
    members_of,
    tills_of,
)
from tourism.zengin import NameTooLong

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"shop_name": " "}, ContactIncomplete),
        ({"email": "nobody"}, ContactIncomplete),
        ({"phone": "110"}, ContactIncomplete),
        ({"corporate_number": "123"}, CorporateNumberBad),
        ({"bank": make_bank(branch_code="999")}, UnknownBank),
        ({"bank": make_bank(holder_kana="ア" * 31)}, NameTooLong),
    ],
)
def test_an_application_with_a_mistake_is_not_kept(
    wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make_application(**wrong)
    assert not ShopApplication.objects.exists()


def test_nothing_of_an_application_is_public_and_its_account_is_not_readable_in_the_database() -> (
    None
):
    made = make_application(bank=make_bank(number="7654321"), email="secret@shop.example")
    assert not Shop.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM tourism_shopapplication")
        raw = bytes(cursor.fetchone()[0])
    assert b"7654321" not in raw
    assert b"secret@" not in raw
    assert ShopApplication.objects.get(pk=made.pk).content["bank"]["number"] == "7654321"


def test_an_accepted_shop_has_a_place_a_number_an_owner_and_an_account() -> None:
    shop = make_shop(shop_name="デモ食堂", email="Owner@Shop.example")
    assert (shop.state, shop.number, shop.place.name) == (ShopState.ACTIVE, 1, "デモ食堂")
    owner = Membership.objects.get(organisation=shop.organisation)
    assert (owner.user.email, owner.role) == ("owner@shop.example", OrganisationRole.SHOP_OWNER)
    account = account_at(shop, at=NOW)
    assert account is not None
    assert account.account["holder_kana"] == "ｶ)ﾃﾞﾓｼﾖｳﾃﾝ"
    assert make_shop().number == 2


def test_a_branch_belongs_to_the_same_organisation() -> None:
    shop = make_shop()
    owner_email = "boss@shop.example"
    second = apply_shop(
        make_shop_form(email=owner_email),
        municipality=CITY,
        organisation=shop.organisation,
        actor=SYSTEM,
        now=NOW,
    )
    branch = accept_application(second, decided_by=make_officer(), actor=SYSTEM, now=NOW)
    assert branch.organisation == shop.organisation
    assert branch.place != shop.place


def test_an_application_is_decided_once() -> None:
    made = make_application()
    officer = make_officer(Role.CAMPAIGN_CLERK)
    taken = take_application(made, taken_by=officer, actor=SYSTEM, now=NOW)
    assert taken.state == ApplicationState.UNDER_REVIEW
    decline_application(made, note="市外のお店", decided_by=officer, actor=SYSTEM, now=NOW)
    with pytest.raises(ApplicationDecided):
        accept_application(made, decided_by=officer, actor=SYSTEM, now=NOW)
    assert not Shop.objects.exists()


# -- the account -------------------------------------------------------------------------------


def change_account(shop: Shop, **bank: Any) -> ShopBankAccount:
    proposed = propose_account(
        shop, make_bank(**bank), proposed_by=make_officer(), actor=SYSTEM, now=NOW
    )
    return approve_account(proposed, approved_by=make_officer(), actor=SYSTEM, now=NOW)


def test_an_account_changed_by_two_counts_24_hours_later_and_the_owner_is_told() -> None:
    shop = make_shop(email="owner@shop.example", bank=make_bank(number="1111111"))
    change_account(shop, number="2222222")

    def number_at(hours: float) -> str:
        found = account_at(shop, at=NOW + timedelta(hours=hours))
        assert found is not None
        return str(found.account["number"])

    assert number_at(23.99) == "1111111"
    assert number_at(24) == "2222222"
    assert [message.to for message in mail.outbox] == [["owner@shop.example"]]
    assert "2222222" not in mail.outbox[0].body


def test_one_person_alone_cannot_change_an_account() -> None:
    officer = make_officer()
    proposed = propose_account(make_shop(), make_bank(), proposed_by=officer, actor=SYSTEM, now=NOW)
    with pytest.raises(AccountNeedsSecondPerson):
        approve_account(proposed, approved_by=officer, actor=SYSTEM, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShopBankAccount.objects.filter(pk=proposed.pk).update(approved_by=officer)


def test_a_second_proposal_waits_for_the_first() -> None:
    shop = make_shop()
    first = propose_account(shop, make_bank(), proposed_by=make_officer(), actor=SYSTEM, now=NOW)
    with pytest.raises(AccountWaiting):
        propose_account(shop, make_bank(), proposed_by=make_officer(), actor=SYSTEM, now=NOW)
    refuse_account(first, actor=SYSTEM, now=NOW)
    with pytest.raises(AccountDecided):
        approve_account(first, approved_by=make_officer(), actor=SYSTEM, now=NOW)
    propose_account(shop, make_bank(), proposed_by=make_officer(), actor=SYSTEM, now=NOW)


# -- its life ----------------------------------------------------------------------------------


def test_a_shop_is_suspended_comes_back_and_leaves() -> None:
    shop = make_shop()
    with pytest.raises(ReasonNeeded):
        change_shop(shop, ShopState.SUSPENDED, reason=" ", actor=SYSTEM, now=NOW)
    assert change_shop(shop, ShopState.SUSPENDED, reason="調査", actor=SYSTEM, now=NOW).state_reason
    with pytest.raises(ShopStateWrong):
        change_shop(shop, ShopState.SUSPENDED, reason="調査", actor=SYSTEM, now=NOW)
    change_shop(shop, ShopState.ACTIVE, reason="", actor=SYSTEM, now=NOW)
    change_shop(shop, ShopState.LEFT, reason="閉店", actor=SYSTEM, now=NOW)
    with pytest.raises(ShopStateWrong):
        change_shop(shop, ShopState.ACTIVE, reason="", actor=SYSTEM, now=NOW)


def till_of(shop: Shop) -> Device:
    owner = User.objects.get(memberships__organisation=shop.organisation)
    new = make_till(shop, name="レジ1", made_by=owner, actor=SYSTEM, now=NOW)
    device, _token = initialize_device(new.setup_token, now=NOW)
    return device


def test_a_till_stands_at_its_shop_and_ends_when_the_shop_leaves() -> None:
    shop = make_shop()
    till = till_of(shop)
    assert (till.place_id, till.profile) == (shop.place_id, "till")
    assert tills_of(shop) == [till]
    change_shop(shop, ShopState.LEFT, reason="閉店", actor=SYSTEM, now=NOW)
    assert tills_of(shop) == []


def test_a_suspended_shop_gets_no_new_till() -> None:
    shop = change_shop(make_shop(), ShopState.SUSPENDED, reason="調査", actor=SYSTEM, now=NOW)
    with pytest.raises(ShopStateWrong):
        make_till(shop, name="レジ", made_by=make_officer(), actor=SYSTEM, now=NOW)


def test_clerks_come_and_go_and_the_last_owner_stays() -> None:
    shop = make_shop()
    clerk = add_clerk(shop, email="clerk@shop.example", actor=SYSTEM, now=NOW)
    owner, _clerk = members_of(shop, now=NOW)
    assert owner.role == OrganisationRole.SHOP_OWNER
    with pytest.raises(OwnerNeeded):
        end_member(shop, owner, actor=SYSTEM, now=NOW)
    end_member(shop, clerk, actor=SYSTEM, now=NOW)
    assert members_of(shop, now=NOW) == [owner]
