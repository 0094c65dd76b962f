"""Journeys A and C for real: a phone, a front desk, a camera, and a server that dies."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jp.clock import JST
from tests.browser.demo_server import Demo, running_demo
from tests.browser.film import write_film
from tests.browser.harness import (
    ARGUMENTS,
    CHROMIUM,
    LANGUAGES,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
    new_context,
    wait_for_the_worker,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]
NewPage = Callable[..., Page]


@pytest.fixture
def demo() -> Iterator[Demo]:
    with running_demo() as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    contexts: list[BrowserContext] = []

    def open_page(browser: Browser = browser, **options: object) -> Page:
        context = new_context(browser, **options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def enrolled_phone(demo: Demo, page: Page, who: str = "holder") -> Page:
    page.goto(demo.link(who))
    page.goto(f"{demo.url}/card/phones/")
    page.click("[data-enrol] button")
    page.wait_for_selector(".result .banner-saved")
    expect(page.locator("[data-enrol]")).to_have_count(0)
    expect(page.locator(".result a")).to_be_focused()
    return page


def showing_phone(demo: Demo, page: Page, who: str = "holder") -> Page:
    enrolled_phone(demo, page, who).goto(f"{demo.url}/card/show/")
    page.wait_for_selector("#qr svg")
    return page


def desk_at(demo: Demo, page: Page) -> Page:
    page.goto(demo.link("desk"))
    page.wait_for_selector("#state-done:not([hidden])")
    page.goto(f"{demo.url}/desk/")
    page.wait_for_selector("#network .when-online:not([hidden]) [data-list-time]:not(:empty)")
    return page


def qr_picture(phone: Page) -> bytes:
    """A code made now: it lives for a minute, so have its reader ready before."""
    phone.evaluate("document.getElementById('announce').textContent = ''")
    phone.click("#renew")
    expect(phone.locator("#announce")).not_to_be_empty()
    return phone.locator(".qr-band").screenshot()


def read_picture(desk: Page, picture: bytes) -> str:
    desk.set_input_files("#picture", {"name": "qr.png", "mimeType": "image/png", "buffer": picture})
    desk.wait_for_selector("#answer:not([hidden]) h1")
    return desk.inner_text("#answer")


def test_a_filmed_screen_is_read_by_the_camera_of_the_front_desk(
    demo: Demo, new_page: NewPage, tmp_path: Path
) -> None:
    phone = showing_phone(demo, new_page(device_scale_factor=2))
    film = write_film(qr_picture(phone), tmp_path / "film.y4m")  # the camera is chosen by its file
    flags = [
        *ARGUMENTS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    camera_browser = _second_browser(phone, flags)
    try:
        desk = desk_at(demo, new_page(camera_browser))
        write_film(qr_picture(phone), film)
        desk.click("#start")
        desk.wait_for_selector("#answer:not([hidden]) .verdict-ok")
        words = desk.inner_text("#answer")
        assert "割引の対象です" in words
        assert "250円" in words
        expect(desk.locator("#answer h1")).to_be_focused()
    finally:
        camera_browser.close()


def _second_browser(page: Page, flags: list[str]) -> Browser:
    browser = page.context.browser
    assert browser is not None
    return browser.browser_type.launch(executable_path=CHROMIUM, args=flags)


def test_the_whole_day_goes_on_with_the_server_dead(demo: Demo, new_page: NewPage) -> None:
    phone = showing_phone(demo, new_page())
    desk = desk_at(demo, new_page())
    for page in (phone, desk):
        wait_for_the_worker(page)
    wait_until(desk, "caches.open('scanner').then((c) => c.keys()).then((k) => k.length === 3)")
    demo.kill()

    phone.reload()
    phone.wait_for_selector("#qr svg")
    phone.wait_for_selector("#offline:not([hidden])")  # the network is up: only the city is silent
    desk.reload()
    desk.wait_for_selector("#scan:not([hidden])")
    words = read_picture(desk, qr_picture(phone))
    assert "割引の対象です" in words
    assert "オフラインで確認" in words


def test_threat_wrong_clock_both_devices_keep_and_show_the_citys_time(
    demo: Demo, new_page: NewPage
) -> None:
    ahead = "const real = Date.now; Date.now = () => real() + 2 * 3600 * 1000;"
    phone, desk = new_page(), new_page()
    for page in (phone, desk):
        page.add_init_script(ahead)
    showing_phone(demo, phone)
    desk_at(demo, desk)
    desk.context.set_offline(True)
    words = read_picture(desk, qr_picture(phone))
    assert "割引の対象です" in words
    assert "オフラインで確認" in words
    hour, minute, second = map(int, phone.inner_text("#made-at").split(":"))
    now = datetime.now(JST)
    apart = abs(now - now.replace(hour=hour, minute=minute, second=second))
    assert min(apart, timedelta(days=1) - apart) < timedelta(minutes=10)  # midnight may lie between


def test_threat_ios_clears_storage_the_card_comes_back_after_signing_in(
    demo: Demo, new_page: NewPage
) -> None:
    phone = showing_phone(demo, new_page())
    phone.goto(f"{demo.url}/card/phones/")
    phone.wait_for_selector(".this-phone:not([hidden])")  # this one knows its own row, and no other
    expect(phone.locator(".this-phone:not([hidden])")).to_have_count(1)
    check_page(phone)
    wipe = """async () => { for (const { name } of await indexedDB.databases())
        await new Promise((done) => { const asked = indexedDB.deleteDatabase(name);
            asked.onsuccess = asked.onblocked = done; }); }"""
    phone.goto(f"{demo.url}/about/card/")
    phone.evaluate(wipe)
    phone.goto(f"{demo.url}/card/show/")
    phone.wait_for_selector("#no-card:not([hidden]) a[href*='/card/phones/']")
    expect(phone.locator("#qr svg")).to_have_count(0)
    assert "ホーム画面に追加" in phone.goto(f"{demo.url}/card/phones/").text()  # type: ignore[union-attr]
    phone.click("[data-enrol] button")
    phone.wait_for_selector(".result .banner-saved")
    assert not phone.locator(".this-phone:not([hidden])").count()  # its old key is another phone
    phone.goto(f"{demo.url}/card/show/")
    phone.wait_for_selector("#qr svg")


SIX_MINUTES_LATER = """async () => {
    const { changeLock } = await import("/static/web/js/card/wallet-store.js");
    await changeLock((lock) => { lock.at -= 6 * 60_000; }); }"""


def test_threat_lent_phone_the_card_opens_after_the_phones_own_lock(
    demo: Demo, new_page: NewPage
) -> None:
    phone = new_page(viewport={"width": 320, "height": 640})
    lock = phone.context.new_cdp_session(phone)
    lock.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
               "hasUserVerification": True, "isUserVerified": True,
               "automaticPresenceSimulation": True}  # fmt: skip
    chip = lock.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    phone.goto(demo.link("holder"))
    phone.goto(f"{demo.url}/my/account/")
    phone.click("#add-key button")
    phone.wait_for_selector(".result .banner-saved")
    showing_phone(demo, phone)  # the passkey was made a moment ago: shown at once

    phone.evaluate(SIX_MINUTES_LATER)
    for lang in ("en", "ja-easy", "ja"):
        phone.goto(f"{demo.url}/card/show/?lang={lang}")
        phone.wait_for_selector("#locked:not([hidden])")
        check_page(phone)
    phone.goto(f"{demo.url}/card/phones/")
    phone.click("#lock-off")
    phone.wait_for_selector("[data-state=off]:not([hidden])")
    phone.goto(f"{demo.url}/card/show/")
    phone.wait_for_selector("#qr svg")
    phone.goto(f"{demo.url}/card/phones/")
    phone.click("#lock-on")
    phone.wait_for_selector("[data-state=on]:not([hidden])")
    check_page(phone)
    phone.evaluate(SIX_MINUTES_LATER)
    wait_for_the_worker(phone)
    demo.kill()

    phone.goto(f"{demo.url}/card/show/")
    phone.wait_for_selector("#locked:not([hidden])")
    lock.send("WebAuthn.setUserVerified", {"authenticatorId": chip, "isUserVerified": False})
    phone.click("#unlock")
    phone.wait_for_selector("#locked .banner-error")
    expect(phone.locator("#qr svg")).to_have_count(0)
    lock.send("WebAuthn.setUserVerified", {"authenticatorId": chip, "isUserVerified": True})
    phone.click("#unlock")
    phone.wait_for_selector("#card:not([hidden]) #qr svg")
    phone.evaluate(SIX_MINUTES_LATER)
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_selector("#locked:not([hidden])")
    expect(phone.locator("#qr svg")).to_have_count(0)


def test_a_stopped_card_says_so_and_shows_no_code_until_it_is_resumed(
    demo: Demo, new_page: NewPage
) -> None:
    phone = showing_phone(demo, new_page())
    expect(phone.locator("#offline")).to_be_hidden()
    details = phone.locator("#details-fields")
    expect(details).to_contain_text(re.compile(r"生まれ年: \d{4}年"))
    expect(details).to_contain_text(re.compile(r"等級: (\d級|[AB]\d)"))
    wait_for_the_worker(phone)
    phones = phone.context.new_page()
    phones.goto(f"{demo.url}/card/phones/")
    this_row = phones.locator("tr", has=phones.locator(".this-phone:not([hidden])"))
    follow(this_row.locator("form[action$='/suspend/'] button"))
    phone.bring_to_front()
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_selector("#suspended:not([hidden])")
    expect(phone.locator("#qr svg")).to_have_count(0)
    check_page(phone)
    phone.reload()
    phone.wait_for_selector("#suspended:not([hidden])")
    expect(phone.locator("#qr svg")).to_have_count(0)

    follow(this_row.locator("form[action$='/resume/'] button"))
    phone.reload()
    phone.wait_for_selector("#card:not([hidden]) #qr svg")


def test_a_card_read_twice_is_old_and_says_what_to_do(demo: Demo, new_page: NewPage) -> None:
    phone = showing_phone(demo, new_page())
    first, second = (desk_at(demo, new_page()) for _desk in range(2))
    picture = qr_picture(phone)
    assert "割引の対象です" in read_picture(first, picture)
    words = read_picture(second, picture)
    assert "QRコードが古いです" in words


def test_a_short_code_serves_a_counter_without_a_camera(demo: Demo, new_page: NewPage) -> None:
    phone = showing_phone(demo, new_page())
    desk = desk_at(demo, new_page())
    phone.click("#unread > summary")
    phone.click("#short")
    phone.wait_for_selector("#short-code:not([hidden]) b")
    code = phone.inner_text("#short-code b")
    desk.click("#other > summary")
    desk.fill("#short", code)
    desk.click("#short-form button")
    desk.wait_for_selector("#answer:not([hidden]) .verdict-ok")


def test_a_guardian_shows_a_childs_card_on_her_phone(demo: Demo, new_page: NewPage) -> None:
    phone = showing_phone(demo, new_page(), "parent")
    expect(phone.locator("h1:visible")).to_contain_text("さんの手帳")
    words = read_picture(desk_at(demo, new_page()), qr_picture(phone))
    assert "保護者の電話です" in words

    phone.evaluate(ANOTHER_CARD)
    phone.reload()  # two cards: each says whose it is, the own one too
    expect(phone.locator("h1:visible")).to_contain_text("佐久はな子さんの手帳")
    wait_for_the_worker(phone)
    act_for_the_child(demo, phone)
    phone.goto(f"{demo.url}/card/show/")
    phone.wait_for_selector("#qr svg")
    expect(phone.locator("h1:visible")).not_to_contain_text("佐久はな子")
    phone.goto(f"{demo.url}/")
    expect(phone.locator(".acting")).not_to_have_count(0)
    for path in ("/", "/card/show/"):  # the phone keeps nobody's name
        kept = f"""async () => (await (await caches.match("{path}", {{ cacheName: "pages" }})).text())"""
        assert 'class="acting"' not in phone.evaluate(kept)
    demo.kill()
    phone.goto(f"{demo.url}/card/show/")  # the page of nobody in particular, and what was known
    phone.wait_for_selector("#qr svg")
    expect(phone.locator("h1:visible")).not_to_contain_text("佐久はな子")
    expect(phone.locator("#acting-as-of")).to_contain_text("のかわりに操作しています")
    phone.set_viewport_size({"width": 320, "height": 640})
    check_page(phone)


def test_two_cards_of_one_name_are_told_apart_by_what_they_give(
    demo: Demo, new_page: NewPage
) -> None:
    phone = showing_phone(demo, new_page(viewport={"width": 320, "height": 640}))
    phone.evaluate(ANOTHER_CARD.replace("佐久はな子", "").replace('name: "", ', ""))
    for lang in LANGUAGES:
        phone.goto(f"{demo.url}/card/show/?lang={lang}")
        phone.wait_for_selector("#qr svg")
        check_page(phone)
    names = phone.locator("#family-list button").all_inner_texts()
    assert len(set(names)) == 2
    phone.goto(f"{demo.url}/card/show/?lang=ja")
    phone.locator("#family-list button").nth(1).click()
    expect(phone.locator("h1:visible")).to_contain_text("2つめ")
    page = phone.inner_text("body")
    assert not [kind for kind in ("身体障害者手帳", "療育手帳", "精神障害者") if kind in page]


# One's own card beside the child's, whatever stands in it.
ANOTHER_CARD = """async () => {
  const { allCards, writeCard } = await import("/static/web/js/card/wallet-store.js");
  const [card] = await allCards();
  await writeCard({ ...card, id: "another", person: "own", name: "佐久はな子", isGuardian: false });
}"""


def act_for_the_child(demo: Demo, phone: Page) -> None:
    phone.goto(f"{demo.url}/my/family/")
    follow(phone.locator("form[action$='/family/act/'] button"))


def test_a_childs_card_that_is_not_here_says_how_it_comes_here(
    demo: Demo, new_page: NewPage
) -> None:
    phone = new_page(viewport={"width": 320, "height": 640})
    phone.goto(demo.link("parent"))
    act_for_the_child(demo, phone)
    for lang in LANGUAGES:
        phone.goto(f"{demo.url}/card/show/?lang={lang}")
        phone.wait_for_selector("#not-here:not([hidden])")
        check_page(phone)
    phone.goto(f"{demo.url}/card/show/?lang=ja")
    follow(phone.locator("#not-here a"))
    phone.click("[data-enrol] button")
    follow(phone.locator(".result a"))
    phone.wait_for_selector("#qr svg")
    expect(phone.locator("h1:visible")).to_contain_text("さんの手帳")


def test_the_private_keys_cannot_be_read_by_the_page(demo: Demo, new_page: NewPage) -> None:
    phone = enrolled_phone(demo, new_page())
    extractable = phone.evaluate(
        """async () => {
          const { allCards, deviceKey } = await import("/static/web/js/card/wallet-store.js");
          const [card] = await allCards();
          const keys = [(await deviceKey()).privateKey, card.full.key, ...card.venue.map((one) => one.key)];
          return keys.map((key) => key.extractable);
        }"""
    )
    assert extractable == [False] * 12


def test_nothing_private_stands_in_addresses_titles_or_the_log(
    demo: Demo, new_page: NewPage
) -> None:
    phone = new_page()
    addresses: list[str] = []
    phone.on("request", lambda request: addresses.append(request.url))
    showing_phone(demo, phone)
    desk = new_page()
    desk.on("request", lambda request: addresses.append(request.url))
    read_picture(desk_at(demo, desk), qr_picture(phone))
    seen = "\n".join([*addresses, phone.title(), desk.title()])
    name = phone.evaluate(
        """async () => (await (await import("/static/web/js/card/wallet-store.js")).allCards())[0].name"""
    )
    for private in (name, "physical", "intellectual", "mental", "長野県第", "grade"):
        assert private not in seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_and_320_px_in_each_state(demo: Demo, new_page: NewPage, scheme: str) -> None:
    narrow = {"width": 320, "height": 640}
    phone = showing_phone(demo, new_page(viewport=narrow, color_scheme=scheme))
    desk = desk_at(demo, new_page(viewport=narrow, color_scheme=scheme))
    bad = new_page(viewport=narrow, color_scheme=scheme)
    for lang in LANGUAGES:
        phone.goto(f"{demo.url}/card/show/?lang={lang}")
        phone.wait_for_selector("#qr svg")
        phone.click("#more > summary")
        phone.click("#unread > summary")
        desk.goto(f"{demo.url}/desk/?lang={lang}")
        desk.wait_for_selector("#scan:not([hidden])")
        desk.click("#other > summary")
        for page in (phone, desk):
            check_page(page)
        read_picture(desk, qr_picture(phone))
        check_page(desk)
        desk.goto(f"{demo.url}/desk/")
        desk.wait_for_selector("#scan:not([hidden])")
        desk.click("#other > summary")
        desk.fill("#text", "https://example.jp/")
        desk.click("#text-form button")
        desk.wait_for_selector("#answer .verdict-refused")
        check_page(desk)
        bad.goto(f"{demo.url}/desk/?lang={lang}")
        bad.wait_for_selector("#not-set-up:not([hidden])")
        check_page(bad)
        bad.goto(f"{demo.url}/card/show/?lang={lang}")
        bad.wait_for_selector("#no-card:not([hidden])")
        check_page(bad)


def check_page(page: Page) -> None:
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)
