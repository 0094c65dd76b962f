"""Claims: who may have coupons, how often, and what the ledger says of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from accounts.models import IdentityProof, Person
from accounts.proofs import record_counter_proof
from core.audit import SYSTEM
from core.throttles import TooManyTries
from tests.database_clock import database_at
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    make_money_campaign,
    make_money_shop,
    make_tourist,
    postings_of,
    today,
    yen_in,
)
from tourism.claim_rules import (
    Claimant,
    ClaimCodeNotAccepted,
    ClaimLocked,
    ClaimNotOpen,
    ClaimOtherWay,
    Conditions,
    HouseholdCap,
    NotDrawn,
    NotResident,
    PersonCap,
    ProofNeeded,
    SoldOut,
    TooYoung,
    refusal_to_claim,
)
from tourism.claims import (
    Asking,
    block_wallet,
    claim_by_code,
    claim_by_sign_in,
    sell_set,
)
from tourism.models import AccountKind, Campaign, CapKind, ClaimBy, CouponSet, Grant, StudyArm
from tourism.refusals import BudgetExhausted
from tourism.stays import NotALodging, attest_check_in, make_letter_codes

pytestmark = pytest.mark.django_db
CITY = "202177"


def asking(person: Person | None = None, **override: Any) -> Asking:
    # Each call in a minute of its own, so that only the tests of limits meet them.
    asking.minute += 1  # type: ignore[attr-defined]
    now = datetime.now(UTC) + timedelta(minutes=asking.minute)  # type: ignore[attr-defined]
    good: dict[str, Any] = {"person": person or make_tourist(), "actor": SYSTEM, "now": now}
    return Asking(**(good | override))


asking.minute = 0  # type: ignore[attr-defined]


def letter(campaign: Campaign, household: str = "H1") -> str:
    (made,) = make_letter_codes(campaign, [household], actor=SYSTEM, now=datetime.now(UTC))
    return made.code


def claim(code: str, ask: Asking) -> Any:
    return claim_by_code(code, ask, municipality=CITY)


def test_an_issue_capped_claim_moves_money_and_a_redemption_capped_one_does_not() -> None:
    issue = make_money_campaign(cap=CapKind.ISSUE, per_person_yen=3_000)
    wallet = claim_by_sign_in(issue, asking())
    assert yen_in(issue, AccountKind.WALLET, wallet.pk) == wallet.remaining_yen == 3_000
    assert yen_in(issue, AccountKind.BUDGET) == 997_000
    allowance = make_money_campaign(cap=CapKind.REDEMPTION, per_person_yen=3_000)
    before = postings_of(allowance)
    assert claim_by_sign_in(allowance, asking()).remaining_yen == 3_000
    assert postings_of(allowance) == before


def test_a_person_claims_once_and_asking_again_is_the_same_wallet() -> None:
    campaign, person = make_money_campaign(cap=CapKind.ISSUE), make_tourist()
    first = claim_by_sign_in(campaign, asking(person))
    again = claim_by_sign_in(campaign, asking(person))
    assert (again.pk, again.remaining_yen) == (first.pk, 10_000)
    assert yen_in(campaign, AccountKind.BUDGET) == 990_000


def test_a_proof_that_has_run_out_claims_nothing() -> None:
    campaign, person = make_money_campaign(proof_level_min=2), make_tourist(proof_level=2)
    record_counter_proof(
        person, officer=make_officer(), document="passport", actor=SYSTEM, now=datetime.now(UTC)
    )
    IdentityProof.objects.update(valid_until=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(ProofNeeded):
        claim_by_sign_in(campaign, asking(person))
    IdentityProof.objects.update(valid_until=None)
    assert claim_by_sign_in(campaign, asking(person)).remaining_yen == 10_000


def test_asking_again_on_a_later_day_tells_the_first_claims_last_day() -> None:
    campaign, person = make_money_campaign(valid_days=3), make_tourist()
    first = claim_by_sign_in(campaign, asking(person))
    with database_at(datetime.now(UTC) + timedelta(days=2)):
        assert claim_by_sign_in(campaign, asking(person)).valid_until == first.valid_until


def test_the_last_coupons_of_a_budget_are_given_out_exactly() -> None:
    campaign = make_money_campaign(cap=CapKind.ISSUE, budget_yen=25_000)
    for _ in range(2):
        claim_by_sign_in(campaign, asking())
    before = postings_of(campaign)
    with pytest.raises(BudgetExhausted):
        claim_by_sign_in(campaign, asking())
    assert (postings_of(campaign), campaign.wallets.count()) == (before, 2)


def test_a_letter_is_claimed_once_however_its_code_is_typed() -> None:
    campaign = make_money_campaign(claim_by=ClaimBy.LETTER)
    code, person = letter(campaign), make_tourist()
    typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"
    wallet = claim(typed, asking(person))
    assert claim(code, asking(person)).pk == wallet.pk
    with pytest.raises(ClaimCodeNotAccepted):
        claim(code, asking())


def test_unknown_used_blocked_and_expired_codes_get_one_answer() -> None:
    campaign = make_money_campaign(claim_by=ClaimBy.LETTER)
    blocked, old = letter(campaign), letter(campaign)
    Grant.objects.filter(campaign=campaign).update(state="blocked")
    told = set()
    for code in (blocked, "234567892345", ""):
        with pytest.raises(ClaimCodeNotAccepted) as caught:
            claim(code, asking())
        told.add((caught.value.code, str(caught.value.extra), caught.value.detail))
    Grant.objects.filter(campaign=campaign).update(state="offered")
    with database_at(datetime.now(UTC) + timedelta(days=60)), pytest.raises(ClaimCodeNotAccepted):
        claim(old, asking())
    assert len(told) == 1


def test_ten_wrong_codes_lock_the_eleventh_try_even_with_the_right_code() -> None:
    campaign, person = make_money_campaign(claim_by=ClaimBy.LETTER), make_tourist()
    code = letter(campaign)
    for _ in range(10):
        with pytest.raises(ClaimCodeNotAccepted):
            claim("234567892345", asking(person))
    with pytest.raises(ClaimLocked):
        claim(code, asking(person))
    assert claim(code, asking()).remaining_yen == 10_000  # somebody else may still use it


def test_a_person_claims_three_times_a_minute_at_most() -> None:
    campaign, person = make_money_campaign(), make_tourist()
    one_minute = asking(person)
    for _ in range(3):
        claim_by_sign_in(campaign, one_minute)
    with pytest.raises(TooManyTries):
        claim_by_sign_in(campaign, one_minute)


def test_a_household_claims_no_more_than_its_cap() -> None:
    campaign = make_money_campaign(claim_by=ClaimBy.LETTER, per_household_yen=20_000)
    codes = [letter(campaign, "H7") for _ in range(3)]
    for code in codes[:2]:
        claim(code, asking())
    with pytest.raises(HouseholdCap):
        claim(codes[2], asking())
    claim(letter(campaign, "H8"), asking())


def test_a_person_cannot_gather_the_letters_of_a_household() -> None:
    campaign, person = make_money_campaign(claim_by=ClaimBy.LETTER), make_tourist()
    claim(letter(campaign), asking(person))
    with pytest.raises(PersonCap):
        claim(letter(campaign), asking(person))


def test_each_campaign_is_claimed_in_its_own_way() -> None:
    with pytest.raises(ClaimOtherWay):
        claim_by_sign_in(make_money_campaign(claim_by=ClaimBy.LETTER), asking())


def test_a_stay_is_attested_by_a_lodging_and_by_nobody_else() -> None:
    campaign = make_money_campaign(claim_by=ClaimBy.STAY, valid_days=1, per_person_yen=2_000)
    inn, shop = make_money_shop(kind="lodging"), make_money_shop(kind="retail")
    wanted: dict[str, Any] = {"guests": 2, "nights": 1, "actor": SYSTEM, "now": datetime.now(UTC)}
    with pytest.raises(NotALodging):
        attest_check_in(campaign, place_id=shop.place_id, **wanted)
    codes = attest_check_in(campaign, place_id=inn.place_id, **wanted)
    assert len({one.code for one in codes}) == 2
    wallet = claim(codes[0].code, asking())
    assert (wallet.remaining_yen, wallet.valid_until) == (2_000, today() + timedelta(days=1))


def test_value_that_expired_does_not_live_on_when_new_value_comes() -> None:
    campaign = make_money_campaign(
        cap=CapKind.ISSUE, claim_by=ClaimBy.STAY, valid_days=1, per_person_yen=2_000
    )
    inn, person = make_money_shop(kind="lodging"), make_tourist()

    def stay() -> Any:
        (code,) = attest_check_in(
            campaign, place_id=inn.place_id, guests=1, nights=1, actor=SYSTEM, now=datetime.now(UTC)
        )
        return claim(code.code, asking(person))

    stay()
    with database_at(datetime.now(UTC) + timedelta(days=3)):
        wallet = stay()
    assert (wallet.remaining_yen, wallet.granted_yen) == (2_000, 4_000)
    assert yen_in(campaign, AccountKind.EXPIRED) == 2_000


def make_set(**override: Any) -> CouponSet:
    campaign = make_money_campaign(cap=CapKind.ISSUE, claim_by=ClaimBy.SALE, sets_per_person=2)
    good: dict[str, Any] = {
        "campaign": campaign, "medium": "digital", "price_yen": 10_000, "value_yen": 12_000,
        "sets_total": 3,
    }  # fmt: skip
    return CouponSet.objects.create(**(good | override))


def test_a_set_is_paid_by_its_buyer_and_topped_up_by_the_budget() -> None:
    coupon_set, person = make_set(), make_tourist()
    wallet = sell_set(coupon_set, asking(person), key="till-1")
    again = sell_set(coupon_set, asking(person), key="till-1")
    campaign = coupon_set.campaign
    assert (again.pk, again.remaining_yen, again.sets) == (wallet.pk, 12_000, 1)
    assert yen_in(campaign, AccountKind.BUYER) == -10_000
    assert yen_in(campaign, AccountKind.BUDGET) == 998_000
    assert yen_in(campaign, AccountKind.WALLET, wallet.pk) == 12_000


def test_sets_are_bounded_by_person_and_in_all() -> None:
    coupon_set, person = make_set(), make_tourist()
    for number in range(2):
        sell_set(coupon_set, asking(person), key=f"a{number}")
    with pytest.raises(PersonCap):
        sell_set(coupon_set, asking(person), key="a3")
    sell_set(coupon_set, asking(), key="b1")
    with pytest.raises(SoldOut):
        sell_set(coupon_set, asking(), key="c1")


def test_a_lot_is_drawn_once_and_who_gets_nothing_is_known() -> None:
    campaign = make_money_campaign(hold_out_basis_points=5_000)
    people = [make_tourist() for _ in range(20)]

    def outcome(person: Person) -> bool:
        try:
            claim_by_sign_in(campaign, asking(person))
        except NotDrawn:
            return False
        return True

    first = [outcome(person) for person in people]
    assert [outcome(person) for person in people] == first
    assert StudyArm.objects.filter(campaign=campaign).count() == 20
    assert 0 < sum(first) < 20


def test_a_blocked_wallet_gets_nothing_more() -> None:
    campaign, person = make_money_campaign(claim_by=ClaimBy.LETTER, per_person_yen=20_000), None
    person = make_tourist()
    wallet = claim(letter(campaign), asking(person))
    block_wallet(wallet, reason="ring", actor=SYSTEM, now=datetime.now(UTC))
    with pytest.raises(ClaimCodeNotAccepted):
        claim(letter(campaign), asking(person))


# -- the rule by itself ---------------------------------------------------------------------------

DAY = date(2026, 6, 10)


def refusal(*, claimant: dict[str, Any] | None = None, **condition: Any) -> type[Any] | None:
    conditions: dict[str, Any] = {
        "is_open": True, "starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30),
        "municipality": CITY,
    }  # fmt: skip
    who: dict[str, Any] = {"municipality": CITY, "proof_level": 0}
    day = condition.pop("today", DAY)
    found = refusal_to_claim(
        Conditions(**(conditions | condition)), Claimant(**(who | (claimant or {}))), today=day
    )
    return None if found is None else type(found)


def test_a_campaign_is_claimed_from_its_first_to_its_last_day() -> None:
    assert refusal(today=date(2026, 6, 1)) is refusal(today=date(2026, 6, 30)) is None
    assert refusal(today=date(2026, 5, 31)) is refusal(today=date(2026, 7, 1)) is ClaimNotOpen
    assert refusal(is_open=False) is ClaimNotOpen


def test_residents_are_known_by_proof_or_by_their_letter() -> None:
    assert refusal(is_for_residents=True) is ProofNeeded
    assert refusal(is_for_residents=True, claimant={"proof_level": 1}) is None
    far = {"municipality": "202011", "proof_level": 2}
    assert refusal(is_for_residents=True, claimant=far) is NotResident
    assert refusal(is_for_residents=True, claimant=far | {"has_letter": True}) is None


def test_an_age_is_known_by_proof_and_counted_in_daily_life() -> None:
    assert refusal(age_min=65) is ProofNeeded
    assert refusal(age_min=65, claimant={"birth_date": date(1961, 6, 10)}) is None
    assert refusal(age_min=65, claimant={"birth_date": date(1961, 6, 11)}) is TooYoung


@given(level=st.integers(0, 2), wanted=st.integers(0, 2))
def test_knowing_a_person_better_never_closes_a_campaign(level: int, wanted: int) -> None:
    is_open = refusal(proof_level_min=wanted, claimant={"proof_level": level}) is None
    assert is_open == (level >= wanted)
