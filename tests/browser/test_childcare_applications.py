"""A family applies in real Chromium, in three languages: from a nursery's page to the withdrawal."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from childcare.models import Application, Round, RuleSet
from tests.browser.harness import (
    OpenPage,
    assert_keyboard_reaches_everything,
    assert_no_axe_violations,
    assert_no_sideways_scroll,
    assert_targets_are_big,
    follow,
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
    expect(page.locator("h1")).to_have_count(1)
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    assert_targets_are_big(page)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width", "lang"), MODES)
def test_a_family_applies_from_a_nurserys_page_changes_and_withdraws(
    page_at: OpenPage, scheme: str, width: int, lang: str
) -> None:
    round_ = make_open_round()
    user = make_person(name="デモ 親").user
    nursery = round_.slots.order_by("pk").first().facility_id  # type: ignore[union-attr]
    page = page_at(
        f"/childcare/facilities/{nursery}/", scheme=scheme, width=width, lang=lang, user=user
    )
    follow(page.locator(f"main a[href$='facility={nursery}']").first)  # 希望に入れる
    assert_readable(page)
    follow(page.locator("main form button").last)
    expect(page.locator(".error-summary")).to_have_count(1)  # what is missing is said, with links
    assert_no_axe_violations(page)
    page.fill("input[name=name]", "デモ そら")
    page.fill("input[name=birth_date]", "2025-06-10")
    page.locator("input[name=round]").first.check()
    follow(page.locator("main form button").last)
    expect(page.locator(".wishes li")).to_have_count(1)  # the nursery from whose page one came
    for _wish in range(2):
        page.select_option("select[name=facility]", index=1)
        follow(page.locator("button[value=add]"))
    first = page.locator(".wishes li b").first.inner_text()
    follow(page.locator("button[value^='down:']").first)
    expect(page.locator(".wishes li b").nth(1)).to_have_text(first)
    assert_readable(page)
    assert_keyboard_reaches_everything(page)
    follow(page.locator("button[value=next]"))
    assert_readable(page)
    _answer_all(page)
    assert "/papers/" in page.url
    page.locator("input[type=file]").first.set_input_files(
        {"name": "../x.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    follow(page.locator(".paper-form button").first)
    expect(page.locator(".tag-good")).to_have_count(1)
    assert_readable(page)
    follow(page.locator("main a.button").last)
    assert_readable(page)
    assert_keyboard_reaches_everything(page)
    follow(page.locator("main form button").last)
    row = Application.objects.get()
    assert row.receipt_number is not None
    expect(page.locator(".receipt-number")).to_have_text(row.receipt_number)
    assert_readable(page)
    receipt = page.request.get(f"/childcare/applications/{row.pk}/receipt.pdf")
    assert receipt.body().startswith(b"%PDF")
    for path in ("/childcare/applications/", f"/childcare/applications/{row.pk}/", "/my/"):
        page.goto(path)
        assert_readable(page)
    _change_and_withdraw(page, row)


def _change_and_withdraw(page: Page, row: Application) -> None:
    """Take one wish back and send it again, then withdraw it all."""
    page.goto(f"/childcare/apply/{row.pk}/wishes/")
    follow(page.locator("button[value^='remove:']").last)
    page.goto(f"/childcare/apply/{row.pk}/check/")
    follow(page.locator("main form button").last)
    row.refresh_from_db()
    assert row.current is not None
    assert (row.current.number, len(row.current.preferences)) == (2, 2)
    page.goto(f"/childcare/applications/{row.pk}/")
    page.locator("main details summary").last.click()
    follow(page.locator("main details form button").last)
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert_readable(page)


def _answer_all(page: Page) -> None:
    """Answer as a family in which both work and nobody is at a nursery yet."""
    for _number in range(QUESTIONS_MAX):
        if "/questions/" not in page.url:
            return
        options = page.locator("input[name=option]")
        is_last = any(word in page.url for word in ("sibling", "leave", "now"))
        (options.last if is_last else options.first).check()
        follow(page.locator("main form button").last)


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
        "/staff/childcare/enter/?children=2",
        f"/staff/childcare/placing/{round_.pk}/",
    )
    page = page_at("/staff/", scheme=scheme, width=width, lang=lang, user=first)
    for path in paths:
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path  # noqa: PT018
        assert_readable(page)
