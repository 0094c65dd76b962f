"""The pages that everybody can open, as a person meets them."""

import pytest

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
    needs_chromium,
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
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_focus_goes_to_the_error_summary(page_at: OpenPage) -> None:
    page = page_at("/account/login/code/")
    page.get_by_role("button", name="コードを送る").click()
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert summary.evaluate("e => e === document.activeElement")
    assert_no_axe_violations(page)
    summary.get_by_role("link").click()
    assert page.evaluate("document.activeElement.name") == "email"


def test_readings_are_seen_but_not_said(page_at: OpenPage) -> None:
    page = page_at("/", lang="ja-easy")
    assert page.locator("h1 rt").count() > 0
    spoken = page.locator("main").aria_snapshot()
    assert "てちょう" not in spoken
    assert "手帳" in spoken
    page.get_by_role("link", name="つけない").click()
    assert page.locator("rt").count() == 0


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
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(offline=True)
    page.goto("/about/card/")
    assert page.get_by_role("heading", level=1).inner_text() == "電話で見せる手帳"
    page.goto("/privacy/")  # not kept: the page that says so stands in
    assert page.get_by_role("heading", level=1).inner_text() == "ネットにつながっていません"
