"""Paper sheets: printed, handed over, used coupon by coupon, void, expired; each yen accounted."""

import re
import subprocess
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Person
from core.audit import SYSTEM
from core.idempotency import KeyReused
from jp.clock import JST
from tests.tourism.campaign_factories import (
    CITY,
    make_officer,
    make_plan,
    make_reviewed,
    make_shop,
)
from tests.tourism.clock import SetClock, set_clock
from tests.tourism.money_factories import make_tourist
from tourism import ledger
from tourism.campaign_life import schedule_campaign
from tourism.campaign_plan import CampaignPlan, FundingPlan, SetPlan
from tourism.claim_rules import PersonCap
from tourism.claims import Asking, block_wallet, claim_by_sign_in
from tourism.coupon_keys import active_signer
from tourism.ledger_audit import audit_ledger
from tourism.models import (
    AccountKind,
    Campaign,
    PaperCoupon,
    PaperSheet,
    PaperState,
    SheetState,
    Shop,
    ShopState,
    Wallet,
)
from tourism.paper import (
    PaperNotAccepted,
    PaperSale,
    SheetStateWrong,
    expire_paper,
    hand_over,
    use_paper,
    void_sheet,
)
from tourism.paper_codes import paper_code
from tourism.paper_counter import PaperNothingLeft, give_sheet, replace_sheet
from tourism.paper_printing import render_sheets
from tourism.paper_sheets import FacesBad, NoPaper, TooMany, default_faces, print_sheets
from tourism.refusals import (
    BadAmount,
    BudgetExhausted,
    CodeUnreadable,
    KeyMissing,
    ShopNotActive,
    ShopNotInCampaign,
    WalletExpired,
)
from tourism.shop_life import change_shop

__all__ = ["set_clock"]
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 4, 12, 0, tzinfo=JST)


@pytest.fixture(autouse=True)
def first_day(set_clock: SetClock) -> None:
    set_clock(NOW)


def make_paper_plan(**override: Any) -> CampaignPlan:
    """Like がんばろう佐久: 3,000 yen in coupons of 500."""
    good: dict[str, Any] = {
        "cap": "issue", "budget_yen": 30_000, "per_person_yen": 3_000, "unit_yen": 500,
        "rate_basis_points": None, "tiers": (), "has_app": False, "has_paper": True,
    }  # fmt: skip
    return make_plan(**(good | override))


def make_open(**override: Any) -> Campaign:
    campaign = make_reviewed(make_paper_plan(**override))
    return schedule_campaign(campaign, actor=SYSTEM, now=NOW)


def print_one(campaign: Campaign, **more: Any) -> PaperSheet:
    return print_sheets(
        campaign, count=1, printed_by=make_officer(), actor=SYSTEM, now=NOW, **more
    )[0]


def hand(sheet: PaperSheet, **more: Any) -> PaperSheet:
    return hand_over(sheet, handed_by=make_officer(), actor=SYSTEM, now=NOW, **more)


def code_of(coupon: PaperCoupon) -> str:
    return paper_code(coupon.pk, municipality=CITY, signer=active_signer(CITY, now=NOW))


def use(coupon: PaperCoupon, shop: Shop, *, bill: int = 800, key: str = "k1", **more: Any) -> Any:
    sale: dict[str, Any] = {
        "text": code_of(coupon), "shop_id": shop.pk, "device_id": shop.pk, "key": key,
        "bill_yen": bill,
    }  # fmt: skip
    return use_paper(PaperSale(**(sale | more)), municipality=CITY)


def yen(campaign: Campaign, kind: AccountKind, ref: Any = None) -> int:
    return ledger.balance_yen(campaign.pk, kind, ref)


def test_a_sheet_is_worth_nothing_before_it_is_handed_over() -> None:
    campaign, shop = make_open(), make_shop()
    sheet = print_one(campaign)
    assert [coupon.face_yen for coupon in sheet.coupons.all()] == [500] * 6
    assert yen(campaign, AccountKind.BUDGET) == 30_000
    with pytest.raises(PaperNotAccepted):
        use(sheet.coupons.all()[0], shop)
    hand(sheet)
    assert yen(campaign, AccountKind.WALLET, sheet.pk) == 3_000
    assert yen(campaign, AccountKind.BUDGET) == 27_000
    with pytest.raises(SheetStateWrong):
        hand(sheet)


def test_a_coupon_is_used_once_whole_and_a_retry_gets_the_same_answer() -> None:
    campaign, shop, other = make_open(), make_shop(), make_shop()
    coupon = hand(print_one(campaign)).coupons.all()[0]
    first = use(coupon, shop)
    assert (first.coupon_yen, first.to_pay_yen) == (500, 300)
    assert use(coupon, shop) == first
    with pytest.raises(KeyReused):
        use(coupon, shop, bill=900)
    with pytest.raises(PaperNotAccepted):
        use(coupon, other, key="k2", device_id=other.pk)
    assert ledger.shop_payable(campaign.pk, shop.pk) == 500
    assert ledger.shop_payable(campaign.pk, other.pk) == 0


def test_no_change_is_given() -> None:
    coupon = hand(print_one(make_open())).coupons.all()[0]
    with pytest.raises(BadAmount):
        use(coupon, make_shop(), bill=499)


@pytest.mark.parametrize("text", ["", "CP1:", "CP1:ABC", "HELLO", "CP1:" + "A" * 2_000])
def test_what_the_city_never_made_is_unreadable(text: str) -> None:
    coupon = hand(print_one(make_open())).coupons.all()[0]
    with pytest.raises(CodeUnreadable):
        use(coupon, make_shop(), text=text)


def test_a_signed_number_that_is_no_coupon_gets_the_answer_of_a_used_one() -> None:
    shop = make_shop()
    text = paper_code(uuid4(), municipality=CITY, signer=active_signer(CITY, now=NOW))
    coupon = hand(print_one(make_open())).coupons.all()[0]
    with pytest.raises(PaperNotAccepted):
        use(coupon, shop, text=text)


def test_shops_that_do_not_take_part_are_refused() -> None:
    campaign = make_open(local_shops_only=True)
    coupon = hand(print_one(campaign)).coupons.all()[0]
    with pytest.raises(ShopNotInCampaign):
        use(coupon, make_shop(is_local=False))
    shop = change_shop(make_shop(), ShopState.SUSPENDED, reason="x", actor=SYSTEM, now=NOW)
    with pytest.raises(ShopNotActive):
        use(coupon, shop)


def test_a_lost_sheet_is_void_and_what_was_not_used_goes_back() -> None:
    campaign, shop = make_open(), make_shop()
    sheet = hand(print_one(campaign))
    first, second = sheet.coupons.all()[:2]
    use(first, shop)
    void_sheet(sheet, reason="なくした", void_by=make_officer(), actor=SYSTEM, now=NOW)
    with pytest.raises(PaperNotAccepted):
        use(second, shop, key="k2")
    assert yen(campaign, AccountKind.BUDGET) == 29_500
    assert yen(campaign, AccountKind.WALLET, sheet.pk) == 0
    with pytest.raises(SheetStateWrong):
        void_sheet(sheet, reason="x", void_by=make_officer(), actor=SYSTEM, now=NOW)


def test_a_coupon_is_good_to_the_last_second_of_its_last_day(set_clock: SetClock) -> None:
    campaign, shop = make_open(), make_shop()
    sheet = hand(print_one(campaign))
    first, second = sheet.coupons.all()[:2]
    set_clock(datetime(2027, 1, 31, 23, 59, 50, tzinfo=JST))
    use(first, shop)
    set_clock(datetime(2027, 2, 1, 0, 0, 1, tzinfo=JST))
    with pytest.raises(WalletExpired):
        use(second, shop, key="k2")


def test_expiry_moves_what_is_left_once(set_clock: SetClock) -> None:
    campaign, shop = make_open(), make_shop()
    sheet = hand(print_one(campaign))
    use(sheet.coupons.all()[0], shop)
    assert expire_paper(campaign) == 0
    set_clock(datetime(2027, 2, 1, 3, 0, tzinfo=JST))
    assert expire_paper(campaign) == 1
    assert expire_paper(campaign) == 0
    assert yen(campaign, AccountKind.EXPIRED) == 2_500
    assert set(sheet.coupons.values_list("state", flat=True)) == {
        PaperState.USED,
        PaperState.EXPIRED,
    }


def test_a_sold_sheet_is_paid_by_its_buyer_and_the_premium_by_the_budget() -> None:
    campaign = make_open(
        claim_by="sale", budget_yen=20_000, per_person_yen=12_000,
        sets=(SetPlan(medium="paper", price_yen=10_000, value_yen=12_000, sets_total=10),),
        funding=(FundingPlan(name="市", amount_yen=20_000),),
    )  # fmt: skip
    sheet = hand(print_one(campaign))
    assert len(sheet.coupons.all()) == 24
    assert yen(campaign, AccountKind.BUYER) == -10_000
    assert yen(campaign, AccountKind.BUDGET) == 18_000
    assert yen(campaign, AccountKind.WALLET, sheet.pk) == 12_000


def test_a_person_gets_one_sheet() -> None:
    campaign, person = make_open(), uuid4()
    hand(print_one(campaign), person_id=person)
    second = print_one(campaign)
    with pytest.raises(PersonCap):
        hand(second, person_id=person)
    assert PaperSheet.objects.get(pk=second.pk).state == SheetState.PRINTED


def test_the_budget_bounds_what_is_handed_over() -> None:
    campaign = make_open(budget_yen=6_000)
    hand(print_one(campaign))
    hand(print_one(campaign))
    third = print_one(campaign)
    with pytest.raises(BudgetExhausted):
        hand(third)
    assert PaperSheet.objects.get(pk=third.pk).state == SheetState.PRINTED


@pytest.mark.parametrize(
    "faces", [[500] * 5, [500] * 7, [250] * 12, [3_000, 0], [-500] + [500] * 7]
)
def test_faces_that_do_not_add_up_are_not_printed(faces: list[int]) -> None:
    with pytest.raises(FacesBad):
        print_one(make_open(), faces=faces)
    assert not PaperSheet.objects.exists()


def test_a_campaign_without_paper_prints_none_and_a_print_is_bounded() -> None:
    with pytest.raises(NoPaper):
        print_one(make_open(has_paper=False, has_app=True))
    with pytest.raises(TooMany):
        print_sheets(make_open(), count=501, printed_by=make_officer(), actor=SYSTEM, now=NOW)


def test_with_tiers_the_coupons_of_a_sheet_are_tiers() -> None:
    campaign = make_reviewed(make_plan(has_paper=True, per_person_yen=10_000))
    assert default_faces(campaign, value_yen=10_000) == [500] * 20


def test_a_sheet_prints_as_a_tagged_pdf() -> None:
    sheet = print_one(make_open())
    pdf = render_sheets([sheet], now=NOW + timedelta(minutes=1))
    assert pdf.startswith(b"%PDF")
    assert b"/MarkInfo" in pdf or len(pdf) > 10_000


def test_twelve_large_coupons_fill_one_page_and_no_second() -> None:
    sheet = print_one(make_open(per_person_yen=6_000))
    assert sheet.coupons.count() == 12
    pdf = render_sheets([sheet], now=NOW + timedelta(minutes=1))
    info = subprocess.run(["pdfinfo", "-"], input=pdf, check=True, capture_output=True).stdout
    assert re.search(rb"Pages: +1\n", info)


def give(campaign: Campaign, person: Person, *, key: str = "one") -> PaperSheet:
    return give_sheet(
        campaign, person_id=person.pk, key=key, given_by=make_officer(), actor=SYSTEM, now=NOW
    )


def replaced(sheet: PaperSheet) -> PaperSheet:
    return replace_sheet(sheet, given_by=make_officer(), actor=SYSTEM, now=NOW)


def test_a_second_tap_at_the_counter_gives_the_same_sheet() -> None:
    campaign, person = make_open(), make_tourist()
    first = give(campaign, person)
    assert give(campaign, person) == first
    with pytest.raises(PersonCap):
        give(campaign, person, key="two")
    assert PaperSheet.objects.count() == 1
    assert yen(campaign, AccountKind.BUDGET) == 27_000
    with pytest.raises(KeyMissing):
        give(campaign, make_tourist(), key="")


def test_the_rest_of_a_lost_sheet_moves_to_a_new_one_once_and_the_old_one_is_dead() -> None:
    campaign, shop, person = make_open(), make_shop(), make_tourist()
    lost = give(campaign, person)
    first, second = lost.coupons.all()[:2]
    use(first, shop)
    new = replaced(lost)
    assert replaced(lost) == new
    assert (new.value_yen, new.person_id, new.state) == (2_500, person.pk, SheetState.HANDED)
    with pytest.raises(PaperNotAccepted):
        use(second, shop, key="k2")
    assert use(first, shop).coupon_yen == 500  # the retry of what was sold gets its answer
    assert use(new.coupons.all()[0], shop, key="k3").coupon_yen == 500
    assert yen(campaign, AccountKind.BUDGET) == 27_000
    assert yen(campaign, AccountKind.WALLET, lost.pk) == 0
    assert yen(campaign, AccountKind.WALLET, new.pk) == 2_000
    assert ledger.shop_payable(campaign.pk, shop.pk) == 1_000
    assert audit_ledger() == []


def test_losing_a_used_sheet_gives_nobody_a_second_one() -> None:
    campaign, shop, person = make_open(), make_shop(), make_tourist()
    lost = give(campaign, person)
    use(lost.coupons.all()[0], shop)
    void_sheet(lost, reason="x", void_by=make_officer(), actor=SYSTEM, now=NOW)
    with pytest.raises(PersonCap):
        give(campaign, person, key="two")
    other = make_tourist()
    unused = give(campaign, other)
    void_sheet(unused, reason="x", void_by=make_officer(), actor=SYSTEM, now=NOW)
    assert give(campaign, other, key="two") != unused


def test_nothing_left_blocked_or_over_is_not_moved(set_clock: SetClock) -> None:
    campaign, shop = make_open(budget_yen=60_000, per_person_yen=500), make_shop()
    spent = give(campaign, make_tourist())
    use(spent.coupons.get(), shop)
    with pytest.raises(PaperNothingLeft):
        replaced(spent)
    stopped = give(campaign, make_tourist())
    block_wallet(Wallet.objects.get(pk=stopped.pk), reason="x", actor=SYSTEM, now=NOW)
    with pytest.raises(PaperNotAccepted):
        use(stopped.coupons.get(), shop, key="k2")
    with pytest.raises(SheetStateWrong):
        replaced(stopped)
    late = give(campaign, make_tourist())
    set_clock(datetime(2027, 2, 1, 0, 0, 1, tzinfo=JST))
    with pytest.raises(WalletExpired):
        replaced(late)


def test_whoever_has_it_on_the_phone_gets_none_on_paper_and_the_other_way_round() -> None:
    campaign = make_open(has_app=True, claim_by="sign_in")
    on_phone, on_paper = make_tourist(), make_tourist()
    claim_by_sign_in(campaign, Asking(person=on_phone, actor=SYSTEM, now=NOW))
    with pytest.raises(PersonCap):
        give(campaign, on_phone)
    give(campaign, on_paper)
    with pytest.raises(PersonCap):
        claim_by_sign_in(campaign, Asking(person=on_paper, actor=SYSTEM, now=NOW))


def test_a_moved_set_keeps_its_share_of_the_price() -> None:
    campaign = make_open(
        claim_by="sale", budget_yen=20_000, per_person_yen=12_000, sets_per_person=1,
        sets=(SetPlan(medium="paper", price_yen=10_000, value_yen=12_000, sets_total=10),),
        funding=(FundingPlan(name="市", amount_yen=20_000),),
    )  # fmt: skip
    person = make_tourist()
    lost = give(campaign, person)
    use(lost.coupons.all()[0], make_shop())
    new = replaced(lost)
    assert (new.value_yen, new.price_yen) == (11_500, 9_584)
    with pytest.raises(PersonCap):
        give(campaign, person, key="two")


@pytest.mark.parametrize("value", [6_000, 10_000], ids=["large", "twenty on a page"])
def test_a_printed_code_is_square_because_no_till_reads_a_stretched_one(value: int) -> None:
    pdf = render_sheets([print_one(make_open(per_person_yen=value))], now=NOW)
    listed = subprocess.run(["pdfimages", "-list", "-"], input=pdf, check=True, capture_output=True)
    pictures = [line.split() for line in listed.stdout.decode().splitlines()[2:]]
    assert len(pictures) == value // 500
    assert all(picture[12] == picture[13] for picture in pictures)  # dots an inch, both ways
