"""How many sets one person may buy: a campaign's limit, the programme's, and the pieces."""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, strategies as st

from accounts.models import Person
from core.audit import SYSTEM
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import make_money_campaign, make_tourist
from tests.tourism.test_claims import asking
from tests.tourism.test_money_races import all_at_once, lost, won
from tourism.claim_rules import ClaimOtherWay, PersonCap, SoldOut
from tourism.claims import sell_set
from tourism.ledger_audit import audit_ledger
from tourism.models import CapKind, ClaimBy, CouponSet, PaperSheet, Wallet
from tourism.paper import hand_over, void_sheet
from tourism.paper_sheets import print_sheets
from tourism.set_limits import BuyerNotNamed, SetLimits, SetsHeld, refusal_to_sell

NUMBERS = st.integers(0, 6)


def make_sets(*, programme: str = "komapay", **override: Any) -> dict[str, CouponSet]:
    """One campaign of a programme with a set on each medium: two a person, four in all."""
    good: dict[str, Any] = {
        "cap": CapKind.ISSUE, "claim_by": ClaimBy.SALE, "programme": programme, "unit_yen": 500,
        "sets_per_person": 2, "programme_sets_per_person": 4, "has_paper": True,
    }  # fmt: skip
    pieces = override.pop("pieces", 100)
    campaign = make_money_campaign(**(good | override))
    return {
        medium: CouponSet.objects.create(
            campaign=campaign, medium=medium, price_yen=10_000, value_yen=12_000,
            sets_total=pieces,
        )
        for medium in ("digital", "paper")
    }  # fmt: skip


def buy(sets: dict[str, CouponSet], person: Person, key: str) -> Wallet:
    return sell_set(sets["digital"], asking(person), key=f"{key}:{person.pk}")


def buy_paper(sets: dict[str, CouponSet], person_id: UUID | None) -> PaperSheet:
    now, officer = asking().now, make_officer()
    (sheet,) = print_sheets(
        sets["paper"].campaign, count=1, printed_by=officer, actor=SYSTEM, now=now
    )
    return hand_over(sheet, handed_by=officer, actor=SYSTEM, now=now, person_id=person_id)


@given(limits=st.tuples(NUMBERS, NUMBERS, NUMBERS), held=st.tuples(NUMBERS, NUMBERS, NUMBERS))
def test_a_set_is_sold_exactly_below_every_limit(
    limits: tuple[int, int, int], held: tuple[int, int, int]
) -> None:
    (campaign, programme, pieces), (mine, others, sold) = limits, held
    refusal = refusal_to_sell(
        SetLimits(of_campaign=campaign, of_programme=programme, pieces=pieces),
        SetsHeld(of_campaign=mine, of_programme=mine + others, sold=sold),
    )
    is_below = mine < campaign and mine + others < programme
    assert (refusal is None) == (is_below and sold < pieces)
    assert isinstance(refusal, PersonCap) == (not is_below)


def test_an_empty_limit_bounds_nobody() -> None:
    limits = SetLimits(of_campaign=None, of_programme=None, pieces=1)
    assert refusal_to_sell(limits, SetsHeld(of_campaign=99, of_programme=99, sold=0)) is None


@pytest.mark.django_db
def test_sets_of_every_campaign_and_medium_count_for_the_programme() -> None:
    kinds, person = [make_sets() for _ in range(3)], make_tourist()
    buy(kinds[0], person, "a")
    buy_paper(kinds[0], person.pk)
    with pytest.raises(PersonCap):  # two of this kind
        buy(kinds[0], person, "b")
    buy(kinds[1], person, "c")
    buy_paper(kinds[2], person.pk)
    for kind in kinds[1:]:  # four of the programme
        with pytest.raises(PersonCap):
            buy(kind, person, "d")
        with pytest.raises(PersonCap):
            buy_paper(kind, person.pk)
    buy(kinds[1], make_tourist(), "e")
    buy(make_sets(programme="another"), person, "f")


@pytest.mark.django_db
def test_paper_ends_with_its_pieces_and_a_spoilt_sheet_is_none() -> None:
    sets = make_sets(pieces=1)
    sheet = buy_paper(sets, make_tourist().pk)
    with pytest.raises(SoldOut):
        buy_paper(sets, make_tourist().pk)
    buy(sets, make_tourist(), "digital pieces are their own")
    void_sheet(sheet, reason="", void_by=make_officer(), actor=SYSTEM, now=asking().now)
    buy_paper(sets, make_tourist().pk)


@pytest.mark.django_db
def test_a_bearer_cannot_buy_what_is_counted_by_person() -> None:
    with pytest.raises(BuyerNotNamed):
        buy_paper(make_sets(), None)
    buy_paper(make_sets(sets_per_person=None, programme_sets_per_person=None), None)


@pytest.mark.django_db
def test_a_set_of_paper_is_not_sold_into_a_phone() -> None:
    with pytest.raises(ClaimOtherWay):
        sell_set(make_sets()["paper"], asking(), key="x")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_programme_s_last_set_is_bought_once_at_many_counters() -> None:
    """Each counter sells another kind, so that no wallet and no set is the lock between them."""
    person, kinds = make_tourist(), [make_sets(sets_per_person=None) for _ in range(8)]
    asks = [asking(person) for _ in kinds]
    results = all_at_once(
        lambda number: sell_set(kinds[number]["digital"], asks[number], key=f"k{number}"),
        callers=8,
    )
    assert (len(won(results)), lost(results)) == (4, {PersonCap})
    assert audit_ledger() == []


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_buyer_s_lock_sells_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same sales, each counting before any other commits: the limit of 4 does not hold."""
    person, kinds = make_tourist(), [make_sets(sets_per_person=None) for _ in range(8)]
    asks = [asking(person) for _ in kinds]
    monkeypatch.setattr("tourism.claims.lock_buyer", lambda _person: None)
    all_counted = threading.Barrier(8, timeout=60)

    def sell(number: int) -> Wallet:
        with transaction.atomic():
            made = sell_set(kinds[number]["digital"], asks[number], key=f"k{number}")
            all_counted.wait()
            return made

    assert len(won(all_at_once(sell, callers=8))) > 4
