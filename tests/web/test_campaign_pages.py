"""Staff run a campaign by pages: form, second person, shops, settlement; owners keep a shop."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.clerk_pins import clerks_of
from accounts.models import ClerkPin, Device, Role, User
from core.audit import SYSTEM
from tests.tourism.campaign_factories import (
    NOW,
    make_bank,
    make_officer,
    make_plan,
    make_reviewed,
    make_shop,
)
from tests.tourism.money_factories import make_sale, make_wallet
from tests.tourism.zengin_parser import read_transfers
from tourism.campaign_catalogue import KnownCampaign, known_campaigns
from tourism.campaign_editing import plan_of
from tourism.campaign_life import schedule_campaign
from tourism.models import (
    Campaign,
    CampaignState,
    PayoutBatch,
    Shop,
    ShopApplication,
    ShopBankAccount,
)
from tourism.redemption import redeem
from tourism.shop_accounts import propose_account

pytestmark = pytest.mark.django_db
BOTH = (Role.CAMPAIGN_CLERK, Role.CAMPAIGN_APPROVER)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer() -> Client:
    return signed_in(make_officer(*BOTH))


def form(**override: Any) -> dict[str, Any]:
    good: dict[str, Any] = {
        "name_ja": "デモ割", "slug": "demo",
        "starts_on": "2026年12月1日", "ends_on": "2027年1月31日",
        "cap": "redemption", "budget_yen": 1_000_000, "per_person_yen": 10_000,
        "rate_percent": "20", "tiers": "500 100\n1000 200", "unit_yen": 1, "claim_by": "sign_in",
        "has_app": "on", "issuer": "city", "funding": "市の一般財源 1000000",
        "settlement_days": "10 25", "hold_out_percent": "5", "do": "save",
    }  # fmt: skip
    return good | override


def test_a_clerk_writes_a_campaign_and_a_second_person_publishes_it() -> None:
    first, second = officer(), officer()
    first.post("/staff/campaigns/new/", form())
    made = Campaign.objects.get()
    assert (made.hold_out_basis_points, made.rate_basis_points) == (500, 2_000)
    page = f"/staff/campaigns/{made.pk}/"
    first.post(page + "submit/")
    first.post(page + "review/")  # refused: it is their own
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert "2人めの確認" in first.get(page).content.decode()
    second.post(page + "review/")
    assert Campaign.objects.get().state == CampaignState.REVIEWED


def test_the_preview_says_what_a_person_gets_and_keeps_nothing() -> None:
    answer = officer().post("/staff/campaigns/new/", form(do="preview"))
    text = answer.content.decode()
    assert "10,000円" in text
    assert "資金決済法" in text
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_on": "2026年11月1日"}, "終わりの日が、始まりの日より前です"),
        ({"tiers": "500 100\n700 90"}, "クーポンの段が重なっています"),
        ({"budget_yen": 50, "funding": "市 50"}, "予算が、クーポン1枚より少ないです"),
        ({"funding": "市 999999"}, "財源の合計が、予算と合いません"),
        ({"tiers": "500"}, "見本のとおりに書いてください"),
        ({"sets": "digital 10000 12000 10", "cap": "issue", "claim_by": "sale", "tiers": "",
          "issuer": "council", "ends_on": "2027年8月1日", "hold_out_percent": "0"},
         "資金決済法の登録が必要です"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_field_and_nothing_is_kept(
    wrong: dict[str, Any], sentence: str
) -> None:
    answer = officer().post("/staff/campaigns/new/", form(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Campaign.objects.exists()


def test_the_form_begins_with_a_real_campaign() -> None:
    text = officer().get("/staff/campaigns/new/?like=39qr-2023").content.decode()
    assert "300000000" in text
    assert "10000 2000" in text


def apply(**override: str) -> Any:
    good = {
        "shop_name": "デモ食堂", "kind_of_shop": "restaurant", "address": "長野県佐久市中込1",
        "phone": "0267-62-1111", "contact_name": "デモ 花子", "email": "owner@shop.example",
        "bank_code": "0143", "branch_code": "382", "kind": "1", "number": "1234567",
        "holder_kana": "デモショクドウ",
    }  # fmt: skip
    return Client().post("/shop/apply/", good | override)


def test_a_shop_applies_without_signing_in_and_its_owner_sees_it_once_accepted() -> None:
    assert ShopApplication.objects.count() == 0
    assert "受付番号は" in apply().content.decode()
    found = ShopApplication.objects.get()
    staff = officer()
    page = f"/staff/shop-applications/{found.pk}/"
    assert "owner@shop.example" in staff.get(page).content.decode()
    staff.post(page + "decline/", {"note": ""})
    assert ShopApplication.objects.get().state == "applied"
    staff.post(page + "accept/")
    shop = Shop.objects.get()
    owner = signed_in(User.objects.get(email="owner@shop.example"))
    assert owner.get("/shop/own/").headers["Location"] == f"/shop/own/{shop.pk}/"
    answer = owner.post(f"/shop/own/{shop.pk}/tills/", {"till-name": "レジ1"})
    assert "あなたのPIN" in answer.content.decode()  # nobody could move money at this till
    first = {"till-name": "レジ1", "till-clerk_name": "店主", "till-pin": "111111"}
    answer = owner.post(f"/shop/own/{shop.pk}/tills/", first)
    assert "このPINは使えません" in answer.content.decode()
    assert (Device.objects.count(), ClerkPin.objects.count()) == (0, 0)
    answer = owner.post(f"/shop/own/{shop.pk}/tills/", first | {"till-pin": "275849"})
    assert "設定用のQRコード" in answer.content.decode()
    assert [pin.name for pin in clerks_of(Device.objects.get(), now=timezone.now())] == ["店主"]
    answer = owner.post(f"/shop/own/{shop.pk}/tills/", {"till-name": "レジ2"})
    assert "設定用のQRコード" in answer.content.decode()
    end = f"/shop/own/{shop.pk}/tills/{Device.objects.get(name='レジ2').pk}/end/"
    assert "端末を使えなくしますか" in owner.post(end).content.decode()
    assert not Device.objects.filter(revoked_at__isnull=False).exists()
    owner.post(end, {"confirmed": "1"})
    assert Device.objects.get(revoked_at__isnull=False).name == "レジ2"
    stranger = signed_in(User.objects.create_user("other@shop.example"))
    assert stranger.get(f"/shop/own/{shop.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"branch_code": "999"}, "この番号の銀行または支店はありません"),
        ({"holder_kana": "ア" * 31}, "口座名義が長すぎます"),
        ({"holder_kana": "佐久商店"}, "銀行の使えない文字"),
        ({"phone": "110"}, "連絡先が足りません"),
    ],
)
def test_a_shop_is_told_what_to_mend(wrong: dict[str, str], sentence: str) -> None:
    answer = apply(**wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ShopApplication.objects.exists()


def test_an_account_is_changed_by_two_people_on_the_shops_page() -> None:
    shop, first = make_shop(), make_officer(*BOTH)
    proposed = propose_account(shop, make_bank(), proposed_by=first, actor=SYSTEM, now=NOW)
    address = f"/staff/shop-accounts/{proposed.pk}/approve/"
    signed_in(first).post(address)
    proposed.refresh_from_db()
    assert proposed.state == "proposed"
    officer().post(address)
    proposed.refresh_from_db()
    assert proposed.state == "approved"


def test_two_people_settle_a_demo_and_get_the_bank_file() -> None:
    campaign = schedule_campaign(make_reviewed(make_plan(), is_demo=True), actor=SYSTEM, now=NOW)
    Campaign.objects.update(starts_on="2026-01-01", ends_on="2099-12-31")
    shop = make_shop()
    ShopBankAccount.objects.update(counts_from=datetime(2026, 1, 1, tzinfo=UTC))
    wallet = make_wallet(campaign)
    redeem(make_sale(wallet, shop, coupon_yen=500, bill_yen=3_000))
    first, second = officer(), officer()
    first.post(f"/staff/settlements/freeze/{campaign.pk}/", {"do": "now"})
    batch = PayoutBatch.objects.get()
    page = f"/staff/settlements/{batch.pk}/"
    nothing = dict.fromkeys(["redemption_count", "gross_yen", "reversed_yen", "carried_yen"], 0)
    batch.lines.create(number=2, shop=make_shop(), net_yen=0, state="carried", **nothing)
    assert "支払いなし" in first.get(page).content.decode()  # of 0 yen nothing is carried over
    assert "次回にくりこす" not in first.get(page).content.decode()  # one word, in tab and row
    first.post(page + "approve/")
    first.post(page + "approve/")  # refused: the same person
    assert PayoutBatch.objects.get().state == "draft"
    second.post(page + "approve/")
    content = first.get(page + "bank.txt").content
    assert read_transfers(content).total_yen == 500
    first.post(page + "send/")
    text = first.get(page).content.decode()
    assert "支払いずみにする" not in text  # the bank pays tomorrow at the earliest
    assert "その日から、支払いずみにできます" in text
    PayoutBatch.objects.update(pay_on="2026-01-05")
    assert "支払いずみにする" in first.get(page).content.decode()
    assert shop.place.name in text


def test_an_auditor_reads_and_changes_nothing() -> None:
    campaign = make_reviewed()
    auditor = signed_in(make_officer(Role.AUDITOR))
    assert auditor.get(f"/staff/campaigns/{campaign.pk}/").status_code == 200
    assert auditor.get("/staff/settlements/").status_code == 200
    assert auditor.get("/staff/misuse/").status_code == 200
    assert auditor.post(f"/staff/campaigns/{campaign.pk}/publish/").status_code == 403


@pytest.mark.parametrize("known", known_campaigns(), ids=lambda known: known.slug)
def test_a_real_campaign_goes_through_the_form_and_loses_nothing(known: KnownCampaign) -> None:
    """Opened with its values and saved as it is: plan, programme, sources and assumptions."""
    client = officer()
    page = f"/staff/campaigns/new/?like={known.slug}"
    shown = client.get(page).context["form"]
    typed: dict[str, Any] = {}
    for field in shown:
        value = field.field.prepare_value(field.value())
        if isinstance(value, date):
            value = f"{value.year}年{value.month}月{value.day}日"
        if value not in {None, False} if not isinstance(value, list | tuple) else value:
            typed[field.name] = value
    typed |= {"name_ja": known.name["ja"], "slug": known.slug, "do": "save"}
    answer = client.post(page, typed)
    assert answer.status_code == 302, answer.context["form"].errors
    made = Campaign.objects.get(slug=known.slug)
    assert plan_of(made) == known.plan
    assert made.programme == known.programme
    assert made.sources == list(known.sources)
    assert made.assumptions == [one.as_json() for one in known.assumptions]
    # Edited once more, the limit over the whole programme is still there.
    edit = client.get(f"/staff/campaigns/{made.pk}/edit/").context["form"]
    assert edit["programme_sets_per_person"].value() == known.plan.programme_sets_per_person
