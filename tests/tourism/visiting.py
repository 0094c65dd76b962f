"""Visitors of a campaign for tests: who they are, what they spent, where."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.consents import decide
from accounts.models import Organisation, Person
from core.audit import SYSTEM
from places.models import Place
from tests.disability_card.factories import CITY, NOW, make_person
from tourism.models import Campaign, Redemption, Shop, StudyArm, Txn, VisitorProfile, Wallet

_numbers = count(1)


def make_campaign(**override: Any) -> Campaign:
    """A redemption-capped campaign in mid-run, without tiers."""
    number = next(_numbers)
    good: dict[str, Any] = {
        "municipality": CITY,
        "slug": f"autumn-{number}",
        "name": {"ja": "デモ 秋の佐久", "ja-easy": "デモ {佐久|さく}", "en": "Demo autumn"},
        "state": "open",
        "cap": "redemption",
        "budget_yen": 10_000_000,
        "per_person_yen": 10_000,
        "starts_on": date(2026, 10, 1),
        "ends_on": date(2026, 12, 31),
    }  # fmt: skip
    return Campaign.objects.create(**(good | override))


def make_shop(**override: Any) -> Shop:
    number = next(_numbers)
    if "place" not in override:
        override["place"] = Place.objects.create(
            municipality=CITY, number=f"shop-{number}", name=f"デモ商店 {number}"
        )
    if "organisation" not in override:
        override["organisation"] = Organisation.objects.create(
            municipality=CITY, name=f"デモ商店 {number}", kind="shop"
        )
    good = {"municipality": CITY, "number": number, "state": "active", "kind": "restaurant"}
    return Shop.objects.create(**(good | override))


def make_visitor(campaign: Campaign, *, consents: bool = True, **profile: Any) -> Person:
    """Somebody who drew the coupon and said who they are."""
    person = make_person()
    if consents:
        give(person)
    good = {"origin": "kanto", "age_band": "30-39", "party": "family", "answered_at": NOW}
    VisitorProfile.objects.create(person=person, campaign=campaign, **(good | profile))
    StudyArm.objects.create(person=person, campaign=campaign, arm="coupon", drawn_at=NOW)
    return person


def give(person: Person) -> None:
    decide(person.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=NOW)


def withdraw(person: Person, *, at: Any = NOW) -> None:
    decide(person.pk, "insight", is_given=False, channel="page", actor=SYSTEM, now=at)


def spend(campaign: Campaign, person: Person, shop: Shop, **override: Any) -> Redemption:
    """One coupon used, as the ledger's rows say it; no money moves here."""
    number = next(_numbers)
    wallet, _made = Wallet.objects.get_or_create(
        campaign=campaign, person=person,
        defaults={
            "number": f"W-{number}", "way": "sign_in", "remaining_yen": 10_000,
            "granted_yen": 10_000, "made_at": NOW,
        },
    )  # fmt: skip
    at = NOW + timedelta(minutes=number)
    good: dict[str, Any] = {
        "txn": Txn.objects.create(campaign=campaign, kind="redeem", at=at),
        "campaign": campaign, "wallet": wallet, "shop": shop, "device_id": shop.pk,
        "key": f"key-{number}", "request_hash": b"", "way": "shop_scans",
        "bill_yen": 2_000, "coupon_yen": 500, "left_yen": 0, "at": at,
    }  # fmt: skip
    return Redemption.objects.create(**(good | override))
