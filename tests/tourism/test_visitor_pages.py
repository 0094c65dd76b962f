"""A visitor's coupons on pages, without scripts: seen, claimed, shown, spent, undone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.consents import has_consented
from accounts.models import Membership, Organisation, OrganisationRole, Person, User
from core import privacy
from core.audit import SYSTEM
from places.models import Place
from tests.tourism.campaign_factories import make_officer
from tests.tourism.money_factories import (
    CITY,
    NOW,
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_sale,
    make_tourist,
    make_wallet,
    today,
)
from tourism.coupon_keys import active_signer
from tourism.ledger_audit import audit_ledger
from tourism.models import (
    Campaign,
    Grant,
    PaperCoupon,
    PayoutBatch,
    PendingSale,
    Receipt,
    Redemption,
    Reversal,
    Shop,
    Wallet,
)
from tourism.paper import hand_over
from tourism.paper_codes import paper_code
from tourism.paper_numbers import printed_number
from tourism.paper_sheets import print_sheets
from tourism.redemption import redeem
from tourism.wallet_codes import wallet_code

# Money moves on a connection of its own on PostgreSQL, and pages commit.
pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_money_campaign(tiers=TIERS)


@pytest.fixture
def shop() -> Shop:
    return make_money_shop()


def client_of(person: Person) -> Client:
    client = Client()
    assert person.user is not None
    client.force_login(person.user)
    return client


def clerk_of(shop: Shop, role: OrganisationRole = OrganisationRole.SHOP_CLERK) -> Client:
    """A clerk on their own phone, signed in with a passkey."""
    user = User.objects.create_user(f"clerk{User.objects.count()}@example.org")
    Membership.objects.create(
        organisation=shop.organisation, user=user, role=role, place_id=shop.place_id, valid_from=NOW
    )
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn"}]
    session.save()
    return client


def fields(html: str) -> dict[str, str]:
    """What the first form of a page that spends would send."""
    form = re.search(r"<form[^>]*data-keyed>(.*?)</form>", html, re.DOTALL)
    assert form is not None, html
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1]))


def sale_page(clerk: Client, shop: Shop, wallet: Wallet, bill: str, now: Any) -> dict[str, str]:
    page = clerk.post(
        f"/shop/{shop.pk}/sell/", {"bill_yen": bill, "code": wallet_code(wallet, now=now)}
    )
    assert page.status_code == 200, page.content.decode()
    return fields(page.content.decode())


@pytest.fixture
def now() -> Any:
    return timezone.now()


# -- the tourist -------------------------------------------------------------------------------


def test_a_stranger_sees_the_coupons_and_is_asked_to_sign_in_only_to_claim(
    campaign: Campaign,
) -> None:
    stranger = Client()
    assert "デモ割" in stranger.get("/tourism/coupons/").content.decode()
    page = stranger.get(f"/tourism/coupons/of/{campaign.slug}/").content.decode()
    assert "2,000" in page
    assert "ログインして受けとる" in page
    answer = stranger.post(f"/tourism/coupons/of/{campaign.slug}/claim/")
    assert answer["Location"].startswith("/account/login/")


def test_a_claim_fills_the_wallet_once(campaign: Campaign) -> None:
    tourist = make_tourist()
    client = client_of(tourist)
    for _ in range(2):
        client.post(f"/tourism/coupons/of/{campaign.slug}/claim/")
    assert Wallet.objects.get(person=tourist).remaining_yen == 10_000
    page = client.get("/tourism/wallet/").content.decode()
    assert "使えるクーポン 5種類" in page
    assert "10,000" in page


def test_the_wallet_shows_only_what_the_rest_can_pay(campaign: Campaign) -> None:
    wallet = make_wallet(campaign, yen=600)
    assert wallet.person is not None
    page = client_of(wallet.person).get("/tourism/wallet/").content.decode()
    assert "使えるクーポン 3種類" in page  # 500, 200, 100


def test_a_days_rest_is_said_in_words_when_the_end_is_near(campaign: Campaign) -> None:
    wallet = make_wallet(campaign, valid_until=today() + timedelta(days=7))
    assert wallet.person is not None
    assert "あと7日" in client_of(wallet.person).get("/tourism/wallet/").content.decode()


def test_nobody_opens_anothers_wallet(campaign: Campaign) -> None:
    wallet = make_wallet(campaign)
    other = client_of(make_tourist())
    assert other.get(f"/tourism/wallet/{wallet.pk}/").status_code == 404
    assert other.get(f"/tourism/wallet/{wallet.pk}/code/").status_code == 404


def test_a_code_is_never_kept_by_a_browser(campaign: Campaign) -> None:
    wallet = make_wallet(campaign)
    assert wallet.person is not None
    answer = client_of(wallet.person).get(f"/tourism/wallet/{wallet.pk}/code/")
    assert answer.json()["text"].startswith("CP1:")
    assert "no-store" in answer["Cache-Control"]


# -- the shop reads the tourist ------------------------------------------------------------------


def test_the_clerk_is_offered_the_largest_coupon_that_fits(
    campaign: Campaign, shop: Shop, now: Any
) -> None:
    wallet = make_wallet(campaign)
    form = sale_page(clerk_of(shop), shop, wallet, "2,800円", now)
    assert (form["bill_yen"], form["coupon_yen"]) == ("2800", "500")


def test_pressed_twice_it_is_spent_once(campaign: Campaign, shop: Shop, now: Any) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    form = sale_page(clerk, shop, wallet, "2800", now)
    first = clerk.post(f"/shop/{shop.pk}/take/", form)
    second = clerk.post(f"/shop/{shop.pk}/take/", form)
    assert first["Location"] == second["Location"]
    assert Redemption.objects.filter(wallet=wallet).count() == 1
    wallet.refresh_from_db()
    assert wallet.remaining_yen == 9_500


def test_the_script_gets_the_same_answer_as_json(campaign: Campaign, shop: Shop, now: Any) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    form = sale_page(clerk, shop, wallet, "2800", now)
    asked = {"Accept": "application/json"}
    first = clerk.post(f"/shop/{shop.pk}/take/", form, headers=asked).json()
    again = clerk.post(f"/shop/{shop.pk}/take/", form, headers=asked).json()
    assert first == again
    assert first["next"].startswith(f"/shop/{shop.pk}/sales/")
    refused = clerk.post(f"/shop/{shop.pk}/take/", form | {"key": "k2"}, headers=asked)
    assert refused.status_code == 422
    assert refused.json()["code"] == "coupon-code-used"


def test_the_shop_undoes_it_today_and_the_rest_comes_back(
    campaign: Campaign, shop: Shop, now: Any
) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    there = clerk.post(f"/shop/{shop.pk}/take/", sale_page(clerk, shop, wallet, "2800", now))
    address = there["Location"]
    assert "取り消す" in clerk.get(address).content.decode()
    clerk.post(f"{address}undo/")
    page = clerk.get(address).content.decode()
    assert "クーポンは、お客さまにもどりました。" in page
    assert "2,800<small>円</small>" in page
    wallet.refresh_from_db()
    assert wallet.remaining_yen == 10_000
    assert "きょうは 0回" in clerk.get(f"/shop/{shop.pk}/").content.decode()


def test_the_day_adds_up(campaign: Campaign, shop: Shop, now: Any) -> None:
    clerk = clerk_of(shop)
    for bill in ("2800", "5000"):
        wallet = make_wallet(campaign)
        clerk.post(f"/shop/{shop.pk}/take/", sale_page(clerk, shop, wallet, bill, now))
    page = clerk.get(f"/shop/{shop.pk}/").content.decode()
    assert "きょうは 2回" in page
    assert "1,500円" in page
    assert "7,800円" in page


def test_a_mailbox_alone_moves_no_money(campaign: Campaign, shop: Shop, now: Any) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    form = sale_page(clerk, shop, wallet, "2800", now)
    session = clerk.session
    session["account_authentication_methods"] = [{"method": "code"}]
    session.save()
    clerk.post(f"/shop/{shop.pk}/take/", form)
    assert not Redemption.objects.exists()


def test_another_shops_clerk_finds_no_such_shop(campaign: Campaign, shop: Shop) -> None:
    stranger = clerk_of(make_money_shop(organisation=Organisation.objects.create(
        municipality=CITY, name="ほかの店", kind="shop"
    )))  # fmt: skip
    for page in ("", "sell/", "poster/"):
        assert stranger.get(f"/shop/{shop.pk}/{page}").status_code == 404


@pytest.mark.parametrize("bill", ["", "0", "-5", "12.5", "99999999"])
def test_a_bill_that_is_none_keeps_the_input_and_says_so(shop: Shop, bill: str) -> None:
    page = clerk_of(shop).post(f"/shop/{shop.pk}/sell/", {"bill_yen": bill, "code": "CP1:X"})
    assert page.status_code == 422
    assert not Redemption.objects.exists()


# -- the tourist reads the shop ------------------------------------------------------------------


def test_the_poster_leads_to_a_sale_that_the_shop_confirms(campaign: Campaign, shop: Shop) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    assert wallet.person is not None
    tourist = client_of(wallet.person)
    assert f"/tourism/pay/{shop.pk}/" not in clerk.get(f"/shop/{shop.pk}/").content.decode()
    page = tourist.post(f"/tourism/pay/{shop.pk}/", {"bill_yen": "2800"}).content.decode()
    assert "あなたが払う" in page
    form = fields(page)
    waits = [tourist.post(f"/tourism/pay/{shop.pk}/ask/", form)["Location"] for _ in range(2)]
    assert waits[0] == waits[1]
    pending = PendingSale.objects.get()
    assert str(pending.number) in clerk.get(f"/shop/{shop.pk}/").content.decode()
    clerk.post(f"/shop/{shop.pk}/waiting/{pending.pk}/confirm/")
    clerk.post(f"/shop/{shop.pk}/waiting/{pending.pk}/confirm/")
    assert Redemption.objects.filter(wallet=wallet).count() == 1
    assert "使いました" in tourist.get(waits[0]).content.decode()


def test_the_poster_s_page_says_what_can_be_used_here_today(shop: Shop) -> None:
    """The holder of two coupons: one is used up at this shop today, and says so before the bill."""
    campaign = make_money_campaign(tiers=TIERS, uses_per_shop_and_day=2)
    other = make_money_campaign(name={"ja": "湯めぐり"}, uses_per_day=1)
    wallet = make_wallet(campaign)
    tourist, pay = client_of(wallet.person), f"/tourism/pay/{shop.pk}/"  # type: ignore[arg-type]
    redeem(make_sale(make_wallet(other, person=wallet.person), make_money_shop(), coupon_yen=1))
    page = tourist.get(pay).content.decode()
    assert "このお店では、きょう あと2回" in page
    assert "今日使える回数は終わりました。あしたから、また使えます。" in page
    redeem(make_sale(wallet, shop))
    assert "これが最後です" in tourist.post(pay, {"bill_yen": "2800"}).content.decode()
    redeem(make_sale(wallet, shop))
    page = tourist.get(pay).content.decode()
    assert "このお店で、いま使えるクーポンはありません" in page
    assert "このお店では、今日はもう使えません。あしたから、また使えます。" in page
    assert "<form method" not in page.partition("<h1>")[2].partition("</main>")[0]


def test_who_holds_two_coupons_is_told_which_one_pays(campaign: Campaign, shop: Shop) -> None:
    wallet = make_wallet(campaign)
    assert wallet.person is not None
    other = make_money_campaign(tiers=TIERS, name={"ja": "湯めぐり"})
    tourist, pay = client_of(wallet.person), f"/tourism/pay/{shop.pk}/"
    assert "デモ割" not in tourist.post(pay, {"bill_yen": "2800"}).content.decode()
    second = make_wallet(other, person=wallet.person)
    chosen = {"bill_yen": "2800", "coupon_yen": "200", "wallet": str(second.pk)}
    page = tourist.post(pay, chosen).content.decode()
    assert fields(page)["wallet"] == str(second.pk)
    assert "湯めぐり" in page.partition("<h1")[0]
    assert "500円 デモ割" in page


def test_a_coupon_used_up_today_is_refused_before_the_shop_is_asked(shop: Shop) -> None:
    """Its bill was open in another window while the last use of the day went."""
    campaign = make_money_campaign(tiers=TIERS, uses_per_shop_and_day=1)
    wallet = make_wallet(campaign)
    tourist, pay = client_of(wallet.person), f"/tourism/pay/{shop.pk}/"  # type: ignore[arg-type]
    form = fields(tourist.post(pay, {"bill_yen": "2800"}).content.decode())
    redeem(make_sale(wallet, shop))
    page = tourist.post(f"{pay}ask/", form, follow=True).content.decode()
    assert "このお店では、今日はもう使えません" in page
    assert not PendingSale.objects.exists()
    bill = {"bill_yen": "2800", "code": wallet_code(wallet, now=timezone.now())}
    till = clerk_of(shop).post(f"/shop/{shop.pk}/sell/", bill)
    assert (till.status_code, "今日はもう使えません" in till.content.decode()) == (422, True)


def ask_by_poster(campaign: Campaign, shop: Shop) -> tuple[Client, str]:
    """The page on which a tourist waits for the shop."""
    wallet = make_wallet(campaign)
    assert wallet.person is not None
    tourist = client_of(wallet.person)
    form = fields(tourist.post(f"/tourism/pay/{shop.pk}/", {"bill_yen": "2800"}).content.decode())
    return tourist, tourist.post(f"/tourism/pay/{shop.pk}/ask/", form)["Location"]


def test_a_tourist_stops_a_poster_sale_until_the_shop_has_confirmed(
    campaign: Campaign, shop: Shop
) -> None:
    clerk = clerk_of(shop)
    tourist, there = ask_by_poster(campaign, shop)
    assert "使うのをやめる" in tourist.get(there).content.decode()
    for _tap in range(2):
        tourist.post(f"{there}cancel/")
    assert "やめました" in tourist.get(there).content.decode()
    page = clerk.post(f"/shop/{shop.pk}/waiting/{PendingSale.objects.get().pk}/confirm/",
                      follow=True).content.decode()  # fmt: skip
    assert "お客さんがやめました" in page
    assert "waiting/" not in page
    assert not Redemption.objects.exists()


def test_what_the_shop_has_confirmed_is_not_stopped_any_more(
    campaign: Campaign, shop: Shop
) -> None:
    clerk = clerk_of(shop)
    tourist, there = ask_by_poster(campaign, shop)
    clerk.post(f"/shop/{shop.pk}/waiting/{PendingSale.objects.get().pk}/confirm/")
    page = tourist.post(f"{there}cancel/", follow=True).content.decode()
    assert "お店がもう確認したので、やめられません" in page
    assert "使いました" in page
    assert Redemption.objects.count() == 1


def test_a_stranger_cannot_stop_a_sale(campaign: Campaign, shop: Shop) -> None:
    _tourist, there = ask_by_poster(campaign, shop)
    stranger = make_wallet(campaign).person
    assert stranger is not None
    assert client_of(stranger).post(f"{there}cancel/").status_code == 404
    assert PendingSale.objects.get().state == "waiting"


def test_a_reversal_asks_first_what_goes_back_to_whom(campaign: Campaign, shop: Shop) -> None:
    clerk, wallet = clerk_of(shop), make_wallet(campaign)
    sold = redeem(make_sale(wallet, shop, bill_yen=2_800))
    there = f"/shop/{shop.pk}/sales/{sold.redemption_id}/"
    assert f'href="{there}undo/"' in clerk.get(there).content.decode()
    page = clerk.get(f"{there}undo/").content.decode()
    assert "お客さまにもどるクーポン" in page
    assert "お店が市から受けとる分" in page
    assert not Reversal.objects.exists()  # to ask moves nothing
    clerk.post(f"{there}undo/")
    assert Reversal.objects.count() == 1
    assert clerk.get(f"{there}undo/")["Location"] == there  # nothing is left to ask


def test_after_the_freeze_no_page_offers_the_shop_a_reversal(
    campaign: Campaign, shop: Shop
) -> None:
    clerk = clerk_of(shop)
    sold = redeem(make_sale(make_wallet(campaign), shop))
    there = f"/shop/{shop.pk}/sales/{sold.redemption_id}/"
    PayoutBatch.objects.create(
        campaign=campaign, number=1, cut_at=sold.at + timedelta(seconds=1), pay_on=today(),
        made_by=make_officer(), made_at=sold.at,
    )  # fmt: skip
    assert "undo/" not in clerk.get(there).content.decode()


def test_a_refused_sale_spends_nothing(campaign: Campaign, shop: Shop) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    assert wallet.person is not None
    tourist = client_of(wallet.person)
    form = fields(tourist.post(f"/tourism/pay/{shop.pk}/", {"bill_yen": "2800"}).content.decode())
    there = tourist.post(f"/tourism/pay/{shop.pk}/ask/", form)["Location"]
    clerk.post(f"/shop/{shop.pk}/waiting/{PendingSale.objects.get().pk}/refuse/")
    assert "お店がことわりました" in tourist.get(there).content.decode()
    assert not Redemption.objects.exists()


def test_what_a_shop_cannot_take_ends_on_both_pages(campaign: Campaign, shop: Shop) -> None:
    wallet, clerk = make_wallet(campaign), clerk_of(shop)
    assert wallet.person is not None
    tourist = client_of(wallet.person)
    form = fields(tourist.post(f"/tourism/pay/{shop.pk}/", {"bill_yen": "2800"}).content.decode())
    there = tourist.post(f"/tourism/pay/{shop.pk}/ask/", form)["Location"]
    Wallet.objects.filter(pk=wallet.pk).update(remaining_yen=0)
    clerk.post(f"/shop/{shop.pk}/waiting/{PendingSale.objects.get().pk}/confirm/")
    assert "お店がことわりました" in tourist.get(there).content.decode()
    assert "waiting/" not in clerk.get(f"/shop/{shop.pk}/").content.decode()
    assert not Redemption.objects.exists()


# -- the lodging ---------------------------------------------------------------------------------


def test_a_lodging_attests_who_stands_there_and_the_guest_claims_the_code() -> None:
    make_money_campaign(tiers=TIERS, claim_by="stay", slug="stay")
    house = make_money_shop(kind="lodging")
    desk = clerk_of(house, OrganisationRole.LODGING_CLERK)
    campaign = Campaign.objects.get(slug="stay")
    asked = {"house": house.pk, "campaign": campaign.pk, "guests": 2, "nights": 1}
    assert desk.post("/lodging/", asked).status_code == 422  # nobody stands there
    page = desk.post("/lodging/", asked | {"is_here": "on"}).content.decode()
    codes = re.findall(r"<b>(\w{4} \w{4} \w{4})</b>", page)
    assert (len(codes), Grant.objects.count()) == (2, 2)
    guest = make_tourist()
    client_of(guest).post("/tourism/coupons/code/", {"code": codes[0].lower()})
    assert Wallet.objects.get(person=guest).remaining_yen == 10_000
    other = client_of(make_tourist()).post("/tourism/coupons/code/", {"code": codes[0]})
    assert other.status_code == 422


# -- the count -----------------------------------------------------------------------------------


def test_answering_is_consenting_and_receipts_follow(campaign: Campaign, shop: Shop) -> None:
    wallet = make_wallet(campaign)
    tourist = wallet.person
    assert tourist is not None
    client = client_of(tourist)
    bill = {"shop": shop.pk, "bill_yen": "3000", "spent_on": today().isoformat()}
    client.post("/tourism/coupons/receipts/", bill)
    assert not Receipt.objects.exists()  # nobody consented yet
    said = {"origin": "kanto", "age_band": "30-39", "party": "family"}
    assert client.post("/tourism/coupons/count/", said).status_code == 422
    client.post("/tourism/coupons/count/", said | {"consents": "on"})
    assert has_consented(tourist.pk, "insight")
    client.post("/tourism/coupons/receipts/", bill)
    client.post("/tourism/coupons/receipts/", bill | {"spent_on": "2099-01-01"})
    assert Receipt.objects.get().bill_yen == 3_000


def test_shops_are_found_by_name(shop: Shop) -> None:
    Place.objects.filter(pk=shop.place_id).update(name="デモ食堂 中込")
    assert "デモ食堂" in Client().get("/tourism/coupons/shops/?q=中込").content.decode()
    assert "デモ食堂" not in Client().get("/tourism/coupons/shops/?q=岩村田").content.decode()


# -- who has just signed up ----------------------------------------------------------------------


def test_a_tourist_who_just_signed_up_claims_at_once(campaign: Campaign) -> None:
    user = User.objects.create_user("new@example.org")
    client = Client()
    client.force_login(user)
    there = f"/tourism/coupons/of/{campaign.slug}/claim/"
    first = client.post(there)
    assert (first.status_code, first["Location"]) == (307, there)  # the browser asks again
    client.post(there)
    assert Wallet.objects.get(person__user=user).remaining_yen == 10_000


def test_my_page_says_what_is_left(campaign: Campaign) -> None:
    wallet = make_wallet(campaign, yen=600)
    assert wallet.person is not None
    page = client_of(wallet.person).get("/my/").content.decode()
    assert "使えるクーポン 3種類" in page
    assert "のこり 600円" in page
    assert "使えるクーポン" not in client_of(make_tourist()).get("/my/").content.decode()


# -- what is kept of a person --------------------------------------------------------------------


def test_answers_are_given_out_and_erased_with_the_person(campaign: Campaign, shop: Shop) -> None:
    wallet = make_wallet(campaign)
    assert wallet.person is not None
    client = client_of(wallet.person)
    said = {"origin": "kanto", "age_band": "30-39", "party": "family", "consents": "on"}
    client.post("/tourism/coupons/count/", said)
    client.post(
        "/tourism/coupons/receipts/",
        {"shop": shop.pk, "bill_yen": "3000", "spent_on": today().isoformat()},
    )
    holding = next(one for one in privacy.holdings() if one.name == "visitor-answers")
    kept: Any = holding.export(wallet.person.pk)
    assert kept["profiles"][0]["origin"] == "kanto"
    assert kept["receipts"][0]["bill_yen"] == 3_000
    holding.erase(wallet.person.pk, NOW)
    assert holding.export(wallet.person.pk) == {"profiles": [], "receipts": []}


# -- paper ---------------------------------------------------------------------------------------


def make_paper_text(campaign: Campaign) -> str:
    """One handed coupon of a sheet, as its QR says it."""
    officer = make_officer()
    campaign.has_paper = True
    campaign.save()
    sheet = print_sheets(campaign, count=1, printed_by=officer, actor=SYSTEM, now=NOW)[0]
    hand_over(sheet, handed_by=officer, actor=SYSTEM, now=NOW)
    coupon = sheet.coupons.order_by("number").first()
    assert coupon is not None
    return paper_code(coupon.pk, municipality=CITY, signer=active_signer(CITY, now=NOW))


def test_a_paper_coupon_is_taken_whole_and_once(shop: Shop) -> None:
    campaign = make_money_campaign(cap="issue", unit_yen=500)
    text, clerk = make_paper_text(campaign), clerk_of(shop)
    page = clerk.post(f"/shop/{shop.pk}/sell/", {"bill_yen": "2800", "code": text})
    html = page.content.decode()
    assert "紙のクーポンは、1枚を全部 使います。" in html
    form = fields(html)
    first = clerk.post(f"/shop/{shop.pk}/take/", form)
    second = clerk.post(f"/shop/{shop.pk}/take/", form)
    assert first["Location"] == second["Location"]
    sale = Redemption.objects.get()
    assert (sale.way, sale.coupon_yen) == ("paper", int(form["coupon_yen"]))
    again = clerk.post(f"/shop/{shop.pk}/take/", form | {"key": "another"})
    assert again["Location"] == f"/shop/{shop.pk}/sell/"
    assert Redemption.objects.count() == 1


def test_without_a_camera_the_printed_number_takes_a_paper_coupon_once(shop: Shop) -> None:
    make_paper_text(make_money_campaign(cap="issue", unit_yen=500))
    coupon = PaperCoupon.objects.select_related("sheet").get(number=1)
    typed = printed_number(coupon.sheet.serial, 1).lower().replace("-", " ")
    clerk = clerk_of(shop)
    page = clerk.post(f"/shop/{shop.pk}/sell/", {"bill_yen": "2800", "code": typed})
    form = fields(page.content.decode())
    for _tap in range(2):
        clerk.post(f"/shop/{shop.pk}/take/", form)
    assert Redemption.objects.get().way == "paper"
    again = clerk.post(f"/shop/{shop.pk}/sell/", {"bill_yen": "2800", "code": typed})
    assert "この紙のクーポンは使えません" in again.content.decode()
    assert audit_ledger() == []


def test_a_bill_too_small_for_the_paper_is_told_before_anybody_is_asked(shop: Shop) -> None:
    text = make_paper_text(make_money_campaign(cap="issue", tiers=TIERS))
    page = clerk_of(shop).post(f"/shop/{shop.pk}/sell/", {"bill_yen": "499", "code": text})
    assert page.status_code == 422
    assert "この会計で使えるクーポンはありません" in page.content.decode()
