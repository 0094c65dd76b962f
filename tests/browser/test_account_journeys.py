"""Accounts as people use them, in real Chromium: proved at a provider, by codes, at the counter."""

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import IdentityProof, Person, PushSubscription, Role, User
from core.models import Notice
from core.outbox import put_notice
from disability_card.models import Card
from tests.accounts.identity_peer import HANAKO, door, running_peer
from tests.accounts.test_passkeys import code_now
from tests.accounts.test_sign_in import code_in_mail
from tests.browser.harness import (
    OpenPage,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
)
from tests.core.push_peer import Browser
from tests.disability_card.factories import make_handbook, make_person, make_row, make_staff

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
EMAIL = "hanako@example.jp"


def assert_it_can_be_used(page: Page) -> None:
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)


def sign_in_by_code(page: Page, email: str = EMAIL) -> None:
    page.fill("input[name=email]", email)
    follow(page.locator("form[action$='/account/login/code/'] button"))
    page.fill("input[name=code]", code_in_mail())
    follow(page.locator("main form button").first)


def make_account(**more: Any) -> User:
    user = User.objects.create_user(EMAIL, **more)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


@pytest.mark.node
def test_a_resident_is_proved_at_the_provider_and_signs_in_by_line(
    page_at: OpenPage, live_server: Any, settings: Any
) -> None:
    make_handbook(make_row(name=HANAKO["name"], birth_date=date(1980, 5, 5),
                           addr_text=HANAKO["address"]))  # fmt: skip
    make_account()
    settings.PUBLIC_URL = live_server.url
    given = {"redirect_uri": f"{live_server.url}/identity/return/",
             "more_clients": [door("line", live_server.url)]}  # fmt: skip
    with running_peer(given=given) as peer:
        settings.NATIONAL_ID_FILE = str(peer.settings_file)
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [peer.app("line")]}
        }
        page = page_at("/account/login/code/", width=320, leads_to=peer.issuer)
        assert_it_can_be_used(page)  # with the button of LINE
        sign_in_by_code(page)
        page.goto("/identity/")
        assert_it_can_be_used(page)
        page.click("main form button")
        page.click(f"button[value='{HANAKO['sub']}']")
        page.wait_for_url("**/my/")
        expect(page.get_by_text("あなたの手帳が見つかり、登録しました。")).to_be_visible()
        assert IdentityProof.objects.get().person == Card.objects.get().person

        page.goto("/my/account/connect/line/")
        assert_it_can_be_used(page)
        page.click("main form button")  # the provider knows the person by now
        page.wait_for_url("**/my/account/")
        expect(page.get_by_text("つながっています")).to_be_visible()
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.goto("/account/login/code/")
        follow(page.get_by_role("link", name="LINEでログイン"))
        page.click("main form button")
        page.wait_for_url("**/my/")


def test_staff_set_up_an_authenticator_app_and_come_in_by_a_spare_code(
    page_at: OpenPage, settings: Any
) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    user = make_staff(Role.COUNTER)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page = page_at("/account/login/code/?next=/staff/", width=320, scheme="dark", lang="en")
    sign_in_by_code(page, user.email)
    page.goto("/my/account/totp/")
    assert_it_can_be_used(page)
    secret = page.locator("code.is-code").inner_text().strip()
    page.fill("input[name=code]", code_now(secret))
    page.locator("main form button").last.click()
    page.wait_for_url("**/my/account/recovery-codes/")
    page.locator("main form button").last.click()
    page.wait_for_selector(".codes")
    assert_it_can_be_used(page)
    page.wait_for_load_state()
    codes = page.locator("ol.codes code").all_inner_texts()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the codes").click()
    expect(page.locator("[data-codes] .banner-saved")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith(f"1. {codes[0]}\n2. ")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cache.clear()
    page.goto("/account/login/code/?next=/staff/")
    sign_in_by_code(page, user.email)
    assert_it_can_be_used(page)
    page.fill("input[name=code]", codes[0])
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/staff/")


def test_at_the_counter_somebody_is_registered_and_two_records_become_one(
    page_at: OpenPage,
) -> None:
    page = page_at("/staff/people/", width=1280, user=make_staff(*Role))
    page.fill("input[name=name]", "佐久　うめ")
    page.fill("input[name=birth_date]", "昭和10年4月2日")
    page.locator("input[name=reason]").first.check()
    follow(page.get_by_role("button", name="さがす"))
    follow(page.get_by_role("button", name="記録を作る"))
    page.wait_for_selector("text=記録を作りました")
    kept = Person.objects.get(user=None)
    other = make_person(name="佐久 うめ", birth_date=kept.birth_date)
    page.click("summary:has-text('同じ人の記録')")
    page.fill("input#other", str(other.pk))
    assert_it_can_be_used(page)
    follow(page.get_by_role("button", name="この記録に1つにする"))
    page.wait_for_selector("text=1つにしました。")
    other.refresh_from_db()
    assert other.merged_into_id == kept.pk
    page.click("summary:has-text('支援措置')")
    page.fill("input#other", str(make_person(name="佐久 けんじ").pk))
    follow(page.get_by_role("button", name="その人から守る"))
    follow(page.get_by_role("link", name="支援措置を見る"))
    page.click("summary:has-text('終わりにする')")
    page.locator("input[name=reason]").first.check()
    assert_it_can_be_used(page)
    follow(page.get_by_role("button", name="承認を頼む"))
    page.wait_for_selector("text=あなたが頼みました")
    assert_it_can_be_used(page)
    follow(page.get_by_role("link", name="人の記録にもどる"))
    page.locator("input[name=document]").first.check()
    follow(page.get_by_role("button", name="操作を始める"))
    page.wait_for_selector(".acting")
    assert_it_can_be_used(page)
    follow(page.get_by_role("link", name="クーポン").last)
    page.wait_for_selector(".acting >> text=佐久　うめのかわりに")
    assert Notice.objects.filter(person_id=kept.pk, kind="counter.start").exists()


def test_news_are_read_ways_are_chosen_and_a_browser_is_told(page_at: OpenPage) -> None:
    person = make_person()
    for number in range(2):
        put_notice(municipality=person.municipality, person_id=person.pk, kind="counter.start",
                   link="/my/data/", dedupe_key=f"n{number}", now=timezone.now())  # fmt: skip
    page = page_at("/my/notices/", width=320, lang="ja-easy", user=person.user, service_worker=True)
    assert_it_can_be_used(page)
    page.locator(".notices a").first.click()
    page.wait_for_url("**/my/data/")
    page.goto("/my/notices/")
    assert Notice.objects.filter(read_at__isnull=True).count() == 1
    page.locator("input[name=letter]").check()
    follow(page.locator("main form button").first)
    page.wait_for_selector(".banner-saved")

    page.click("#push button")  # nobody allowed it
    page.wait_for_selector(".result .banner-error")
    assert_it_can_be_used(page)
    page.context.grant_permissions(["notifications"])
    # Chromium has no push service here; what it would answer, in the standard's own shape.
    page.evaluate(
        """(keys) => { PushManager.prototype.subscribe = async () => ({
             toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/one", keys }),
             unsubscribe: async () => true }); }""",
        Browser().keys(),
    )
    page.click("#push button")
    page.wait_for_selector(".result .banner-saved")
    page.reload()
    assert PushSubscription.objects.get().person == person
    assert_it_can_be_used(page)
    follow(page.locator("form[action$='/forget/'] button"))
    page.wait_for_selector(".banner-saved")
    assert not PushSubscription.objects.exists()
