"""The account's pages in real Chromium: readable in each mode, and a passkey made and used."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from accounts.consents import decide
from accounts.counter import start_session
from accounts.families import add_child
from accounts.models import OrganisationRole, Person, Role, User
from accounts.own_data import export_data
from core.audit import SYSTEM
from tests.accounts.test_clerk_pins import make_member, make_shop
from tests.accounts.test_sign_in import code_in_mail
from tests.browser.harness import (
    OpenPage,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
    needs_chromium,
)
from tests.disability_card.factories import make_person, make_staff

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
EMAIL = "hanako@example.jp"


def make_resident() -> Person:
    """Somebody with a child, a consent, an export, a shop, and staff who looked."""
    person, now = make_person(name="佐久　はな子"), timezone.now()
    make_member(make_shop(), user=person.user, role=OrganisationRole.SHOP_OWNER)
    add_child(person, name="佐久　次郎", birth_date=(now - timedelta(days=900)).date(),
              actor=SYSTEM, now=now)  # fmt: skip
    decide(person.pk, "insight", is_given=True, channel="page", actor=SYSTEM, now=now)
    export_data(person, actor=SYSTEM, now=now)
    start_session(person, officer=make_staff(Role.COUNTER), reason="counter", document="handbook",
                  actor=SYSTEM, now=now)  # fmt: skip
    return person


MODES = [("light", 1280, "ja"), ("dark", 320, "en"), ("light", 320, "ja-easy")]


@pytest.mark.parametrize(("scheme", "width", "lang"), MODES)
def test_every_page_of_ones_own_can_be_read_and_reached(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    user = make_resident().user
    page = page_at("/my/", scheme=scheme, width=width, lang=lang, user=user)
    for path in (
        "/my/",
        "/my/account/",
        "/my/account/confirm/",
        "/my/data/",
        "/my/family/",
        "/my/members/",
    ):
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)
        assert_targets_are_big(page)


@pytest.mark.parametrize(("scheme", "width", "lang"), MODES)
def test_the_staffs_pages_about_people_can_be_read_and_reached(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    person = make_resident()
    page = page_at("/staff/", scheme=scheme, width=width, lang=lang, user=make_staff(*Role))
    for path in ("/staff/people/", f"/staff/people/{person.pk}/"):
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        for closed in page.query_selector_all("details > summary"):
            closed.click()
        assert_no_axe_violations(page)
        assert_no_sideways_scroll(page)
        assert_targets_are_big(page)


def test_a_resident_makes_a_passkey_and_signs_in_with_it(
    page_at: OpenPage, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PUBLIC_URL", live_server.url)
    user = User.objects.create_user(EMAIL)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    page = page_at("/account/login/code/")
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True,
                     "automaticPresenceSimulation": True}},
    )  # fmt: skip
    # Without a passkey on this device the code by mail stands first.
    expect(page.locator("#by-code ~ .actions[data-passkey]")).to_be_visible()
    page.fill("input[name=email]", EMAIL)
    follow(page.locator("form[action$='/account/login/code/'] button"))
    assert mail.outbox
    page.fill("input[name=code]", code_in_mail())
    follow(page.locator("form button").first)
    page.wait_for_url("**/my/")
    page.goto("/my/account/")
    page.click("#add-key button")
    page.wait_for_selector(".result .banner-saved")
    expect(page.locator("#made-keys tbody tr")).to_have_count(1)
    expect(page.locator("#spare-codes")).to_be_visible()
    UserSession.objects.all()[0].end()

    page.goto("/account/login/code/")
    expect(page.locator(".actions[data-passkey] ~ #by-code")).to_be_visible()
    page.click("[data-passkey] button")
    page.wait_for_url("**/my/")
