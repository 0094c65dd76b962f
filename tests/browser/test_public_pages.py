"""The pages that everybody can open, as a person meets them."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from tests.browser.harness import (
    LANGUAGES,
    MODES,
    Mode,
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    enlarge_text,
    follow,
    needs_chromium,
    wait_for_the_worker,
)

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/about/card/",
    "/counter/",
    "/accessibility/",
    "/privacy/",
    "/offline/",
    "/account/login/code/",
    "/account/signup/",
    "/demo/",
    "/demo/parts/",
)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_any_public_page(page_at: OpenPage, mode: Mode, lang: str) -> None:
    page = page_at("/", scheme=mode, lang=lang)
    for path in PAGES:
        page.goto(path)
        assert_no_axe_violations(page)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_axe_finds_nothing_on_an_error_page(page_at: OpenPage, status: int) -> None:
    assert_no_axe_violations(page_at(f"/demo/errors/{status}/", expect_status=status))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_public_page_scrolls_sideways_at_320_px(page_at: OpenPage, lang: str) -> None:
    page = page_at("/", width=320, lang=lang)
    for path in PAGES:
        page.goto(path)
        assert_no_sideways_scroll(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_twice_the_text_with_wide_spacing_still_fits(page_at: OpenPage, lang: str) -> None:
    page = page_at("/", width=640, lang=lang)
    for path in PAGES:
        page.goto(path)
        enlarge_text(page)
        assert_no_sideways_scroll(page)


def test_whatever_is_pressed_measures_44_px(page_at: OpenPage) -> None:
    page = page_at("/")
    for path in PAGES:
        page.goto(path)
        assert_targets_are_big(page)


def test_the_keyboard_reaches_every_control_once_in_order(page_at: OpenPage) -> None:
    page = page_at("/")
    for path in PAGES:
        page.goto(path)
        assert_keyboard_reaches_everything(page)


def test_the_skip_link_leads_to_the_main_part(page_at: OpenPage) -> None:
    page = page_at("/about/card/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_focus_goes_to_the_error_summary(page_at: OpenPage) -> None:
    page = page_at("/account/login/code/")
    follow(page.get_by_role("button", name="コードを送る"))
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    assert_no_axe_violations(page)
    summary.get_by_role("link").click()
    expect(page.locator("[name=email]:focus")).to_be_visible()


def test_readings_are_seen_but_not_said(page_at: OpenPage) -> None:
    page = page_at("/", lang="ja-easy")
    expect(page.locator("h1 rt")).not_to_have_count(0)
    spoken = page.locator("main").aria_snapshot()
    assert "てちょう" not in spoken
    assert "手帳" in spoken
    follow(page.get_by_role("link", name="つけない"))
    expect(page.locator("rt")).to_have_count(0)


def test_the_menu_opens_and_closes_without_any_script_of_ours(page_at: OpenPage) -> None:
    user = User.objects.create_user("hanako@example.jp")
    page = page_at("/my/", user=user, scripts=False)
    button = page.get_by_role("button", name="メニュー")
    button.click()
    page.get_by_role("navigation", name="メニュー").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="メニュー").wait_for(state="hidden")


def test_a_page_opens_with_the_network_gone(page_at: OpenPage) -> None:
    page = page_at("/", service_worker=True)
    wait_for_the_worker(page)
    page.context.set_offline(offline=True)
    page.goto("/about/card/")
    expect(page.get_by_role("heading", level=1)).to_have_text("電話で見せる手帳")
    page.goto("/privacy/")  # not kept: the page that says so stands in
    expect(page.get_by_role("heading", level=1)).to_have_text("ネットにつながっていません")
