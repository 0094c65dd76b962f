"""What a shop's application and a handed sheet keep of a person can be read and erased."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Person, User
from core import privacy
from core.audit import SYSTEM
from tests.tourism.campaign_factories import CITY, make_application, make_officer, make_shop
from tests.tourism.test_paper import hand, make_open, print_one
from tourism.models import Campaign, CampaignState, PaperSheet, Shop, ShopApplication, ShopState
from tourism.shop_applications import decline_application

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)


def holding(name: str) -> privacy.Holding:
    return next(one for one in privacy.holdings() if one.name == name)


def told(name: str, person: UUID) -> Any:
    return holding(name).export(person)


def make_owner(email: str) -> Person:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    return Person.objects.filter(user=user).first() or Person.objects.create(
        municipality=CITY, user=user
    )


def test_who_applied_for_a_shop_reads_it_however_the_address_was_written() -> None:
    make_application(email="Owner@Shop.example", shop_name="デモそば")
    make_application(email="other@shop.example")
    person = make_owner("owner@shop.example")
    (one,) = told("shop-applications", person.pk)
    assert (one["shop"], one["contact_name"]) == ("デモそば", "デモ 花子")
    assert holding("shop-applications").holds(person.pk, NOW)


def test_a_declined_application_forgets_its_contact_and_account() -> None:
    application = make_application(email="owner@shop.example")
    decline_application(application, note="x", decided_by=make_officer(), actor=SYSTEM, now=NOW)
    person = make_owner("owner@shop.example")
    assert not holding("shop-applications").holds(person.pk, NOW)
    holding("shop-applications").erase(person.pk, NOW)
    content = ShopApplication.objects.get(pk=application.pk).content
    assert (content["email"], content["contact_name"], content["bank"]) == ("", "", {})
    assert told("shop-applications", person.pk) == []


def test_a_shop_that_takes_part_keeps_what_it_is_paid_by() -> None:
    shop = make_shop(email="owner@shop.example")
    person = make_owner("owner@shop.example")
    assert holding("shop-applications").holds(person.pk, NOW)
    Shop.objects.filter(pk=shop.pk).update(state=ShopState.LEFT)
    assert not holding("shop-applications").holds(person.pk, NOW)


def test_a_handed_sheet_is_the_person_s_until_its_campaign_is_closed() -> None:
    campaign, person = make_open(), make_owner("p@example.org")
    sheet = hand(print_one(campaign), person_id=person.pk)
    (one,) = told("coupon-paper", person.pk)
    assert (one["serial"], one["value_yen"]) == (sheet.serial, sheet.value_yen)
    assert holding("coupon-paper").holds(person.pk, NOW)
    Campaign.objects.update(state=CampaignState.CLOSED)
    assert not holding("coupon-paper").holds(person.pk, NOW)
    holding("coupon-paper").erase(person.pk, NOW)
    assert PaperSheet.objects.get(pk=sheet.pk).person_id is None
