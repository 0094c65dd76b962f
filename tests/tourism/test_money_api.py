"""Claims, wallets and redemptions over HTTP: what a till, a tourist and a lodging are told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.devices import revoke_device
from accounts.models import DeviceProfile, Membership, Organisation, OrganisationRole, User
from core.audit import SYSTEM
from tests.tourism.money_factories import (
    TIERS,
    make_money_campaign,
    make_money_shop,
    make_tourist,
    make_wallet,
    postings_of,
)
from tests.tourism.tills import API, Till
from tourism.coupon_keys import block_coupon_key, roll_coupon_key
from tourism.models import CouponKey, Redemption
from tourism.refusals import TooFast
from tourism.stays import make_letter_codes
from tourism.till_standing import device_tries
from tourism.till_tries import DEVICE_BURST, SharedTries
from tourism.wallet_codes import wallet_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return Till(make_money_shop())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_till_is_told_which_coupons_fit_and_spends_one(till: Till) -> None:
    wallet = make_wallet(make_money_campaign(tiers=TIERS))
    shown = wallet_code(wallet, now=datetime.now(UTC))
    offer = till.post("offers", {"code": shown, "bill_yen": 3_000})
    assert offer.json()["offered_yen"] == [500, 200, 100]
    answer = till.redeem(wallet, key="k1")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["to_pay_yen"], told["left_yen"], told["funding"]) == (2_500, 9_500, "public")
    (listed,) = till.get("redemptions").json()
    assert (listed["id"], listed["is_reversed"]) == (told["id"], False)


def test_the_same_key_gets_the_same_bytes_and_another_body_is_refused(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    first = till.redeem(wallet, key="k")
    assert (
        till.redeem(
            wallet,
            key="k",
        ).content
        == first.content
    )
    other = till.redeem(wallet, key="k", coupon_yen=501)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_redemption_without_a_key_is_refused(till: Till) -> None:
    answer = till.redeem(make_wallet(make_money_campaign()), key="")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")


def test_a_screenshot_is_worth_nothing(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    assert till.redeem(wallet, key="a", age=61).json()["code"] == "coupon-code-too-old"
    till.redeem(wallet, key="b", age=20)
    assert till.redeem(wallet, key="c", age=30).json()["code"] == "coupon-code-used"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"coupon_yen": 500.5}, id="fraction"),
        pytest.param({"coupon_yen": "500"}, id="text"),
        pytest.param({"coupon_yen": -500}, id="negative"),
        pytest.param({"coupon_yen": 0}, id="nothing"),
        pytest.param({"coupon_yen": 3_001}, id="above the bill"),
        pytest.param({"coupon_yen": None}, id="none"),
        pytest.param({"bill_yen": 2**70, "coupon_yen": 2**69}, id="beyond any till"),
    ],
)
def test_bad_amounts_are_refused_by_name(till: Till, body: dict[str, Any]) -> None:
    campaign = make_money_campaign()
    before = postings_of(campaign)
    answer = till.redeem(make_wallet(campaign), key="k", **body)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"amount-not-offered", "bad-request"}
    assert postings_of(campaign) == before


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"code": 5}', b"\xff", b"[" * 5_000])
def test_a_body_that_is_no_redemption_is_a_bad_request(till: Till, raw: bytes) -> None:
    answer = till.client.post(
        f"{API}/redemptions", raw, content_type="application/json",
        headers=till.headers() | {"Idempotency-Key": "k"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


@pytest.mark.parametrize("code", ["", "CP1:", "CP1:###", "SK1:ABC", "CP1:" + "A" * 2_000, "あ"])
def test_texts_that_the_city_never_made_get_one_answer(till: Till, code: str) -> None:
    answer = till.redeem(make_wallet(make_money_campaign()), key="k", code=code)
    assert (answer.status_code, answer.json()["code"]) == (422, "coupon-code-unreadable")


def test_another_city_s_wallet_and_a_blocked_key_are_unreadable(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    shown = wallet_code(wallet, now=datetime.now(UTC))
    roll_coupon_key(till.shop.municipality, actor=SYSTEM, now=datetime.now(UTC))
    assert till.redeem(wallet, key="a", code=shown).status_code == 201  # retired, still verifies
    for key in CouponKey.objects.filter(retired_at__isnull=False):
        block_coupon_key(key, actor=SYSTEM, now=datetime.now(UTC))
    assert till.redeem(wallet, key="b", code=shown).json()["code"] == "coupon-code-unreadable"
    far = make_wallet(make_money_campaign(municipality="202011"))
    assert till.redeem(far, key="c").json()["code"] == "coupon-code-unreadable"


def test_a_till_needs_its_token_and_a_clerk_on_shift(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    assert till.redeem(wallet, key="a").status_code == 201
    till.session.ended_at = datetime.now(UTC)
    till.session.save()
    # The ids behind the tokens are remembered; the statement asks again all the same.
    assert till.redeem(wallet, key="b", age=-1).json()["code"] == "clerk-needed"
    revoke_device(till.device, actor=SYSTEM, now=datetime.now(UTC))
    gone = till.redeem(wallet, key="c", age=-2)
    assert (gone.status_code, gone.json()["code"]) == (401, "device-not-accepted")
    assert till.redeem(wallet, key="a").status_code == 201  # what was done stays told


def test_a_membership_that_ended_moves_no_money(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    till.redeem(wallet, key="a")
    Membership.objects.filter(pk=till.membership.pk).update(
        valid_to=datetime.now(UTC) - timedelta(seconds=1)
    )
    assert till.redeem(wallet, key="b", age=-1).json()["code"] == "clerk-needed"


def test_a_lodging_s_desk_is_no_till() -> None:
    desk = Till(make_money_shop(kind="lodging"), profile=DeviceProfile.LODGING_DESK)
    answer = desk.redeem(make_wallet(make_money_campaign()), key="k")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


def take_all(buckets: SharedTries, device: UUID) -> None:
    for _try in range(int(DEVICE_BURST) + 1):
        buckets.take(device)


def test_a_device_is_slowed_down_after_a_burst(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    asked = till.redeem(wallet, key="first", coupon_yen=9_999_999)
    assert asked.status_code == 422
    # The burst itself, without requests between: on a slow machine the bucket would refill.
    with pytest.raises(TooFast):
        take_all(device_tries, till.device.pk)
    slowed = till.redeem(wallet, key="last", coupon_yen=9_999_999)
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "1")


def test_a_clerk_without_a_till_needs_a_passkey(till: Till, settings: Any) -> None:
    wallet = make_wallet(make_money_campaign())
    client = signed_in(till.clerk)
    body = {
        "code": wallet_code(wallet, now=datetime.now(UTC)), "bill_yen": 3_000, "coupon_yen": 500,
        "shop": str(till.shop.pk),
    }  # fmt: skip
    answer = client.post(
        f"{API}/redemptions", body, content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (403, "clerk-needed")
    elsewhere = body | {"shop": str(make_money_shop().pk)}
    assert client.post(
        f"{API}/redemptions", elsewhere, content_type="application/json"
    ).status_code == 404  # fmt: skip


def test_a_shop_takes_back_what_it_took_today(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    made = till.redeem(wallet, key="k").json()
    path = f"redemptions/{made['id']}/reversal"
    answer = till.post(path, {"reason": "mistake"})
    assert (answer.status_code, answer.json()["coupon_yen"]) == (200, 500)
    assert till.post(path, {"reason": "mistake"}).json() == answer.json()
    other = Till(make_money_shop())
    assert other.post(path, {"reason": "mistake"}).json()["code"] == "reversal-not-found"
    wallet.refresh_from_db()
    assert wallet.remaining_yen == 10_000
    assert till.redeem(wallet, key="k").json() == made  # the key still tells what it did


def test_a_tourist_claims_shows_and_reads_what_was_spent(till: Till) -> None:
    campaign = make_money_campaign(uses_per_shop_and_day=1)
    person = make_tourist()
    client = signed_in(person.user)  # type: ignore[arg-type]
    assert str(campaign.pk) in [one["id"] for one in Client().get(f"{API}/campaigns").json()]
    wallet = client.post(f"{API}/campaigns/{campaign.pk}/claims").json()
    assert (wallet["remaining_yen"], wallet["state"]) == (10_000, "active")
    shown = client.get(f"{API}/wallets/{wallet['id']}/code").json()
    assert (shown["text"][:4], shown["renew_seconds"]) == ("CP1:", 15)
    till.post("redemptions", {"code": shown["text"], "bill_yen": 900, "coupon_yen": 100}, key="k")
    (spent,) = client.get(f"{API}/wallets/{wallet['id']}/redemptions").json()
    assert (spent["coupon_yen"], spent["shop_name"]) == (100, till.shop.place.name)
    stranger = signed_in(make_tourist().user)  # type: ignore[arg-type]
    for path in ("code", "redemptions"):
        assert stranger.get(f"{API}/wallets/{wallet['id']}/{path}").status_code == 404


def test_a_tourist_claims_by_a_letter_s_code() -> None:
    campaign = make_money_campaign(claim_by="letter")
    (letter,) = make_letter_codes(campaign, ["H1"], actor=SYSTEM, now=datetime.now(UTC))
    client = signed_in(make_tourist().user)  # type: ignore[arg-type]
    bad = client.post(f"{API}/claims", {"code": "nope"}, content_type="application/json")
    assert (bad.status_code, bad.json()["code"]) == (422, "claim-code-not-accepted")
    good = client.post(f"{API}/claims", {"code": letter.code}, content_type="application/json")
    assert good.json()["remaining_yen"] == 10_000


def test_the_shop_confirms_what_the_tourist_asked_once(till: Till) -> None:
    wallet = make_wallet(make_money_campaign())
    client = signed_in(wallet.person.user)  # type: ignore[arg-type, union-attr]
    path = f"{API}/wallets/{wallet.pk}/pending-sales"
    body = {"shop": str(till.shop.pk), "bill_yen": 3_000, "coupon_yen": 500}
    asked = client.post(path, body, content_type="application/json").json()
    (waiting,) = till.get("pending-sales").json()
    assert (waiting["id"], waiting["number"]) == (asked["id"], asked["number"])
    confirm = f"pending-sales/{asked['id']}/confirmation"
    assert Till(make_money_shop()).post(confirm).status_code == 404
    receipt = till.post(confirm)
    assert (receipt.status_code, receipt.json()["left_yen"]) == (200, 9_500)
    assert till.post(confirm).json() == receipt.json()
    told = client.get(f"{path}/{asked['id']}").json()
    assert (told["state"], told["redemption"]) == ("confirmed", receipt.json()["id"])
    assert Redemption.objects.count() == 1


def test_a_lodging_attests_guests_and_a_shop_cannot() -> None:
    campaign = make_money_campaign(claim_by="stay", valid_days=1)
    desk = Till(make_money_shop(kind="lodging"), profile=DeviceProfile.LODGING_DESK)
    body = {"campaign": str(campaign.pk), "guests": 2, "nights": 1}
    assert desk.post("check-ins", body).json()["code"] == "idempotency-key-missing"
    first = desk.post("check-ins", body, key="c1")
    assert (first.status_code, len(first.json()["codes"])) == (201, 2)
    assert desk.post("check-ins", body, key="c1").json() == first.json()
    shop = Till(make_money_shop(kind="retail"))
    assert shop.post("check-ins", body, key="c1").status_code == 403


def test_a_lodging_s_own_people_attest_for_their_house_alone() -> None:
    campaign = make_money_campaign(claim_by="stay", valid_days=1)
    house, other = make_money_shop(kind="lodging"), make_money_shop(kind="lodging")
    user = User.objects.create_user("inn@example.org")
    organisation: Organisation = house.organisation
    Membership.objects.create(
        organisation=organisation, user=user, role=OrganisationRole.LODGING_CLERK,
        valid_from=datetime.now(UTC) - timedelta(days=1),
    )  # fmt: skip
    client = signed_in(user)

    def attest(place: Any) -> int:
        body = {"campaign": str(campaign.pk), "guests": 1, "nights": 1, "place": str(place)}
        return client.post(
            f"{API}/check-ins", body, content_type="application/json",
            headers={"Idempotency-Key": str(place)},
        ).status_code  # fmt: skip

    assert (attest(house.place_id), attest(other.place_id)) == (201, 404)
