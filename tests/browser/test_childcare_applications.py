"""A family applies in real Chromium, in three languages: from the first page to the receipt."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Role
from childcare.models import Application, Round, RuleSet
from tests.browser.harness import (
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    needs_chromium,
)
from tests.childcare.applying.factories import (
    PDF,
    make_facility,
    make_round,
    make_slot,
)
from tests.childcare.placing.factories import make_offer
from tests.disability_card.factories import CITY, make_person, make_staff
from web.demo_applications import fill_round

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]
MODES = [("light", 320, "ja"), ("dark", 320, "ja-easy"), ("light", 1280, "en")]
QUESTIONS_MAX = 20


def make_open_round() -> Round:
    """A round by the real clock, with four nurseries and the demo's questions."""
    now = timezone.now()
    content = Path("childcare/rulesets/saku-demo.yaml").read_text(encoding="utf-8")
    rules = RuleSet.objects.create(
        municipality=CITY, name="demo", version="1", content=content, sha256="0" * 64,
        is_demo=True,
    )  # fmt: skip
    round_ = make_round(
        rule_set=rules, opens_at=now - timedelta(days=20), closes_at=now + timedelta(days=9)
    )
    for _number in range(4):
        facility = make_facility()
        for age in range(6):
            make_slot(round_, facility, class_age=age, offered=3)
    return round_


def assert_readable(page: Page) -> None:
    assert page.locator("h1").count() == 1
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width", "lang"), MODES)
def test_a_family_applies_from_the_first_page_to_the_receipt(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    make_open_round()
    user = make_person(name="デモ 親").user
    page = page_at("/childcare/apply/", scheme=scheme, width=width, lang=lang, user=user)
    assert_readable(page)
    page.locator("main form button").last.click()
    assert page.locator(".error-summary").count() == 1  # what is missing is said, with links
    assert_no_axe_violations(page)
    page.fill("input[name=name]", "デモ そら")
    page.fill("input[name=birth_date]", "2025-06-10")
    page.locator("input[name=round]").first.check()
    page.locator("main form button").last.click()
    for _wish in range(3):
        page.select_option("select[name=facility]", index=1)
        page.click("button[value=add]")
    first = page.locator(".wishes li b").first.inner_text()
    page.locator("button[value^='down:']").first.click()
    assert page.locator(".wishes li b").nth(1).inner_text() == first
    assert_readable(page)
    assert_keyboard_reaches_everything(page)
    page.click("button[value=next]")
    assert_readable(page)
    _answer_all(page)
    assert "/papers/" in page.url
    page.locator("input[type=file]").first.set_input_files(
        {"name": "../x.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator(".paper-form button").first.click()
    assert page.locator(".tag-good").count() == 1
    assert_readable(page)
    page.locator("main a.button").last.click()
    assert_readable(page)
    assert_keyboard_reaches_everything(page)
    page.locator("main form button").last.click()
    row = Application.objects.get()
    assert page.locator(".receipt-number").inner_text() == row.receipt_number
    assert_readable(page)
    receipt = page.request.get(f"/childcare/applications/{row.pk}/receipt.pdf")
    assert receipt.body().startswith(b"%PDF")
    for path in ("/childcare/applications/", f"/childcare/applications/{row.pk}/", "/my/"):
        page.goto(path)
        assert_readable(page)


def _answer_all(page: Page) -> None:
    """Answer as a family in which both work and nobody is at a nursery yet."""
    for _number in range(QUESTIONS_MAX):
        if "/questions/" not in page.url:
            return
        options = page.locator("input[name=option]")
        is_last = any(word in page.url for word in ("sibling", "leave", "now"))
        (options.last if is_last else options.first).check()
        page.locator("main form button").last.click()


@pytest.mark.parametrize(("scheme", "width", "lang"), MODES)
def test_staff_and_nursery_pages_can_be_read_and_reached(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    round_ = make_open_round()
    first, second = make_staff(*Role), make_staff(*Role)
    fill_round(round_, children=6, first=first, second=second, now=timezone.now())
    offer = make_offer(round_=round_)
    paths = (
        "/staff/childcare/applications/?tab=done",
        f"/staff/childcare/applications/{offer.application_id}/",
        "/staff/childcare/enter/",
        f"/staff/childcare/placing/{round_.pk}/",
    )
    page = page_at("/staff/", scheme=scheme, width=width, lang=lang, user=first)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        assert_readable(page)
