"""The score preview in a real browser: read, reach and press it, in every language and mode."""

import pytest
from playwright.sync_api import Page, expect

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
)
from tests.childcare.published import make_submitter, published, submitted
from tests.childcare.rule_set_files import FOLDER

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]

URL = "/childcare/score/"
# Options of the family of the picture: 20 + 17 + 5 = 42 points.
PICTURE = (0, 0, 1, 0, 2, 1, 3, 0)
NEXT = "main button[value=next]"
NAMES = ("family", "guardian_1_work", "guardian_2_work", "sibling", "leave", "grandparent", "now",
         "children")  # fmt: skip
# Fills in all answers but the last one, as if they had been given page by page.
FILL_IN = """answers => {
  const form = document.querySelector("button[value=next]").form;
  for (const [name, value] of Object.entries(answers)) {
    form.insertAdjacentHTML("afterbegin", `<input type=hidden name=a_${name} value=${value}>`);
  }
  form.elements.at.value = "children";
}"""


def answer(page: Page, *, look: object = None) -> None:
    """Answer every question; ``look`` is called on each page on the way."""
    follow(page.locator("main button[value=begin]"))
    for place in PICTURE:
        if callable(look):
            look(page)
        page.locator("input[type=radio]").nth(place).check()
        follow(page.locator(NEXT))
    if callable(look):
        look(page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_any_page_of_the_preview(
    page_at: OpenPage, mode: Mode, lang: str
) -> None:
    published()
    page = page_at(URL, scheme=mode, lang=lang)
    assert_no_axe_violations(page)
    follow(page.locator("main button[value=begin]"))
    assert_no_axe_violations(page)
    page.evaluate(FILL_IN, dict(zip(NAMES[:-1], map(str, PICTURE[:-1]), strict=True)))
    page.locator("input[type=radio]").nth(PICTURE[-1]).check()
    follow(page.locator(NEXT))
    expect(page.locator(".score-number")).to_contain_text("42")
    assert_no_axe_violations(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_way_fits_320_px_without_scripts(page_at: OpenPage, lang: str) -> None:
    published()
    page = page_at(URL, width=320, lang=lang, scripts=False)
    answer(page)
    expect(page.locator(".score-number")).to_contain_text("42")


def test_every_page_fits_320_px_and_twice_the_text(page_at: OpenPage) -> None:
    published()
    answer(page_at(URL, width=320), look=assert_no_sideways_scroll)

    def enlarged(page: Page) -> None:
        enlarge_text(page)
        assert_no_sideways_scroll(page)

    answer(page_at(URL, width=640), look=enlarged)


def test_every_control_is_big_and_reached_by_the_keyboard(page_at: OpenPage) -> None:
    published()

    def look(page: Page) -> None:
        assert_targets_are_big(page)
        # A group without a choice has one stop only; pressing one would move the starting point.
        page.evaluate("document.querySelector('input[type=radio]')?.setAttribute('checked', '')")
        assert_keyboard_reaches_everything(page)

    answer(page_at(URL), look=look)


def test_the_way_can_be_gone_by_keys_alone(page_at: OpenPage) -> None:
    published()
    page = page_at(URL)
    page.get_by_role("button", name="質問を始める").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # sends the question's own form, not the way back
    page.get_by_role("heading", name="保護者1は、月に何時間働いていますか").wait_for()
    follow(page.get_by_role("button", name="前の質問へ"))
    page.get_by_role("heading", name="お子さんといっしょに住んで育てている保護者").wait_for()
    expect(page.locator("input[type=radio]").first).to_be_checked()


def test_staff_read_a_draft_beside_the_version_in_force(page_at: OpenPage) -> None:
    row = published()
    submitted((FOLDER / "koshigaya-r8.yaml").read_bytes())
    clerk = make_submitter()
    page = page_at("/staff/rule-sets/", user=clerk, width=1280)
    assert_no_axe_violations(page)
    follow(page.get_by_role("link", name="越谷市 利用調整基準"))
    page.get_by_role("heading", name="いま使っている点数表とのちがい").wait_for()
    assert_no_axe_violations(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert_no_sideways_scroll(page)
    page.goto(f"/staff/rule-sets/{row.pk}/")
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
    follow(page.get_by_role("link", name="点数表を早く終わりにする"))
    assert_no_axe_violations(page)
    page.get_by_label("使う最後の日").fill("2039年3月31日")
    page.get_by_label("早く終わりにする理由").fill("条例が変わるため")
    follow(page.get_by_role("button", name="承認を頼む"))
    expect(page.get_by_role("button", name="承認して、早く終わりにする")).to_have_count(0)
    assert_no_axe_violations(page)
    assert_no_sideways_scroll(page)
