"""Journey E for real: a tourist shows a coupon, a shop films it, taps twice, loses the network."""

import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from accounts.models import Role, User
from places.models import Sheet
from tests.browser.film import write_film
from tests.browser.harness import (
    ARGUMENTS,
    CHROMIUM,
    LANGUAGES,
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_readable_in_both_schemes,
    assert_targets_are_big,
    enlarge_text,
    follow,
    needs_chromium,
    wait_for_the_worker,
    wait_until,
)
from tests.browser.town import SignedIn, Town
from tests.tourism.campaign_factories import make_bank, make_officer
from tests.tourism.money_factories import make_place, make_sale
from tourism.models import PendingSale, Redemption, RefundClaim, Wallet
from tourism.pending_sales import refuse_sale
from tourism.redemption import redeem

SCRIPTS: Final = Path(__file__).parents[2] / "web/static/web/js"
pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


def spent(town: Town) -> list[int]:
    return list(Redemption.objects.filter(wallet=town.wallet).values_list("coupon_yen", flat=True))


def confirm_page(town: Town, signed_in: SignedIn, **options: Any) -> Page:
    """The shop's page with 「500円を使います」, by the text of the tourist's code."""
    till = signed_in(town.clerk, f"/shop/{town.shop.pk}/sell/", **options)
    till.fill("#id_bill_yen", "2800")
    till.click("#by-text summary")
    phone = signed_in(town.tourist, f"/tourism/wallet/{town.wallet.pk}/")
    till.fill("#id_code", phone.input_value("#code-text"))  # it lives for a minute
    phone.context.close()
    follow(till.locator("#by-text button[type=submit]"))
    expect(till.locator("form[data-keyed]")).to_have_count(1)
    return till


def film_of(phone: Page, path: Path) -> Path:
    """Film a code made now: it lives for a minute, so have its reader ready before."""
    phone.evaluate("document.getElementById('announce').textContent = ''")
    phone.click("#renew")
    expect(phone.locator("#announce")).not_to_be_empty()
    return write_film(phone.locator(".qr-band").screenshot(), path, side=640)


# -- the journey -------------------------------------------------------------------------------


def test_a_filmed_coupon_is_spent_at_the_shop_and_undone(
    town: Town, signed_in: SignedIn, browser: Browser, tmp_path: Path
) -> None:
    phone = signed_in(town.tourist, f"/tourism/wallet/{town.wallet.pk}/", device_scale_factor=2)
    film = film_of(phone, tmp_path / "coupon.y4m")  # the camera is chosen by its file
    camera = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*ARGUMENTS, "--use-fake-ui-for-media-stream",
              "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"],
    )  # fmt: skip
    try:
        till = signed_in(town.clerk, f"/shop/{town.shop.pk}/sell/", of=camera)
        till.fill("#id_bill_yen", "2,800")
        film_of(phone, film)
        with till.expect_navigation():
            till.click("#start")
        expect(till.locator("h1")).to_contain_text("500円")
        expect(till.locator(".bill-rest")).to_contain_text("2,300円")
        till.click("form[data-keyed] button")
        till.wait_for_selector(".verdict-ok")
        assert spent(town) == [500]
        phone.wait_for_url("**/tourism/wallet/")  # by itself: it was spent
        expect(phone.locator(".balance")).to_contain_text("9,500")
        till.get_by_role("link", name="取り消す").click()
        expect(till.locator("h1")).to_contain_text("500円")
        assert spent(town) == [500]  # it only asks
        assert_no_axe_violations(till)
        till.get_by_role("button", name="500円を取り消す").click()
        till.wait_for_selector(".verdict-old")
        phone.reload()
        expect(phone.locator(".balance")).to_contain_text("10,000")
    finally:
        camera.close()


def test_a_double_tap_spends_once(town: Town, signed_in: SignedIn) -> None:
    till = confirm_page(town, signed_in)
    till.locator("form[data-keyed] button").dblclick()
    till.wait_for_selector(".verdict-ok")
    assert spent(town) == [500]


def test_an_answer_lost_on_the_way_is_asked_again_by_the_same_key(
    town: Town, signed_in: SignedIn
) -> None:
    till = confirm_page(town, signed_in)
    keys: list[str] = []

    def lose_answer(route: Route) -> None:
        keys.append(re.findall(r"key=([^&]+)", route.request.post_data or "")[0])
        route.fetch()  # the shop's money moves, and nobody hears of it
        route.abort("connectionreset")

    def let_through(route: Route) -> None:
        keys.append(re.findall(r"key=([^&]+)", route.request.post_data or "")[0])
        route.continue_()

    till.route("**/take/", lose_answer)
    till.click("form[data-keyed] button")
    till.wait_for_selector("#keyed-unknown:not([hidden])")
    assert spent(town) == [500]
    till.route("**/take/", let_through)  # in place of the one before
    till.wait_for_selector(".verdict-ok")
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert spent(town) == [500]


def test_a_phone_that_dies_between_tap_and_answer_replays_its_key(
    town: Town, signed_in: SignedIn
) -> None:
    till = confirm_page(town, signed_in)
    till.route("**/take/", lambda route: (route.fetch(), route.abort("connectionreset")))
    till.click("form[data-keyed] button")
    till.wait_for_selector("#keyed-unknown:not([hidden])")
    till.goto("about:blank")  # dead, while no answer has come
    till.unroute("**/take/")
    till.goto(f"/shop/{town.shop.pk}/")  # as after a reboot: the form is gone, the key is not
    till.wait_for_selector("#keyed-late:not([hidden]) a")
    till.click("#keyed-late a")
    till.wait_for_selector(".verdict-ok")
    assert spent(town) == [500]


def test_a_refusal_takes_the_focus_and_moves_nothing(town: Town, signed_in: SignedIn) -> None:
    till = confirm_page(town, signed_in)
    Wallet.objects.filter(pk=town.wallet.pk).update(state="blocked")
    till.click("form[data-keyed] button")
    till.wait_for_selector("#keyed-refused:not([hidden])")
    expect(till.locator("#keyed-refused")).to_contain_text("このクーポンは使えません")
    expect(till.locator("#keyed-refused")).to_be_focused()
    assert spent(town) == []


def test_the_poster_way_ends_on_both_screens(town: Town, signed_in: SignedIn) -> None:
    phone = signed_in(town.tourist, f"/tourism/pay/{town.shop.pk}/")
    phone.fill("#id_bill_yen", "2800")
    follow(phone.locator("main form button"))
    phone.locator("form[data-keyed] button").dblclick()
    number = phone.inner_text("#pay-wait")
    assert PendingSale.objects.count() == 1
    till = signed_in(town.clerk, f"/shop/{town.shop.pk}/")
    expect(till.locator("#waiting + .sales")).to_contain_text(number)
    till.locator("form[data-keyed] button").dblclick()
    till.wait_for_selector(".verdict-ok")
    phone.wait_for_selector(".verdict-ok")
    assert spent(town) == [500]
    asked = PendingSale.objects.get()
    PendingSale.objects.filter(pk=asked.pk).update(state="waiting", redemption=None)
    phone.reload()
    refuse_sale(PendingSale.objects.get(pk=asked.pk))
    phone.wait_for_selector(".verdict-refused")
    expect(phone.locator("h1:focus")).to_contain_text("お店がことわりました")
    follow(phone.get_by_role("link", name="もう一度ためす"))
    phone.fill("#id_bill_yen", "2800")
    follow(phone.locator("main form button"))
    phone.click("form[data-keyed] button")
    phone.wait_for_selector("#pay-wait")
    phone.set_viewport_size({"width": 320, "height": 844})
    assert_no_sideways_scroll(phone)
    assert_no_axe_violations(phone)
    follow(phone.get_by_role("button", name="使うのをやめる"))
    expect(phone.locator("h1:focus")).to_contain_text("やめました")
    assert spent(town) == [500]


@pytest.mark.slow
def test_the_list_seen_last_stands_without_a_network(town: Town, signed_in: SignedIn) -> None:
    phone = signed_in(town.tourist, "/tourism/wallet/")
    wait_for_the_worker(phone)
    phone.reload()
    wait_until(
        phone, "caches.open('pages').then((c) => c.match('/tourism/wallet/kept/')).then(Boolean)"
    )
    phone.context.set_offline(True)
    phone.goto("/tourism/wallet/")
    phone.wait_for_selector("#kept:not([hidden])")
    expect(phone.locator("#kept-total")).to_contain_text("10,000円")
    expect(phone.locator("#kept-tickets li")).to_have_count(5)


# -- afterwards: the office, and what was bought and not used ------------------------------------


def test_a_buyer_asks_for_the_unused_set_and_the_office_sees_the_claim(
    town: Town, signed_in: SignedIn
) -> None:
    phone = signed_in(town.tourist, f"/tourism/refunds/{town.refunded.slug}/")
    follow(phone.get_by_role("button", name="払いもどしを申しこむ"))
    expect(phone.locator(".error-summary")).to_be_focused()
    bank = make_bank()
    for name in ("bank_code", "branch_code", "number", "holder_kana"):
        phone.fill(f"[name={name}]", str(getattr(bank, name)))
    follow(phone.get_by_role("button", name="払いもどしを申しこむ"))
    expect(phone.locator(".banner-saved").first).to_be_visible()
    claim = RefundClaim.objects.get()
    office = signed_in(
        make_officer(Role.CAMPAIGN_CLERK), f"/staff/campaigns/{town.refunded.pk}/refund/"
    )
    expect(office.locator("main .table")).to_contain_text(claim.wallet.number)
    assert bank.number not in office.inner_text("main")
    assert_no_axe_violations(office)


def test_the_office_stops_a_wallet_by_its_number_and_declines_a_late_reversal(
    town: Town, signed_in: SignedIn
) -> None:
    sold = redeem(make_sale(town.wallet, town.shop))
    office = signed_in(make_officer(Role.CAMPAIGN_CLERK), "/staff/wallets/")
    office.fill("[name=number]", town.wallet.number)
    follow(office.get_by_role("button", name="さがす"))
    office.fill(f"#r-{sold.redemption_id}", "会計ちがい")
    follow(office.get_by_role("button", name="取り消しをたのむ"))
    office.fill("#id_reason", "電話をなくした")
    follow(office.get_by_role("button", name="すぐに止める"))
    office.get_by_role("button", name="また使えるようにする").wait_for()
    town.wallet.refresh_from_db()
    assert town.wallet.state == "blocked"
    second = signed_in(make_officer(Role.CAMPAIGN_APPROVER), "/staff/wallets/")
    second.click("main summary")
    second.fill("main details input[name=reason]", "品物は返っていない")
    second.set_viewport_size({"width": 320, "height": 844})
    assert_no_axe_violations(second)
    assert_no_sideways_scroll(second)
    assert_targets_are_big(second)
    follow(second.get_by_role("button", name="取り消さないで、お店に知らせる"))
    second.get_by_text("お店に知らせました").wait_for()
    assert spent(town) == [500]


# -- where the spots are --------------------------------------------------------------------------


def test_spots_stand_on_a_map_and_come_nearest_first(
    page_at: OpenPage, live_server: Any, settings: Any
) -> None:
    tiles = f"{live_server.url}/tiles/{{z}}/{{x}}/{{y}}.png"
    settings.MAP_TILES = {"url": tiles, "attribution": "地理院"}
    for name, latitude in (("遠い城", "36.30"), ("近い城", "36.25")):
        make_place(name=name, sheet=Sheet.TOURISM, latitude=latitude, longitude="138.47",
                   point_kind="own")  # fmt: skip
    page = page_at(
        "/tourism/spots/", permissions=["geolocation"],
        geolocation={"latitude": 36.249, "longitude": 138.47},
    )  # fmt: skip
    follow(page.locator("#near"))
    expect(page.locator(".spot:first-child h3")).to_contain_text("近い城")
    assert "36.2" not in page.url
    page.route("**/tiles/**", lambda route: route.fulfill(status=200, body=b""))
    follow(page.get_by_role("link", name="地図", exact=True))
    expect(page.locator(".leaflet-marker-icon")).to_have_count(2)
    page.locator(".leaflet-marker-icon").first.press("Enter")
    page.wait_for_selector(".leaflet-popup a")
    expect(page.locator("#after-map .spot")).to_have_count(2)  # the same rows below
    assert_no_axe_violations(page)


# -- every page in every state -----------------------------------------------------------------


def pages_of(town: Town) -> list[tuple[User | None, str]]:
    return [
        (None, "/tourism/"),
        (None, "/tourism/spots/"),
        (None, "/tourism/events/"),
        (None, "/tourism/coupons/"),
        (None, f"/tourism/coupons/of/{town.campaign.slug}/"),
        (None, "/tourism/coupons/shops/"),
        (None, "/tourism/wallet/kept/"),
        (None, "/shop/offline/"),
        (None, "/tourism/refunds/"),
        (town.tourist, f"/tourism/refunds/{town.refunded.slug}/"),
        (town.tourist, "/tourism/wallet/"),
        (town.tourist, f"/tourism/wallet/{town.wallet.pk}/"),
        (town.tourist, f"/tourism/pay/{town.shop.pk}/"),
        (town.tourist, "/tourism/coupons/count/"),
        (town.tourist, "/tourism/coupons/code/"),
        (town.clerk, f"/shop/{town.shop.pk}/"),
        (town.clerk, f"/shop/{town.shop.pk}/sell/"),
        (town.clerk, f"/shop/{town.shop.pk}/poster/"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_is_read_by_axe_in_light_and_dark_and_fits_a_small_phone(
    town: Town, page_at: OpenPage, lang: str
) -> None:
    """Each page is loaded once a language: schemes and widths change under it, as on a phone."""
    pages = pages_of(town)
    for user in (None, town.tourist, town.clerk):
        paths = [path for who, path in pages if who == user]
        page = page_at(paths[0], lang=lang, user=user)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert_readable_in_both_schemes(page)
            assert_no_sideways_scroll(page)
            page.set_viewport_size({"width": 320, "height": 844})
            assert_no_sideways_scroll(page)
            assert_targets_are_big(page)
            page.set_viewport_size({"width": 390, "height": 844})
            if path == "/tourism/wallet/":  # an amount, a dashed line, a date: the narrowest
                enlarge_text(page)
                assert_no_sideways_scroll(page)


def test_the_wallet_and_the_till_are_walked_by_keyboard(town: Town, page_at: OpenPage) -> None:
    for user, path in ((town.tourist, "/tourism/wallet/"), (town.clerk, f"/shop/{town.shop.pk}/")):
        assert_keyboard_reaches_everything(page_at(path, user=user))


def test_the_page_on_which_one_pays_passes_axe_with_its_notices(
    town: Town, signed_in: SignedIn
) -> None:
    till = confirm_page(town, signed_in)
    assert_readable_in_both_schemes(till)
    assert float(till.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.pay-title .amount')).fontSize)"
    )) >= 60  # fmt: skip
    for name in ("keyed-unknown", "keyed-refused", "keyed-late"):
        till.evaluate(f"document.getElementById({json.dumps(name)}).hidden = false")
    assert_readable_in_both_schemes(till)


def test_without_scripts_a_coupon_is_spent_too(town: Town, page_at: OpenPage) -> None:
    till = page_at(f"/shop/{town.shop.pk}/sell/", user=town.clerk, scripts=False)
    till.fill("#id_bill_yen", "2800")
    phone = page_at(f"/tourism/wallet/{town.wallet.pk}/", user=town.tourist, scripts=False)
    expect(phone.locator("#qr svg")).to_have_count(1)
    till.fill("#id_code", phone.input_value("#code-text"))  # it lives for a minute
    follow(till.locator("#by-text button"))
    expect(till.locator("h1")).to_contain_text("500円")


def test_own_scripts_of_a_page_stay_small(town: Town, page_at: OpenPage) -> None:
    answers: list[Response] = []
    page = page_at("/tourism/", user=town.clerk)

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    for path, most in ((f"/shop/{town.shop.pk}/", 15_000), ("/shop/offline/", 50_000)):
        answers.clear()
        page.goto(path, wait_until="networkidle")
        # By their files: what the browser has already comes as 304, without a body.
        names = {urlsplit(one.url).path.partition("/static/web/js/")[2] for one in answers}
        sizes = {name: (SCRIPTS / name).stat().st_size for name in names if name}
        assert 0 < sum(sizes.values()) <= most, sizes
